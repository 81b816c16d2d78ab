//! Model of Lighthouse's peer manager.
//!
//! A bad message costs 5 (`MidToleranceError`); scores halve in 600 s. At -20 a peer is disconnected,
//! at -50 banned; a ban's score stands still for 12 h and then falls. More than 5 banned peers of one
//! IP refuse that IP. Of banned peers the last 1000 are kept.
//! Source: lighthouse v5.3.0, beacon_node/lighthouse_network/src/peer_manager/peerdb/score.rs, peerdb.rs.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::peer::{Addresses, PeerNo, Peers};
use crate::policy::{Order, Policy, Report};
use crate::time::{hours, secs};

/// State of the peer database.
#[derive(Debug, Default)]
pub(crate) struct Lighthouse {
    peers: Peers<Known>,
    /// Oldest ban first.
    banned: VecDeque<(Instant, PeerNo)>,
    banned_at: Addresses<u32>,
    connected: Peers<()>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    score: f64,
    /// Up to when the score has fallen. In the future during the 12 h of a ban.
    decayed_at: Instant,
    banned_at: Option<IpAddr>,
}

impl Lighthouse {
    /// With nobody known.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Lifts the bans that are over, and of more than 1000 the oldest.
    fn sweep(&mut self, now: Instant) {
        while let Some((since, peer)) = self.banned.front().copied() {
            let over = since.saturating_add(BANNED_FOR) <= now;
            if !over && self.banned.len() <= MAX_BANNED {
                break;
            }
            self.banned.pop_front();
            let known = self.peers.get_mut(&peer);
            if let Some(addr) = known.and_then(|known| known.banned_at.take())
                && let Some(count) = self.banned_at.get_mut(&addr)
            {
                *count -= 1;
            }
            if !over {
                self.peers.remove(&peer);
            }
        }
    }
}

impl Known {
    fn decay(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.decayed_at);
        if passed > Duration::ZERO {
            self.score *= (-passed.as_secs_f64() / HALF_LIFE.as_secs_f64()).exp2();
            self.decayed_at = now;
        }
    }
}

impl Policy for Lighthouse {
    fn refuses_addr(&self, addr: IpAddr, _: Instant) -> bool {
        self.banned_at.get(&addr).is_some_and(|banned| *banned > MAX_BANNED_ON_IP)
    }

    fn refuses(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> bool {
        self.refuses_addr(addr, now)
            || self.peers.get(&peer).is_some_and(|known| known.banned_at.is_some())
    }

    fn free_at(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        if !self.refuses(peer, addr, now) {
            return Some(now);
        }
        // Good enough for whoever waits: the next moment at which a ban of this peer or IP ends.
        let of_this = self.banned.iter().find(|(_, banned)| {
            *banned == peer
                || self.peers.get(banned).is_some_and(|known| known.banned_at == Some(addr))
        });
        of_this.map(|(since, _)| since.saturating_add(BANNED_FOR).max(now.saturating_add(secs(1))))
    }

    fn connected(&mut self, peer: PeerNo, _: IpAddr, _: Instant, _: &mut Vec<Order>) {
        self.connected.insert(peer, ());
    }

    fn disconnected(&mut self, peer: PeerNo, _: Instant, _: &mut Vec<Order>) {
        self.connected.remove(&peer);
    }

    fn report(&mut self, report: Report, now: Instant, orders: &mut Vec<Order>) {
        let fresh = Known { score: 0.0, decayed_at: now, banned_at: None };
        let known = self.peers.entry(report.peer).or_insert(fresh);
        if known.banned_at.is_some() {
            return;
        }
        known.decay(now);
        known.score = (known.score - 5.0).max(-100.0);
        let (disconnects, bans) = (known.score <= -20.0, known.score <= -50.0);
        if bans {
            known.banned_at = Some(report.addr);
            known.decayed_at = now.saturating_add(FROZEN);
            *self.banned_at.entry(report.addr).or_default() += 1;
            self.banned.push_back((now, report.peer));
            orders.push(Order::Banned(report.peer));
            self.sweep(now);
        }
        if disconnects && self.connected.contains_key(&report.peer) {
            orders.push(Order::Disconnect(report.peer));
        }
    }

    fn valid(&mut self, _: PeerNo, _: u64, _: Instant, _: &mut Vec<Order>) {}

    fn score(&mut self, _: PeerNo, _: f64, _: Instant, _: &mut Vec<Order>) {}

    fn second(&mut self, now: Instant, _: &mut Vec<Order>) {
        self.sweep(now);
    }

    fn tracked(&self) -> usize {
        self.peers.len()
    }

    fn remembers(&self, peer: PeerNo, _: Instant) -> bool {
        self.peers.get(&peer).is_some_and(|known| known.banned_at.is_some())
    }
}

/// After twelve hours the score falls from -50, and is above it at once.
const BANNED_FOR: Duration = hours(12).saturating_add(secs(1));
const FROZEN: Duration = hours(12);
const HALF_LIFE: Duration = secs(600);
const MAX_BANNED: usize = 1_000;
const MAX_BANNED_ON_IP: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lighthouse: &mut Lighthouse, peer: PeerNo, times: u32) -> Vec<Order> {
        let (addr, now) = (IpAddr::from([192, 0, 2, 1]), Instant::ORIGIN);
        let mut orders = Vec::new();
        lighthouse.connected(peer, addr, now, &mut orders);
        for _ in 0..times {
            lighthouse.report(Report { peer, addr, via: None }, now, &mut orders);
        }
        orders
    }

    #[test]
    fn the_fourth_message_disconnects_and_the_tenth_bans() {
        let mut lighthouse = Lighthouse::new();
        let peer = PeerNo(1);
        assert_eq!(report(&mut lighthouse, peer, 3), []);
        assert_eq!(report(&mut lighthouse, peer, 1), [Order::Disconnect(peer)]);
        let more = report(&mut lighthouse, peer, 6);
        assert_eq!(more.iter().filter(|order| **order == Order::Banned(peer)).count(), 1);
        assert!(lighthouse.refuses(peer, IpAddr::from([192, 0, 2, 9]), Instant::ORIGIN));
    }

    #[test]
    fn more_than_five_banned_peers_close_their_address_until_their_bans_are_over() {
        let mut lighthouse = Lighthouse::new();
        let addr = IpAddr::from([192, 0, 2, 1]);
        for number in 0..6 {
            assert!(!lighthouse.refuses_addr(addr, Instant::ORIGIN));
            report(&mut lighthouse, PeerNo(number), 10);
        }
        assert!(lighthouse.refuses_addr(addr, Instant::ORIGIN));
        lighthouse.second(Instant::from_secs(43_202), &mut Vec::new());
        assert!(!lighthouse.refuses_addr(addr, Instant::from_secs(43_202)));
    }
}
