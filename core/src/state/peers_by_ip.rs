//! Peers by last seen IP.

use alloc::collections::BTreeSet;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::RangeInclusive;

use ipnet::IpNet;

use crate::state::canonical;
use crate::state::record::RecordKey;

/// Some peers by the IP at which each was last seen; by both if that is a NAT64 address and so has
/// an IPv4 address inside.
///
/// IPv4 by itself, without room for IPv6 in each entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeersByIp {
    v4: BTreeSet<(Ipv4Addr, RecordKey)>,
    v6: BTreeSet<(Ipv6Addr, RecordKey)>,
}

impl PeersByIp {
    pub(crate) fn insert(&mut self, ip: IpAddr, key: RecordKey) {
        match ip {
            IpAddr::V4(v4) => self.v4.insert((v4, key)),
            IpAddr::V6(v6) => self.v6.insert((v6, key)),
        };
        if let Some(v4) = canonical::nat64(ip) {
            self.v4.insert((v4, key));
        }
    }

    pub(crate) fn remove(&mut self, ip: IpAddr, key: RecordKey) {
        match ip {
            IpAddr::V4(v4) => self.v4.remove(&(v4, key)),
            IpAddr::V6(v6) => self.v6.remove(&(v6, key)),
        };
        if let Some(v4) = canonical::nat64(ip) {
            self.v4.remove(&(v4, key));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Returns the peers seen in `net`, in no order that matters, each once.
    pub(crate) fn within(&self, net: &IpNet) -> impl Iterator<Item = RecordKey> + use<'_> {
        let (v4, v6) = match net {
            IpNet::V4(net) => (Some(self.v4.range(range(net.network(), net.broadcast()))), None),
            IpNet::V6(net) => (None, Some(self.v6.range(range(net.network(), net.broadcast())))),
        };
        let v4 = v4.into_iter().flatten().map(|(_, key)| *key);
        v4.chain(v6.into_iter().flatten().map(|(_, key)| *key))
    }

    /// Returns the peers seen at `ip`, each once. A NAT64 address and the IPv4 address inside are
    /// one.
    pub(crate) fn at(&self, ip: IpAddr) -> impl Iterator<Item = RecordKey> + use<'_> {
        self.within(&IpNet::from(canonical::inner_ip(ip)))
    }

    /// Returns whether one of the peers was seen in `net`.
    pub(crate) fn any_within(&self, net: &IpNet) -> bool {
        self.within(net).next().is_some()
    }
}

/// Returns all entries from one IP to another, both included.
fn range<T>(first: T, last: T) -> RangeInclusive<(T, RecordKey)> {
    (first, RecordKey::FIRST)..=(last, RecordKey::LAST)
}
