//! Connections: who is here, who is leaving, who is gone.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use crate::action::Action;
use crate::state::record::Link;
use crate::subject::Direction;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// A connection came up or changed its address. The answer is to disconnect the peer if it
    /// should not be here; otherwise it joins the queue at the back, unless it is in it.
    pub(crate) fn connected(
        &mut self,
        peer: &P,
        addr: Option<IpAddr>,
        direction: Direction,
        actions: &mut Vec<Action<P>>,
    ) {
        let key = self.find_or_create(peer);
        if let Some(addr) = addr {
            self.set_addr(key, addr);
        }
        let since = self.take_order();
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.dialled |= direction == Direction::Outbound;
        if record.link == Link::Absent {
            record.since = since;
        }
        if !record.is_connected() {
            record.link = Link::Connected;
            record.ticket = self.queue.push(key);
        }
        let banned = record.ban.is_some();
        self.reindex(key);
        let refused = self.place_denial(key).is_some_and(|denial| denial.applies_to(direction));
        if banned || refused {
            self.disconnect(key, actions);
        }
    }

    /// The last connection with the peer is gone.
    pub(crate) fn disconnected(&mut self, peer: &P, actions: &mut Vec<Action<P>>) {
        let Some(key) = self.records.find(&self.hasher, peer) else {
            return;
        };
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        if record.is_connected() {
            self.queue.remove(record.ticket);
            if self.config.scores() && self.config.check_on_leave() {
                actions.push(Action::RequestScore { peer: record.peer.clone(), gone: true });
            }
        }
        record.link = Link::Absent;
        record.dialled = false;
        self.reindex(key);
    }
}
