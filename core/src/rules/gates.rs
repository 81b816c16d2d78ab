//! The gates: who may connect, and who may stay.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use ipnet::IpNet;

use crate::action::Action;
use crate::state::address;
use crate::state::record::{Record, RecordKey};
use crate::subject::Cause;
use crate::time::Instant;
use crate::verdict::{Denial, Verdict};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Whether `peer` may connect, coming from or dialled at `addr`.
    ///
    /// What counts, in this order: the peer's own ban; its protection; an operator's ban of a
    /// network that holds the address, unless a protected network inside that one holds it too; a
    /// protected network; any other ban of a network. Changes nothing, and does not allocate. Takes
    /// one look-up, and one for each prefix length that is banned or protected.
    pub fn check_peer(&self, peer: &P, addr: Option<IpAddr>, now: Instant) -> Verdict {
        let now = now.max(self.now);
        if let Some(record) = self.gated.find(&self.hasher, peer, &self.records) {
            if let Some(denial) = own_denial(record, now) {
                return Verdict::Deny(denial);
            }
            if record.protected {
                return Verdict::Allow;
            }
        }
        let denial = addr.and_then(|addr| self.network_denial(address::canonical_ip(addr), now));
        denial.map_or(Verdict::Allow, Verdict::Deny)
    }

    /// Whether somebody not known yet may connect from `addr`.
    ///
    /// As [`check_peer`](Self::check_peer) for a stranger, but an address at which a protected peer
    /// was last seen is let through: it may be that peer. Changes nothing, and does not allocate.
    pub fn check_addr(&self, addr: IpAddr, now: Instant) -> Verdict {
        let addr = address::canonical_ip(addr);
        match self.network_denial(addr, now.max(self.now)) {
            Some(denial) if !self.protected_at.any_within(&IpNet::from(addr)) => {
                Verdict::Deny(denial)
            }
            Some(_) | None => Verdict::Allow,
        }
    }

    /// Why the peer is refused at the IP where it was last seen; its own ban aside.
    pub(crate) fn place_denial(&self, key: RecordKey) -> Option<Denial> {
        let record = self.records.get(key).filter(|record| !record.protected)?;
        self.network_denial(record.addr?, self.now)
    }

    /// Disconnects every connected peer seen in `net` that is refused, in the order in which they
    /// came; under cause `Address` only those with something on record.
    pub(crate) fn disconnect_refused(&mut self, net: &IpNet, actions: &mut Vec<Action<P>>) {
        let came = |key| self.records.get(key).map(|record| (record.since, key));
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

    /// How many connected peers a ban of this network with cause `Address` would disconnect.
    pub(crate) fn tainted_within(&self, net: &IpNet) -> usize {
        let would_go = |record: &Record<P>| {
            let spared = |addr| self.networks.longest_protected(&self.hasher, addr).is_some();
            let spared = record.protected || record.addr.is_some_and(spared);
            !spared && record.is_tainted(self.now, &self.config)
        };
        let here = self.connected_at.within(net).filter_map(|key| self.records.get(key));
        here.filter(|record| would_go(record)).count()
    }

    fn network_denial(&self, addr: IpAddr, now: Instant) -> Option<Denial> {
        self.networks.denial(&self.hasher, addr, now)
    }
}

/// The peer's own ban: the cause that lasts longest.
fn own_denial<P>(record: &Record<P>, now: Instant) -> Option<Denial> {
    let active = record.ban.as_ref()?.causes.longest()?;
    let holds = !active.until.is_over(now);
    holds.then_some(Denial { network: None, cause: active.cause, until: active.until })
}
