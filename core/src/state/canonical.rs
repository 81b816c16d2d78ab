//! Canonical form of IPs and networks.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Returns the IP in the one form in which it is compared: IPv4-mapped IPv6 (`::ffff:0:0/96`) is
/// IPv4.
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => embedded_v4(v6, MAPPED).map_or(ip, IpAddr::V4),
    }
}

/// Returns the IPv4 address inside a NAT64 one (`64:ff9b::/96`).
pub(crate) fn nat64(ip: IpAddr) -> Option<Ipv4Addr> {
    match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => embedded_v4(v6, NAT64),
    }
}

/// Returns the IP, or the IPv4 address inside if it is a NAT64 one: whose the places and the group
/// are.
pub(crate) fn inner_ip(ip: IpAddr) -> IpAddr {
    nat64(ip).map_or(ip, IpAddr::V4)
}

/// Returns the network in the one form in which it is compared: masked, and IPv4 if it is longer
/// than /96 and holds IPv4 that is written as IPv6, mapped or through NAT64.
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    let IpNet::V6(v6) = net else {
        return net;
    };
    let inner = v6.prefix_len().checked_sub(EMBEDDED_AT).filter(|len| *len > 0);
    let network = v6.network();
    let v4 = embedded_v4(network, MAPPED).or_else(|| embedded_v4(network, NAT64));
    let v4 = inner.zip(v4);
    v4.and_then(|(len, v4)| Ipv4Net::new(v4, len).ok()).map_or(net, IpNet::V4)
}

/// Returns the network with `len` leading bits of `ip`.
pub(crate) fn prefix(ip: IpAddr, len: u8) -> IpNet {
    let net: IpNet = match ip {
        IpAddr::V4(v4) => Ipv4Net::new(v4, len).unwrap_or_else(|_| v4.into()).into(),
        IpAddr::V6(v6) => Ipv6Net::new(v6, len).unwrap_or_else(|_| v6.into()).into(),
    };
    net.trunc()
}

/// Returns whether `net` lies inside `outer` or is the same. Networks of two families do not.
pub(crate) fn inside(net: &IpNet, outer: &IpNet) -> bool {
    outer.contains(net)
}

/// Returns whether the network holds the IP; a NAT64 one also if it holds the IPv4 address inside.
pub(crate) fn holds(net: &IpNet, ip: IpAddr) -> bool {
    net.contains(&ip) || nat64(ip).is_some_and(|v4| net.contains(&IpAddr::V4(v4)))
}

/// Returns whether the network holds every NAT64 IP, and so is as wide as all of IPv4.
pub(crate) fn holds_all_nat64(net: &IpNet) -> bool {
    let first = IpAddr::V6(Ipv6Addr::from_bits(NAT64 << u32::BITS));
    net.prefix_len() <= EMBEDDED_AT && net.contains(&first)
}

/// Returns the length of a network that holds `ip`, for comparison with others that do: that of an
/// IPv4 network which holds the address inside a NAT64 one counts from the start of the IPv6
/// address.
pub(crate) fn length_for(ip: IpAddr, net: &IpNet) -> u8 {
    match (ip, net) {
        (IpAddr::V6(_), IpNet::V4(net)) => net.prefix_len() + EMBEDDED_AT,
        (_, net) => net.prefix_len(),
    }
}

/// A network as text. One of IPv4-mapped addresses is not written as if it were IPv4.
pub(crate) struct Shown<'a>(pub(crate) &'a IpNet);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpNet::V6(net) if embedded_v4(net.network(), MAPPED).is_some() => {
                let [.., high, low] = net.network().segments();
                write!(f, "::ffff:{high:x}:{low:x}/{}", net.prefix_len())
            }
            IpNet::V4(net) => net.fmt(f),
            IpNet::V6(net) => net.fmt(f),
        }
    }
}

fn embedded_v4(v6: Ipv6Addr, embedding: u128) -> Option<Ipv4Addr> {
    let bits = v6.to_bits();
    let v4 = Ipv4Addr::from_bits(u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0));
    (bits >> u32::BITS == embedding).then_some(v4)
}

/// How many bits come before the IPv4 address inside an IPv6 one.
const EMBEDDED_AT: u8 = 96;
const MAPPED: u128 = 0xffff;
const NAT64: u128 = 0x0064_ff9b << 64;
