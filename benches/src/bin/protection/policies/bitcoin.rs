//! Model of Bitcoin Core's discouragement.
//!
//! The first bad message discourages the peer's IP and disconnects everybody there. The last 50 000
//! such addresses are kept, in memory only and without an end. Stricter than the original, which lets
//! a discouraged address in while it has slots to spare: here it is always refused.
//! Source: bitcoin, src/banman.h, src/net_processing.cpp (`MaybeDiscourageAndDisconnect`), 2025.

use std::collections::VecDeque;
use std::net::IpAddr;

use peerwarden_core::Instant;

use crate::peer::{Addresses, PeerNo};
use crate::policy::{Order, Policy, Report};

/// Addresses that are discouraged.
#[derive(Debug, Default)]
pub(crate) struct Bitcoin {
    discouraged: Addresses<()>,
    /// Oldest first.
    order: VecDeque<IpAddr>,
    connected: Addresses<Vec<PeerNo>>,
}

impl Bitcoin {
    /// With nobody discouraged.
    pub(crate) fn new() -> Self {
        Self::default()
    }
}

impl Policy for Bitcoin {
    fn refuses_addr(&self, addr: IpAddr, _: Instant) -> bool {
        self.discouraged.contains_key(&addr)
    }

    fn refuses(&self, _: PeerNo, addr: IpAddr, now: Instant) -> bool {
        self.refuses_addr(addr, now)
    }

    fn free_at(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        (!self.refuses(peer, addr, now)).then_some(now)
    }

    fn connected(&mut self, peer: PeerNo, addr: IpAddr, _: Instant, _: &mut Vec<Order>) {
        self.connected.entry(addr).or_default().push(peer);
    }

    fn disconnected(&mut self, peer: PeerNo, _: Instant, _: &mut Vec<Order>) {
        self.connected.retain(|_, peers| {
            peers.retain(|connected| *connected != peer);
            !peers.is_empty()
        });
    }

    fn report(&mut self, report: Report, _: Instant, orders: &mut Vec<Order>) {
        if self.discouraged.insert(report.addr, ()).is_some() {
            return;
        }
        self.order.push_back(report.addr);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.discouraged.remove(&oldest);
        }
        orders.push(Order::Banned(report.peer));
        let there = self.connected.get(&report.addr).into_iter().flatten();
        orders.extend(there.map(|peer| Order::Disconnect(*peer)));
    }

    fn valid(&mut self, _: PeerNo, _: u64, _: Instant, _: &mut Vec<Order>) {}

    fn score(&mut self, _: PeerNo, _: f64, _: Instant, _: &mut Vec<Order>) {}

    fn second(&mut self, _: Instant, _: &mut Vec<Order>) {}

    fn tracked(&self) -> usize {
        self.discouraged.len()
    }

    fn remembers(&self, _: PeerNo, _: Instant) -> bool {
        // Ids mean nothing here, and the addresses of a flood push out those before.
        self.order.len() < REMEMBERED
    }
}

const REMEMBERED: usize = 50_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_message_puts_everybody_at_that_address_out() {
        let mut bitcoin = Bitcoin::new();
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut orders = Vec::new();
        for (peer, addr) in [(1, here), (2, here), (3, there)] {
            bitcoin.connected(PeerNo(peer), addr, Instant::ORIGIN, &mut orders);
        }
        let report = Report { peer: PeerNo(1), addr: here, via: None };
        bitcoin.report(report, Instant::ORIGIN, &mut orders);
        let expected =
            [Order::Banned(PeerNo(1)), Order::Disconnect(PeerNo(1)), Order::Disconnect(PeerNo(2))];
        assert_eq!(orders, expected);
        assert!(bitcoin.refuses_addr(here, Instant::from_secs(1_000_000)));
        assert!(!bitcoin.refuses_addr(there, Instant::ORIGIN));
    }
}
