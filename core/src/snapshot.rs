//! Snapshots of the engine and of single subjects.

use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::causes::Causes;
use crate::evidence::Misdeed;
use crate::saved::{
    Saved, SavedBan, SavedMisdeed, SavedNetwork, SavedPeer, SavedPlace, SavedStanding, TimeOffset,
};
use crate::state::canonical;
use crate::state::interner::Interner;
use crate::state::network::Network;
use crate::state::place::Place;
use crate::state::record::Record;
use crate::subject::Subject;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns everything that is remembered but for connections, as plain data with times relative
    /// to `now`, in no order that matters.
    ///
    /// An engine [restored](Self::restore) from all of it with the same policy answers every
    /// question and every event as this one would with every peer disconnected, none of them having
    /// left anything in its places: who is in standing here is as if it left at `now`. Neither an
    /// incident nor its budget is in it, nor that there was an [`Event::Valid`](crate::Event::Valid).
    /// Changes nothing. A walk over all peers: for a store that writes what has changed there is
    /// [`save`](Self::save).
    pub fn snapshot(&self, now: Instant) -> impl Iterator<Item = Saved<P>> + '_ {
        let now = now.max(self.now);
        let networks = self.networks.table.values();
        let networks = networks.map(move |network| Saved::Network(save_network(network, now)));
        let places = self.places.table.values().filter(move |place| !place.is_empty(now));
        let places = places.map(move |place| Saved::Place(save_place(place, now)));
        let peers = self.records.values();
        networks
            .chain(places)
            .chain(peers.map(move |record| Saved::Peer(self.save_peer(record, now))))
    }

    /// Returns what the place, a network of one of the levels in the policy, has to answer for, as
    /// in a [`snapshot`](Self::snapshot); `None` if that is nothing.
    #[must_use]
    pub fn save_place(&self, net: IpNet, now: Instant) -> Option<SavedPlace> {
        let now = now.max(self.now);
        let place = self.places.find(&self.hasher, &canonical::canonical_net(net));
        let place = place.filter(|place| !place.is_empty(now))?;
        Some(save_place(place, now))
    }

    /// Returns what is remembered of one subject, as in a [`snapshot`](Self::snapshot); `None` if
    /// nothing is.
    #[must_use]
    pub fn save(&self, subject: &Subject<P>, now: Instant) -> Option<Saved<P>> {
        let now = now.max(self.now);
        match subject {
            Subject::Addr(net) => {
                let key =
                    self.networks.table.find(&self.hasher, &canonical::canonical_net(*net))?;
                Some(Saved::Network(save_network(self.networks.table.get(key)?, now)))
            }
            Subject::Peer(peer) => {
                let record = self.records.get(self.records.find(&self.hasher, peer)?)?;
                Some(Saved::Peer(self.save_peer(record, now)))
            }
        }
    }

    fn save_peer(&self, record: &Record<P>, now: Instant) -> SavedPeer<P> {
        SavedPeer {
            standing: self.save_standing(record, now),
            ..save_peer(record, &self.misbehaviors, now)
        }
    }

    /// Returns the standing of a peer, here as if it left now.
    fn save_standing(&self, record: &Record<P>, now: Instant) -> Option<SavedStanding> {
        if !record.is_connected() {
            let away = record.away(now)?;
            return Some(SavedStanding { until: TimeOffset::of(away.until, now), left: away.left });
        }
        let until = now.saturating_add(self.config.standing_for());
        let in_standing = record.is_in_standing(now, &self.config) && until > now;
        // After all that have left, in the order in which they came.
        let left = self.next_order.saturating_add(record.connected_order);
        in_standing.then(|| SavedStanding { until: TimeOffset::of(until, now), left })
    }
}

fn save_peer<P: Clone>(record: &Record<P>, interner: &Interner, now: Instant) -> SavedPeer<P> {
    let (debt, offences, clean_since) = record.account.save(now);
    let ban = record.ban.as_ref();
    let last_low = record.cold.get().map_or(now, |cold| cold.last_low);
    let numbers = record.numbers();
    SavedPeer {
        peer: record.peer.clone(),
        created: record.created,
        debt,
        offences,
        clean_since,
        ban: ban.map(|ban| save_ban(ban.order, ban.began, &ban.causes, now)),
        score: ban.and_then(|ban| ban.score),
        redial: ban.is_some_and(|ban| ban.redial),
        announced: ban.map_or_else(TimeOffset::default, |ban| TimeOffset::of(ban.announced, now)),
        addr: record.addr,
        protected: record.protected,
        grace: record.grace().map(|grace| TimeOffset::of(grace, now)),
        low_scores: record.cold.get().map_or(0, |cold| cold.low_scores),
        penalty_withheld: record.account.withheld,
        score_withheld: record.score_withheld(),
        misdeeds: record.misdeeds(interner).map(|misdeed| save_misdeed(&misdeed, now)).collect(),
        reported: record.reported,
        last_low: TimeOffset::of(last_low, now),
        standing: None,
        long: numbers.long.save(now),
        hearsay: numbers.hearsay.save(now),
        deliveries: numbers.deliveries.save(now),
    }
}

fn save_place(place: &Place, now: Instant) -> SavedPlace {
    SavedPlace {
        net: place.net,
        created: place.created,
        debts: place.debts.save(now),
        crowd: place.crowd.save(now),
        bans: place.bans,
        over: place.over.map(|over| TimeOffset::of(over, now)),
    }
}

fn save_network(network: &Network, now: Instant) -> SavedNetwork {
    let ban = network.ban.as_ref();
    SavedNetwork {
        net: network.net,
        ban: ban.map(|ban| save_ban(ban.order, ban.began, &ban.causes, now)),
        protected: network.protected,
        grace: network.grace.map(|grace| TimeOffset::of(grace, now)),
    }
}

fn save_ban(order: u64, began: Instant, causes: &Causes, now: Instant) -> SavedBan {
    let end = |until: Option<Instant>| until.map(|end| TimeOffset::of(end, now));
    let causes = causes.iter().map(|active| (active.cause, end(active.until.instant())));
    SavedBan { order, began: TimeOffset::of(began, now), causes: causes.collect() }
}

fn save_misdeed(misdeed: &Misdeed, now: Instant) -> SavedMisdeed {
    SavedMisdeed {
        misbehavior: misdeed.misbehavior,
        times: misdeed.times,
        last: TimeOffset::of(misdeed.last, now),
    }
}
