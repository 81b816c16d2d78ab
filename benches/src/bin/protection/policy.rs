//! Policies that are compared: peerwarden's engine, and models of other systems.

use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::peer::{Class, PeerNo};
use crate::time::millis;

/// Something that says which peers may connect, and which are to be disconnected.
///
/// Times are those of the policy's own clock. What is to be done about an input is put into `orders`,
/// in the order to do it.
pub(crate) trait Policy {
    /// There is a new peer, which has done nothing yet. For recordings.
    fn meet(&mut self, _peer: PeerNo, _class: Class) {}

    /// Whether an inbound connection from this address is refused before the peer is known.
    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool;

    /// Whether an inbound connection is refused once the peer is known.
    fn refuses(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> bool;

    /// When nothing that refuses such a connection now will do so any longer, for those who know the
    /// policy: `None` if that is never.
    fn free_at(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant>;

    /// A connection came up.
    fn connected(&mut self, peer: PeerNo, addr: IpAddr, now: Instant, orders: &mut Vec<Order>);

    /// A connection is gone.
    fn disconnected(&mut self, peer: PeerNo, now: Instant, orders: &mut Vec<Order>);

    /// A bad message is reported.
    fn report(&mut self, report: Report, now: Instant, orders: &mut Vec<Order>);

    /// So many valid messages of the peer arrived.
    fn valid(&mut self, peer: PeerNo, count: u64, now: Instant, orders: &mut Vec<Order>);

    /// The score that was asked for.
    fn score(&mut self, peer: PeerNo, score: f64, now: Instant, orders: &mut Vec<Order>);

    /// A second has passed.
    fn second(&mut self, now: Instant, orders: &mut Vec<Order>);

    /// How many entries it holds.
    fn tracked(&self) -> usize;

    /// Whether it still knows what the peer did.
    fn remembers(&self, peer: PeerNo, now: Instant) -> bool;
}

/// A bad message, and who answers for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    /// Who is to blame.
    pub(crate) peer: PeerNo,
    /// Where that peer was last seen.
    pub(crate) addr: IpAddr,
    /// Who delivered it, if somebody else.
    pub(crate) via: Option<PeerNo>,
}

/// What a policy wants done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    /// Close the peer's connection.
    Disconnect(PeerNo),
    /// The peer is banned from now on. For figures.
    Banned(PeerNo),
    /// A network is banned from now on. For figures.
    PlaceBanned,
    /// Answer with the peer's score as it is now.
    AskScore(PeerNo),
}

/// What attackers know of a policy that they have read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knowledge {
    /// Bad messages that a fresh id can send at once and leave, without being banned.
    pub(crate) burst: u64,
    /// How long it takes until as many are free again.
    pub(crate) refill: Duration,
    /// How long an id is to behave before its first bad message.
    pub(crate) quiet: Duration,
    /// Interval at which one id can send bad messages for ever.
    pub(crate) drip: Duration,
    /// Time from one fresh id's burst to that of the next at which the place is never banned.
    pub(crate) pace: Duration,
}

impl Knowledge {
    /// Threshold of 100 default reports, which fall by 1000 points a second.
    pub(crate) const FLOW: Self = Self {
        burst: 100,
        refill: millis(86_400),
        quiet: Duration::ZERO,
        drip: millis(866),
        pace: Duration::ZERO,
    };
}
