//! Reckoning: heat and low scores of tenured peers by group, to tell an incident.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use ipnet::IpNet;

use crate::config::Config;
use crate::state::canonical;
use crate::state::incident::Reckoning;
use crate::state::record::Record;
use crate::warden::Warden;

/// Peers that are likely one party's, since their IPs are close to each other: of a /16 (IPv4), or
/// a /32 (IPv6). Those whose IP is unknown or exempt are one group together.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Group(u64);

/// The exempt networks as masks and what they leave, since each peer here is compared with them.
struct Exempt<'a> {
    config: &'a Config,
    v4: Vec<(u32, u32)>,
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Looks at every peer here.
    pub(crate) fn reckon(&self) -> Reckoning {
        let (now, config) = (self.now, &self.config);
        let here = self.queue.keys(&self.records).filter_map(|key| self.records.get(key));
        let tenured = here.filter(|record| self.incident.is_tenured(record.came(), now));
        let exempt = Exempt::of(config);
        let of_peer = |record: &Record<P>| {
            let group = Group::of(record.addr, &exempt);
            (group, record.heat(now, config), record.account.scored_low)
        };
        let mut peers: Vec<_> = tenured.map(of_peer).collect();
        peers.sort_unstable();
        let groups = peers.chunk_by(|one, next| one.0 == next.0);
        let mut heats = Vec::new();
        let mut scored_low = 0;
        for group in groups {
            // In ascending order, so the last is the hottest.
            heats.extend(group.last().map(|(_, heat, _)| *heat));
            scored_low += usize::from(group.iter().any(|(_, _, low)| *low));
        }
        heats.sort_unstable();
        let heat = heats.get(heats.len() / 2).copied().unwrap_or_default();
        Reckoning { at: now, groups: heats.len(), heat, scored_low }
    }
}

impl Group {
    fn of(addr: Option<IpAddr>, exempt: &Exempt<'_>) -> Self {
        let judged = addr.filter(|addr| !exempt.holds(*addr));
        match judged.map(canonical::inner_ip) {
            Some(IpAddr::V4(ip)) => Self(V4 | u64::from(ip.to_bits() >> 16)),
            Some(IpAddr::V6(ip)) => {
                let [first, second, third, fourth, ..] = ip.octets();
                Self(V6 | u64::from(u32::from_be_bytes([first, second, third, fourth])))
            }
            None => Self(REST),
        }
    }
}

impl<'a> Exempt<'a> {
    fn of(config: &'a Config) -> Self {
        let mask = |net: &IpNet| match net {
            IpNet::V4(net) => Some((net.netmask().to_bits(), net.network().to_bits())),
            IpNet::V6(_) => None,
        };
        Self { config, v4: config.exempt().iter().filter_map(mask).collect() }
    }

    fn holds(&self, addr: IpAddr) -> bool {
        match addr {
            IpAddr::V4(ip) => self.v4.iter().any(|(mask, net)| ip.to_bits() & mask == *net),
            IpAddr::V6(_) => self.config.is_exempt(addr),
        }
    }
}

/// What tells groups of one kind from those of another: above the bits of an address.
const V4: u64 = 1 << 32;
const V6: u64 = 2 << 32;
const REST: u64 = 3 << 32;
