//! Names of peers as a recording has them.

use std::hash::RandomState;
use std::net::IpAddr;
use std::sync::Arc;

use hashbrown::HashMap;
use peerwarden_core::{Action, Config, Event, IpNet, Live, Saved};

use super::pseudonyms::Pseudonyms;
use crate::peer::PeerName;

/// Texts of names, which are kept: some, such as libp2p's, take long to print.
pub(super) struct Names<P> {
    known: HashMap<P, Arc<str>, RandomState>,
    pseudonyms: Option<Pseudonyms>,
}

impl<P: PeerName> Names<P> {
    /// Returns names as they are, or replaced.
    pub(super) fn new(config: &Config, pseudonyms: bool) -> Self {
        let pseudonyms = pseudonyms.then(|| Pseudonyms::new(config));
        Self { known: HashMap::default(), pseudonyms }
    }

    /// Returns whether names are replaced.
    pub(super) fn are_replaced(&self) -> bool {
        self.pseudonyms.is_some()
    }

    fn name(&mut self, peer: P) -> Arc<str> {
        if let Some(name) = self.known.get(&peer) {
            return Arc::clone(name);
        }
        let name: Arc<str> = match &self.pseudonyms {
            Some(pseudonyms) => {
                let bytes: Vec<u8> = peer.clone().into();
                pseudonyms.name(&bytes).into()
            }
            None => peer.to_string().into(),
        };
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert(peer, Arc::clone(&name));
        name
    }

    fn ip(&self, ip: IpAddr) -> IpAddr {
        self.pseudonyms.as_ref().map_or(ip, |pseudonyms| pseudonyms.ip(ip))
    }

    fn net(&self, net: IpNet) -> IpNet {
        self.pseudonyms.as_ref().map_or(net, |pseudonyms| pseudonyms.net(net))
    }

    pub(super) fn event(&mut self, event: Event<P>) -> Event<Arc<str>> {
        let event = event.map_peers(|peer| self.name(peer));
        match &self.pseudonyms {
            Some(pseudonyms) => event.map_addrs(|ip| pseudonyms.ip(ip), |net| pseudonyms.net(net)),
            None => event,
        }
    }

    pub(super) fn action(&mut self, action: Action<P>) -> Action<Arc<str>> {
        let action = action.map_peer(|peer| self.name(peer));
        action.map_addrs(|net| self.net(net))
    }

    pub(super) fn saved(&mut self, saved: Saved<P>) -> Saved<String> {
        let saved = saved.map_peer(|peer| self.name(peer).as_ref().to_owned());
        saved.map_addrs(|ip| self.ip(ip), |net| self.net(net))
    }

    pub(super) fn live(&mut self, live: Live<P>) -> Live<String> {
        let live = live.map_peers(|peer| self.name(peer).as_ref().to_owned());
        live.map_addrs(|net| self.net(net))
    }

    /// Returns the policy with its networks replaced.
    pub(super) fn config(&self, config: &Config) -> Config {
        let exempt: Vec<_> = config.exempt().iter().map(|net| self.net(*net)).collect();
        config.clone().with_exempt(&exempt)
    }
}

/// How many names are kept. A flood of fresh ones starts anew.
const KNOWN: usize = 65_536;
