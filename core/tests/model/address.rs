//! IPs and the networks that hold them.

use peerwarden_core::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// "IPv4-mapped IPv6 (`::ffff:0:0/96`) is IPv4."
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => match v6.segments() {
            [0, 0, 0, 0, 0, 0xffff, high, low] => v4(high, low),
            _ => ip,
        },
        IpAddr::V4(_) => ip,
    }
}

/// The IPv4 inside a NAT64 IP (`64:ff9b::/96`).
pub(crate) fn inside_nat64(ip: IpAddr) -> Option<IpAddr> {
    match ip {
        IpAddr::V6(v6) => match v6.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
            _ => None,
        },
        IpAddr::V4(_) => None,
    }
}

/// "The places and the group of a NAT64 IP are those of the IPv4 inside."
pub(crate) fn origin(ip: IpAddr) -> IpAddr {
    inside_nat64(ip).unwrap_or(ip)
}

/// "A NAT64 IP is in the networks that hold it and in those that hold the IPv4 inside it."
pub(crate) fn holds(net: IpNet, ip: IpAddr) -> bool {
    net.contains(&ip) || inside_nat64(ip).is_some_and(|inside| net.contains(&inside))
}

/// How long a network is that holds the IP: "where lengths are compared, the latter count as 96
/// longer".
pub(crate) fn length(net: IpNet, ip: IpAddr) -> u8 {
    if net.contains(&ip) { net.prefix_len() } else { 96 + net.prefix_len() }
}

/// "Whether a network lies inside another is asked within one family."
pub(crate) fn lies_inside(inner: IpNet, outer: IpNet) -> bool {
    match (inner, outer) {
        (IpNet::V4(inner), IpNet::V4(outer)) => outer.contains(&inner),
        (IpNet::V6(inner), IpNet::V6(outer)) => outer.contains(&inner),
        (IpNet::V4(_), IpNet::V6(_)) | (IpNet::V6(_), IpNet::V4(_)) => false,
    }
}

/// "Networks are masked (`10.1.2.3/8` is `10.0.0.0/8`); longer than /96 inside `::ffff:0:0/96` or
/// `64:ff9b::/96` they are the IPv4 network inside, at /96 or shorter they stay IPv6."
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    let ip = canonical_ip(net.addr());
    let ip = inside_nat64(ip).unwrap_or(ip);
    match (net, ip) {
        (IpNet::V6(_), IpAddr::V4(_)) if net.prefix_len() > 96 => prefix(ip, net.prefix_len() - 96),
        _ => net,
    }
}

/// The network of this length that holds the IP.
pub(crate) fn prefix(ip: IpAddr, length: u8) -> IpNet {
    IpNet::new(ip, length).expect("it is short enough").trunc()
}

fn v4(high: u16, low: u16) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
}

/// Whether the network holds every NAT64 IP.
pub(crate) fn holds_all_nat64(net: IpNet) -> bool {
    let first = IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0));
    net.prefix_len() <= 96 && net.contains(&first)
}
