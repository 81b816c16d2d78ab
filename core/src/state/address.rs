//! IPs and networks in one form.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The IP in the one form in which it is compared: IPv4 that is written as IPv6, mapped
/// (`::ffff:0:0/96`) or through NAT64 (`64:ff9b::/96`), is IPv4.
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => embedded_v4(v6).map_or(ip, IpAddr::V4),
    }
}

/// The network in the one form in which it is compared: masked, and IPv4 if it holds nothing else.
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    let IpNet::V6(v6) = net else {
        return net;
    };
    let inner = v6.prefix_len().checked_sub(EMBEDDED_AT);
    let v4 = inner.zip(embedded_v4(v6.network()));
    v4.and_then(|(len, v4)| Ipv4Net::new(v4, len).ok()).map_or(net, IpNet::V4)
}

/// The network with so many leading bits of `ip`.
pub(crate) fn prefix(ip: IpAddr, len: u8) -> IpNet {
    let net: IpNet = match ip {
        IpAddr::V4(v4) => Ipv4Net::new(v4, len).unwrap_or_else(|_| v4.into()).into(),
        IpAddr::V6(v6) => Ipv6Net::new(v6, len).unwrap_or_else(|_| v6.into()).into(),
    };
    net.trunc()
}

/// Whether `net` lies inside `outer` or is the same.
pub(crate) fn inside(net: &IpNet, outer: &IpNet) -> bool {
    outer.contains(net)
}

fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = v6.to_bits();
    let v4 = Ipv4Addr::from_bits(u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0));
    let embedding = bits >> u32::BITS;
    (embedding == MAPPED || embedding == NAT64).then_some(v4)
}

/// How many bits come before the IPv4 address inside an IPv6 one.
const EMBEDDED_AT: u8 = 96;
const MAPPED: u128 = 0xffff;
const NAT64: u128 = 0x0064_ff9b << 64;
