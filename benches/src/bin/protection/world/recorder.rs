//! Policy that writes down what it is told, and bans by a simple rule.

use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::peer::{Addresses, PeerNo, Peers};
use crate::policy::{Order, Policy, Report};

/// What a [`Recorder`] was told, in order.
pub(crate) type Log = Rc<RefCell<Vec<(Instant, Entry)>>>;

/// One thing that it was told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    Connected(PeerNo, IpAddr),
    Disconnected(PeerNo),
    Reported { peer: PeerNo, via: Option<PeerNo> },
    Valid(PeerNo, u64),
}

/// Bans an address at so many reports of one of its peers, for so long.
#[derive(Debug)]
pub(crate) struct Recorder {
    log: Log,
    reports: u64,
    lasts: Duration,
    counted: Peers<u64>,
    banned: Addresses<Instant>,
    /// Whose score it asks for each second.
    looks_at: Option<PeerNo>,
}

impl Recorder {
    /// One that writes into this log.
    pub(crate) fn new(log: &Log, reports: u64, lasts: Duration) -> Self {
        Self {
            log: Rc::clone(log),
            reports,
            lasts,
            counted: Peers::default(),
            banned: Addresses::default(),
            looks_at: None,
        }
    }

    /// The same; asks for the score of this peer once in ten seconds.
    pub(crate) fn looking_at(mut self, peer: PeerNo) -> Self {
        self.looks_at = Some(peer);
        self
    }

    fn write(&self, now: Instant, entry: Entry) {
        self.log.borrow_mut().push((now, entry));
    }
}

impl Policy for Recorder {
    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool {
        self.banned.get(&addr).is_some_and(|until| now < *until)
    }

    fn refuses(&self, _: PeerNo, addr: IpAddr, now: Instant) -> bool {
        self.refuses_addr(addr, now)
    }

    fn free_at(&self, _: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        Some(self.banned.get(&addr).map_or(now, |until| now.max(*until)))
    }

    fn connected(&mut self, peer: PeerNo, addr: IpAddr, now: Instant, _: &mut Vec<Order>) {
        self.write(now, Entry::Connected(peer, addr));
    }

    fn disconnected(&mut self, peer: PeerNo, now: Instant, _: &mut Vec<Order>) {
        self.write(now, Entry::Disconnected(peer));
    }

    fn report(&mut self, report: Report, now: Instant, orders: &mut Vec<Order>) {
        let Report { peer, addr, via } = report;
        self.write(now, Entry::Reported { peer, via });
        let count = self.counted.entry(peer).or_default();
        *count += 1;
        if *count == self.reports {
            *count = 0;
            self.banned.insert(addr, now.saturating_add(self.lasts));
            orders.extend([Order::Banned(peer), Order::Disconnect(peer)]);
        }
    }

    fn valid(&mut self, peer: PeerNo, count: u64, now: Instant, _: &mut Vec<Order>) {
        self.write(now, Entry::Valid(peer, count));
    }

    fn score(&mut self, _: PeerNo, _: f64, _: Instant, _: &mut Vec<Order>) {}

    fn second(&mut self, now: Instant, orders: &mut Vec<Order>) {
        let looks = (now.as_nanos() / 1_000_000_000).is_multiple_of(10);
        orders.extend(self.looks_at.filter(|_| looks).map(Order::AskScore));
    }

    fn tracked(&self) -> usize {
        self.counted.len()
    }

    fn remembers(&self, _: PeerNo, _: Instant) -> bool {
        true
    }
}
