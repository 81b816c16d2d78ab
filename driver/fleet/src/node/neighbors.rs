//! Connected peers, as the brakes count them.

use std::cell::OnceCell;
use std::net::IpAddr;

use peerwarden_core::{IpNet, Subject};
use peerwarden_host::driver::Driver;
use peerwarden_host::{Handle, PeerName};

use crate::fleet::Neighbors;

/// The peers that are connected with a node, read once for networks.
pub(super) struct ConnectedPeers<P: PeerName, D: Driver<P>> {
    handle: Handle<P, D>,
    addresses: OnceCell<Vec<IpAddr>>,
}

impl<P: PeerName, D: Driver<P>> ConnectedPeers<P, D> {
    pub(super) fn new(handle: &Handle<P, D>) -> Self {
        Self { handle: handle.clone(), addresses: OnceCell::new() }
    }

    fn addresses(&self) -> Vec<IpAddr> {
        let (mut addresses, mut from) = (Vec::new(), None);
        // A node that is shut down has none.
        while let Ok(page) = self.handle.peers(from, PAGE) {
            let connected = page.peers.iter().filter(|peer| peer.status.connected);
            addresses.extend(connected.filter_map(|peer| peer.status.addr));
            match page.next {
                Some(next) => from = Some(next),
                None => break,
            }
        }
        addresses
    }

    fn hit_by_network(&self, net: &IpNet) -> usize {
        let addresses = self.addresses.get_or_init(|| self.addresses());
        addresses.iter().filter(|ip| net.contains(&ip.to_canonical())).count()
    }
}

impl<P: PeerName, D: Driver<P>> Neighbors<P> for ConnectedPeers<P, D> {
    fn connected(&self) -> usize {
        self.handle.counts().map_or(0, |counts| counts.connected)
    }

    fn hit_by(&self, subject: &Subject<P>) -> usize {
        match subject {
            Subject::Addr(net) => self.hit_by_network(net),
            Subject::Peer(peer) => {
                let status = self.handle.status(peer).ok().flatten();
                usize::from(status.is_some_and(|status| status.connected))
            }
        }
    }
}

const PAGE: usize = 256;
