//! Last seen addresses of protected peers, over a restart.

use std::net::IpAddr;
use std::sync::Arc;

use peerwarden_host::peerwarden_core::Event;
use peerwarden_host::{Config, Direction, DriverOptions, ManualTimer, Origin, Tag, Verdict};

use crate::faulty_store::FaultyStore;
use crate::node::{Guarded, hours, network, noon, somebody};
use crate::peer::Peer;

#[test]
fn a_peer_that_the_settings_protect_passes_the_gate_after_a_restart_in_every_preset() {
    for config in [Config::default(), Config::flow(), Config::op_node()] {
        let store = FaultyStore::default();
        let (trusted, subject) = somebody();
        let options = DriverOptions::<Peer>::default().with_protect(vec![subject]);
        let (node, _) = start(&config, &store);
        let node = node.with_options(&options);
        node.handle().ban(network("203.0.113.0/24"), None, Origin::Operator).unwrap();
        assert_ne!(node.handle().check_addr(addr()), Ok(Verdict::Allow));
        connect(&node, trusted, addr());
        assert_eq!(node.handle().check_addr(addr()), Ok(Verdict::Allow));
        node.handle().flush().wait().unwrap();

        let (after, _) = start(&config, &store.copy());
        let after = after.with_options(&options);

        assert_eq!(after.handle().check_addr(addr()), Ok(Verdict::Allow));
        assert_eq!(after.handle().status(&trusted).unwrap().and_then(|it| it.addr), Some(addr()));
        // And once more, although the peer did not come.
        after.handle().flush().wait().unwrap();
        drop(after);
        let (again, _) = start(&config, &store);
        assert_eq!(again.with_options(&options).handle().check_addr(addr()), Ok(Verdict::Allow));
    }
}

#[test]
fn a_peer_that_another_tag_protects_passes_the_gate_once_the_tag_is_there_again() {
    let store = FaultyStore::default();
    let config = Config::default();
    let (trusted, subject) = somebody();
    let committee = Tag::new("committee").unwrap();
    let (node, _) = start(&config, &store);
    connect(&node, trusted, addr());
    node.handle().protect(subject.clone(), committee.clone()).unwrap();
    node.handle().ban(network("203.0.113.0/24"), None, Origin::Operator).unwrap();
    node.handle().flush().wait().unwrap();

    let (after, timer) = start(&config, &store.copy());
    timer.advance(hours(3));
    let now = after.shared().now();
    after.shared().input(Event::Heartbeat, now, |_| {});
    assert_ne!(after.handle().check_addr(addr()), Ok(Verdict::Allow));
    after.handle().protect(subject, committee).unwrap();

    assert_eq!(after.handle().check_addr(addr()), Ok(Verdict::Allow));
}

#[test]
fn a_peer_that_is_protected_no_longer_leaves_no_row() {
    let store = FaultyStore::default();
    let config = Config::default();
    let (trusted, subject) = somebody();
    let options = DriverOptions::<Peer>::default().with_protect(vec![subject.clone()]);
    let (node, _) = start(&config, &store);
    let node = node.with_options(&options);
    connect(&node, trusted, addr());
    node.handle().flush().wait().unwrap();
    assert_eq!(store.rows(), 1);

    let unprotected = store.copy();
    let (after, timer) = start(&config, &unprotected);
    assert!(after.handle().status(&trusted).unwrap().is_none());
    timer.advance(hours(25));
    after.handle().flush().wait().unwrap();
    assert_eq!(unprotected.rows(), 0);

    node.handle().unprotect(subject, Tag::SETTINGS).unwrap();
    node.shared().input(Event::Disconnected { peer: trusted }, node.shared().now(), |_| {});
    node.handle().flush().wait().unwrap();
    assert_eq!(store.rows(), 0);
}

#[test]
fn a_move_between_an_address_and_its_nat64_form_is_written() {
    let store = FaultyStore::default();
    let config = Config::default();
    let (trusted, subject) = somebody();
    let (node, _) = start(&config, &store);
    node.handle().protect(subject, Tag::OPERATOR).unwrap();
    let nat64: IpAddr = "64:ff9b::203.0.113.7".parse().unwrap();
    for place in [addr(), nat64, addr()] {
        connect(&node, trusted, place);
        node.handle().flush().wait().unwrap();

        let (after, _) = start(&config, &store.copy());

        assert_eq!(after.handle().status(&trusted).unwrap().and_then(|it| it.addr), Some(place));
    }
}

fn start(config: &Config, store: &FaultyStore) -> (Guarded, ManualTimer) {
    let timer = ManualTimer::new();
    timer.set_wall_clock(noon());
    let clock = Arc::new(timer.clone());
    (Guarded::restore(config.clone(), clock, store.clone()).unwrap(), timer)
}

fn connect(node: &Guarded, peer: Peer, addr: IpAddr) {
    let event = Event::Connected { peer, addr: Some(addr), direction: Direction::Outbound };
    node.shared().input(event, node.shared().now(), |_| {});
}

fn addr() -> IpAddr {
    "203.0.113.7".parse().unwrap()
}
