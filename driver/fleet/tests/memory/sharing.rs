//! Bans that nodes tell each other.

use peerwarden_core::{Cause, Misbehavior, Subject};
use peerwarden_fleet::{Author, Says, Statement};
use peerwarden_host::Origin;

use crate::net::{HOUR, Net, SECOND, peer, rules};

#[test]
fn the_third_ban_of_a_peer_has_all_nodes_refuse_it_and_two_do_not() {
    let mut net = Net::new(5);
    net.misbehave("spammer", 0..2);
    assert_eq!(net.refusing("spammer"), [0, 1]);
    net.misbehave("spammer", 2..3);
    assert_eq!(net.refusing("spammer"), [0, 1, 2, 3, 4]);

    let standing = net.nodes[4].fleet.standing(&peer("spammer"), net.now());
    assert_eq!((standing.votes, standing.quorum, standing.statements.len()), (3, 3, 3));
    let told = standing.to_string();
    let (until, votes) = told.split_once("; ").unwrap();
    assert!(until.starts_with("banned by the fleet until 2030-01-02T00:"), "{told}");
    assert_eq!(votes, "3 votes of 3: n0 says ban, n1 says ban, n2 says ban");
    let other = net.nodes[4].fleet.standing(&peer("honest"), net.now()).to_string();
    assert_eq!(other, "not banned by the fleet; 0 votes of 3");
    let bans = net.nodes[4].warden.bans(None, 10).unwrap();
    assert!(bans[0].causes.contains(Cause::Remote));
    let naming = net.nodes[4].warden.lists().naming(&peer("spammer")).unwrap();
    assert_eq!(naming[0].list.as_str(), "fleet");
}

#[test]
fn what_is_told_says_what_the_peer_did() {
    let mut net = Net::new(1);
    net.misbehave("spammer", 0..1);
    let entries = net.bucket.entries();
    let opened = Statement::<String>::open(&entries[0].1).unwrap();
    let Statement { says, cause, misdeeds, offences, .. } = opened.statement;
    assert_eq!((says, cause, offences), (Says::Ban, Some(Cause::Penalty), 1));
    assert_eq!((misdeeds[0].kind, misdeeds[0].times), (Misbehavior::INVALID_MESSAGE, 101));
}

#[test]
fn bans_that_the_fleet_believes_are_not_told_again() {
    let mut net = Net::new(6);
    net.misbehave("spammer", 0..3);
    net.pass(HOUR);
    let authors: Vec<_> =
        net.bucket.entries().into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(authors, ["n0.p.spammer", "n1.p.spammer", "n2.p.spammer"]);
}

#[test]
fn a_ban_that_its_node_lifts_is_withdrawn_and_the_others_lift_theirs() {
    let mut net = Net::new(5);
    net.misbehave("spammer", 0..3);
    // It is banned by the fleet as well: only the node's own cause is lifted.
    net.nodes[0].warden.unban(peer("spammer"), Some(Cause::Penalty)).unwrap();
    net.pass(700 * SECOND);
    assert_eq!(net.refusing("spammer"), [1, 2]);
    let member = Author::Member("n0".parse().unwrap());
    let votes = net.nodes[4].fleet.votes(Some(&member), None, 10);
    assert_eq!(votes[0].says, Says::Withdrawn);
}

#[test]
fn operator_bans_and_networks_stay_at_home_unless_the_settings_say_otherwise() {
    let mut net = Net::new(1);
    let network: Subject<String> = "203.0.113.0/24".parse().unwrap();
    let ban = |net: &Net, subject: &Subject<String>| {
        net.nodes[0].warden.ban(subject.clone(), None, Origin::Operator).unwrap();
    };
    ban(&net, &peer("a"));
    ban(&net, &network);
    net.pass(700 * SECOND);
    assert_eq!(net.bucket.entries(), []);

    let mut generous = rules();
    generous.share.insert(Cause::Operator);
    generous.share_networks = true;
    let mut net = Net::with_rules(1, generous);
    ban(&net, &peer("a"));
    ban(&net, &network);
    net.pass(3 * SECOND);
    let keys: Vec<_> = net.bucket.entries().into_iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["n0.n.cb007100.24", "n0.p.a"]);
}

#[test]
fn what_is_protected_is_not_banned_and_that_is_counted() {
    let mut net = Net::new(5);
    let committee = peerwarden_host::Tag::new("committee").unwrap();
    net.nodes[4].warden.protect(peer("friend"), committee).unwrap();
    net.misbehave("friend", 0..3);
    assert_eq!(net.refusing("friend"), [0, 1, 2, 3]);
    let standing = net.nodes[4].fleet.standing(&peer("friend"), net.now()).to_string();
    assert!(standing.starts_with("not banned: it is protected here; 3 votes of 3: "), "{standing}");
    let withheld = net.nodes[4].fleet.status(net.now()).counts.withheld;
    let withheld: Vec<_> = withheld.iter().map(|(why, count)| (why.as_str(), *count)).collect();
    assert_eq!(withheld, [("protected", 1), ("quorum", 1)]);
}

#[test]
fn the_task_ends_with_its_node() {
    let mut net = Net::new(1);
    let node = net.nodes.pop().unwrap();
    let mut node = node;
    let clock = std::sync::Arc::new(net.timer.clone());
    node.node = peerwarden_host::Node::new(peerwarden_host::Config::default(), clock);
    let fleet = node.fleet.clone();
    net.nodes.push(node);
    net.settle();
    assert!(!net.nodes[0].is_running());
    assert!(fleet.resume().is_err());
    let mut alarms = fleet.alarms();
    assert_eq!(smol::block_on(smol::stream::StreamExt::next(&mut alarms)), None);
}
