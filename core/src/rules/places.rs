//! Places: debts left behind by peers, and bans that are due.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use ipnet::IpNet;

use crate::action::{Action, Withheld};
use crate::config::{Config, PlaceLevel};
use crate::state::canonical;
use crate::state::place::{DEBTS_FALL, Place, PlaceKey};
use crate::state::record::RecordKey;
use crate::subject::{Cause, Subject};
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Adds the unpaid points of a disconnected peer to the debts of its places.
    ///
    /// That is no more than what was reported of it since it last disconnected, so that one debt is
    /// left behind once, and no more than two thresholds, so that one peer does not ban a place.
    pub(crate) fn leave_debts(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let now = self.now;
        let Some(record) = self.records.get_mut(key) else {
            return;
        };
        let reported = core::mem::take(&mut record.reported).as_micros();
        let most = self.config.threshold().as_micros().saturating_mul(MOST_THRESHOLDS);
        let left = record.account.owed(now).as_micros().min(reported).min(most);
        let addr = record.addr.filter(|_| left > 0 && !record.protected);
        let Some(ip) = addr.and_then(|addr| self.ip_of_places(addr)) else {
            return;
        };
        for at in 0.. {
            let Some(level) = self.config.place_level(ip, at) else {
                break;
            };
            let Some(key) = self.find_or_make_place(ip, level) else {
                continue;
            };
            let due = self.places.table.get_mut(key).and_then(|place| {
                let debts = place.debts.add(left, now, DEBTS_FALL);
                let due = debts > level.debts.as_micros();
                if due {
                    place.debts.take(debts.div_ceil(2), now, DEBTS_FALL);
                }
                due.then_some(place.net)
            });
            self.settle_place(key, due, actions);
        }
    }

    /// Bans the place if it is due, after its numbers have changed.
    pub(crate) fn settle_place(
        &mut self,
        key: PlaceKey,
        due: Option<IpNet>,
        actions: &mut Vec<Action<P>>,
    ) {
        if let Some(net) = due {
            self.ban_place(key, net, actions);
        }
        self.places.relist(&self.hasher, key, self.now);
    }

    /// Bans a place that is due, unless it is banned so already or something withholds it.
    fn ban_place(&mut self, key: PlaceKey, net: IpNet, actions: &mut Vec<Action<P>>) {
        if self.places.table.get(key).is_none_or(|place| place.is_banned(self.now)) {
            return;
        }
        if let Some(why) = self.place_withheld(&net) {
            let subject = Subject::Addr(net);
            actions.push(Action::Withhold { subject, cause: Cause::Address, why });
            return;
        }
        if let Some(until) = self.climb(key) {
            self.ban_network(net, Cause::Address, until, actions);
        }
    }

    /// Returns what stands against a ban of the place: the first reason that fits.
    fn place_withheld(&self, place: &IpNet) -> Option<Withheld> {
        if self.networks.in_protected(&self.hasher, place) || self.protected_at.any_within(place) {
            return Some(Withheld::Protected);
        }
        if self.config.dry_run() {
            return Some(Withheld::DryRun);
        }
        let network = self.networks.table.find(&self.hasher, place);
        let network = network.and_then(|key| self.networks.table.get(key));
        if network.is_some_and(|network| network.grace.is_some_and(|grace| self.now < grace)) {
            return Some(Withheld::Grace);
        }
        self.config.min_connected()?;
        let gone = self.cut_with(place);
        (gone > 0 && self.too_few_without(gone)).then_some(Withheld::Guard)
    }

    /// Returns the IP whose places are judged for a peer that was seen at `ip`, if it has any.
    pub(crate) fn ip_of_places(&self, ip: IpAddr) -> Option<IpAddr> {
        let judged = self.config.places() && !self.config.is_exempt(ip);
        judged.then(|| canonical::inner_ip(ip))
    }

    /// Returns the place of this level, which is made if there is none. A network that touches an
    /// exempt one is no place: its ban would refuse the exempt IPs in it, too.
    pub(crate) fn find_or_make_place(&mut self, ip: IpAddr, level: PlaceLevel) -> Option<PlaceKey> {
        let net = canonical::prefix(ip, level.length);
        if self.config.touches_exempt(&net) {
            return None;
        }
        let known = self.places.table.find(&self.hasher, &net);
        known.or_else(|| {
            let created = self.take_order();
            let place = Place::new(net, created, Config::crowd_fall(level.crowd));
            Some(self.places.table.insert(&self.hasher, place))
        })
    }
}

/// The most that one peer leaves behind, in thresholds.
const MOST_THRESHOLDS: u64 = 2;
