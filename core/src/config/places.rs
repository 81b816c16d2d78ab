//! Settings for places.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use ipnet::IpNet;

use super::Config;
use super::amount::Amount;
use super::error::{ConfigError, durations};
use crate::penalty::Points;
use crate::state::canonical;

/// One level of places: networks of one length, and how much each may answer for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PlaceLevel {
    /// The prefix length of the networks.
    pub length: u8,
    /// The debts that its peers may leave behind, in points. **Strictly** more bans it.
    pub debts: Points,
    /// How many offences its peers may commit in about ten minutes. **Strictly** more ban it, if
    /// there are not many more peers in it.
    pub crowd: u32,
}

/// A level as it is kept: its debts may follow the threshold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Level {
    length: u8,
    debts: Amount,
    crowd: u32,
}

impl Config {
    /// Sets whether places are judged. On by default; off in the other presets, until one of their
    /// settings is set.
    #[must_use]
    pub fn with_places(mut self, on: bool) -> Self {
        self.places = on;
        self
    }

    /// Sets the levels of places of IPv4 addresses, in any order; none judges no IPv4 address.
    ///
    /// By default /32 alone, with debts of ten thresholds and a crowd of 5: a /24 level cost the
    /// honest neighbours at a hoster a fifth of their time.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Prefix`] for a length over 32, [`ConfigError::PrefixTwice`] for one that is
    /// given twice.
    pub fn with_places_v4(mut self, levels: &[PlaceLevel]) -> Result<Self, ConfigError> {
        self.places_v4 = sorted("places_v4", levels, 32)?;
        self.places = true;
        Ok(self)
    }

    /// Sets the same as [`with_places_v4`](Self::with_places_v4), of IPv6 addresses, with lengths
    /// up to 128.
    ///
    /// By default /64 (10 thresholds, 5 offences), /56 (40, 20) and /48 (80, 40): what one customer
    /// is given, in the usual sizes.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Prefix`] for a length over 128, [`ConfigError::PrefixTwice`] for one that is
    /// given twice.
    pub fn with_places_v6(mut self, levels: &[PlaceLevel]) -> Result<Self, ConfigError> {
        self.places_v6 = sorted("places_v6", levels, 128)?;
        self.places = true;
        Ok(self)
    }

    /// Sets how long inbound connections from a banned place are refused: an entry for each of its
    /// bans, the last for all further ones.
    ///
    /// 10, 40 and 80 minutes by default. A longer end buys more against a botnet that comes again all
    /// day, and costs newcomers behind an address that is raided each hour more of their time: with
    /// 80 min 31 %, with 160 min 57 %, with 16 h 80 % (measured in `benches/PROTECTION.md`).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Empty`] without entries, [`ConfigError::ZeroEntry`] for one of 0 seconds.
    pub fn with_place_durations(mut self, list: &[Duration]) -> Result<Self, ConfigError> {
        self.place_durations = durations("place_durations", list)?;
        self.places = true;
        Ok(self)
    }

    /// Sets the exempt networks. Their IPs have no places, a network that holds an exempt one is no
    /// place either, and no remote list can ban an exempt network, one inside it, or one that holds
    /// it.
    ///
    /// By default those that many share for good reasons: loopback, private and link-local
    /// networks, carrier-grade NAT, and the unspecified addresses.
    #[must_use]
    pub fn with_exempt(mut self, networks: &[IpNet]) -> Self {
        self.exempt = networks.iter().copied().map(canonical::canonical_net).collect();
        self
    }

    /// Returns whether places are judged.
    #[must_use]
    pub const fn places(&self) -> bool {
        self.places
    }

    /// Returns the levels of places of IPv4 addresses, longest first.
    pub fn places_v4(&self) -> impl DoubleEndedIterator<Item = PlaceLevel> + '_ {
        self.places_v4.iter().map(|level| level.under(self.threshold))
    }

    /// Returns the levels of places of IPv6 addresses, longest first.
    pub fn places_v6(&self) -> impl DoubleEndedIterator<Item = PlaceLevel> + '_ {
        self.places_v6.iter().map(|level| level.under(self.threshold))
    }

    /// Returns whether the debts of places of IPv4 addresses do not follow the threshold.
    #[cfg(feature = "scenario")]
    pub(crate) fn has_fixed_places_v4(&self) -> bool {
        self.places_v4.iter().all(|level| level.debts.fixed().is_some())
    }

    /// Returns the same as [`has_fixed_places_v4`](Self::has_fixed_places_v4), of IPv6 addresses.
    #[cfg(feature = "scenario")]
    pub(crate) fn has_fixed_places_v6(&self) -> bool {
        self.places_v6.iter().all(|level| level.debts.fixed().is_some())
    }

    /// Returns the level of places at this position, longest first, of IPs like this one.
    pub(crate) fn place_level(&self, ip: IpAddr, at: usize) -> Option<PlaceLevel> {
        let levels = match ip {
            IpAddr::V4(_) => &self.places_v4,
            IpAddr::V6(_) => &self.places_v6,
        };
        levels.get(at).map(|level| level.under(self.threshold))
    }

    /// Returns the level of the places that are like this network, if there is one.
    pub(crate) fn level_of(&self, net: &IpNet) -> Option<PlaceLevel> {
        let levels = match net {
            IpNet::V4(_) => &self.places_v4,
            IpNet::V6(_) => &self.places_v6,
        };
        let level = levels.iter().find(|level| level.length == net.prefix_len());
        let level = level.filter(|_| self.places);
        level.map(|level| level.under(self.threshold))
    }

    /// Returns whether the levels of places are the same under both policies, their debts aside.
    pub(crate) fn has_places_like(&self, other: &Self) -> bool {
        let same = |ours: &[Level], theirs: &[Level]| {
            let level = |level: &Level| (level.length, level.crowd);
            ours.iter().map(level).eq(theirs.iter().map(level))
        };
        self.places == other.places
            && same(&self.places_v4, &other.places_v4)
            && same(&self.places_v6, &other.places_v6)
    }

    /// Returns how long a banned place is refused; never empty.
    #[must_use]
    pub fn place_durations(&self) -> &[Duration] {
        &self.place_durations
    }

    /// Returns the exempt networks.
    #[must_use]
    pub fn exempt(&self) -> &[IpNet] {
        &self.exempt
    }
}

impl Level {
    /// Returns a level whose debts are this many thresholds.
    pub(super) const fn of_thresholds(length: u8, debts: u64, crowd: u32) -> Self {
        Self { length, debts: Amount::Times(debts), crowd }
    }

    fn under(&self, threshold: Points) -> PlaceLevel {
        let debts = self.debts.under(threshold).unwrap_or_default();
        PlaceLevel { length: self.length, debts, crowd: self.crowd }
    }
}

/// Returns the levels, longest first, if there can be such.
fn sorted(field: &'static str, levels: &[PlaceLevel], most: u8) -> Result<Vec<Level>, ConfigError> {
    if let Some(level) = levels.iter().find(|level| level.length > most) {
        return Err(ConfigError::Prefix { field, bits: level.length, most });
    }
    let keep = |level: &PlaceLevel| Level {
        length: level.length,
        debts: Amount::Set(level.debts),
        crowd: level.crowd,
    };
    let mut kept: Vec<_> = levels.iter().map(keep).collect();
    kept.sort_by_key(|level| core::cmp::Reverse(level.length));
    let mut pairs = kept.iter().zip(kept.iter().skip(1));
    match pairs.find(|(one, next)| one.length == next.length) {
        Some((twice, _)) => Err(ConfigError::PrefixTwice { field, bits: twice.length }),
        None => Ok(kept),
    }
}

/// Returns the networks in which unrelated peers share an address, or that cannot be reached from
/// outside.
pub(super) fn shared_for_good_reasons() -> Vec<IpNet> {
    let v4 = |a, b, len| canonical::prefix(Ipv4Addr::new(a, b, 0, 0).into(), len);
    let v6 = |first, last, len| {
        canonical::prefix(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last).into(), len)
    };
    [
        v4(0, 0, 8),
        v4(10, 0, 8),
        v4(100, 64, 10),
        v4(127, 0, 8),
        v4(169, 254, 16),
        v4(172, 16, 12),
        v4(192, 168, 16),
        v6(0, 0, 128),
        v6(0, 1, 128),
        v6(0xfc00, 0, 7),
        v6(0xfe80, 0, 10),
    ]
    .into()
}
