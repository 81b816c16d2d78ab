//! Answers to questions. "Questions are pure and answer for their own `now`."

use peerwarden_core::{
    Cause, Causes, Denial, Instant, IpNet, PeerStatus, Points, Subject, Until, Verdict,
};
use std::net::IpAddr;

use super::address::{canonical_ip, origin};
use super::{Model, Nanos, Peer, Record};

/// What the model holds, as of the last input.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Tally {
    pub(crate) records: usize,
    pub(crate) connected: usize,
    pub(crate) networks: usize,
    pub(crate) places: usize,
    pub(crate) standing_away: usize,
    pub(crate) displaced: u64,
    /// In the order of [`Cause::ALL`].
    pub(crate) bans: [usize; Cause::ALL.len()],
}

impl Model {
    /// Every verdict that the rules allow: several bans may deny, and any of them may be named.
    pub(crate) fn check_peer(
        &self,
        peer: Peer,
        addr: Option<IpAddr>,
        now: Instant,
    ) -> Vec<Verdict> {
        let now = self.seen(now);
        let mut spared = false;
        // "First that fits: the peer is banned: deny; the peer is protected: allow".
        if let Some(at) = self.find(peer) {
            let record = &self.records[at];
            if let Some(ban) = record.ban.as_ref().filter(|ban| ban.holds(now)) {
                let end = ban.end();
                let longest = ban.causes.iter().filter(|(_, until)| *until == end);
                return longest.map(|(cause, _)| deny(None, *cause, end)).collect();
            }
            if record.protected {
                return vec![Verdict::Allow];
            }
            spared = record.is_spared(now, &self.config);
        }
        addr.map_or_else(|| vec![Verdict::Allow], |ip| self.check_network(ip, spared, now))
    }

    /// "`check_addr(addr)` is for the pending gate, before the peer is known".
    pub(crate) fn check_addr(&self, addr: IpAddr, now: Instant) -> Vec<Verdict> {
        let now = self.seen(now);
        if self.is_protected_peer_expected(addr) {
            return vec![Verdict::Allow];
        }
        self.check_network(addr, self.is_spared_peer_expected(addr, now), now)
    }

    /// "Lets an IP pass at which a protected peer was last seen".
    fn is_protected_peer_expected(&self, addr: IpAddr) -> bool {
        self.last_seen_at(addr).any(|record| record.protected)
    }

    /// "And, if nothing but `Address` refuses it, one at which a spared peer that is not here was."
    fn is_spared_peer_expected(&self, addr: IpAddr, now: Nanos) -> bool {
        let mut seen = self.last_seen_at(addr);
        seen.any(|record| !record.is_here() && record.is_spared(now, &self.config))
    }

    /// "(A NAT64 IP and the IPv4 inside it are one here)".
    fn last_seen_at(&self, addr: IpAddr) -> impl Iterator<Item = &Record> {
        let ip = origin(canonical_ip(addr));
        let same = move |record: &&Record| record.last_seen.is_some_and(|seen| origin(seen) == ip);
        self.records.iter().filter(same)
    }

    /// "All that refuse": for each reason how it may be told, that of a network with the end of
    /// this cause or of the whole ban.
    pub(crate) fn reasons(
        &self,
        peer: Option<Peer>,
        addr: Option<IpAddr>,
        now: Instant,
    ) -> Vec<Vec<Denial>> {
        let now = self.seen(now);
        let mut reasons = Vec::new();
        let record = peer.and_then(|peer| self.find(peer)).map(|at| &self.records[at]);
        let ban = record.and_then(|record| record.ban.as_ref());
        let own = ban.map(|ban| ban.active(now)).unwrap_or_default();
        reasons.extend(own.iter().map(|active| {
            vec![Denial { network: None, cause: active.cause, until: active.until }]
        }));
        let Some(addr) = addr else {
            return reasons;
        };
        let (passes, spared) = match (peer, record) {
            (_, Some(record)) => (record.protected, record.is_spared(now, &self.config)),
            (Some(_), None) => (false, false),
            (None, None) => {
                (self.is_protected_peer_expected(addr), self.is_spared_peer_expected(addr, now))
            }
        };
        if !passes {
            let refusals = self.refusals_by_rule(addr, spared, now).concat();
            reasons.extend(refusals.iter().map(|refusal| {
                let (network, cause) = (Some(refusal.net), refusal.cause);
                refusal.ends.map(|until| Denial { network, cause, until }).to_vec()
            }));
        }
        reasons
    }

    pub(crate) fn status(&self, peer: Peer, now: Instant) -> Option<PeerStatus> {
        let now = self.seen(now);
        let record = &self.records[self.find(peer)?];
        if record.has_nothing_left(now, &self.config) {
            return None;
        }
        let ban = record.ban.as_ref().filter(|ban| ban.holds(now));
        Some(PeerStatus {
            penalty: Points::from_micros(record.owes(now, &self.config)),
            offences: record.offences_at(now, &self.config),
            causes: ban.map(|ban| ban.active(now)).unwrap_or_default(),
            banned_since: ban.map(|ban| Instant::from_nanos(ban.began)),
            score: record.banned_for.filter(|_| record.has(Cause::Score, now)),
            misdeeds: record.misdeeds.clone(),
            connected: record.is_here(),
            protected: record.protected,
            standing: record.in_standing(now, &self.config),
            addr: record.last_seen,
            direction: record.direction(),
            connected_since: record.here.as_ref().map(|here| Instant::from_nanos(here.since)),
        })
    }

    /// In the order in which they began.
    pub(crate) fn bans(&self, now: Instant) -> Vec<(Subject<Peer>, Causes, Instant)> {
        let now = self.seen(now);
        let mut bans = Vec::new();
        for record in &self.records {
            bans.extend(record.ban.iter().map(|ban| (Subject::Peer(record.peer), ban)));
        }
        for network in &self.networks {
            bans.extend(network.ban.iter().map(|ban| (Subject::Addr(network.net), ban)));
        }
        bans.retain(|(_, ban)| ban.holds(now));
        bans.sort_by_key(|(_, ban)| ban.serial);
        let bans = bans.into_iter().map(|(subject, ban)| {
            let began = Instant::from_nanos(ban.began);
            (subject, ban.active(now), began)
        });
        bans.collect()
    }

    pub(crate) fn counts(&self) -> Tally {
        let now = self.now;
        Tally {
            records: self.records.len(),
            connected: self.here(),
            networks: self.networks.iter().filter(|each| !each.has_nothing_left(now)).count(),
            places: self.places.iter().filter(|each| now < each.dropped_from(&self.config)).count(),
            standing_away: self.standing_away(),
            displaced: self.displaced,
            bans: Cause::ALL.map(|cause| {
                let peers = self.records.iter().filter(|record| record.has(cause, now));
                let networks = self.networks.iter().filter(|network| network.has(cause, now));
                peers.count() + networks.count()
            }),
        }
    }

    fn check_network(&self, ip: IpAddr, spared: bool, now: Nanos) -> Vec<Verdict> {
        let refusals = self.refusals(ip, spared, now);
        if refusals.is_empty() {
            return vec![Verdict::Allow];
        }
        let verdicts = refusals.iter().flat_map(|refusal| {
            let ends = refusal.ends.into_iter();
            ends.map(|until| deny(Some(refusal.net), refusal.cause, until))
        });
        verdicts.collect()
    }

    /// "`now` earlier than one already seen counts as the latest seen."
    fn seen(&self, now: Instant) -> Nanos {
        self.now.max(now.as_nanos())
    }
}

fn deny(network: Option<IpNet>, cause: Cause, until: Until) -> Verdict {
    Verdict::Deny(Denial { network, cause, until })
}
