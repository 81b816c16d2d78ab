//! Pardons of places, and what they say.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::time::Duration;

use peerwarden_host::peerwarden_core::Event;
use peerwarden_host::{
    Cause, Config, Direction, Instant, ManualTimer, Misbehavior, Node, Points, Subject, Verdict,
};

const IP: &str = "203.0.113.7";

#[test]
fn a_pardon_of_a_place_says_what_it_owed_and_what_counted_against_it() {
    let timer = ManualTimer::new();
    let node: Node<String> = Node::new(Config::default(), Arc::new(timer.clone()));
    let place = Subject::Addr(format!("{IP}/32").parse().unwrap());
    for n in 0..8 {
        leave_debts(&node, &format!("p{n}"));
    }
    // Their debts fall at 100 points a second.
    timer.advance(Duration::from_secs(10));
    node.handle().expel("q".to_owned(), Misbehavior::SENDER_EJECTED, None).unwrap();

    let answer = node.handle().unban(place.clone(), None).unwrap();

    assert!(answer.changed() && answer.lifted.is_empty());
    assert_eq!(answer.waived, Points::from_points(8 * 100 * 864 - 1_000));
    assert_eq!((answer.crowd_cleared, answer.grace), (false, Some(Instant::from_secs(610))));
    assert_eq!(
        answer.to_string(),
        "there was no such ban of 203.0.113.7/32; 690200 points are waived; automatic bans of it are \
         withheld for another 10m"
    );
    let again = node.handle().unban(place, None).unwrap();
    assert!(!again.changed(), "{again:?}");
    assert_eq!(again.to_string(), "there was no such ban of 203.0.113.7/32; nothing was changed");
    assert_eq!(node.handle().check_addr(IP.parse().unwrap()), Ok(Verdict::Allow));
}

#[test]
fn a_pardon_of_a_place_says_that_offences_count_no_longer() {
    let timer = ManualTimer::new();
    let node: Node<String> = Node::new(Config::default(), Arc::new(timer.clone()));
    let place = Subject::Addr(format!("{IP}/32").parse().unwrap());
    come(&node, "loud");
    node.handle().expel("loud".to_owned(), Misbehavior::SENDER_EJECTED, None).unwrap();
    timer.advance(Duration::from_secs(60));

    // One cause is no pardon.
    let one = node.handle().unban(place.clone(), Some(Cause::Address)).unwrap();
    assert!(!one.changed());
    let answer = node.handle().unban(place.clone(), None).unwrap();

    assert!(answer.changed() && answer.crowd_cleared);
    assert_eq!(answer.waived, Points::ZERO);
    assert_eq!(
        answer.to_string(),
        "there was no such ban of 203.0.113.7/32; the offences of its peers count no longer; automatic \
         bans of it are withheld for another 10m"
    );

    // Of an offence of a while ago nothing is left.
    come(&node, "rude");
    node.handle().expel("rude".to_owned(), Misbehavior::SENDER_EJECTED, None).unwrap();
    timer.advance(Duration::from_secs(3_600));
    assert!(!node.handle().unban(place, None).unwrap().changed());
}

fn come(node: &Node<String>, peer: &str) {
    let (peer, addr) = (peer.to_owned(), IP.parse().ok());
    let event = Event::Connected { peer, addr, direction: Direction::Inbound };
    node.shared().input(event, node.shared().now(), |_| {});
}

fn leave_debts(node: &Node<String>, peer: &str) {
    come(node, peer);
    for _ in 0..100 {
        node.handle().report(peer.to_owned(), Misbehavior::INVALID_MESSAGE).unwrap();
    }
    let event = Event::Disconnected { peer: peer.to_owned() };
    node.shared().input(event, node.shared().now(), |_| {});
}
