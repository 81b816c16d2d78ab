//! Names and pseudonyms.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;

use peerwarden_core::{Event, Subject};
use peerwarden_host::Config;

use crate::played::Played;
use crate::running::Running;

#[test]
fn pseudonyms_give_no_name_or_address_away_and_replay_to_the_action() {
    let node = Running::new();
    node.busy_rounds(150);
    let _status = node.warden.record(node.options()).expect("it can begin");
    node.busy_rounds(150);
    let plain = Played::of(&node.stop().file).expect("it can be read");
    let status = node.warden.record(node.options().with_pseudonyms(true)).expect("it can begin");
    assert!(status.pseudonyms);
    node.busy_rounds(150);
    let status = node.stop();

    let text = text(&status.file);
    assert!(!text.contains("peer-"), "a name is in it");
    let played = Played::of(&status.file).expect("it can be read");
    assert!(played.header.pseudonymised);
    assert!(played.hashes > 0);
    assert_eq!(played.inputs, status.inputs);
    let addrs: BTreeSet<IpAddr> = played.events.iter().filter_map(addr).collect();
    let known: BTreeSet<IpAddr> = plain.events.iter().filter_map(addr).collect();
    assert!(addrs.len() > 100, "each has another of its own");
    assert_ne!(addrs, known);
    let nets = |addrs: BTreeSet<IpAddr>| -> BTreeSet<_> { addrs.into_iter().map(third).collect() };
    assert_eq!(nets(addrs).len(), nets(known).len(), "networks stay networks");
}

#[test]
fn exempt_networks_stay_exempt_under_pseudonyms() {
    let node = Running::guarded_by(Config::default().with_exempt(&[]));
    let _status = node.warden.record(node.options().with_pseudonyms(true)).expect("it can begin");
    let private: IpAddr = [10, 9, 8, 7].into();
    let admission =
        node.doorman.admit("a".to_owned(), Some(private), peerwarden_host::Direction::Inbound, 1);
    drop(admission);
    let status = node.stop();

    let played = Played::of(&status.file).expect("it can be read");

    let addrs: Vec<IpAddr> = played.events.iter().filter_map(addr).collect();
    assert!(
        matches!(addrs.as_slice(), [IpAddr::V4(v4)] if v4.octets()[0] == 10),
        "{addrs:?} is as private"
    );
}

#[test]
fn without_pseudonyms_names_are_what_they_are() {
    let node = Running::new();
    let _status = node.warden.record(node.options()).expect("it can begin");
    node.busy_rounds(10);
    let status = node.stop();

    let played = Played::of(&status.file).expect("it can be read");

    assert!(!played.header.pseudonymised);
    let connected = played.events.iter().find(|event| matches!(event, Event::Connected { .. }));
    let Some(Event::Connected { peer, addr, .. }) = connected else { panic!("a peer came") };
    assert_eq!((peer.as_str(), *addr), ("peer-0", Some([198, 51, 0, 0].into())));
}

fn text(file: &Path) -> String {
    let file = std::fs::File::open(file).expect("it is there");
    let mut text = String::new();
    let mut decoder = zstd::Decoder::new(file).expect("zstd works");
    let _bytes = decoder.read_to_string(&mut text).expect("it is whole");
    text
}

fn addr(event: &Event<String>) -> Option<IpAddr> {
    if let Event::Connected { addr, .. } = event {
        *addr
    } else if let Event::Ban { subject: Subject::Addr(net), .. } = event {
        Some(net.addr())
    } else {
        None
    }
}

/// The first three bytes of an IPv4 address.
fn third(addr: IpAddr) -> [u8; 3] {
    let IpAddr::V4(v4) = addr else { panic!("{addr} is no IPv4 address") };
    let [a, b, c, _] = v4.octets();
    [a, b, c]
}
