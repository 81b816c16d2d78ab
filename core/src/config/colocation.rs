//! Settings of colocation.

use core::net::IpAddr;
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
