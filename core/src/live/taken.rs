//! Live state, read from an engine.

use core::hash::{BuildHasher, Hash};

use crate::live::{Live, LiveConnection, LiveDue, LiveNetwork, LivePeer, LiveRank, LiveStay};
use crate::saved::TimeOffset;
use crate::state::deadlines::Due;
use crate::state::record::{ConnectionState, Record};
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns the state that a [`snapshot`](Self::snapshot) does not hold, as of `now`.
    ///
    /// With both, taken at the same `now` and with no input in between, [`resume`](Self::resume) makes an
    /// engine that goes on exactly as this one. `now` is best the time of the latest input, or any earlier
    /// one, which counts as that: at a later one, the other engine has seen `now` and this one has not.
    ///
    /// A walk over all peers: 13 ms for 100,000 records and 80 ms for a million, of which a snapshot takes up
    /// to four times that. Where an engine cannot be kept from its inputs for so long,
    /// [`copy_page`](Self::copy_page) copies what both are made of in pages.
    #[must_use]
    pub fn live(&self, now: Instant) -> Live<P> {
        let now = now.max(self.now);
        let here = self.queue.keys(&self.records).filter_map(|key| self.records.get(key));
        let here = here.zip(0..).map(|(record, turn)| live_peer(record, turn, now));
        let others = self.records.values().filter(|record| !record.is_connected());
        let others = others.map(|record| live_peer(record, 0, now)).filter(LivePeer::is_any);
        let early =
            self.networks.table.values().filter(|network| network.due != network.wanted(now));
        let early = early.filter_map(|network| {
            Some(LiveNetwork { net: network.net, due: live_due(network.due?, now) })
        });
        Live {
            peers: here.chain(others).collect(),
            networks: early.collect(),
            incident: self.incident.save(now),
            valid_seen: self.valid_seen,
            displaced: self.counts.displaced,
            hearsay_charged: self.counts.hearsay_charged,
        }
    }
}

impl<P> LivePeer<P> {
    /// Returns whether there is anything in it.
    fn is_any(&self) -> bool {
        self.connection.is_some()
            || self.ban_direction.is_some()
            || self.due.is_some()
            || self.rank.is_some()
    }
}

fn live_peer<P: Clone>(record: &Record<P>, turn: u64, now: Instant) -> LivePeer<P> {
    let connection = match record.connection {
        ConnectionState::Absent => None,
        ConnectionState::Connected => Some(Some(live_stay(record, turn, now))),
        ConnectionState::Leaving => Some(None),
    };
    let connection = connection.map(|stay| LiveConnection {
        order: record.connected_order,
        dialled: record.dialled,
        stay,
    });
    let entries = record.cold.get().map(|cold| (cold.due, cold.rank));
    let (due, rank) = entries.unwrap_or_default();
    LivePeer {
        peer: record.peer.clone(),
        connection,
        ban_direction: record.ban.as_ref().and_then(|ban| ban.direction),
        due: due.map(|due| live_due(due, now)),
        rank: rank.map(|rank| LiveRank {
            offences: rank.offences,
            banned: rank.banned,
            over: (rank.over > Instant::ORIGIN).then(|| TimeOffset::of(rank.over, now)),
        }),
    }
}

fn live_stay<P>(record: &Record<P>, turn: u64, now: Instant) -> LiveStay {
    let account = &record.account;
    LiveStay {
        turn,
        came: record.cold.get().and_then(|cold| cold.came).map(|came| TimeOffset::of(came, now)),
        in_standing: account.in_standing,
        scored_low: account.scored_low,
        heat: account.own_heat.then(|| record.numbers().heat.save(now)),
    }
}

fn live_due(due: Due, now: Instant) -> LiveDue {
    match due {
        Due::End(at) => LiveDue::End(TimeOffset::of(at, now)),
        Due::Review(at) => LiveDue::Review(TimeOffset::of(at, now)),
    }
}
