//! Engines pre-filled with N peers.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_core::{
    Action, BanDuration, Config, Direction, Event, Instant, IpNet, Misbehavior, Origin, Penalty,
    Points, Subject, Warden,
};
use peerwarden_libp2p::compact_peer_id::CompactPeerId;

use crate::hashers::Hasher;

/// What an engine knows of each of its peers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Known {
    /// It is connected, from an address of its own, and nothing stands against it.
    Idle,
    /// It is gone, and owes a quarter of what would ban it: half of what gives a warning.
    Owing,
    /// It is gone, and the operator has it banned for an hour.
    Banned,
}

impl Known {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Idle, Self::Owing, Self::Banned];

    /// How figures name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Owing => "owing",
            Self::Banned => "banned",
        }
    }
}

/// The default policy, with room for twice so many records.
#[must_use]
pub fn roomy(records: usize) -> Config {
    bounded(records.saturating_mul(2))
}

/// The default policy, with room for so many records and no more.
#[must_use]
pub fn bounded(records: usize) -> Config {
    Config::default().with_max_records(NonZeroUsize::new(records).unwrap_or(NonZeroUsize::MIN))
}

/// An engine that has so many networks banned, of every length from /12 to /32, for ever.
#[must_use]
pub fn with_banned_networks<S: Hasher>(count: u32) -> Warden<CompactPeerId, S> {
    let mut warden = Warden::new(Config::default(), S::default());
    let mut rng = fastrand::Rng::with_seed(6);
    while warden.counts().networks < usize::try_from(count).unwrap_or(usize::MAX) {
        let length = rng.u8(12..=32);
        if let Ok(net) = IpNet::new(Ipv4Addr::from(rng.u32(..)).into(), length) {
            let (subject, origin) = (Subject::Addr(net), Origin::Operator);
            drop(warden.handle_input(Event::Ban { subject, duration: None, origin }, START));
        }
    }
    warden
}

/// An engine that knows these peers as such, and a tenth as many others that are banned: a gate with
/// nobody to refuse would have nothing to look at. All of it happened at [`START`].
#[must_use]
pub fn guarding<S: Hasher>(peers: &[PeerId], known: Known) -> Warden<CompactPeerId, S> {
    let mut warden = engine(peers, known, roomy(peers.len()));
    for peer in crate::peers::peers(peers.len() / 10, 5) {
        if let Some(event) = history(peer, 0, Known::Banned) {
            drop(warden.handle_input(event, START));
        }
    }
    warden
}

/// An engine that knows these peers. All of it happened at [`START`].
#[must_use]
pub fn engine<S: Hasher>(
    peers: &[PeerId],
    known: Known,
    config: Config,
) -> Warden<CompactPeerId, S> {
    let mut warden = Warden::new(config, S::default());
    for (peer, at) in peers.iter().zip(0_u32..) {
        if let Some(event) = history(*peer, at, known) {
            drop(warden.handle_input(event, START));
        }
    }
    warden
}

/// What makes the engine know the peer as such. `at` becomes its address.
fn history(peer: PeerId, at: u32, known: Known) -> Option<Event<CompactPeerId>> {
    match known {
        Known::Idle => Some(connected(peer, at)),
        Known::Owing => Some(report(peer, a_quarter_of_the_threshold())),
        Known::Banned => Some(Event::Ban {
            subject: Subject::Peer(peer.into()),
            duration: BanDuration::try_from(Duration::from_secs(3_600)).ok(),
            origin: Origin::Operator,
        }),
    }
}

/// The peer connects, from the address with this number.
#[must_use]
pub fn connected(peer: PeerId, at: u32) -> Event<CompactPeerId> {
    let addr = IpAddr::V4(Ipv4Addr::from(FIRST_ADDRESS.wrapping_add(at)));
    Event::Connected { peer: peer.into(), addr: Some(addr), direction: Direction::Inbound }
}

/// The peer did something that costs this much.
#[must_use]
pub fn report(peer: PeerId, penalty: Penalty) -> Event<CompactPeerId> {
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    Event::Report { peer: peer.into(), misbehavior, penalty, via: None }
}

/// Half of what a peer may owe at most without being banned.
#[must_use]
pub fn half_the_threshold() -> Penalty {
    points(Config::default().threshold().as_micros() / 2)
}

/// A quarter of what a peer may owe at most without being banned.
#[must_use]
pub fn a_quarter_of_the_threshold() -> Penalty {
    points(Config::default().threshold().as_micros() / 4)
}

/// More than a peer may owe.
#[must_use]
pub fn fatal() -> Penalty {
    points(Config::default().threshold().as_micros().saturating_add(1))
}

/// One point. At a report each [`pace`], what peers owe stays about the same.
#[must_use]
pub fn one_point() -> Penalty {
    points(Points::from_points(1).as_micros())
}

/// How long it takes until the next report, so that each of so many peers is reported, on average,
/// as often as a point decays.
#[must_use]
pub fn pace(peers: usize) -> Duration {
    let peers = u64::try_from(peers).unwrap_or(u64::MAX);
    Duration::from_nanos((1_000_000 / peers.max(1)).max(1))
}

/// How many of these actions are bans.
#[must_use]
pub fn bans<P>(actions: &[Action<P>]) -> usize {
    actions.iter().filter(|action| matches!(action, Action::Ban { .. })).count()
}

/// How many of these actions are ends of bans.
#[must_use]
pub fn unbans<P>(actions: &[Action<P>]) -> usize {
    actions.iter().filter(|action| matches!(action, Action::Unban { .. })).count()
}

fn points(micros: u64) -> Penalty {
    Penalty::from_micros(micros).unwrap_or(Penalty::DEFAULT)
}

/// How many peers are tracked, from few to many.
pub const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// When engines come to know their peers.
pub const START: Instant = Instant::from_secs(1_000);

/// 16.0.0.0, from which on a million addresses are nothing special.
const FIRST_ADDRESS: u32 = 0x1000_0000;
