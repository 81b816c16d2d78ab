//! Number of networks of each prefix length.

use alloc::collections::BTreeMap;

use ipnet::IpNet;

/// How many networks of some kind there are of each prefix length. No length is entered without one.
#[derive(Clone, Debug, Default)]
pub(crate) struct LengthCounts {
    v4: BTreeMap<u8, usize>,
    v6: BTreeMap<u8, usize>,
}

impl LengthCounts {
    /// Counts one network more.
    pub(crate) fn add(&mut self, net: &IpNet) {
        *self.of(net).entry(net.prefix_len()).or_default() += 1;
    }

    /// Counts one network less.
    pub(crate) fn remove(&mut self, net: &IpNet) {
        let counts = self.of(net);
        if let Some(count) = counts.get_mut(&net.prefix_len()) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&net.prefix_len());
            }
        }
    }

    /// Returns the lengths of IPv4 networks, shortest first, and how many there are of each.
    pub(crate) fn v4(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.v4.iter().map(|(length, count)| (*length, *count))
    }

    /// Returns the same of IPv6 networks.
    pub(crate) fn v6(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.v6.iter().map(|(length, count)| (*length, *count))
    }

    const fn of(&mut self, net: &IpNet) -> &mut BTreeMap<u8, usize> {
        match net {
            IpNet::V4(_) => &mut self.v4,
            IpNet::V6(_) => &mut self.v6,
        }
    }
}
