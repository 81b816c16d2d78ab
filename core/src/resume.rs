//! Resumes an engine from a snapshot and the live state.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::config::Config;
use crate::live::{Live, LiveConnection, LiveDue, LiveNetwork, LivePeer, LiveRank, LiveStay};
use crate::restore::{RestoreError, RestoreErrorKind};
use crate::saved::Saved;
use crate::state::canonical;
use crate::state::deadlines::{Due, SubjectKey};
use crate::state::eviction::EvictionRank;
use crate::state::incident::Incident;
use crate::state::number::Number;
use crate::state::record::{ConnectionState, Record, RecordKey};
use crate::subject::Subject;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Builds an engine from a [`snapshot`](Self::snapshot) and the [`live`](Self::live) state of the same
    /// moment, which is `now` on its clock.
    ///
    /// With the policy of the engine that they were taken from it gives the same actions, answers and
    /// deadlines from here on, whatever its hasher; [cursors](crate::Cursor) aside, and the order in which
    /// pages are read. On another clock these are moved by the difference, and the full second at which a
    /// mere `Forget` is due is another's. What lies further away than a [`TimeOffset`](crate::TimeOffset)
    /// reaches, 292 years, does not count.
    ///
    /// Contradictions in the snapshot are mended as [`restore`](Self::restore) does, which does the same
    /// as this without any live state. Those in the live state are mended by these rules:
    ///
    /// - A banned peer that is connected was told to disconnect.
    /// - A peer that is connected left in no standing, whatever the snapshot says.
    /// - Of two equal positions in an order, the one that comes first in `live` is first.
    /// - What has happened lies in the past: a later moment counts as `now`.
    /// - An incident ends within ten minutes, and the window of its budget within a day.
    /// - A subject that would be looked at later than it has to be is looked at in time, and a peer that would
    ///   be displaced later than others is displaced in its turn.
    /// - Which side opened the connections of a peer that is not banned, when its ban began, means nothing.
    ///   A ban after which it is dialled again is of one that this node dialled.
    /// - A network that the snapshot does not hold waits for nothing.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] for a contradiction that no rule mends: what `restore` refuses, two live states of
    /// one peer, and that of a peer which is not in the snapshot. It names the subject.
    pub fn resume<I>(
        config: Config,
        hasher: S,
        saved: I,
        live: Live<P>,
        now: Instant,
    ) -> Result<Self, RestoreError<P>>
    where
        I: IntoIterator<Item = Saved<P>>,
    {
        let mut warden = Self::new(config, hasher);
        warden.now = now;
        let (mut peers, mut networks, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for saved in saved {
            match saved {
                Saved::Network(network) => networks.push(network),
                Saved::Peer(peer) => peers.push(peer),
                Saved::Place(place) => places.push(place),
            }
        }
        peers.sort_by_key(|peer| peer.created);
        let mut bans = Vec::new();
        let mut away = Vec::new();
        for network in networks {
            bans.extend(warden.restore_network(network)?);
        }
        warden.end_bans_in_protected_networks(&mut bans);
        for peer in peers {
            let (ban, standing) = (peer.ban.as_ref().map(|ban| ban.order), peer.standing);
            let key = warden.restore_peer(peer)?;
            bans.extend(ban.map(|order| (order, SubjectKey::Peer(key))));
            away.extend(standing.map(|standing| (standing, key)));
        }
        warden.restore_order_of_bans(bans);
        warden.resume_peers(live.peers)?;
        warden.restore_standing(away);
        warden.restore_places(places)?;
        warden.resume_networks(&live.networks);
        warden.incident = Incident::restore(&live.incident, now);
        warden.valid_seen = live.valid_seen;
        warden.counts.displaced = live.displaced;
        warden.counts.hearsay_charged = live.hearsay_charged;
        let keys: Vec<_> = warden.records.keys().collect();
        for key in keys {
            warden.index_resumed(key);
        }
        warden.displace_standing();
        Ok(warden)
    }

    fn resume_peers(&mut self, live: Vec<LivePeer<P>>) -> Result<(), RestoreError<P>> {
        let mut seen = BTreeSet::new();
        let mut connections = Vec::new();
        for LivePeer { peer, connection, ban_direction, due, rank } in live {
            let key = self.records.find(&self.hasher, &peer);
            let Some(key) = key.filter(|key| seen.insert(*key)) else {
                let why = match key {
                    Some(_) => RestoreErrorKind::Twice,
                    None => RestoreErrorKind::NotSaved,
                };
                return Err(RestoreError { subject: Subject::Peer(peer), why });
            };
            let Some(record) = self.records.get_mut(key) else {
                continue;
            };
            if let Some(ban) = record.ban.as_mut().filter(|ban| !ban.redial) {
                ban.direction = ban_direction;
            }
            let due = due.map(|due| due.from(self.now));
            record.set_due(self.deadlines.enter(SubjectKey::Peer(key), None, due));
            let rank = rank.map(|rank| rank.of(record.created, self.now));
            record.cold.change(|cold| cold.rank = self.eviction_order.enter(key, None, rank));
            connections.extend(connection.map(|connection| (connection, key)));
        }
        self.resume_connections(connections);
        Ok(())
    }

    /// Brings every index into step with the record, which keeps its entries among the deadlines and among
    /// those that can be displaced if these can be.
    fn index_resumed(&mut self, key: RecordKey) {
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        record.advance(self.now, &self.config);
        let entries = record.cold.get().map(|cold| (cold.due, cold.rank));
        let (due, rank) = entries.unwrap_or_default();
        if due.is_some_and(|due| record.is_in_time(due, rank, self.now, &self.config)) {
            self.reindex_as(key, due);
            return;
        }
        record.cold.change(|cold| cold.rank = self.eviction_order.enter(key, cold.rank, None));
        self.reindex(key);
    }

    fn resume_connections(&mut self, mut connections: Vec<(LiveConnection, RecordKey)>) {
        connections.sort_by_key(|(connection, _)| connection.order);
        let mut here = Vec::new();
        for (LiveConnection { dialled, stay, .. }, key) in connections {
            let order = self.take_order();
            let Some(record) = self.records.get_mut(key) else {
                continue;
            };
            record.connected_order = order;
            record.dialled = dialled;
            record.connection = ConnectionState::Leaving;
            if let Some(stay) = stay.filter(|_| record.ban.is_none()) {
                record.resume_stay(&stay, self.now, &self.config);
                here.push((stay.turn, key));
            }
        }
        here.sort_by_key(|(turn, _)| *turn);
        for (_, key) in here {
            self.queue.push(key, &mut self.records);
        }
    }

    fn resume_networks(&mut self, live: &[LiveNetwork]) {
        for LiveNetwork { net, due } in live {
            let net = canonical::canonical_net(*net);
            let Some(key) = self.networks.table.find(&self.hasher, &net) else {
                continue;
            };
            let due = Some(due.from(self.now));
            if let Some(network) = self.networks.table.get_mut(key) {
                network.due = self.deadlines.enter(SubjectKey::Network(key), network.due, due);
            }
            // That one may be late for a ban, or of a kind that is served late.
            self.reindex_network(key);
        }
    }
}

impl<P> Record<P> {
    fn resume_stay(&mut self, stay: &LiveStay, now: Instant, config: &Config) {
        self.connection = ConnectionState::Connected;
        self.account.in_standing = stay.in_standing;
        self.account.scored_low = stay.scored_low;
        self.account.own_heat = stay.heat.is_some();
        let heat = stay.heat.map(|heat| Number::restore(heat, now, config.heat_fall()));
        self.cold.change(|cold| {
            cold.came = stay.came.map(|came| came.in_past(now));
            cold.numbers.change(now, config, |numbers| numbers.heat = heat.unwrap_or_default());
        });
    }
}

impl LiveRank {
    fn of(self, created: u64, now: Instant) -> EvictionRank {
        let over = self.over.map_or(Instant::ORIGIN, |over| over.from(now));
        EvictionRank { offences: self.offences, banned: self.banned, over, created }
    }
}

impl LiveDue {
    fn from(self, now: Instant) -> Due {
        match self {
            Self::End(at) => Due::End(at.from(now)),
            Self::Review(at) => Due::Review(at.from(now)),
        }
    }
}
