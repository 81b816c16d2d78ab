//! Model of Flow's ALSP: misbehaviour reports, decayed at each heartbeat.
//!
//! Default report 864 points; once a second a record with strictly more than 86 400 is listed, then
//! every record falls by 1000, 100, 10 or 1 by its number of listings, and a listed one at zero is
//! allowed again. Up to 1000 records, in any order evicted; the disallow list that the gates ask
//! holds 100 peers. A listed peer stays connected until the peer update, once in ten minutes.
//! Source: flow-go, network/alsp/manager, network/p2p/node/internal/cache.go, config/default-config.yml.

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use fastrand::Rng;
use peerwarden_core::Instant;

use crate::peer::{PeerNo, Peers};
use crate::policy::{Order, Policy, Report};
use crate::time::secs;

/// State of a misbehaviour report manager and of the disallow list behind it.
#[derive(Debug)]
pub(crate) struct Alsp {
    records: Vec<Record>,
    place: Peers<usize>,
    /// Least recently changed first.
    disallowed: VecDeque<PeerNo>,
    connected: BTreeSet<PeerNo>,
    beats: u64,
    rng: Rng,
}

#[derive(Debug)]
struct Record {
    peer: PeerNo,
    penalty: f64,
    decay: f64,
    cutoffs: u32,
    listed: bool,
}

impl Alsp {
    /// With nothing on record; the seed is for evictions.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            records: Vec::new(),
            place: Peers::default(),
            disallowed: VecDeque::new(),
            connected: BTreeSet::new(),
            beats: 0,
            rng: Rng::with_seed(seed),
        }
    }

    fn record(&mut self, peer: PeerNo) -> Option<&mut Record> {
        if !self.place.contains_key(&peer) {
            if self.records.len() >= RECORDS {
                // The heartbeat touches records in random order, so the least recent is any.
                let evicted = self.records.swap_remove(self.rng.usize(..self.records.len()));
                let moved = self.place.remove(&evicted.peer);
                if let Some((place, record)) =
                    moved.and_then(|at| Some((at, self.records.get(at)?)))
                {
                    self.place.insert(record.peer, place);
                }
            }
            self.place.insert(peer, self.records.len());
            let fresh = Record { peer, penalty: 0.0, decay: 1_000.0, cutoffs: 0, listed: false };
            self.records.push(fresh);
        }
        self.records.get_mut(*self.place.get(&peer)?)
    }

    fn disallow(&mut self, peer: PeerNo) {
        self.allow(peer);
        if self.disallowed.len() >= DISALLOWED {
            self.disallowed.pop_front();
        }
        self.disallowed.push_back(peer);
    }

    fn allow(&mut self, peer: PeerNo) {
        self.disallowed.retain(|listed| *listed != peer);
    }
}

impl Policy for Alsp {
    fn refuses_addr(&self, _: IpAddr, _: Instant) -> bool {
        false
    }

    fn refuses(&self, peer: PeerNo, _: IpAddr, _: Instant) -> bool {
        self.disallowed.contains(&peer)
    }

    fn free_at(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        if !self.refuses(peer, addr, now) {
            return Some(now);
        }
        let record = self.place.get(&peer).and_then(|at| self.records.get(*at))?;
        let beats = (record.penalty / record.decay).ceil();
        Some(now.saturating_add(Duration::from_secs_f64(beats)))
    }

    fn connected(&mut self, peer: PeerNo, _: IpAddr, _: Instant, _: &mut Vec<Order>) {
        self.connected.insert(peer);
    }

    fn disconnected(&mut self, peer: PeerNo, _: Instant, _: &mut Vec<Order>) {
        self.connected.remove(&peer);
    }

    fn report(&mut self, report: Report, _: Instant, _: &mut Vec<Order>) {
        if let Some(record) = self.record(report.peer) {
            record.penalty += 864.0;
        }
    }

    fn valid(&mut self, _: PeerNo, _: u64, _: Instant, _: &mut Vec<Order>) {}

    fn score(&mut self, _: PeerNo, _: f64, _: Instant, _: &mut Vec<Order>) {}

    fn second(&mut self, _: Instant, orders: &mut Vec<Order>) {
        let mut changed = Vec::new();
        for record in &mut self.records {
            if record.penalty > 86_400.0 && !record.listed {
                record.cutoffs += 1;
                record.listed = true;
                record.decay = match record.cutoffs {
                    1 => 1_000.0,
                    2 => 100.0,
                    3 => 10.0,
                    _ => 1.0,
                };
                changed.push((record.peer, true));
            }
            record.penalty = (record.penalty - record.decay).max(0.0);
            if record.penalty <= 0.0 && record.listed {
                record.listed = false;
                changed.push((record.peer, false));
            }
        }
        for (peer, listed) in changed {
            if listed {
                self.disallow(peer);
                orders.push(Order::Banned(peer));
            } else {
                self.allow(peer);
            }
        }
        self.beats += 1;
        if self.beats.is_multiple_of(PEER_UPDATE) {
            let cut = self.connected.iter().filter(|peer| self.disallowed.contains(peer));
            orders.extend(cut.map(|peer| Order::Disconnect(*peer)));
        }
    }

    fn tracked(&self) -> usize {
        self.records.len()
    }

    fn remembers(&self, peer: PeerNo, _: Instant) -> bool {
        let record = self.place.get(&peer).and_then(|at| self.records.get(*at));
        record.is_some_and(|record| record.cutoffs > 0)
    }
}

const DISALLOWED: usize = 100;
const PEER_UPDATE: u64 = secs(600).as_secs();
const RECORDS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_over_the_threshold_is_listed_at_the_beat_and_cut_at_the_peer_update() {
        let mut alsp = Alsp::new(1);
        let (peer, addr, now) = (PeerNo(1), IpAddr::from([192, 0, 2, 1]), Instant::ORIGIN);
        let mut orders = Vec::new();
        alsp.connected(peer, addr, now, &mut orders);
        for _ in 0..10_000 {
            alsp.report(Report { peer, addr, via: None }, now, &mut orders);
        }
        assert!(!alsp.refuses(peer, addr, now));
        alsp.second(now, &mut orders);
        assert_eq!(orders, [Order::Banned(peer)]);
        assert!(alsp.refuses(peer, addr, now));
        for _ in 1..600 {
            alsp.second(now, &mut orders);
        }
        assert_eq!(orders, [Order::Banned(peer), Order::Disconnect(peer)]);
    }

    #[test]
    fn a_full_table_of_records_forgets_one_for_each_new_one() {
        let mut alsp = Alsp::new(1);
        let addr = IpAddr::from([192, 0, 2, 1]);
        for number in 0..3_000 {
            let report = Report { peer: PeerNo(number), addr, via: None };
            alsp.report(report, Instant::ORIGIN, &mut Vec::new());
        }
        assert_eq!(alsp.tracked(), 1_000);
        let known = alsp.place.iter();
        assert!(known.clone().all(|(peer, at)| alsp.records.get(*at).unwrap().peer == *peer));
        assert_eq!(known.count(), 1_000);
    }
}
