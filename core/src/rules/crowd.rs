//! Crowds: offences counted by place.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::action::Action;
use crate::state::number::Number;
use crate::state::place::OFFENCE;
use crate::state::record::RecordKey;
use crate::warden::Warden;

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Counts an offence of the peer in each of its places.
    pub(crate) fn count_in_places(&mut self, key: RecordKey, actions: &mut Vec<Action<P>>) {
        let now = self.now;
        let addr = self.records.get(key).and_then(|record| record.addr);
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
            let Some(place) = self.places.table.get_mut(key) else {
                break;
            };
            let net = place.net;
            let offences = place.crowd.add(OFFENCE, now, place.crowd_fall);
            let over = offences > u64::from(level.crowd) * OFFENCE;
            let due = over && self.is_more_than_a_third(offences, &net);
            if let Some(place) = self.places.table.get_mut(key).filter(|_| due) {
                place.crowd = Number::new(0, now);
            }
            self.settle_place(key, due.then_some(net), actions);
        }
    }

    /// Returns whether three times so many offences, in millionths, are more than the peers here
    /// last seen in the place. Looks at no more of them than that.
    fn is_more_than_a_third(&self, offences: u64, place: &IpNet) -> bool {
        let three_times = u128::from(offences) * 3;
        let enough = usize::try_from(three_times.div_ceil(u128::from(OFFENCE)));
        let enough = enough.unwrap_or(usize::MAX);
        self.connected_at.within(place).take(enough).count() < enough
    }
}
