//! Peers that come and go.

use peerwarden_core::{Action, Direction};
use std::net::IpAddr;

use super::network::canonical_ip;
use super::{Model, Peer};

impl Model {
    pub(crate) fn connect(
        &mut self,
        peer: Peer,
        addr: Option<IpAddr>,
        direction: Direction,
    ) -> Vec<Action<Peer>> {
        let serial = self.next_serial();
        let at = self.find_or_make(peer);
        let record = &mut self.records[at];
        if !record.up {
            record.up = true;
            record.joined = serial;
        }
        record.leaving = false;
        record.dialled |= direction == Direction::Outbound;
        // "`None` (relayed, or dialled by name) replaces nothing that was seen before."
        if let Some(addr) = addr {
            record.last_seen = Some(canonical_ip(addr));
        }

        // "The answer is `Disconnect` if the peer is banned or, unless protected, the IP last seen
        // is refused for this connection's direction."
        let record = &self.records[at];
        let refused = record.banned(self.now)
            || !record.protected && record.last_seen.is_some_and(|ip| self.refuses(ip, direction));
        if refused {
            return self.tell_to_disconnect(at);
        }
        // "A peer joins at the back when `Connected` finds it outside."
        if !self.queue.contains(&peer) {
            self.queue.push(peer);
        }
        Vec::new()
    }

    pub(crate) fn disconnected(&mut self, peer: Peer) -> Vec<Action<Peer>> {
        // "An unknown `Disconnected` changes nothing."
        let Some(at) = self.find(peer).filter(|at| self.records[*at].up) else {
            return Vec::new();
        };
        let record = &mut self.records[at];
        record.up = false;
        record.leaving = false;
        record.dialled = false;

        let queued = self.queue.contains(&peer);
        self.queue.retain(|each| *each != peer);
        // "With `check_on_leave`, `Disconnected` of a peer in the queue answers `RequestScore`
        // too."
        let config = &self.config;
        if queued && config.check_on_leave() && config.scores() {
            vec![Action::RequestScore { peer, gone: true }]
        } else {
            Vec::new()
        }
    }

    /// "A peer told to disconnect is *leaving*: [...] it counts as not connected for the queue, the
    /// guard and the bound, and is not told again."
    pub(crate) fn tell_to_disconnect(&mut self, at: usize) -> Vec<Action<Peer>> {
        let record = &mut self.records[at];
        if !record.connected() {
            return Vec::new();
        }
        record.leaving = true;
        let peer = record.peer;
        self.queue.retain(|each| *each != peer);
        vec![Action::Disconnect { peer }]
    }

    pub(crate) fn tell_all_to_disconnect(&mut self, records: &[usize]) -> Vec<Action<Peer>> {
        let mut actions = Vec::new();
        for at in records {
            actions.extend(self.tell_to_disconnect(*at));
        }
        actions
    }
}
