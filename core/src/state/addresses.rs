//! Peers by the IP at which they were last seen.

use alloc::collections::BTreeMap;
use core::net::IpAddr;

use ipnet::IpNet;

use crate::state::record::RecordKey;

/// Some peers by the IP at which each was last seen, and among those of one IP by a number that
/// each has to itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    seen: BTreeMap<(IpAddr, u64), RecordKey>,
}

impl Addresses {
    pub(crate) fn insert(&mut self, ip: IpAddr, number: u64, key: RecordKey) {
        self.seen.insert((ip, number), key);
    }

    pub(crate) fn remove(&mut self, ip: IpAddr, number: u64) {
        self.seen.remove(&(ip, number));
    }

    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// The peers seen in `net`, with their numbers, in no order that matters.
    pub(crate) fn within(&self, net: &IpNet) -> impl Iterator<Item = (u64, RecordKey)> {
        let range = (net.network(), 0)..=(net.broadcast(), u64::MAX);
        self.seen.range(range).map(|((_, number), key)| (*number, *key))
    }

    /// Whether one of the peers was seen in `net`.
    pub(crate) fn any_within(&self, net: &IpNet) -> bool {
        self.within(net).next().is_some()
    }
}
