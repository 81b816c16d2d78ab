//! A bucket that loses, repeats, reorders and forgets, and one that is down.

use peerwarden_fleet::{Faults, Key, Says, Statement};

use crate::net::{HOUR, Net, SECOND, peer, said_by};

#[test]
fn a_bucket_that_loses_everything_frees_no_peer_and_is_told_all_again() {
    let mut net = Net::new(5);
    net.misbehave("spammer", 0..3);
    net.bucket.reset();
    net.settle();
    assert_eq!(net.refusing("spammer"), [0, 1, 2, 3, 4]);
    net.pass(60 * SECOND);
    assert_eq!(net.refusing("spammer"), [0, 1, 2, 3, 4]);
    let keys: Vec<_> = net.bucket.entries().into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["n0.p.spammer", "n1.p.spammer", "n2.p.spammer"]);
}

#[test]
fn bans_that_are_made_while_the_bucket_is_down_arrive_when_it_is_back() {
    let mut net = Net::new(5);
    net.misbehave("before", 0..3);
    net.bucket.set_down();
    net.misbehave("meanwhile", 0..3);
    net.pass(HOUR);
    assert_eq!(net.refusing("before"), [0, 1, 2, 3, 4]);
    assert_eq!(net.refusing("meanwhile"), [0, 1, 2]);
    net.bucket.set_up();
    net.pass(120 * SECOND);
    assert_eq!(net.refusing("before"), [0, 1, 2, 3, 4]);
    assert_eq!(net.refusing("meanwhile"), [0, 1, 2, 3, 4]);
}

#[test]
fn losses_repeats_and_another_order_are_made_good_by_the_next_snapshot() {
    let mut net = Net::new(5);
    net.bucket.set_faults(Faults { lost: 0.5, repeated: 0.3, reordered: 0.3 });
    let names: Vec<_> = (0..10).map(|number| format!("p{number}")).collect();
    for name in &names {
        net.misbehave(name, 0..3);
        net.misbehave(&format!("{name}-two"), 0..2);
    }
    net.bucket.set_faults(Faults::default());
    net.bucket.set_down();
    net.settle();
    net.bucket.set_up();
    net.pass(120 * SECOND);
    for name in &names {
        assert_eq!(net.refusing(name), [0, 1, 2, 3, 4], "{name}");
        assert_eq!(net.refusing(&format!("{name}-two")), [0, 1], "{name}");
    }
}

#[test]
fn old_statements_that_are_replayed_change_nothing() {
    let mut net = Net::new(5);
    net.misbehave("spammer", 0..3);
    let old = net.bucket.entries();
    net.nodes[0].warden.unban(peer("spammer"), Some(peerwarden_core::Cause::Penalty)).unwrap();
    net.pass(700 * SECOND);
    assert_eq!(net.refusing("spammer"), [1, 2]);
    for (key, value) in old {
        net.bucket.write(key, value);
    }
    net.settle();
    assert_eq!(net.refusing("spammer"), [1, 2]);
    assert_eq!(net.nodes[4].refused(net.now()), [("seq", 1)]);
    net.pass(10 * SECOND);
    let value = &net.bucket.entries()[0].1;
    let opened = Statement::<String>::open(value).unwrap();
    assert_eq!(opened.statement.says, Says::Withdrawn, "its author has put it right");
}

#[test]
fn forged_members_and_other_fleets_are_refused_and_counted() {
    let mut net = Net::new(5);
    let now = net.now();
    let ban = Statement::new(peer("honest"), Says::Ban, HOUR, now, 1);
    for number in 1..5 {
        // n0 has the server's permission for its own keys, and signs with its own key.
        let key = Key::from_text(&format!("n{number}.p.honest"));
        let fleet = "mainnet".parse().unwrap();
        let value = ban.seal(&fleet, &format!("n{number}"), &crate::net::secret(0)).unwrap();
        net.bucket.write(key, value);
        let (key, _) = said_by(number, &ban);
        let other = "testnet".parse().unwrap();
        let value = ban.seal(&other, &format!("n{number}"), &crate::net::secret(number)).unwrap();
        net.bucket.write(key, value);
    }
    net.settle();
    assert_eq!(net.refusing("honest"), [] as [usize; 0]);
    assert_eq!(net.nodes[0].refused(net.now()), [("fleet", 4), ("signature", 4)]);
}

#[test]
fn a_flood_of_one_member_is_cut_and_the_others_are_heard() {
    let mut net = Net::new(4);
    let now = net.now();
    for number in 0..10_000 {
        let ban = Statement::new(peer(&format!("p{number}")), Says::Ban, HOUR, now, 1);
        let (key, value) = said_by(5, &ban);
        net.bucket.write(key, value);
    }
    net.misbehave("spammer", 0..3);
    assert_eq!(net.refusing("spammer"), [0, 1, 2, 3]);
    assert_eq!(net.nodes[0].refused(net.now()), [("limit", 9_000)]);
    let members = net.nodes[0].fleet.members();
    assert_eq!((members[5].name.as_str(), members[5].statements), ("n5", 1000));
}
