//! Exempt networks, which have no places.

use core::net::IpAddr;

use ipnet::IpNet;

use crate::config::Config;
use crate::state::canonical;

impl Config {
    /// Returns whether the IP has no places.
    pub(crate) fn is_exempt(&self, ip: IpAddr) -> bool {
        self.exempt().iter().any(|net| canonical::holds(net, ip))
    }

    /// Returns whether the network lies inside an exempt one or holds one: no remote list can ban
    /// it, and it is no place.
    pub(crate) fn touches_exempt(&self, net: &IpNet) -> bool {
        let touches =
            |exempt: &IpNet| canonical::inside(net, exempt) || canonical::inside(exempt, net);
        self.exempt().iter().any(touches)
    }
}
