//! Admission checks of peers and IPs.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use ipnet::IpNet;

use crate::action::Action;
use crate::causes::ActiveCause;
use crate::state::canonical;
use crate::state::record::{Record, RecordKey};
use crate::subject::Cause;
use crate::time::Instant;
use crate::verdict::{Denial, Verdict};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns whether `peer` may connect, coming from or dialled at `addr`.
    ///
    /// What counts, in this order: the peer's own ban; its protection; an operator's ban of a
    /// network that holds the address, unless a protected network inside that one holds it too; a
    /// protected network; a remote list's ban; an automatic one, unless the peer is in standing or
    /// was pardoned not long ago. Changes nothing, and does not allocate. Takes one look-up, and one
    /// for each prefix length that is banned or protected.
    pub fn check_peer(&self, peer: &P, addr: Option<IpAddr>, now: Instant) -> Verdict {
        let now = now.max(self.now);
        if let Some(record) = self.gate_index.find(&self.hasher, peer, &self.records) {
            if let Some(denial) = own_denial(record, now) {
                return Verdict::Deny(denial);
            }
            if record.protected {
                return Verdict::Allow;
            }
        }
        let denial = addr.and_then(|addr| {
            let is_spared = || self.is_spared(peer, now);
            let addr = canonical::canonical_ip(addr);
            self.networks.denial(&self.hasher, addr, now, is_spared)
        });
        denial.map_or(Verdict::Allow, Verdict::Deny)
    }

    /// Returns whether a peer whose id is not known yet may connect from `addr`.
    ///
    /// As [`check_peer`](Self::check_peer) for a stranger, but an address at which a protected peer
    /// was last seen is let through, and from an automatic ban also one at which a peer was that is
    /// in standing, or was pardoned not long ago, and is not here: it may be that peer. Changes
    /// nothing, and does not allocate.
    pub fn check_addr(&self, addr: IpAddr, now: Instant) -> Verdict {
        let (addr, now) = (canonical::canonical_ip(addr), now.max(self.now));
        let is_expected = || self.is_spared_peer_expected(addr, now);
        match self.networks.denial(&self.hasher, addr, now, is_expected) {
            Some(denial) if self.protected_at.at(addr).next().is_none() => Verdict::Deny(denial),
            Some(_) | None => Verdict::Allow,
        }
    }

    /// Returns every reason that refuses this peer, or any unknown one, at this IP, the deciding
    /// one first; none if it may connect.
    ///
    /// As [`check_peer`](Self::check_peer) and, without a peer, [`check_addr`](Self::check_addr), which
    /// stop at the first. Changes nothing.
    pub fn reasons(
        &self,
        peer: Option<&P>,
        addr: Option<IpAddr>,
        now: Instant,
    ) -> impl Iterator<Item = Denial> + use<P, S> {
        let now = now.max(self.now);
        let record = peer.and_then(|peer| self.gate_index.find(&self.hasher, peer, &self.records));
        let mut reasons: Vec<_> = record.map_or_else(Vec::new, |record| own_denials(record, now));
        if record.is_some_and(|record| record.protected) {
            return reasons.into_iter();
        }
        if let Some(addr) = addr.map(canonical::canonical_ip) {
            let is_spared = match peer {
                Some(peer) => self.is_spared(peer, now),
                None => self.is_spared_peer_expected(addr, now),
            };
            let expected = peer.is_none() && self.protected_at.at(addr).next().is_some();
            if !expected {
                reasons.extend(self.networks.denials(&self.hasher, addr, now, is_spared));
            }
        }
        reasons.into_iter()
    }

    /// Returns why the peer is refused at the IP where it was last seen; its own ban aside.
    pub(crate) fn place_denial(&self, key: RecordKey) -> Option<Denial> {
        let record = self.records.get(key).filter(|record| !record.protected)?;
        let is_spared = || record.is_spared(self.now, &self.config);
        self.networks.denial(&self.hasher, record.addr?, self.now, is_spared)
    }

    fn is_spared(&self, peer: &P, now: Instant) -> bool {
        let record = self.records.find(&self.hasher, peer).and_then(|key| self.records.get(key));
        record.is_some_and(|record| record.is_spared(now, &self.config))
    }

    /// Returns whether a spared peer that is not here was last seen at the IP.
    fn is_spared_peer_expected(&self, addr: IpAddr, now: Instant) -> bool {
        let mut seen = self.spared_at.at(addr).filter_map(|key| self.records.get(key));
        seen.any(|record| record.is_spared(now, &self.config))
    }

    /// Disconnects every peer here last seen in `net` that is refused, in the order in which they
    /// came; under cause `Address` only those with something on record.
    pub(crate) fn disconnect_refused(&mut self, net: &IpNet, actions: &mut Vec<Action<P>>) {
        let came = |key| self.records.get(key).map(|record| (record.connected_order, key));
        let mut here: Vec<_> = self.connected_at.within(net).filter_map(came).collect();
        here.sort_unstable();
        for (_, key) in here {
            self.disconnect_if_refused(key, actions);
        }
    }

    /// Disconnects a connected peer if a ban of a network refuses it; under cause `Address` only
    /// if it has something on record.
    pub(crate) fn disconnect_if_refused(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let Some(denial) = self.place_denial(key) else {
            return;
        };
        let Some(record) = self.records.get(key) else {
            return;
        };
        if denial.cause != Cause::Address || record.is_tainted(self.now, &self.config) {
            self.disconnect(key, actions);
        }
    }

    /// Returns how many peers a ban of this network with cause `Address` would disconnect, if no
    /// protected peer was last seen in it.
    pub(crate) fn cut_with(&self, net: &IpNet) -> usize {
        let would_go = |record: &Record<P>| {
            let safe = |addr| self.networks.longest_protected(&self.hasher, addr).is_some();
            !record.addr.is_some_and(safe)
                && record.is_tainted(self.now, &self.config)
                && !record.is_spared(self.now, &self.config)
        };
        let here = self.connected_at.within(net).filter_map(|key| self.records.get(key));
        here.filter(|record| would_go(record)).count()
    }
}

/// Returns the causes of the peer's own ban that hold at `now`, those that last longest first.
fn own_denials<P>(record: &Record<P>, now: Instant) -> Vec<Denial> {
    let denial =
        |active: ActiveCause| Denial { network: None, cause: active.cause, until: active.until };
    let mut denials: Vec<_> = record.causes().at(now).iter().map(denial).collect();
    // Of causes that last as long the last by name decides, as in `own_denial`.
    denials.reverse();
    denials.sort_by_key(|denial| core::cmp::Reverse(denial.until));
    denials
}

/// Returns the peer's own ban: the cause that lasts longest.
fn own_denial<P>(record: &Record<P>, now: Instant) -> Option<Denial> {
    let active = record.ban.as_ref()?.causes.longest()?;
    let holds = !active.until.is_over(now);
    holds.then_some(Denial { network: None, cause: active.cause, until: active.until })
}
