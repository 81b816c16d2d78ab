//! Reckoning: heat and low scores of tenured peers by group.

use peerwarden_core::IpNet;
use std::net::IpAddr;

use super::address::{origin, prefix};
use super::falling::SECOND;
use super::{Model, Nanos};

/// What was found, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reckoning {
    at: Nanos,
    /// n: the groups that have tenured peers.
    pub(crate) groups: usize,
    /// "The element at index `floor(n/2)`, counted from 0, of the n heats in ascending order".
    pub(crate) element: u64,
    /// "How many groups have a tenured peer whose latest score since it came was low".
    pub(crate) low: usize,
}

/// One group and what its tenured peers make of it.
struct Group {
    net: Option<IpNet>,
    highest_heat: u64,
    low: bool,
}

impl Model {
    /// "It is done when asked for, if the last one was a second or more ago; else the last one, as
    /// it was, answers."
    pub(crate) fn reckon(&mut self) -> Reckoning {
        if let Some(last) = self.incident.reckoning.filter(|last| self.now - last.at < SECOND) {
            return last;
        }
        let groups = self.groups();
        let mut heats: Vec<_> = groups.iter().map(|group| group.highest_heat).collect();
        heats.sort_unstable();
        let reckoning = Reckoning {
            at: self.now,
            groups: groups.len(),
            element: heats.get(groups.len() / 2).copied().unwrap_or(0),
            low: groups.iter().filter(|group| group.low).count(),
        };
        self.incident.reckoning = Some(reckoning);
        reckoning
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (at, record) in self.records.iter().enumerate() {
            let Some(here) = record.here.as_ref().filter(|_| self.is_tenured(at)) else {
                continue;
            };
            let net = self.group_of(record.last_seen);
            let heat = record.heat(self.now, &self.config);
            match groups.iter_mut().find(|group| group.net == net) {
                Some(group) => {
                    group.highest_heat = group.highest_heat.max(heat);
                    group.low |= here.scored_low;
                }
                None => groups.push(Group { net, highest_heat: heat, low: here.scored_low }),
            }
        }
        groups
    }

    /// "A group is a /16 (IPv4) or /32 (IPv6) of the IPs last seen; unknown and exempt IPs are one
    /// group together."
    fn group_of(&self, last_seen: Option<IpAddr>) -> Option<IpNet> {
        let ip = origin(last_seen.filter(|ip| !self.is_exempt(*ip))?);
        Some(prefix(ip, if ip.is_ipv4() { 16 } else { 32 }))
    }
}
