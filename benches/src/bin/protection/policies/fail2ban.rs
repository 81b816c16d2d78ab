//! Model of fail2ban with `bantime.increment`.
//!
//! Five bad messages of one IP within ten minutes ban it for ten minutes times two to the power of the
//! bans before, and cut its connections.
//! Source: fail2ban 1.1, config/jail.conf (`maxretry`, `findtime`, `bantime`, `bantime.increment`).

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::peer::{Addresses, PeerNo, Peers};
use crate::policy::{Order, Policy, Report};
use crate::time::mins;

/// State of one jail.
#[derive(Debug, Default)]
pub(crate) struct Fail2ban {
    addresses: Addresses<Ticket>,
    connected: Peers<IpAddr>,
}

#[derive(Debug, Default)]
struct Ticket {
    hits: VecDeque<Instant>,
    banned_until: Instant,
    bans: u32,
}

impl Fail2ban {
    /// With nobody banned.
    pub(crate) fn new() -> Self {
        Self::default()
    }
}

impl Policy for Fail2ban {
    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool {
        self.addresses.get(&addr).is_some_and(|ticket| now < ticket.banned_until)
    }

    fn refuses(&self, _: PeerNo, addr: IpAddr, now: Instant) -> bool {
        self.refuses_addr(addr, now)
    }

    fn free_at(&self, _: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        Some(self.addresses.get(&addr).map_or(now, |ticket| now.max(ticket.banned_until)))
    }

    fn connected(&mut self, peer: PeerNo, addr: IpAddr, _: Instant, _: &mut Vec<Order>) {
        self.connected.insert(peer, addr);
    }

    fn disconnected(&mut self, peer: PeerNo, _: Instant, _: &mut Vec<Order>) {
        self.connected.remove(&peer);
    }

    fn report(&mut self, report: Report, now: Instant, orders: &mut Vec<Order>) {
        let ticket = self.addresses.entry(report.addr).or_default();
        if now < ticket.banned_until {
            return;
        }
        ticket.hits.push_back(now);
        while ticket.hits.front().is_some_and(|hit| hit.saturating_add(FIND_TIME) <= now) {
            ticket.hits.pop_front();
        }
        if ticket.hits.len() >= MAX_RETRY {
            ticket.hits.clear();
            let factor = 1_u32.checked_shl(ticket.bans.min(20)).unwrap_or(u32::MAX);
            ticket.banned_until = now.saturating_add(BAN_TIME.saturating_mul(factor));
            ticket.bans += 1;
            orders.push(Order::Banned(report.peer));
            let mut there: Vec<_> = self
                .connected
                .iter()
                .filter_map(|(peer, addr)| (*addr == report.addr).then_some(*peer))
                .collect();
            there.sort_unstable();
            orders.extend(there.into_iter().map(Order::Disconnect));
        }
    }

    fn valid(&mut self, _: PeerNo, _: u64, _: Instant, _: &mut Vec<Order>) {}

    fn score(&mut self, _: PeerNo, _: f64, _: Instant, _: &mut Vec<Order>) {}

    fn second(&mut self, _: Instant, _: &mut Vec<Order>) {}

    fn tracked(&self) -> usize {
        self.addresses.len()
    }

    fn remembers(&self, _: PeerNo, _: Instant) -> bool {
        // Tickets are kept in a database.
        true
    }
}

const BAN_TIME: Duration = mins(10);
const FIND_TIME: Duration = mins(10);
const MAX_RETRY: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_hits_in_ten_minutes_ban_the_address_for_ten_and_then_for_twenty() {
        let mut jail = Fail2ban::new();
        let addr = IpAddr::from([192, 0, 2, 1]);
        let hit = |jail: &mut Fail2ban, at| {
            let report = Report { peer: PeerNo(1), addr, via: None };
            jail.report(report, Instant::from_secs(at), &mut Vec::new());
        };
        for at in [0, 150, 300, 450, 600] {
            hit(&mut jail, at);
        }
        assert!(
            !jail.refuses_addr(addr, Instant::from_secs(600)),
            "the first is forgotten by then"
        );
        hit(&mut jail, 601);
        assert_eq!(
            jail.free_at(PeerNo(1), addr, Instant::from_secs(601)),
            Some(Instant::from_secs(1_201))
        );
        for _ in 0..5 {
            hit(&mut jail, 1_201);
        }
        assert_eq!(
            jail.free_at(PeerNo(1), addr, Instant::from_secs(1_201)),
            Some(Instant::from_secs(2_401))
        );
    }
}
