//! Bad values: each is refused, counted by reason, and changes nothing.

use std::time::{Duration, Instant};

use peerwarden_fleet::{Author, Input, Key, Says, Statement};

use crate::world::{
    HOUR, World, at, member, name, own_ban, peer, roster, rules, said, says, secret,
};

fn sealed(number: u8, statement: &Statement<String>) -> (Key, Vec<u8>) {
    let author = Author::Member(member(number).name);
    let value = statement.seal(&name(), &author.to_string(), &secret(number)).unwrap();
    (Key::statement(&author, &statement.subject), value)
}

#[test]
fn each_bad_value_is_counted_by_what_is_wrong_with_it() {
    let now = at(0);
    let good = || says(&peer("a"), Says::Ban, now, 5);
    let (key, value) = sealed(1, &good());
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
    let other_fleet = "testnet".parse().unwrap();
    let far = Duration::from_secs(301);
    let mut too_long = value.clone();
    too_long.resize(2049, b' ');
    let cases: Vec<(&str, Key, Vec<u8>)> = vec![
        ("size", key.clone(), too_long),
        ("key", Key::from_text("n1.p"), value.clone()),
        ("key", Key::from_text("n1.p.b"), value.clone()),
        ("key", Key::from_text("$SYS.x"), value.clone()),
        ("member", Key::from_text("n11.p.a"), value.clone()),
        ("member", Key::from_text("n2.p.a"), value.clone()),
        ("fleet", key.clone(), good().seal(&other_fleet, "n1", &secret(1)).unwrap()),
        ("form", key.clone(), b"{}\nno".to_vec()),
        ("form", key.clone(), text(&value).replace("\"ban\"", "\"kill\"").into_bytes()),
        ("version", key.clone(), text(&value).replace("\"v\":1", "\"v\":9").into_bytes()),
        ("signature", key.clone(), good().seal(&name(), "n1", &secret(2)).unwrap()),
        ("signature", key.clone(), text(&value).replace("3600000", "3600001").into_bytes()),
        ("future", key.clone(), sealed(1, &says(&peer("a"), Says::Ban, now.later(far), 5)).1),
        (
            "stale",
            key.clone(),
            sealed(1, &says(&peer("a"), Says::Ban, now.earlier(HOUR + far), 5)).1,
        ),
    ];
    for (why, key, value) in cases {
        let mut world = World::new(rules());
        assert_eq!(world.read(key.clone(), value), [], "{why} {key}");
        assert_eq!(world.refused(), [(why, 1)], "{key}");
        assert_eq!(world.fleet.votes_on(&peer("a")), [], "{why} {key}");
    }
    let mut world = World::new(rules());
    world.read(key, value);
    assert_eq!(world.refused(), []);
    assert_eq!(world.fleet.votes_on(&peer("a")).len(), 1);
}

#[test]
fn what_has_lain_in_the_bucket_is_shorter_by_that_whatever_its_author_says() {
    let mut world = World::new(rules());
    for number in 1..4 {
        // The clock of the author is four minutes ahead.
        let issued = world.now.later(Duration::from_secs(240));
        let (key, value) = sealed(number, &says(&peer("a"), Says::Ban, issued, 1));
        world.give(Input::Entry { key, value, age: HOUR / 4 });
    }
    let until = world.now.later(HOUR * 3 / 4);
    assert_eq!(world.fleet.believed_until(&peer("a")), Some(until));
}

#[test]
fn a_server_that_replays_gains_five_minutes_at_most() {
    let mut world = World::new(rules());
    let old = world.now.earlier(HOUR - Duration::from_secs(60));
    for number in 1..4 {
        // The server claims that it was put there just now.
        world.hear(number, &says(&peer("a"), Says::Ban, old, 1));
    }
    let until = world.now.later(Duration::from_secs(360));
    assert_eq!(world.fleet.believed_until(&peer("a")), Some(until));
    world.pass(Duration::from_secs(420));
    for number in 1..4 {
        world.hear(number, &says(&peer("a"), Says::Ban, old, 1));
    }
    assert_eq!(world.fleet.believed_until(&peer("a")), None);
}

#[test]
fn a_clock_that_is_a_day_off_harms_this_node_alone_and_not_for_long() {
    for (wrong, why) in [(at(0).later(24 * HOUR), "stale"), (at(0).earlier(24 * HOUR), "future")] {
        let mut world = World::new(rules());
        world.now = wrong;
        for number in 1..4 {
            world.hear(number, &says(&peer("a"), Says::Ban, at(0), 1));
        }
        assert_eq!(world.refused(), [(why, 3)]);
        assert_eq!(world.fleet.believed().count(), 0);
    }
}

#[test]
fn a_flood_of_one_member_is_cut_at_a_thousand_and_slows_nothing_down() {
    let mut world = World::new(rules());
    let values: Vec<_> = (0..10_000)
        .map(|number| sealed(1, &says(&peer(&format!("p{number}")), Says::Ban, at(0), 1)))
        .collect();
    let start = Instant::now();
    for (key, value) in values {
        assert_eq!(world.read(key, value), []);
    }
    let taken = start.elapsed();
    assert_eq!(world.fleet.statements(), 1000);
    assert_eq!(world.refused(), [("limit", 9_000)]);
    // Less than a millisecond each, unoptimised and with others at work.
    assert!(taken < Duration::from_secs(10), "{taken:?}");
    assert_eq!(world.banned_by(2..5, &peer("spammer")).len(), 1, "others are heard");
}

#[test]
fn bans_that_are_withdrawn_at_once_do_not_fill_the_memory() {
    let mut world = World::new(rules());
    for number in 0..2_500 {
        let subject = peer(&format!("p{number}"));
        world.hear(1, &says(&subject, Says::Ban, at(0), 1));
        world.hear(1, &says(&subject, Says::Withdrawn, at(0), 2));
    }
    assert_eq!(world.fleet.statements(), 2_000);
}

#[test]
fn an_older_entry_of_this_node_is_said_again_as_it_is_now() {
    let mut world = World::silent(rules(), Some(roster()), Vec::new());
    world.give(Input::SnapshotBegan);
    world.give(Input::CaughtUp);
    world.give(Input::Banned(own_ban(&peer("a"), at(1))));
    assert_eq!(said(&world.pass(Duration::from_secs(2))).len(), 1);
    // The bucket was restored from a backup.
    let old = says(&peer("a"), Says::Withdrawn, at(0), 1);
    let told = world.hear(0, &old);
    assert_eq!(said(&told), [("peer:a".to_owned(), Says::Ban)]);
}
