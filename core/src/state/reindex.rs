//! Updates every index when a record or a network changes.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use crate::action::Action;
use crate::state::canonical;
use crate::state::deadlines::{Due, SubjectKey};
use crate::state::listed::Listed;
use crate::state::network::NetworkKey;
use crate::state::record::{PeerBan, Record, RecordKey};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns the key of the peer's record, which is made if there is none.
    #[inline]
    pub(crate) fn find_or_create(&mut self, peer: &P) -> RecordKey {
        self.records.find(&self.hasher, peer).unwrap_or_else(|| self.create(peer))
    }

    #[cold]
    #[inline(never)]
    fn create(&mut self, peer: &P) -> RecordKey {
        let created = self.take_order();
        let record = Record::new(peer.clone(), created, &self.config);
        self.records.insert(&self.hasher, record)
    }

    /// Returns the next position in the order of creation, of bans and of connections.
    pub(crate) fn take_order(&mut self) -> u64 {
        let order = self.next_order;
        self.next_order += 1;
        order
    }

    /// Returns how many entries the largest index has.
    pub(crate) fn largest_index(&self) -> usize {
        let indexes = [
            self.records.entries(),
            self.gate_index.len(),
            self.networks.entries(),
            self.banned.len(),
            self.address_ends.len(),
            self.deadlines.len(),
            self.eviction_order.len(),
            self.queue.len(),
            self.connected_at.len(),
            self.protected_at.len(),
            self.spared_at.len(),
            self.away.len(),
        ];
        indexes.into_iter().max().unwrap_or_default()
    }

    /// Brings every index into step with the record. To be called after each change, but for one
    /// that only moves the end of a debt or of a ban to later: that is seen when the entry comes
    /// up.
    pub(crate) fn reindex(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(self.now, &self.config);
        let due = record.due(self.now, &self.config);
        self.reindex_as(key, due);
    }

    /// Does the same as [`reindex`](Self::reindex), with something else that the record, which has been
    /// advanced, has to wait for.
    pub(crate) fn reindex_as(&mut self, key: RecordKey, due: Option<Due>) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let rank = record.rank(self.now, &self.config);
        record.cold.change(|cold| {
            cold.due = self.deadlines.enter(SubjectKey::Peer(key), cold.due, due);
            cold.rank = self.eviction_order.enter(key, cold.rank, rank);
            record.listed.set(Listed::Due, cold.due.is_some());
        });
        self.list_at_gate(key);
        self.list_by_address(key);
    }

    /// Sets the IP at which the peer was last seen.
    pub(crate) fn set_addr(&mut self, key: RecordKey, addr: IpAddr) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let addr = canonical::canonical_ip(addr);
        if record.addr == Some(addr) {
            return;
        }
        self.unlist(key);
        if let Some(record) = self.records.get_mut(key) {
            record.addr = Some(addr);
        }
    }

    /// Lists the peer among those that a gate looks at, as it is one of them.
    fn list_at_gate(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let gated = record.ban.is_some() || record.protected;
        if record.listed.contains(Listed::Gated) == gated {
            return;
        }
        record.listed.set(Listed::Gated, gated);
        if gated {
            self.gate_index.insert(&self.hasher, key, &self.records);
        } else {
            self.gate_index.remove(&self.hasher, key, record);
        }
    }

    /// Lists the peer by its address among the connected, the protected, and the spared that are not
    /// here, as it is one of them.
    fn list_by_address(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let Some(addr) = record.addr else {
            return;
        };
        let connected = record.is_connected();
        if record.listed.contains(Listed::Connected) != connected {
            if connected {
                self.connected_at.insert(addr, key);
            } else {
                self.connected_at.remove(addr, key);
            }
            record.listed.set(Listed::Connected, connected);
        }
        if record.listed.contains(Listed::Protected) != record.protected {
            if record.protected {
                self.protected_at.insert(addr, key);
            } else {
                self.protected_at.remove(addr, key);
            }
            record.listed.set(Listed::Protected, record.protected);
        }
        let spared =
            !connected && (record.is_in_grace(self.now) || record.away(self.now).is_some());
        if record.is_listed_as_spared() != spared {
            if spared {
                self.spared_at.insert(addr, key);
            } else {
                self.spared_at.remove(addr, key);
            }
            record.cold.change(|cold| cold.spared = spared);
        }
    }

    /// Takes the peer out of the lists by address.
    fn unlist(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let Some(addr) = record.addr else {
            return;
        };
        if record.listed.contains(Listed::Connected) {
            record.listed.set(Listed::Connected, false);
            self.connected_at.remove(addr, key);
        }
        if record.listed.contains(Listed::Protected) {
            record.listed.set(Listed::Protected, false);
            self.protected_at.remove(addr, key);
        }
        if record.is_listed_as_spared() {
            record.cold.change(|cold| cold.spared = false);
            self.spared_at.remove(addr, key);
        }
    }

    /// Takes the peer's ban off the record.
    pub(crate) fn take_ban(&mut self, key: RecordKey) -> Option<Box<PeerBan>> {
        let ban = self.records.get_mut(key)?.ban.take()?;
        self.counts.end_missing(&ban.causes, &Default::default());
        self.banned.remove(&ban.order);
        Some(ban)
    }

    /// Takes the record out of everything and says so.
    pub(crate) fn drop_record(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        self.unlist(key);
        self.take_ban(key);
        self.take_away(key);
        if let Some(mut record) = self.records.remove(&self.hasher, key) {
            if let Some(cold) = record.cold.get() {
                self.deadlines.remove(SubjectKey::Peer(key), cold.due);
                self.eviction_order.enter(key, cold.rank, None);
            }
            if record.listed.contains(Listed::Gated) {
                self.gate_index.remove(&self.hasher, key, &record);
            }
            record.forget_misdeeds(&mut self.misbehaviors);
            actions.push(Action::Forget { peer: record.peer });
        }
    }

    /// Brings every index into step with the network, which is dropped if nothing is left of it.
    pub(crate) fn reindex_network(&mut self, key: NetworkKey) {
        let Some(network) = self.networks.table.get_mut(key) else {
            return;
        };
        let due = network.wanted(self.now);
        network.due = self.deadlines.enter(SubjectKey::Network(key), network.due, due);
        if network.ban.is_none() && !network.protected && due.is_none() {
            let due = network.due;
            self.deadlines.remove(SubjectKey::Network(key), due);
            self.networks.table.remove(&self.hasher, key);
        }
    }
}
