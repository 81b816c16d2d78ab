//! Connections: admission, departure, and the answer to a refused peer.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use crate::action::Action;
use crate::state::record::{ConnectionState, RecordKey};
use crate::subject::Direction;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Handles a connection that came up or changed its address. A refused peer is told to
    /// disconnect; another joins the queue at the back, unless it is in it.
    pub(crate) fn connected(
        &mut self,
        peer: &P,
        addr: Option<IpAddr>,
        direction: Direction,
        actions: &mut Vec<Action<P>>,
    ) {
        let now = self.now;
        self.incident.first_connected.get_or_insert(now);
        let key = self.find_or_create(peer);
        if let Some(addr) = addr {
            self.set_addr(key, addr);
        }
        let since = self.take_order();
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(now, &self.config);
        record.dialled |= direction == Direction::Outbound;
        if record.connection == ConnectionState::Absent {
            record.connected_order = since;
        }
        let banned = record.ban.is_some();
        let refused = self.place_denial(key).is_some_and(|denial| denial.applies_to(direction));
        if banned || refused {
            self.turn_away(key, actions);
        } else {
            self.admit(key);
        }
        self.reindex(key);
    }

    /// Handles the end of the last connection with the peer. Its unpaid points stay behind in its
    /// places.
    pub(crate) fn disconnected(&mut self, peer: &P, actions: &mut Vec<Action<P>>) {
        let Some(key) = self.records.find(&self.hasher, peer) else {
            return;
        };
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if record.connection == ConnectionState::Absent {
            return;
        }
        if record.is_connected() {
            if self.config.scores() && self.config.check_on_leave() {
                actions.push(Action::RequestScore { peer: record.peer.clone(), gone: true });
            }
            self.queue.remove(key, &mut self.records);
            self.end_stay(key);
        }
        if let Some(record) = self.records.get_mut(key) {
            record.connection = ConnectionState::Absent;
            record.dialled = false;
        }
        self.reindex(key);
        self.leave_debts(key, actions);
    }

    /// Admits the peer: it is here from now on.
    fn admit(&mut self, key: RecordKey) {
        if self.records.get(key).is_none_or(|record| record.is_connected()) {
            return;
        }
        self.begin_stay(key);
        if let Some(record) = self.records.get_mut(key) {
            record.connection = ConnectionState::Connected;
        }
        self.queue.push(key, &mut self.records);
    }

    /// Tells a peer to disconnect that should not be here, whether it has been told before or not.
    fn turn_away(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if record.is_connected() {
            self.disconnect(key, actions);
            return;
        }
        record.connection = ConnectionState::Leaving;
        actions.push(Action::Disconnect { peer: record.peer.clone() });
    }
}
