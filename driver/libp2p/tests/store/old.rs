//! Rows that were written by earlier versions, as they are in files out there.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use libp2p::PeerId;
use peerwarden_libp2p::{MemoryStore, Misbehavior, Note, Origin, Score, Store, Subject, Tag};

use crate::node::{Node, network};

/// A store of format 1, byte by byte. It must be readable for ever: if this fails, the format needs
/// a new number, and the old one a module of its own that reads it.
#[test]
fn a_store_of_format_1_is_read() {
    let node = Node::start_at(written() + Duration::from_secs(10), store_of(FORMAT_1));

    let peer: PeerId = PEER.parse().unwrap();
    assert_eq!(
        node.bans(),
        [
            (network("10.0.0.0/8"), Some(3_590)),
            (network("2001:db8::/32"), Some(604_790)),
            (Subject::Peer(peer), Some(3_590)),
        ]
    );
    let status = node.status(peer).unwrap();
    assert_eq!(status.offences, 1);
    assert_eq!(status.score, Some(Score::try_from(-100.5).unwrap()));
    assert_eq!(status.penalty.to_string(), "85040");
    assert_eq!(format!("{:?}", status.misdeeds[0].misbehavior), "invalid-message");
    assert_eq!((status.misdeeds.len(), status.misdeeds[0].times), (1, 110));
}

/// It says the same as if it had been written in the newest format.
#[test]
fn a_store_of_format_1_is_written_anew() {
    let store = store_of(FORMAT_1);
    let before = Node::start_at(written(), store_of(FORMAT_1)).bans();

    drop(Node::start_at(written(), store.clone()));

    assert_eq!(store.get(b"format"), Some(vec![3]));
    let node = Node::start_at(written(), store);
    assert_eq!(node.bans(), before);
    assert_eq!(before.len(), 3);
    let offences = node.status(PEER.parse().unwrap()).map(|status| status.offences);
    assert_eq!(offences, Some(1));
}

/// A store of format 2, byte by byte, which must be readable for ever as well.
#[test]
fn a_store_of_format_2_is_read() {
    let node = Node::start_at(written() + Duration::from_secs(10), store_of(FORMAT_2));

    let (peer, friend): (PeerId, PeerId) = (PEER.parse().unwrap(), FRIEND.parse().unwrap());
    assert_eq!(
        node.bans(),
        [
            (network("10.0.0.0/8"), Some(3_590)),
            (network("2001:db8::/32"), Some(604_790)),
            (Subject::Peer(peer), Some(3_590)),
        ]
    );
    let status = node.status(peer).unwrap();
    assert_eq!((status.offences, status.penalty.to_string()), (1, "85040".to_owned()));
    assert_eq!(node.handle.counts().unwrap().places, 1);
    assert!(node.status(friend).unwrap().standing);
}

/// A store of format 3, byte by byte, which must be readable for ever as well.
#[test]
fn a_store_of_format_3_is_read() {
    let node = Node::start_at(written() + Duration::from_secs(10), store_of(FORMAT_3));

    let before = Node::start_at(written() + Duration::from_secs(10), store_of(FORMAT_2));
    assert_eq!(node.bans(), before.bans());
    let note = Note::new("scanner").unwrap().by("ana").unwrap();
    assert_eq!(node.handle.notes(&network("10.0.0.0/8")).unwrap().operator, Some(note));
}

#[test]
fn format_3_is_what_is_written() {
    let store = MemoryStore::default();
    // The friend came half an hour earlier.
    let early = written() - Duration::from_secs(1_800);
    let mut node = Node::start_at(early, store.clone());
    let (peer, friend): (PeerId, PeerId) = (PEER.parse().unwrap(), FRIEND.parse().unwrap());
    node.connect_at(friend, "198.51.100.7".parse().unwrap());
    node.advance(Duration::from_secs(1_800));
    node.timer.set_wall_clock(written());
    let note = Note::new("scanner").unwrap().by("ana").unwrap();
    let (hour, operator) = (Duration::from_secs(3_600).try_into().ok(), Origin::Operator);
    node.handle.ban_with_note(network("10.1.2.3/8"), hour, operator, note).unwrap();
    node.handle.ban(network("2001:db8::/32"), None, Origin::Remote).unwrap();
    node.connect(peer);
    node.handle.expel(peer, Misbehavior::INVALID_MESSAGE, None).unwrap();
    node.report(peer, 110);
    node.handle.protect(network("192.0.2.1/32"), Tag::OPERATOR).unwrap();
    drop(node);

    let rows = store.clone().load().unwrap();
    let text = rows.iter().fold(String::new(), |mut text, row| {
        writeln!(text, "{} {}", hex(&row.key), hex(&row.value)).unwrap();
        text
    });
    assert_eq!(text, FORMAT_3, "{text}");
}

fn store_of(text: &str) -> MemoryStore {
    let store = MemoryStore::default();
    for line in text.lines() {
        let (key, value) = line.split_once(' ').unwrap();
        store.insert(&bytes(key), bytes(value));
    }
    store
}

fn written() -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_900_000_000)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

const PEER: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

const FORMAT_1: &str = "\
    666f726d6174 01\n\
    6e31302e302e302e302f38 018080f889effd89af1a00000a000000080100000101018080c58bc6d1010000\n\
    6e3139322e302e322e312f3332 018080f889effd89af1a0000c000020120000100\n\
    6e323030313a6462383a3a2f3332 018080f889effd89af1a000120010db80000000000000000000000002001010\
    00103018080c892ff8393020000\n\
    700024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba29 018080f889eff\
    d89af1a01260024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba290280a\
    0cd86e202008094ebdc03010001040002020180c09a8dc40504018080c58bc6d1010100000000002059c00180e09\
    dd5bd050100c0000202000000000000010f696e76616c69642d6d6573736167656e00\n\
";

const FRIEND: &str = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

const FORMAT_2: &str = "\
    666f726d6174 02\n\
    6e31302e302e302e302f38 018080f889effd89af1a0001000a000000080102000101018080c58bc6d101000\
    000\n\
    6e3139322e302e322e312f3332 018080f889effd89af1a000100c00002012000010000\n\
    6e3139322e302e322e322f3332 018080f889effd89af1a00000100c000020220080000c0843d000000\n\
    6e323030313a6462383a3a2f3332 018080f889effd89af1a00010120010db80000000000000000000000002\
    00103000103018080c892ff839302000000\n\
    700024080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29 018080f88\
    9effd89af1a01260024080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59d\
    a290000ffbfa2cfd6fefab2028094ebdc0300ffbfe285e368000000000100c63364070000000000000000018\
    080c892ff8393020b000000000000\n\
    700024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba29 018080f88\
    9effd89af1a01260024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5b\
    a290480a0cd86e202008094ebdc0301000106000205018080c58bc6d101020180c09a8dc405000180e09dd5b\
    d050100c00002020000000000010f696e76616c69642d6d6573736167656f0080a0cd86e202ffbfa2cfd6fef\
    ab20200000000000000\n\
";

const FORMAT_3: &str = "\
    666f726d6174 03\n\
    6e31302e302e302e302f38 018080f889effd89af1a0001000a000000080102000101018080c58bc6d1010000000\
    1077363616e6e65720103616e6100\n\
    6e3139322e302e322e312f3332 018080f889effd89af1a000100c000020120000100000000\n\
    6e3139322e302e322e322f3332 018080f889effd89af1a00000100c000020220080000c0843d0000000000\n\
    6e323030313a6462383a3a2f3332 018080f889effd89af1a00010120010db800000000000000000000000020010\
    3000103018080c892ff8393020000000000\n\
    700024080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29 018080f889eff\
    d89af1a01260024080112203b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da290000f\
    fbfa2cfd6fefab2028094ebdc0300ffbfe285e368000000000100c63364070000000000000000018080c892ff839\
    3020b0000000000000000\n\
    700024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba29 018080f889eff\
    d89af1a01260024080112204cb5abf6ad79fbf5abbccafcc269d85cd2651ed4b885b5869f241aedf0a5ba290480a\
    0cd86e202008094ebdc0301000106000205018080c58bc6d101020180c09a8dc405000180e09dd5bd050100c0000\
    2020000000000010f696e76616c69642d6d6573736167656f0080a0cd86e202ffbfa2cfd6fefab20200000000000\
    0000000\n\
";
