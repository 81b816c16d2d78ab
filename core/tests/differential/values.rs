//! Values for random inputs.

use peerwarden_core::{
    BanDuration, Cause, Direction, IpNet, Misbehavior, Origin, Penalty, Points, Score, Subject,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::net::IpAddr;
use std::time::Duration;

use crate::model::Peer;

/// Enough for every group that an incident needs, and one more.
pub(crate) const PEERS: u8 = 10;

/// Some peers more often than the others, so that much happens to them.
pub(crate) fn any_peer() -> impl Strategy<Value = Peer> {
    prop_oneof![2 => Just(0), 2 => 0_u8..3, 2 => 0..PEERS]
}

/// More kinds than are kept of one peer.
pub(crate) fn any_misbehavior() -> impl Strategy<Value = Misbehavior> {
    (0..10).prop_map(|n| Misbehavior::new(&format!("kind-{n}")).unwrap())
}

pub(crate) fn any_addr() -> impl Strategy<Value = IpAddr> {
    prop_oneof![2 => Just(addrs()[0]), 2 => select(addrs()[..4].to_vec()), 3 => select(addrs())]
}

pub(crate) fn any_direction() -> impl Strategy<Value = Direction> {
    select(vec![Direction::Inbound, Direction::Inbound, Direction::Outbound])
}

pub(crate) fn any_origin() -> impl Strategy<Value = Origin> {
    select(vec![Origin::Operator, Origin::Remote])
}

pub(crate) fn any_cause() -> impl Strategy<Value = Cause> {
    select(Cause::ALL.to_vec())
}

pub(crate) fn any_ban() -> impl Strategy<Value = BanDuration> {
    select(vec![1_u64, 999, 1_000, 5_000, 20_000, 90_000, 3_600_000])
        .prop_map(|millis| BanDuration::try_from(Duration::from_millis(millis)).unwrap())
}

/// Some for policies that count in a few points, some for those that count in thousands.
pub(crate) fn any_penalty() -> impl Strategy<Value = Penalty> {
    let small = [1, 5, 333_333, 1_000_000, 2_000_000, 3_000_001, 10_000_000, 50_000_000];
    let large = [100, 864, 8_640, 43_200, 86_400, 100_000].map(|points| points * 1_000_000);
    prop_oneof![select(small.to_vec()), select(large.to_vec())]
        .prop_map(|micros| Penalty::from_micros(micros).unwrap())
}

pub(crate) fn any_points() -> impl Strategy<Value = Points> {
    let small = [0, 1, 999_999, 1_000_000, 5_000_000];
    let large = [864, 1_000, 40_000, 100_000].map(|points| points * 1_000_000);
    prop_oneof![select(small.to_vec()), select(large.to_vec())].prop_map(Points::from_micros)
}

pub(crate) fn any_score() -> impl Strategy<Value = Score> {
    select(vec![-101.0, -101.0, -150.0, -100.0, 3.0])
        .prop_map(|score| Score::try_from(score).unwrap())
}

pub(crate) fn any_subject() -> impl Strategy<Value = Subject<Peer>> {
    prop_oneof![
        3 => any_peer().prop_map(Subject::Peer),
        2 => select(nets()).prop_map(Subject::Addr),
    ]
}

/// Few places, neighbours at several distances, and one of each kind.
pub(crate) fn addrs() -> Vec<IpAddr> {
    let addrs = [
        "198.51.100.7",
        "198.51.100.8",
        "2001:db8::1",
        "2001:db8::2",
        "198.51.7.7",
        "::ffff:198.51.100.7",
        "64:ff9b::198.51.100.7",
        "64:ff9b::192.0.2.1",
        "127.0.0.1",
        "2001:db8:0:1::1",
        "2001:db8:1::1",
        "::2",
    ];
    addrs.map(|addr| addr.parse().unwrap()).to_vec()
}

/// The IP of the peer in a group of its own.
pub(crate) fn addr_of(peer: Peer) -> IpAddr {
    IpAddr::from([20 + peer, 0, 0, 1])
}

fn nets() -> Vec<IpNet> {
    let nets = [
        "198.51.100.7/32",
        "198.51.100.9/24",
        "198.51.0.0/16",
        "198.0.0.0/8",
        "0.0.0.0/0",
        "127.0.0.0/16",
        "::ffff:198.51.100.0/120",
        "::ffff:0:0/96",
        "64:ff9b::198.51.100.8/128",
        "64:ff9b::/97",
        "64:ff9b::/96",
        "2001:db8::/64",
        "2001:db8::/48",
        "2001:db8::/32",
        "2001:d00::/24",
        "fc00::/32",
        "::/0",
    ];
    nets.map(|net| net.parse().unwrap()).to_vec()
}
