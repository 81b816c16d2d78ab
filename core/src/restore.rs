//! Restores an engine from saved data.

mod error;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::time::Duration;

use ipnet::IpNet;

use crate::config::Config;
use crate::evidence::{KINDS, Misdeed, NotedMisdeed};
use crate::live::Live;
use crate::rules::LEAST_AMENDMENT;
use crate::saved::{Saved, SavedMisdeed, SavedNetwork, SavedPeer, SavedPlace, SavedStanding};
use crate::state::account::Account;
use crate::state::canonical;
use crate::state::deadlines::SubjectKey;
use crate::state::network::{NetworkBan, NetworkKey};
use crate::state::number::Number;
use crate::state::peer_numbers::PeerNumbers;
use crate::state::place::{DEBTS_FALL, Place, PlaceKey};
use crate::state::record::{PeerBan, Record, RecordKey};
use crate::state::standing::Away;
use crate::subject::{Cause, Direction, Subject};
use crate::time::{Instant, Until};
use crate::warden::Warden;

use self::error::causes;
pub use self::error::{RestoreError, RestoreErrorKind};

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Builds an engine from saved data, as of `now`.
    ///
    /// Data that was saved a while ago has to be [aged](Saved::aged) first. What is over by `now`
    /// ends, and is announced, with the first input; what is above the policy's bounds is displaced
    /// by it. Contradictions are mended by these rules:
    ///
    /// - A ban by penalty is over when the penalty points are zero, at once if there are none, and
    ///   cannot have been announced to last a second or more longer, which a waiver would have
    ///   amended.
    /// - Penalty points decay from `now` on as the policy says, which may be another than before,
    ///   and ban for no longer than its longest sentence.
    /// - What has happened lies in the past: a later moment counts as `now`.
    /// - Of two equal positions in an order, the one that comes first in `saved` is first.
    /// - A banned peer is not in standing, whatever the data says. Of more peers in standing than
    ///   there is room for, those lose it whose standing ends first.
    /// - A network that is banned because of its peers is a place, and has had one such ban at least.
    /// - More bans by remote lists than there is room for stay, and no further one is accepted.
    /// - Moments before the origin count as the origin, which can put off forgiving but ends no ban
    ///   early. A caller that counts from the Unix epoch never gets there.
    /// - A network of which nothing is left is not remembered.
    /// - Inside a protected network only the operator's bans stay. Others end in silence, as they
    ///   would have when it was protected: rows of a store may be of two moments, one before that
    ///   and one after.
    ///
    /// # Errors
    ///
    /// [`RestoreError`] for a contradiction that no rule mends. It names the subject.
    pub fn restore<I>(
        config: Config,
        hasher: S,
        saved: I,
        now: Instant,
    ) -> Result<Self, RestoreError<P>>
    where
        I: IntoIterator<Item = Saved<P>>,
    {
        Self::resume(config, hasher, saved, Live::default(), now)
    }

    pub(crate) fn restore_network(
        &mut self,
        saved: SavedNetwork,
    ) -> Result<Option<(u64, SubjectKey)>, RestoreError<P>> {
        let net = canonical::canonical_net(saved.net);
        let refuse = |why| RestoreError { subject: Subject::Addr(net), why };
        if self.networks.table.find(&self.hasher, &net).is_some() {
            return Err(refuse(RestoreErrorKind::Twice));
        }
        let ban = saved.ban.as_ref();
        let causes = ban.map(|ban| causes(ban, NETWORK_CAUSES, saved.protected, self.now));
        let causes = causes.transpose().map_err(refuse)?;
        let key = self.networks.find_or_create(&self.hasher, net);
        if let Some(network) = self.networks.table.get_mut(key) {
            network.protected = saved.protected;
            network.grace = saved.grace.map(|grace| grace.from(self.now));
            network.ban = ban.zip(causes).map(|(ban, causes)| NetworkBan {
                order: ban.order,
                began: ban.began.in_past(self.now),
                causes,
            });
        }
        if saved.protected {
            self.networks.protected.count(&net, true);
        }
        if let Some(causes) = causes {
            self.networks.banned.count(&net, true);
            causes.iter().for_each(|active| self.counts.add(active.cause));
        }
        self.reindex_network(key);
        Ok(saved.ban.map(|ban| (ban.order, SubjectKey::Network(key))))
    }

    /// Ends what protection would have ended: bans inside a protected network that are not the
    /// operator's. Takes those that are over with it out of `bans`.
    pub(crate) fn end_bans_in_protected_networks(&mut self, bans: &mut Vec<(u64, SubjectKey)>) {
        bans.retain(|(_, subject)| match subject {
            SubjectKey::Network(key) => self.end_ban_in_protected_network(*key),
            SubjectKey::Peer(_) => true,
        });
    }

    /// Returns whether the network is still banned.
    fn end_ban_in_protected_network(&mut self, key: NetworkKey) -> bool {
        let Some(net) = self.networks.table.get(key).map(|network| network.net) else {
            return false;
        };
        if !self.networks.in_protected(&self.hasher, &net) {
            return true;
        }
        let ban = self.networks.table.get_mut(key).and_then(|network| network.ban.as_mut());
        let Some(ban) = ban else {
            return false;
        };
        let before = ban.causes;
        for active in before.iter().filter(|active| active.cause != Cause::Operator) {
            ban.causes.replace(active.cause, None);
        }
        let stays = !ban.causes.is_empty();
        self.settle_network(key, &before);
        self.reindex_network(key);
        stays
    }

    pub(crate) fn restore_peer(
        &mut self,
        saved: SavedPeer<P>,
    ) -> Result<RecordKey, RestoreError<P>> {
        let now = self.now;
        let peer = saved.peer.clone();
        let refuse = |why| RestoreError { subject: Subject::Peer(peer.clone()), why };
        if self.records.find(&self.hasher, &peer).is_some() {
            return Err(refuse(RestoreErrorKind::Twice));
        }
        let ban = saved.ban.as_ref();
        let causes = ban.map(|ban| causes(ban, PEER_CAUSES, saved.protected, now));
        let causes = causes.transpose().map_err(refuse)?;
        let created = self.take_order();
        let mut record = Record::new(peer, created, &self.config);
        record.account = Account::restore(saved.debt, saved.offences, saved.clean_since, now);
        record.account.adopt(causes.as_ref(), now, &self.config);
        let paid = record.account.sentence_over();
        record.ban = ban.zip(causes).map(|(ban, mut causes)| {
            if causes.contains(Cause::Penalty) {
                causes.replace(Cause::Penalty, Some(Until::At(paid)));
            }
            causes.iter().for_each(|active| self.counts.add(active.cause));
            Box::new(PeerBan {
                order: ban.order,
                began: ban.began.in_past(now),
                causes,
                announced: saved.announced.from(now).min(paid.saturating_add(SILENT)),
                score: saved.score,
                redial: saved.redial,
                direction: saved.redial.then_some(Direction::Outbound),
            })
        });
        record.addr = saved.addr.map(canonical::canonical_ip);
        record.protected = saved.protected;
        record.account.withheld = saved.penalty_withheld;
        record.reported = saved.reported;
        let numbers = restore_numbers(&saved, now, &self.config);
        record.cold.change(|cold| {
            cold.grace = saved.grace.map(|grace| grace.from(now));
            cold.low_scores = saved.low_scores;
            cold.last_low = saved.last_low.in_past(now);
            cold.numbers.change(now, &self.config, |all| *all = numbers);
            cold.score_withheld = saved.score_withheld;
            let kinds = last_kinds(&saved.misdeeds, now);
            let mut kinds =
                kinds.map(|each| NotedMisdeed::restored(each, &mut self.misbehaviors)).collect();
            record.latest = Vec::pop(&mut kinds).unwrap_or_default();
            cold.earlier = kinds;
        });
        Ok(self.records.insert(&self.hasher, record))
    }

    /// Renumbers the bans in their order, since saved positions can be any number.
    pub(crate) fn restore_order_of_bans(&mut self, mut bans: Vec<(u64, SubjectKey)>) {
        bans.sort_by_key(|(order, _)| *order);
        for (_, subject) in bans {
            let order = self.take_order();
            self.banned.insert(order, subject);
            match subject {
                SubjectKey::Network(key) => {
                    let Some(network) = self.networks.table.get_mut(key) else {
                        continue;
                    };
                    let net = network.net;
                    if let Some(ban) = network.ban.as_mut() {
                        ban.order = order;
                        if let Some(end) = ban.causes.end_of(Cause::Address) {
                            self.address_ends.insert((end, order, key));
                            self.address_lengths.add(&net);
                        }
                    }
                }
                SubjectKey::Peer(key) => {
                    let record = self.records.get_mut(key);
                    if let Some(ban) = record.and_then(|record| record.ban.as_mut()) {
                        ban.order = order;
                    }
                }
            }
        }
    }

    /// Puts the peers in standing that are not here in the order in which they left.
    pub(crate) fn restore_standing(&mut self, mut away: Vec<(SavedStanding, RecordKey)>) {
        away.sort_by_key(|(standing, _)| standing.left);
        for (standing, key) in away {
            let left = self.take_order();
            let until = standing.until.from(self.now);
            let record = self.records.get_mut(key).filter(|_| until > self.now);
            let gone = |record: &&mut Record<P>| record.ban.is_none() && !record.is_connected();
            if let Some(record) = record.filter(gone) {
                let away = Away { until, left };
                record.set_away(Some(away));
                self.away.insert(away, key);
            }
        }
    }

    /// Restores the places, and makes one for each network that is banned with cause `Address` and
    /// has none.
    pub(crate) fn restore_places(
        &mut self,
        mut places: Vec<SavedPlace>,
    ) -> Result<(), RestoreError<P>> {
        places.sort_by_key(|place| place.created);
        for saved in places {
            let net = canonical::canonical_net(saved.net);
            if self.places.find(&self.hasher, &net).is_some() {
                let subject = Subject::Addr(net);
                return Err(RestoreError { subject, why: RestoreErrorKind::Twice });
            }
            let key = self.make_place(net);
            if let Some(place) = self.places.table.get_mut(key) {
                place.debts = Number::restore(saved.debts, self.now, DEBTS_FALL);
                place.crowd = Number::restore(saved.crowd, self.now, place.crowd_fall);
                place.bans = saved.bans;
                place.over = saved.over.map(|over| over.in_past(self.now));
            }
        }
        let banned: Vec<_> = self.address_ends.iter().map(|(end, _, key)| (*end, *key)).collect();
        for (end, key) in banned {
            let Some(net) = self.networks.table.get(key).map(|network| network.net) else {
                continue;
            };
            let known = self.places.table.find(&self.hasher, &net);
            let key = known.unwrap_or_else(|| self.make_place(net));
            if let Some(place) = self.places.table.get_mut(key) {
                place.bans = place.bans.max(1);
                place.over = end.instant();
            }
        }
        let keys: Vec<_> = self.places.table.keys().collect();
        for key in keys {
            self.places.relist(&self.hasher, key, self.now);
        }
        Ok(())
    }

    fn make_place(&mut self, net: IpNet) -> PlaceKey {
        let created = self.take_order();
        let place = Place::new(net, created, self.config.crowd_fall_of(&net));
        self.places.table.insert(&self.hasher, place)
    }
}

fn restore_numbers<P>(saved: &SavedPeer<P>, now: Instant, config: &Config) -> PeerNumbers {
    let long = config.long_fall().map(|fall| Number::restore(saved.long, now, fall));
    PeerNumbers {
        heat: Number::default(),
        long: long.unwrap_or_default(),
        hearsay: Number::restore(saved.hearsay, now, config.heat_fall()),
        deliveries: Number::restore(saved.deliveries, now, config.deliveries_fall()),
    }
}

/// Returns as many misdeeds as are kept, most recent last.
fn last_kinds(misdeeds: &[SavedMisdeed], now: Instant) -> impl Iterator<Item = Misdeed> {
    let kept = misdeeds.iter().skip(misdeeds.len().saturating_sub(KINDS));
    kept.map(move |saved| Misdeed {
        misbehavior: saved.misbehavior,
        times: saved.times,
        last: saved.last.in_past(now),
    })
}

const NETWORK_CAUSES: &[Cause] = &[Cause::Address, Cause::Operator, Cause::Remote];
const PEER_CAUSES: &[Cause] =
    &[Cause::Application, Cause::Operator, Cause::Penalty, Cause::Remote, Cause::Score];

/// By how much at most the end of a ban is earlier than the one last announced: a nanosecond more
/// and a waiver would have announced it.
const SILENT: Duration = LEAST_AMENDMENT.saturating_sub(Duration::from_nanos(1));
