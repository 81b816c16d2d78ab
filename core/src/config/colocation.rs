//! Settings of colocation.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::time::Duration;

use ipnet::IpNet;

use super::Config;
use super::error::{ConfigError, positive};
use crate::state::address;

impl Config {
    /// Sets how many automatically banned peers may have been last seen in one place before the
    /// place itself is banned; `None` for any number, which turns colocation off.
    ///
    /// 5 by default, as in Lighthouse and Prysm: more than 5 ban the place. Off in the other
    /// presets.
    #[must_use]
    pub fn with_max_banned_peers(mut self, peers: Option<usize>) -> Self {
        self.max_banned_peers = peers;
        self
    }

    /// Sets how long inbound connections from such a place are refused. 1 h by default.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_colocation_duration(mut self, duration: Duration) -> Result<Self, ConfigError> {
        self.colocation_duration = positive("colocation_duration", duration)?;
        Ok(self)
    }

    /// Sets what a place is: so many leading bits of an IPv4 and of an IPv6 address.
    ///
    /// 32 and 64 by default: one IPv4 address, and the smallest IPv6 network that anybody is given.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Prefix`] for more bits than an address has.
    pub fn with_colocation_prefixes(mut self, v4: u8, v6: u8) -> Result<Self, ConfigError> {
        for (bits, most) in [(v4, 32), (v6, 128)] {
            if bits > most {
                return Err(ConfigError::Prefix { field: "colocation_prefixes", bits, most });
            }
        }
        self.colocation_prefixes = (v4, v6);
        Ok(self)
    }

    /// Sets the networks in which no place is ever banned, nor one that holds such a network.
    ///
    /// By default those that many share for good reasons: loopback, private and link-local
    /// networks, carrier-grade NAT, and the unspecified addresses.
    #[must_use]
    pub fn with_colocation_exempt(mut self, networks: &[IpNet]) -> Self {
        self.colocation_exempt = networks.iter().copied().map(address::canonical_net).collect();
        self
    }

    /// How many automatically banned peers may have been last seen in one place.
    #[must_use]
    pub const fn max_banned_peers(&self) -> Option<usize> {
        self.max_banned_peers
    }

    /// How long inbound connections from a banned place are refused.
    #[must_use]
    pub const fn colocation_duration(&self) -> Duration {
        self.colocation_duration
    }

    /// How many leading bits of an address like this one make a place.
    #[must_use]
    pub const fn colocation_prefix(&self, addr: IpAddr) -> u8 {
        match addr {
            IpAddr::V4(_) => self.colocation_prefixes.0,
            IpAddr::V6(_) => self.colocation_prefixes.1,
        }
    }

    /// The networks in which no place is ever banned.
    #[must_use]
    pub fn colocation_exempt(&self) -> &[IpNet] {
        &self.colocation_exempt
    }
}

/// Networks in which strangers to each other share an address, or nobody is reached from outside.
pub(super) fn shared_for_good_reasons() -> Vec<IpNet> {
    let v4 = |a, b, len| address::prefix(Ipv4Addr::new(a, b, 0, 0).into(), len);
    let v6 = |first, last, len| {
        address::prefix(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last).into(), len)
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
