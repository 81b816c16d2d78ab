//! IPs at which static peers are expected.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_core::{IpNet, Subject};

use crate::peer::PeerName;

/// At which IPs static peers are expected, by what says so: their addresses with an IP, and each of the
/// names that they are reached by.
///
/// A gate that does not know the peer yet lets these pass, as it does those at which a protected peer was
/// last seen. Each word replaces the one before it, and nothing is left of what a name led to before.
#[derive(Debug)]
pub(crate) struct Expected<P> {
    peers: BTreeMap<P, BTreeMap<Source, BTreeSet<IpNet>>>,
    /// How many of the above say each.
    counts: BTreeMap<IpNet, usize>,
}

/// What says where a peer is expected: an address with an IP if there is no name.
pub(crate) type Source = Option<String>;

impl<P: PeerName> Expected<P> {
    /// Expects static peers by these sources alone: what others said counts no longer. Where a name leads
    /// that was there before is kept until it is resolved again.
    pub(crate) fn replace(&mut self, peers: BTreeMap<P, BTreeMap<Source, Vec<IpAddr>>>) {
        let mut before = std::mem::take(&mut self.peers);
        self.counts.clear();
        for (peer, sources) in peers {
            let mut known = before.remove(&peer).unwrap_or_default();
            let places = sources.into_iter().map(|(source, ips)| {
                let kept = source.is_some().then(|| known.remove(&source)).flatten();
                let nets = kept.unwrap_or_else(|| ips.into_iter().map(net::<P>).collect());
                (source, nets)
            });
            self.peers.insert(peer, places.collect());
        }
        for net in self.peers.values().flat_map(BTreeMap::values).flatten() {
            *self.counts.entry(*net).or_default() += 1;
        }
    }

    /// A name of the peer's leads to these IPs from here on, if it is still one of its names.
    pub(crate) fn resolved(&mut self, peer: &P, name: &str, ips: &[IpAddr]) {
        let sources = self.peers.get_mut(peer);
        let Some(nets) = sources.and_then(|sources| sources.get_mut(&Some(name.to_owned()))) else {
            return;
        };
        let before = std::mem::replace(nets, ips.iter().copied().map(net::<P>).collect());
        for net in nets.iter() {
            *self.counts.entry(*net).or_default() += 1;
        }
        before.iter().for_each(|net| self.release(net));
    }

    /// The peer is expected nowhere any more.
    pub(crate) fn forget(&mut self, peer: &P) {
        let sources = self.peers.remove(peer).unwrap_or_default();
        sources.values().flatten().for_each(|net| self.release(net));
    }

    /// Whether some static peer is expected at the IP. A NAT64 IP and the IPv4 inside it are one.
    pub(crate) fn is_at(&self, ip: IpAddr) -> bool {
        !self.counts.is_empty() && self.counts.contains_key(&net::<P>(ip))
    }

    fn release(&mut self, net: &IpNet) {
        if let Some(count) = self.counts.get_mut(net) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counts.remove(net);
            }
        }
    }
}

/// The IP as a network, in the form in which those compare.
fn net<P: PeerName>(ip: IpAddr) -> IpNet {
    let net = IpNet::from(ip);
    match Subject::<P>::Addr(net).canonical() {
        Subject::Addr(net) => net,
        Subject::Peer(_) => net,
    }
}

impl<P> Default for Expected<P> {
    fn default() -> Self {
        Self { peers: BTreeMap::new(), counts: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_word_replaces_the_one_before_it() {
        let mut expected = Expected::<String>::default();
        let (one, two) = ("one".to_owned(), "two".to_owned());
        let name = || Some("node.example".to_owned());
        let peers = |fixed: &str| {
            BTreeMap::from([
                (one.clone(), BTreeMap::from([(None, vec![ip(fixed)]), (name(), vec![])])),
                (two.clone(), BTreeMap::from([(None, vec![ip("198.51.100.9")])])),
            ])
        };
        expected.replace(peers("198.51.100.9"));
        expected.resolved(&one, "node.example", &[ip("203.0.113.7"), ip("203.0.113.8")]);
        expected.resolved(&two, "node.example", &[ip("192.0.2.1")]);
        expected.resolved(&one, "other.example", &[ip("192.0.2.1")]);
        let at = |expected: &Expected<String>| {
            let ips = ["198.51.100.9", "203.0.113.7", "203.0.113.8", "192.0.2.1", "192.0.2.2"];
            ips.map(|text| expected.is_at(ip(text)))
        };
        assert_eq!(at(&expected), [true, true, true, false, false]);
        assert!(expected.is_at(ip("64:ff9b::203.0.113.7")));

        expected.resolved(&one, "node.example", &[ip("203.0.113.8")]);
        assert_eq!(at(&expected), [true, false, true, false, false]);

        // The name is there before and after.
        expected.replace(peers("192.0.2.2"));
        assert_eq!(at(&expected), [true, false, true, false, true]);

        expected.forget(&two);
        assert_eq!(at(&expected), [false, false, true, false, true]);
        expected.replace(BTreeMap::new());
        assert_eq!(at(&expected), [false; 5]);
    }
}
