//! Addresses, and networks in the one form in which they are compared.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use peerwarden_core::IpNet;

/// The addresses at which peers are seen: neighbours near and far, IPv4 in each of its forms, and
/// one that is exempt, and so has no places.
pub(crate) fn addrs() -> [IpAddr; 9] {
    let v4 = |a, b, c, d| IpAddr::V4(Ipv4Addr::new(a, b, c, d));
    let v6 = |c, d, h| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, c, d, 0, 0, 0, h));
    let mapped = Ipv4Addr::new(198, 51, 100, 7).to_ipv6_mapped();
    [
        v4(198, 51, 100, 7),
        v4(198, 51, 100, 8),
        v4(198, 51, 7, 7),
        v4(127, 0, 0, 1),
        mapped.into(),
        IpAddr::V6(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0xc633, 0x6408)),
        v6(0, 0, 1),
        v6(0, 0, 2),
        v6(0, 1, 1),
    ]
}

/// "IPv4-mapped IPv6 (`::ffff:0:0/96`) is IPv4."
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
    }
}

/// The IPv4 address inside a NAT64 one.
pub(crate) fn nat64(ip: IpAddr) -> Option<IpAddr> {
    let IpAddr::V6(v6) = ip else {
        return None;
    };
    let [.., a, b, c, d] = v6.octets();
    let is_nat64 = matches!(v6.segments(), [0x64, 0xff9b, 0, 0, 0, 0, ..]);
    is_nat64.then(|| Ipv4Addr::new(a, b, c, d).into())
}

/// The lengths, for comparison with each other, at which the network holds the IP.
pub(crate) fn held_at(net: &IpNet, ip: IpAddr) -> Option<u8> {
    let inner = nat64(ip).filter(|inner| net.contains(inner));
    let inner = inner.map(|_| net.prefix_len() + 96);
    inner.or_else(|| net.contains(&ip).then_some(net.prefix_len()))
}

/// "Networks are masked", and IPv4 if they are longer than /96 and hold IPv4 written as IPv6.
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    let ip = net.network();
    match (net, nat64(ip).unwrap_or_else(|| canonical_ip(ip))) {
        (IpNet::V6(v6), ip @ IpAddr::V4(_)) if v6.prefix_len() > 96 => {
            IpNet::new(ip, v6.prefix_len() - 96).unwrap_or(net)
        }
        _ => net,
    }
}
