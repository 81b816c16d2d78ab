//! Snapshots: what is remembered, written down.

use core::hash::{BuildHasher, Hash};

use crate::causes::Causes;
use crate::evidence::Misdeed;
use crate::saved::{
    Offset, Saved, SavedBan, SavedConnection, SavedMisdeed, SavedNetwork, SavedPeer,
};
use crate::state::address;
use crate::state::kinds::Kinds;
use crate::state::network::Network;
use crate::state::record::{Link, Record};
use crate::subject::Subject;
use crate::time::Instant;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Everything that is remembered, as plain data with times relative to `now`, in no order that
    /// matters.
    ///
    /// An engine [restored](Self::restore) from all of it with the same policy answers every
    /// question and every event as this one does. Changes nothing. A walk over all peers: for a
    /// store that writes what has changed there is [`save`](Self::save).
    pub fn snapshot(&self, now: Instant) -> impl Iterator<Item = Saved<P>> + '_ {
        let now = now.max(self.now);
        let networks = self.networks.table.values();
        let peers = self.records.values();
        let networks = networks.map(move |network| Saved::Network(save_network(network, now)));
        networks.chain(peers.map(move |record| Saved::Peer(save_peer(record, &self.kinds, now))))
    }

    /// What is remembered of one subject, as in a [`snapshot`](Self::snapshot); `None` if nothing
    /// is.
    #[must_use]
    pub fn save(&self, subject: &Subject<P>, now: Instant) -> Option<Saved<P>> {
        let now = now.max(self.now);
        match subject {
            Subject::Addr(net) => {
                let key = self.networks.table.find(&self.hasher, &address::canonical_net(*net))?;
                Some(Saved::Network(save_network(self.networks.table.get(key)?, now)))
            }
            Subject::Peer(peer) => {
                let record = self.records.get(self.records.find(&self.hasher, peer)?)?;
                Some(Saved::Peer(save_peer(record, &self.kinds, now)))
            }
        }
    }
}

fn save_peer<P: Clone>(record: &Record<P>, kinds: &Kinds, now: Instant) -> SavedPeer<P> {
    let (debt, offences, clean_since) = record.account.save(now);
    let ban = record.ban.as_ref();
    let ticket = record.is_connected().then_some(record.ticket);
    let connection = SavedConnection { ticket, since: record.since, dialled: record.dialled };
    SavedPeer {
        peer: record.peer.clone(),
        created: record.created,
        debt,
        offences,
        clean_since,
        ban: ban.map(|ban| save_ban(ban.order, ban.began, &ban.causes, now)),
        score: ban.and_then(|ban| ban.score),
        redial: ban.is_some_and(|ban| ban.redial),
        announced: ban.map_or_else(Offset::default, |ban| Offset::of(ban.announced, now)),
        addr: record.addr,
        connection: (record.link != Link::Absent).then_some(connection),
        protected: record.protected,
        grace: record.grace().map(|grace| Offset::of(grace, now)),
        low_scores: record.low_scores(),
        penalty_withheld: record.account.withheld,
        score_withheld: record.score_withheld(),
        misdeeds: record.misdeeds(kinds).map(|misdeed| save_misdeed(&misdeed, now)).collect(),
    }
}

fn save_network(network: &Network, now: Instant) -> SavedNetwork {
    let ban = network.ban.as_ref();
    SavedNetwork {
        net: network.net,
        ban: ban.map(|ban| save_ban(ban.order, ban.began, &ban.causes, now)),
        protected: network.protected,
        grace: network.grace.map(|grace| Offset::of(grace, now)),
    }
}

fn save_ban(order: u64, began: Instant, causes: &Causes, now: Instant) -> SavedBan {
    let end = |until: Option<Instant>| until.map(|end| Offset::of(end, now));
    let causes = causes.iter().map(|active| (active.cause, end(active.until.instant())));
    SavedBan { order, began: Offset::of(began, now), causes: causes.collect() }
}

fn save_misdeed(misdeed: &Misdeed, now: Instant) -> SavedMisdeed {
    SavedMisdeed {
        misbehavior: misdeed.misbehavior,
        times: misdeed.times,
        last: Offset::of(misdeed.last, now),
    }
}
