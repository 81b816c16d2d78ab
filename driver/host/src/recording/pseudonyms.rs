//! Replaced names of peers and IPs.

use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hashbrown::{HashMap, HashSet};
use peerwarden_core::{Config, IpNet};

/// Replaces names by a keyed hash, and IPs so that two have as many leading bits in common as before.
///
/// The key is of SipHash, from the operating system, and gone with this. Whether a bit of an IP is flipped is a
/// hash of the bits before it, as in Crypto-PAn; but no bit is on the way to an exempt network, or to one of
/// those in which IPv6 holds IPv4, so that those stay where they are and nothing else gets in.
pub(super) struct Pseudonyms {
    key: RandomState,
    /// Leading bits after which the next bit stays.
    fixed: HashSet<Prefix, RandomState>,
    known: RefCell<HashMap<IpAddr, IpAddr, RandomState>>,
}

/// Leading bits of an address, as the highest of a number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Prefix {
    bits: u128,
    length: u8,
    is_v4: bool,
}

impl Pseudonyms {
    /// Returns new ones, in which networks that this policy or the default one exempts stay as they are.
    pub(super) fn new(config: &Config) -> Self {
        let mut fixed = HashSet::with_hasher(RandomState::new());
        let default = Config::default();
        let embeddings = [MAPPED, NAT64].map(|net| (net, 96, false));
        let exempt = config.exempt().iter().chain(default.exempt());
        for (bits, length, is_v4) in exempt.map(split).chain(embeddings) {
            fixed.extend((0..length).map(|length| Prefix::new(bits, length, is_v4)));
        }
        Self { key: RandomState::new(), fixed, known: RefCell::default() }
    }

    /// Returns another name for the peer with these bytes.
    pub(super) fn name(&self, bytes: &[u8]) -> String {
        format!("{:016x}", self.key.hash_one(("peer", bytes)))
    }

    /// Returns another IP.
    pub(super) fn ip(&self, ip: IpAddr) -> IpAddr {
        let mut known = self.known.borrow_mut();
        if let Some(replaced) = known.get(&ip) {
            return *replaced;
        }
        let replaced = self.net(IpNet::from(ip)).addr();
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(ip, replaced);
        replaced
    }

    /// Returns another network of the same length: the one that holds the other IPs of those in this one.
    pub(super) fn net(&self, net: IpNet) -> IpNet {
        let net = net.trunc();
        let (bits, length, is_v4) = split(&net);
        let embedded = !is_v4 && length > 96 && [MAPPED, NAT64].contains(&(bits & EMBEDDING));
        let replaced = if embedded {
            let inner = self.replace(bits << 96, length - 96, true) >> 96;
            bits & EMBEDDING | inner
        } else {
            self.replace(bits, length, is_v4)
        };
        let ip = if is_v4 {
            IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(replaced >> 96).unwrap_or(0)))
        } else {
            IpAddr::V6(Ipv6Addr::from_bits(replaced))
        };
        // The length is that of a network of the same family.
        IpNet::new(ip, net.prefix_len()).unwrap_or(net)
    }

    fn replace(&self, bits: u128, length: u8, is_v4: bool) -> u128 {
        let mut replaced = bits;
        for at in 0..length {
            let before = Prefix::new(bits, at, is_v4);
            if !self.fixed.contains(&before) && self.key.hash_one(before) & 1 == 1 {
                replaced ^= TOP >> at;
            }
        }
        replaced
    }
}

impl Prefix {
    fn new(bits: u128, length: u8, is_v4: bool) -> Self {
        let mask = u128::MAX.checked_shl(u32::from(128 - length.min(128))).unwrap_or(0);
        Self { bits: bits & mask, length, is_v4 }
    }
}

/// Returns the bits of a network as the highest of a number, its length, and whether it is IPv4.
fn split(net: &IpNet) -> (u128, u8, bool) {
    match net {
        IpNet::V4(net) => (u128::from(net.addr().to_bits()) << 96, net.prefix_len(), true),
        IpNet::V6(net) => (net.addr().to_bits(), net.prefix_len(), false),
    }
}

const TOP: u128 = 1 << 127;
const MAPPED: u128 = 0xffff << 32;
const NAT64: u128 = 0x0064_ff9b << 96;
/// The bits of an IPv6 address before an IPv4 one inside.
const EMBEDDING: u128 = u128::MAX << 32;
/// How many IPs are kept, each with the other.
const KNOWN: usize = 65_536;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_ips_have_as_many_leading_bits_in_common_as_before(
            (one, other) in any_pair(),
        ) {
            let pseudonyms = Pseudonyms::new(&Config::default());

            let replaced = common(pseudonyms.ip(one), pseudonyms.ip(other));

            prop_assert_eq!(replaced, common(one, other));
        }

        #[test]
        fn an_ip_is_in_a_network_if_the_other_is_in_the_other(
            (ip, other) in any_pair(),
            length in 0_u8..=128,
        ) {
            let pseudonyms = Pseudonyms::new(&Config::default());
            let most = if other.is_ipv4() { 32 } else { 128 };
            let net = IpNet::new(other, length.min(most)).unwrap().trunc();

            let replaced = pseudonyms.net(net);

            prop_assert_eq!(replaced.prefix_len(), net.prefix_len());
            prop_assert_eq!(replaced.contains(&pseudonyms.ip(ip)), net.contains(&ip));
        }

        #[test]
        fn exempt_networks_stay_and_hold_what_they_held(ip in any_ip()) {
            let pseudonyms = Pseudonyms::new(&Config::default());
            let other = pseudonyms.ip(ip);

            for net in Config::default().exempt() {
                prop_assert_eq!(pseudonyms.net(*net), *net);
                prop_assert_eq!(net.contains(&other), net.contains(&ip));
            }
        }

        #[test]
        fn ipv4_inside_ipv6_is_replaced_as_it_is_by_itself(bits: u32) {
            let pseudonyms = Pseudonyms::new(&Config::default());
            let v4 = Ipv4Addr::from_bits(bits);
            let nat64 = Ipv6Addr::from_bits(NAT64 | u128::from(bits));

            let IpAddr::V4(other) = pseudonyms.ip(v4.into()) else { panic!("it is IPv4") };

            let mapped = other.to_ipv6_mapped();
            prop_assert_eq!(pseudonyms.ip(v4.to_ipv6_mapped().into()), IpAddr::from(mapped));
            let inside = Ipv6Addr::from_bits(NAT64 | u128::from(other.to_bits()));
            prop_assert_eq!(pseudonyms.ip(nat64.into()), IpAddr::from(inside));
        }
    }

    #[test]
    fn another_recording_has_other_pseudonyms() {
        let config = Config::default();
        let (one, other) = (Pseudonyms::new(&config), Pseudonyms::new(&config));
        let ip: IpAddr = "2001:db8:1:2:3:4:5:6".parse().unwrap();

        assert_ne!(one.ip(ip), other.ip(ip));
        assert_ne!(one.name(b"a"), other.name(b"a"));
        assert_eq!(one.ip(ip), one.ip(ip));
        assert_eq!(one.name(b"a"), one.name(b"a"));
        assert_ne!(one.name(b"a"), one.name(b"b"));
        assert_ne!(one.ip(ip), ip);
    }

    fn any_ip() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
            any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
            (0_u32..1024).prop_map(|bits| Ipv4Addr::from_bits(bits | 10 << 24).into()),
            (0_u128..4).prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
        ]
    }

    /// Two of a family, often with much in common.
    fn any_pair() -> impl Strategy<Value = (IpAddr, IpAddr)> {
        prop_oneof![
            (any::<u32>(), 0..=32_u32, any::<u32>()).prop_map(|(bits, len, noise)| {
                let other = bits ^ noise.checked_shr(len).unwrap_or(0);
                (Ipv4Addr::from_bits(bits).into(), Ipv4Addr::from_bits(other).into())
            }),
            (any::<u128>(), 0..=128_u32, any::<u128>()).prop_map(|(bits, len, noise)| {
                let other = bits ^ noise.checked_shr(len).unwrap_or(0);
                (Ipv6Addr::from_bits(bits).into(), Ipv6Addr::from_bits(other).into())
            }),
        ]
    }

    fn common(one: IpAddr, other: IpAddr) -> u32 {
        match (one, other) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros()
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros()
            }
            _ => panic!("two families"),
        }
    }
}
