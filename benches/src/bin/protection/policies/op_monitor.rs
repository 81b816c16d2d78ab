//! Model of op-node's peer monitor.
//!
//! Once a second it looks at the next peer of a snapshot of those connected, and bans it for an hour
//! if its score is strictly below -100; when the snapshot is used up it takes a new one, in which the
//! order is another (Go's maps start their iteration anywhere: here a random rotation). Peers that
//! have left meanwhile are looked at too. Kinder than the original: scores are the live ones, where
//! the monitor reads what gossipsub wrote up to 15 s ago.
//! Source: optimism, op-node/p2p/monitor/peer_monitor.go, gating/expiry.go, 2024-10.

use std::collections::BTreeSet;
use std::net::IpAddr;

use fastrand::Rng;
use peerwarden_core::Instant;

use crate::peer::{PeerNo, Peers};
use crate::policy::{Order, Policy, Report};
use crate::time::hours;

/// State of the monitor and its expiring bans.
#[derive(Debug)]
pub(crate) struct OpMonitor {
    banned: Peers<Instant>,
    connected: BTreeSet<PeerNo>,
    snapshot: Vec<PeerNo>,
    next: usize,
    rng: Rng,
}

impl OpMonitor {
    /// With nobody banned; the seed is for the order of snapshots.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            banned: Peers::default(),
            connected: BTreeSet::new(),
            snapshot: Vec::new(),
            next: 0,
            rng: Rng::with_seed(seed),
        }
    }
}

impl Policy for OpMonitor {
    fn refuses_addr(&self, _: IpAddr, _: Instant) -> bool {
        false
    }

    fn refuses(&self, peer: PeerNo, _: IpAddr, now: Instant) -> bool {
        self.banned.get(&peer).is_some_and(|until| now < *until)
    }

    fn free_at(&self, peer: PeerNo, _: IpAddr, now: Instant) -> Option<Instant> {
        Some(self.banned.get(&peer).map_or(now, |until| now.max(*until)))
    }

    fn connected(&mut self, peer: PeerNo, _: IpAddr, _: Instant, _: &mut Vec<Order>) {
        self.connected.insert(peer);
    }

    fn disconnected(&mut self, peer: PeerNo, _: Instant, _: &mut Vec<Order>) {
        self.connected.remove(&peer);
    }

    fn report(&mut self, _: Report, _: Instant, _: &mut Vec<Order>) {}

    fn valid(&mut self, _: PeerNo, _: u64, _: Instant, _: &mut Vec<Order>) {}

    fn score(&mut self, peer: PeerNo, score: f64, now: Instant, orders: &mut Vec<Order>) {
        if score < -100.0 {
            self.banned.insert(peer, now.saturating_add(hours(1)));
            orders.push(Order::Banned(peer));
            if self.connected.contains(&peer) {
                orders.push(Order::Disconnect(peer));
            }
        }
    }

    fn second(&mut self, _: Instant, orders: &mut Vec<Order>) {
        if self.next >= self.snapshot.len() {
            self.snapshot = self.connected.iter().copied().collect();
            if !self.snapshot.is_empty() {
                let by = self.rng.usize(..self.snapshot.len());
                self.snapshot.rotate_left(by);
            }
            self.next = 0;
        }
        orders.extend(self.snapshot.get(self.next).map(|peer| Order::AskScore(*peer)));
        self.next += 1;
    }

    fn tracked(&self) -> usize {
        self.banned.len()
    }

    fn remembers(&self, peer: PeerNo, now: Instant) -> bool {
        self.banned.get(&peer).is_some_and(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connected_peer_is_looked_at_once_in_as_many_seconds_as_there_are_peers() {
        let mut monitor = OpMonitor::new(2);
        let (addr, now) = (IpAddr::from([192, 0, 2, 1]), Instant::ORIGIN);
        for number in 0..5 {
            monitor.connected(PeerNo(number), addr, now, &mut Vec::new());
        }
        let mut orders = Vec::new();
        for _ in 0..5 {
            monitor.second(now, &mut orders);
        }
        let mut asked: Vec<_> = orders
            .iter()
            .filter_map(
                |order| if let Order::AskScore(PeerNo(peer)) = order { Some(*peer) } else { None },
            )
            .collect();
        asked.sort_unstable();
        assert_eq!(asked, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_score_below_the_minimum_bans_for_an_hour_and_the_minimum_itself_does_not() {
        let mut monitor = OpMonitor::new(2);
        let (peer, addr) = (PeerNo(1), IpAddr::from([192, 0, 2, 1]));
        monitor.score(peer, -100.0, Instant::ORIGIN, &mut Vec::new());
        assert!(!monitor.refuses(peer, addr, Instant::ORIGIN));
        monitor.score(peer, -100.1, Instant::ORIGIN, &mut Vec::new());
        assert!(monitor.refuses(peer, addr, Instant::from_secs(3_599)));
        assert!(!monitor.refuses(peer, addr, Instant::from_secs(3_600)));
    }
}
