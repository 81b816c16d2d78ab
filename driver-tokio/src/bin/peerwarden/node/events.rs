//! Events of the swarm, and what the node does about each.

use std::time::Instant;

use futures::StreamExt;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError, SwarmEvent};
use libp2p::{Swarm, identify};
use peerwarden_tokio::{Guard, GuardEvent, OneLine, StaticPeer};

use super::messages::Messages;
use super::network::{Inner, InnerEvent};
use super::settings::NodeSettings;
use crate::error_chain;

/// What the node knows besides its swarm.
#[derive(Debug)]
pub(crate) struct Events {
    messages: Messages,
    bootstrap: Vec<StaticPeer>,
    /// Connections with these peers that the node dialled at its start.
    bootstrapping: Vec<ConnectionId>,
}

impl Events {
    pub(crate) fn new(messages: Messages, settings: &NodeSettings) -> Self {
        Self { messages, bootstrap: settings.bootstrap.clone(), bootstrapping: Vec::new() }
    }

    /// Dials the peers from which others are learnt of.
    pub(crate) fn bootstrap(&mut self, swarm: &mut Swarm<Guard<Inner>>) {
        for peer in &self.bootstrap {
            let opts = DialOpts::peer_id(peer.peer()).addresses(peer.addresses().to_vec()).build();
            self.bootstrapping.push(opts.connection_id());
            if let Err(error) = swarm.dial(opts) {
                let why = why_not_dialled(&error);
                tracing::warn!("bootstrap peer {} cannot be dialled: {why}", peer.peer());
            }
        }
    }

    /// Waits for the next event, and acts on it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a swarm tells much that is of no interest here"
    )]
    pub(crate) async fn next(&mut self, swarm: &mut Swarm<Guard<Inner>>) {
        match swarm.select_next_some().await {
            SwarmEvent::NewListenAddr { address, .. } => {
                tracing::info!("listening at {address}/p2p/{}", swarm.local_peer_id());
            }
            SwarmEvent::ListenerClosed { addresses, reason: Err(error), .. } => {
                tracing::error!("listening no more at {addresses:?}: {error}");
            }
            SwarmEvent::OutgoingConnectionError { connection_id, peer_id: Some(peer), error } => {
                let error = why_not_dialled(&error);
                if self.bootstrapping.contains(&connection_id) {
                    tracing::warn!("bootstrap peer {peer} cannot be reached: {error}");
                } else {
                    tracing::debug!("dial of {peer} failed: {error}");
                }
            }
            SwarmEvent::ConnectionClosed { connection_id, peer_id: peer, cause, .. }
                if self.bootstrapping.contains(&connection_id) =>
            {
                let why = cause.map_or_else(|| "by itself".to_owned(), |cause| cause.to_string());
                let why = OneLine(why);
                tracing::warn!("the connection with bootstrap peer {peer} was closed: {why}");
            }
            SwarmEvent::Behaviour(GuardEvent::Inner(event)) => self.inner(event, swarm),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are of no interest to a sentry")]
    fn inner(&mut self, event: InnerEvent, swarm: &mut Swarm<Guard<Inner>>) {
        let inner = swarm.behaviour_mut().inner_mut();
        match event {
            InnerEvent::Gossipsub(event) => {
                // Closed it is only once the swarm is gone.
                let _ = self.messages.judge(&mut inner.gossipsub, &event, Instant::now());
            }
            InnerEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                for address in info.listen_addrs.into_iter().take(MOST_ADDRESSES) {
                    inner.kad.add_address(&peer_id, address);
                }
            }
            _ => {}
        }
    }
}

/// Why a dial failed: for each address the cause alone.
fn why_not_dialled(error: &DialError) -> String {
    let DialError::Transport(tried) = error else {
        return error_chain::sentence(error);
    };
    let tried = tried.iter().map(|(address, error)| {
        let why = error_chain::sentence(error);
        format!("{}: {why}", OneLine(address))
    });
    tried.collect::<Vec<_>>().join("; ")
}

/// How many of the addresses that a peer says it listens at are believed.
const MOST_ADDRESSES: usize = 16;
