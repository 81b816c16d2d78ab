//! IPs that no list can ban.

use std::net::IpAddr;

use peerwarden_core::{IpNet, Subject};

use super::remote_lists::RemoteLists;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::known_peer::{Host, KnownPeer};
use crate::peer::PeerName;
use crate::shared::{RemoteWord, Shared};

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Sets which IPs no list can ban, nor a network that holds one, such as those of the peers that this
    /// node starts from. What lists ban of these already is taken back.
    ///
    /// Those of static peers are spared anyway.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn spare(&self, ips: impl IntoIterator<Item = IpAddr>) -> Result<(), Closed> {
        let ips: Vec<_> = ips.into_iter().map(|ip| ip.to_canonical()).collect();
        let shared = self.shared()?;
        let _changing = shared.lists.changing();
        shared.lists.inner().spared = ips.iter().copied().map(IpNet::from).collect();
        shared.take_back_spared(&ips)
    }

    /// Spares the IPs of these peers too.
    pub(crate) fn spare_static<A: KnownPeer<P>>(&self, peers: &[A]) -> Result<(), Closed> {
        let hosts = peers.iter().flat_map(KnownPeer::hosts);
        let ips = hosts.filter_map(|host| match host {
            Host::Ip(ip) => Some(ip.to_canonical()),
            Host::Name { .. } | Host::Untold => None,
        });
        let ips: Vec<_> = ips.collect();
        let shared = self.shared()?;
        let _changing = shared.lists.changing();
        shared.lists.inner().statics = ips.iter().copied().map(IpNet::from).collect();
        shared.take_back_spared(&ips)
    }
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Has no list name a network that holds one of these IPs.
    fn take_back_spared(&self, ips: &[IpAddr]) -> Result<(), Closed> {
        let mut inner = self.lists.inner();
        let mut named = Vec::new();
        for ip in ips {
            let most = if ip.is_ipv4() { 32 } else { 128 };
            let nets = (0..=most).filter_map(|length| IpNet::new(*ip, length).ok());
            for subject in nets.map(|net| Subject::Addr(net.trunc())) {
                let lists = inner.lists.values_mut();
                let removed = lists.filter_map(|list| list.claims.remove(&subject)).count();
                if removed > 0 {
                    named.push(subject);
                }
            }
        }
        drop(inner);
        let words = named.into_iter().map(|subject| (subject, RemoteWord::TakeBack));
        self.tell_remote(words, |_, _| {})
    }
}
