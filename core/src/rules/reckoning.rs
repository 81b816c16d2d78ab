//! Reckoning: how most of the peers behave that have been here for long.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;

use crate::config::Config;
use crate::state::address;
use crate::state::incident::Reckoning;
use crate::warden::Warden;

/// Peers that are likely one party's, since their IPs are close to each other.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Group {
    /// A /16.
    V4(u16),
    /// A /32.
    V6(u32),
    /// All whose IP is unknown or exempt.
    Rest,
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Looks at every peer here.
    pub(crate) fn reckon(&self) -> Reckoning {
        let (now, config) = (self.now, &self.config);
        let here = self.queue.keys(&self.records).filter_map(|key| self.records.get(key));
        let tenured = here.filter(|record| self.incident.is_tenured(record.came(), now));
        let of_peer = |record: &crate::state::record::Record<P>| {
            let group = Group::of(record.addr, config);
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
    fn of(addr: Option<IpAddr>, config: &Config) -> Self {
        let judged = addr.filter(|addr| !config.is_exempt(*addr));
        match judged.map(address::inner_ip) {
            Some(IpAddr::V4(ip)) => {
                let [first, second, ..] = ip.octets();
                Self::V4(u16::from_be_bytes([first, second]))
            }
            Some(IpAddr::V6(ip)) => {
                let [first, second, third, fourth, ..] = ip.octets();
                Self::V6(u32::from_be_bytes([first, second, third, fourth]))
            }
            None => Self::Rest,
        }
    }
}
