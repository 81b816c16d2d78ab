//! Addresses: where honest peers are, and pools that attackers draw from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses of an attacker, in the order in which it uses them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pool {
    /// One IPv4 address.
    OneV4(Ipv4Addr),
    /// All addresses of an IPv4 /24 but the first so many, which are others'.
    V4Slash24(u8),
    /// An IPv4 address in each of so many /16s.
    V4Slash16s(u8),
    /// An IPv6 network of this length, 32 to 64; every id in a /64 of its own as long as there are
    /// some, spread over /56s and /48s.
    V6(u8),
}

impl Pool {
    /// The address at this place of the order, which goes on for ever.
    pub(crate) fn at(self, index: u64) -> IpAddr {
        match self {
            Self::OneV4(addr) => addr.into(),
            Self::V4Slash24(others) => {
                let free = 255 - u64::from(others);
                let host = u64::from(others) + index % free;
                Ipv4Addr::new(198, 51, 100, u8::try_from(host).unwrap_or(u8::MAX)).into()
            }
            Self::V4Slash16s(count) => {
                let net = u8::try_from(index % u64::from(count)).unwrap_or(u8::MAX);
                Ipv4Addr::new(60, 100 + net, 7, 9).into()
            }
            Self::V6(length) => {
                // The bits between the network's length and 64, the most significant first to change.
                let free = 64 - u32::from(length.clamp(32, 64));
                let subnet = if free == 0 { 0 } else { (index << (64 - free)).reverse_bits() };
                let subnet = spread(subnet, free);
                let prefix = (0x2001_0db8_u64 << 32) | subnet;
                Ipv6Addr::from((u128::from(prefix) << 64) | u128::from(index + 1)).into()
            }
        }
    }

    /// How many addresses there are before they come again, as far as policies tell them apart.
    pub(crate) fn len(self) -> u64 {
        match self {
            Self::OneV4(_) => 1,
            Self::V4Slash24(others) => 255 - u64::from(others),
            Self::V4Slash16s(count) => u64::from(count),
            Self::V6(length) => 1 << (64 - u32::from(length.clamp(32, 64))),
        }
    }
}

/// Keeps so many bits.
fn spread(value: u64, bits: u32) -> u64 {
    value & 1_u64.checked_shl(bits).map_or(u64::MAX, |above| above - 1)
}

/// Where honest peer number `index` is: each in a /16 or /32 of its own, every fifth on IPv6.
pub(crate) fn home(index: u32) -> IpAddr {
    let [.., high, low] = index.to_be_bytes();
    if index % 5 == 4 {
        Ipv6Addr::new(0x2a00 + u16::from(high), u16::from(low), 1, 1, 0, 0, 0, 1).into()
    } else {
        Ipv4Addr::new(80 + high, low, 1, 1).into()
    }
}

/// The address that all behind the NAT share.
pub(crate) const NAT: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

/// Address of an attacker that has but one.
pub(crate) const LAIR: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 66);

/// Where honest customer number `index` of the hoster is, if attackers have the rest of its /24.
pub(crate) fn hosted_v4(index: u8) -> IpAddr {
    Ipv4Addr::new(198, 51, 100, index).into()
}

/// Where honest customer number `index` of the hoster is, if attackers have the rest of its /48.
pub(crate) fn hosted_v6(index: u16) -> IpAddr {
    // Attackers count the same bits from the other end: no /64 is shared before they have used 32 768.
    Ipv6Addr::new(0x2001, 0x0db8, 0, (index * 977) | 1, 0, 0, 0, 7).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn networks(pool: Pool, bits: u32, ids: u64) -> usize {
        let prefix = |addr: IpAddr| match addr {
            IpAddr::V4(addr) => u128::from(u32::from(addr)) >> (32 - bits),
            IpAddr::V6(addr) => u128::from(addr) >> (128 - bits),
        };
        (0..ids).map(|index| prefix(pool.at(index))).collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn a_48_gives_each_id_a_64_of_its_own_and_spreads_them_over_its_56s() {
        let pool = Pool::V6(48);
        assert_eq!(networks(pool, 48, 70_000), 1);
        assert_eq!(networks(pool, 56, 256), 256);
        assert_eq!(networks(pool, 64, 65_536), 65_536);
        assert_eq!(pool.len(), 65_536);
    }

    #[test]
    fn a_64_gives_each_id_an_address_of_its_own() {
        assert_eq!(networks(Pool::V6(64), 64, 1_000), 1);
        assert_eq!(networks(Pool::V6(64), 128, 1_000), 1_000);
    }

    #[test]
    fn a_32_gives_each_id_a_48_of_its_own() {
        assert_eq!(networks(Pool::V6(32), 48, 11_000), 11_000);
    }

    #[test]
    fn botnets_have_as_many_addresses_as_they_say() {
        assert_eq!(networks(Pool::V4Slash16s(100), 16, 1_000), 100);
        assert_eq!(networks(Pool::V4Slash24(40), 32, 1_000), 215);
        assert_eq!(networks(Pool::V4Slash24(40), 24, 1_000), 1);
        assert!(
            (0..1_000)
                .all(|index| (0..40).all(|own| Pool::V4Slash24(40).at(index) != hosted_v4(own)))
        );
    }

    #[test]
    fn honest_peers_are_far_from_each_other() {
        let homes: BTreeSet<_> = (0..200)
            .map(|index| match home(index) {
                IpAddr::V4(addr) => u32::from(addr) >> 16,
                IpAddr::V6(addr) => (u128::from(addr) >> 96) as u32,
            })
            .collect();
        assert_eq!(homes.len(), 200);
    }
}
