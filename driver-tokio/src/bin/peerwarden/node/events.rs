//! Events of the swarm, and what the node does about each.

use std::time::Instant;

use futures::StreamExt;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Swarm, identify};
use peerwarden_tokio::{Guard, GuardEvent, StaticPeer};

use super::messages::Messages;
use super::network::{Inner, InnerEvent};
use super::settings::NodeSettings;

/// What the node knows besides its swarm.
#[derive(Debug)]
pub(crate) struct Events {
    messages: Messages,
    bootstrap: Vec<StaticPeer>,
}

impl Events {
    pub(crate) fn new(messages: Messages, settings: &NodeSettings) -> Self {
        Self { messages, bootstrap: settings.bootstrap.clone() }
    }

    /// Dials the peers from which others are learnt of.
    pub(crate) fn bootstrap(&self, swarm: &mut Swarm<Guard<Inner>>) {
        for peer in &self.bootstrap {
            let opts = DialOpts::peer_id(peer.peer()).addresses(peer.addresses().to_vec()).build();
            if let Err(error) = swarm.dial(opts) {
                tracing::warn!("bootstrap peer {} cannot be dialled: {error}", peer.peer());
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
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                tracing::debug!("dial of {peer} failed: {error}");
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

/// How many of the addresses that a peer says it listens at are believed.
const MOST_ADDRESSES: usize = 16;
