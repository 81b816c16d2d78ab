//! Exemptions: networks that many share for good reasons.

use core::net::IpAddr;

use ipnet::IpNet;

use crate::config::Config;
use crate::state::address;

impl Config {
    /// Whether the IP has no places.
    pub(crate) fn is_exempt(&self, ip: IpAddr) -> bool {
        self.exempt().iter().any(|net| address::holds(net, ip))
    }

    /// Whether the network lies inside an exempt one or holds one: no remote list can ban it.
    pub(crate) fn touches_exempt(&self, net: &IpNet) -> bool {
        let touches = |exempt: &IpNet| address::inside(net, exempt) || address::inside(exempt, net);
        self.exempt().iter().any(touches)
    }
}
