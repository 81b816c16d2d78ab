//! `KnownPeer`: a peer with addresses, as settings and options name it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A peer with the addresses at which it is to be found, in a form that its network has.
///
/// Settings read it from a text, and options protect such peers and expect them at their hosts. Of
/// libp2p it is a multiaddress with the peer's id at its end.
pub trait KnownPeer<P>: Clone + fmt::Debug + Eq + FromStr<Err: fmt::Display> {
    /// The name of a peer as settings have it, with an example, for messages: `a peer id such as ".."`.
    const PEER: &'static str;

    /// The form of this, for messages: `a multiaddress`; empty if there is none.
    const ADDRESS: &'static str;

    /// An example of this.
    const EXAMPLE: &'static str;

    /// Returns whether a text looks like this, however wrong it is.
    fn is_meant(text: &str) -> bool;

    /// Returns the peer.
    fn peer(&self) -> &P;

    /// Returns the hosts of its addresses, in their order.
    fn hosts(&self) -> Vec<Host>;

    /// Adds the addresses of `other`, the same peer.
    fn merge(&mut self, other: Self);
}

/// The host that an address leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Host {
    /// An IP.
    Ip(IpAddr),
    /// A name that the operating system resolves.
    Name {
        /// The name.
        name: String,
        /// The family of IPs that it is to be resolved to, if that is said.
        family: Option<IpFamily>,
    },
    /// One of which no IP can be told, such as a relay.
    Untold,
}

/// A family of IPs. Exhaustive, since there are two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IpFamily {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl IpFamily {
    pub(crate) const fn holds(self, ip: &IpAddr) -> bool {
        match self {
            Self::V4 => ip.is_ipv4(),
            Self::V6 => ip.is_ipv6(),
        }
    }
}

/// No form of addresses: settings name peers alone. There is no value of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NoAddresses {}

impl FromStr for NoAddresses {
    type Err = &'static str;

    fn from_str(_: &str) -> Result<Self, Self::Err> {
        Err("addresses of peers have no form here")
    }
}

impl<P> KnownPeer<P> for NoAddresses {
    const PEER: &'static str = "the name of a peer";
    const ADDRESS: &'static str = "";
    const EXAMPLE: &'static str = "";

    fn is_meant(_: &str) -> bool {
        false
    }

    fn peer(&self) -> &P {
        match *self {}
    }

    fn hosts(&self) -> Vec<Host> {
        match *self {}
    }

    fn merge(&mut self, _: Self) {
        match *self {}
    }
}
