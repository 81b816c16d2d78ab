//! Random inputs about few peers and few addresses.

use peerwarden_core::{
    BanDuration, Cause, Direction, Event, IpNet, Misbehavior, Origin, Penalty, Score, Subject,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::model::Peer;
use crate::moment::{Moment, any_moment};
use crate::policies;

/// An input, and when it comes.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) moment: Moment,
    pub(crate) event: Event<Peer>,
    /// How often it comes in a row.
    pub(crate) times: u32,
    /// Whether the engine is restored from a snapshot of itself afterwards.
    pub(crate) restarts: bool,
}

/// On one line, however long the history.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moment, event, times, restarts } = self;
        let then = if *restarts { ", then restored" } else { "" };
        f.write_str(&format!("{moment:?}: {event:?} x {times}{then}"))
    }
}

pub(crate) const PEERS: u8 = 4;

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    (any_moment(), any_event(), select(vec![1, 1, 1, 1, 1, 2, 12]), any_restart())
        .prop_map(|(moment, event, times, restarts)| Step { moment, event, times, restarts })
}

fn any_event() -> impl Strategy<Value = Event<Peer>> {
    prop_oneof![
        5 => (any_peer(), option::of(any_addr()), any_direction()).prop_map(
            |(peer, addr, direction)| Event::Connected { peer, addr, direction }
        ),
        4 => any_peer().prop_map(|peer| Event::Disconnected { peer }),
        8 => (any_peer(), any_misbehavior(), any_penalty()).prop_map(
            |(peer, misbehavior, penalty)| Event::Report { peer, misbehavior, penalty, via: None }
        ),
        6 => (any_peer(), select(vec![-101.0, -150.0, -100.0, 3.0])).prop_map(|(peer, score)| {
            Event::Score { peer, score: Score::try_from(score).unwrap() }
        }),
        3 => Just(Event::Tick),
        3 => Just(Event::Heartbeat),
        3 => (any_subject(), option::of(any_ban()), any_origin()).prop_map(
            |(subject, duration, origin)| Event::Ban { subject, duration, origin }
        ),
        3 => (any_subject(), option::of(select(Cause::ALL.to_vec()))).prop_map(
            |(subject, cause)| Event::Unban { subject, cause }
        ),
        1 => any_subject().prop_map(|subject| Event::Protect { subject, addr: None }),
        1 => any_subject().prop_map(|subject| Event::Unprotect { subject }),
        1 => any_peer().prop_map(|peer| Event::ScoreUnavailable { peer }),
        1 => policies::any_config().prop_map(|config| Event::Reconfigure {
            config: Box::new(config),
        }),
    ]
}

/// Once in sixteen times.
fn any_restart() -> impl Strategy<Value = bool> {
    (0..16).prop_map(|n| n == 15)
}

/// More kinds than are kept of one peer.
fn any_misbehavior() -> impl Strategy<Value = Misbehavior> {
    (0..10).prop_map(|n| Misbehavior::new(&format!("kind-{n}")).unwrap())
}

/// One peer more often than the others, so that much happens to it.
fn any_peer() -> impl Strategy<Value = Peer> {
    prop_oneof![2 => Just(0), 3 => 0..PEERS]
}

fn any_addr() -> impl Strategy<Value = IpAddr> {
    prop_oneof![Just(addrs()[0]), select(addrs())]
}

fn any_direction() -> impl Strategy<Value = Direction> {
    select(vec![Direction::Inbound, Direction::Outbound])
}

fn any_origin() -> impl Strategy<Value = Origin> {
    select(vec![Origin::Operator, Origin::Remote])
}

fn any_ban() -> impl Strategy<Value = BanDuration> {
    select(vec![1_u64, 999, 1_000, 5_000, 20_000, 90_000])
        .prop_map(|millis| BanDuration::try_from(Duration::from_millis(millis)).unwrap())
}

fn any_penalty() -> impl Strategy<Value = Penalty> {
    select(vec![1, 333_333, 1_000_000, 2_000_000, 3_000_001, 10_000_000, 50_000_000])
        .prop_map(|micros| Penalty::from_micros(micros).unwrap())
}

fn any_subject() -> impl Strategy<Value = Subject<Peer>> {
    prop_oneof![
        3 => any_peer().prop_map(Subject::Peer),
        2 => select(nets()).prop_map(Subject::Addr),
    ]
}

pub(crate) fn addrs() -> Vec<IpAddr> {
    let addrs = [
        "198.51.100.7",
        "198.51.100.8",
        "198.51.7.7",
        "::ffff:198.51.100.7",
        "127.0.0.1",
        "2001:db8::1",
        "2001:db8::2",
        "2001:db8:0:1::1",
    ];
    addrs.map(|addr| addr.parse().unwrap()).to_vec()
}

fn nets() -> Vec<IpNet> {
    let nets = [
        "198.51.100.7/32",
        "198.51.100.9/24",
        "198.51.0.0/16",
        "198.0.0.0/8",
        "::ffff:198.51.100.0/120",
        "64:ff9b::198.51.100.8/128",
        "2001:db8::/64",
        "2001:db8::/48",
        "2001:db8::/32",
        "2001:d00::/24",
    ];
    nets.map(|net| net.parse().unwrap()).to_vec()
}
