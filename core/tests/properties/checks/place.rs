//! Addresses, and networks in the one form in which they are compared.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use peerwarden_core::IpNet;

/// The addresses at which peers are seen: neighbours near and far, IPv4 in each of its forms, and
/// one that is exempt from colocation.
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

/// "IPv4-mapped (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`) IPv6 is IPv4."
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => match v6.segments() {
            [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
                let [.., a, b, c, d] = v6.octets();
                Ipv4Addr::new(a, b, c, d).into()
            }
            _ => ip,
        },
    }
}

/// "Networks are masked", and IPv4 where every address in them is.
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    match (net, canonical_ip(net.network())) {
        (IpNet::V6(v6), ip @ IpAddr::V4(_)) if v6.prefix_len() >= 96 => {
            IpNet::new(ip, v6.prefix_len() - 96).unwrap_or(net)
        }
        _ => net,
    }
}
