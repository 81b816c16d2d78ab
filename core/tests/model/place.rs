//! Places: networks that answer for the peers last seen in them.

use peerwarden_core::{Action, Cause, Config, Instant, IpNet, PlaceLevel, Subject, Until};
use std::net::IpAddr;

use super::address::{holds, lies_inside, origin, prefix};
use super::falling::{DAY, Fall, Falling, MINUTE};
use super::withholding::withhold;
use super::{Model, Nanos, Peer, nanos};

#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) net: IpNet,
    pub(crate) debts: Falling,
    pub(crate) crowd: Falling,
    /// k: "with k such bans before it".
    pub(crate) bans: usize,
    /// When the last of them is over.
    pub(crate) last_ban_over: Option<Nanos>,
}

impl Place {
    /// "k starts anew at zero once the last of them has been over for 24 h."
    pub(crate) fn ban_counts_until(&self) -> Nanos {
        self.last_ban_over.map_or(0, |over| over.saturating_add(DAY))
    }

    /// "A place is dropped when both its numbers are zero and it has had no ban by `Address` that
    /// is not over for 24 h."
    pub(crate) fn dropped_from(&self, config: &Config) -> Nanos {
        let debts = self.debts.zero_from(debts_fall());
        let crowd = self.crowd.zero_from(crowd_fall(self.net, config));
        debts.max(crowd).max(self.ban_counts_until())
    }
}

/// "Fall at 100 a second".
pub(crate) fn debts_fall() -> Fall {
    Fall::a_second(100_000_000)
}

/// "Falls by `crowd` + 1 in 10 min". The design does not say how a place falls whose level a new
/// policy does not have, or that judges no places: as if its crowd were 0.
pub(crate) fn crowd_fall(place: IpNet, config: &Config) -> Fall {
    let mut levels = levels(place.addr(), config).into_iter();
    let level = levels.find(|level| level.length == place.prefix_len());
    let crowd = level.map_or(0, |level| level.crowd);
    Fall { amount: (u64::from(crowd) + 1) * MILLION, period: 10 * MINUTE }
}

fn levels(ip: IpAddr, config: &Config) -> Vec<PlaceLevel> {
    if !config.places() {
        return Vec::new();
    }
    match ip {
        IpAddr::V4(_) => config.places_v4().collect(),
        IpAddr::V6(_) => config.places_v6().collect(),
    }
}

impl Model {
    /// "The places of an IP are its networks of the lengths in `places_v4` [...] or `places_v6`
    /// [...], longest first". "The places [...] of a NAT64 IP are those of the IPv4 inside." "An
    /// exempt IP has no places." Nor is a network a place whose ban would refuse an exempt IP.
    pub(crate) fn places_of(&self, ip: Option<IpAddr>) -> Vec<(IpNet, PlaceLevel)> {
        let Some(ip) = ip.filter(|ip| !self.is_exempt(*ip)) else {
            return Vec::new();
        };
        let ip = origin(ip);
        let mut levels = levels(ip, &self.config);
        levels.sort_by_key(|level| std::cmp::Reverse(level.length));
        let places = levels.into_iter().map(|level| (prefix(ip, level.length), level));
        places.filter(|(net, _)| !self.touches_exempt(*net)).collect()
    }

    pub(crate) fn is_exempt(&self, ip: IpAddr) -> bool {
        self.config.exempt().iter().any(|net| holds(*net, ip))
    }

    /// "Lies inside or holds an exempt one".
    pub(crate) fn touches_exempt(&self, net: IpNet) -> bool {
        let mut exempt = self.config.exempt().iter();
        exempt.any(|each| lies_inside(net, *each) || lies_inside(*each, net))
    }

    /// The place, which is made if there is none.
    pub(crate) fn place_mut(&mut self, net: IpNet) -> &mut Place {
        let at = self.places.iter().position(|place| place.net == net);
        let at = at.unwrap_or_else(|| {
            self.places.push(Place {
                net,
                debts: Falling::default(),
                crowd: Falling::default(),
                bans: 0,
                last_ban_over: None,
            });
            self.places.len() - 1
        });
        &mut self.places[at]
    }

    /// "*Due.* The place is banned with cause `Address`".
    pub(crate) fn place_is_due(&mut self, net: IpNet) -> Vec<Action<Peer>> {
        // "While the place is banned by `Address` nothing comes of being due again".
        if self.network(net).is_some_and(|network| network.has(Cause::Address, self.now)) {
            return Vec::new();
        }
        if let Some(why) = self.withheld_from_place(net) {
            return vec![withhold(Subject::Addr(net), Cause::Address, why)];
        }
        // "It lasts for entry k + 1 of `place_durations` [...], with k such bans before it".
        let now = self.now;
        let durations: Vec<_> = self.config.place_durations().iter().copied().map(nanos).collect();
        let place = self.place_mut(net);
        if place.ban_counts_until() <= now {
            place.bans = 0;
        }
        let end = now.saturating_add(durations[place.bans.min(durations.len() - 1)]);
        place.bans += 1;
        place.last_ban_over = Some(end);
        self.ban_network(net, Cause::Address, Until::At(Instant::from_nanos(end)))
    }

    /// The ban of the place by `Address`, if there is a place, is over now.
    pub(crate) fn place_ban_is_over(&mut self, net: IpNet) {
        let now = self.now;
        let place = self.places.iter_mut().find(|place| place.net == net);
        if let Some(over) = place.and_then(|place| place.last_ban_over.as_mut()) {
            *over = (*over).min(now);
        }
    }
}

pub(crate) const MILLION: u64 = 1_000_000;
