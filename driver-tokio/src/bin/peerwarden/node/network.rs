//! Swarm of the node.

use std::error::Error;

use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::gossipsub::{
    self, MessageAuthenticity, PeerScoreParams, PeerScoreThresholds, ValidationMode,
};
use libp2p::identity::Keypair;
use libp2p::kad::store::MemoryStore;
use libp2p::metrics::Registry;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{
    PeerId, StreamProtocol, Swarm, SwarmBuilder, identify, kad, noise, ping, relay, tcp, yamux,
};
use peerwarden_tokio::{CloseTimeout, Guard, guard_from_settings};

use super::settings::{Limits, NodeSettings};
use super::signed::SignedOnly;

/// Gossipsub that forgets the author of a message that is not signed.
pub(crate) type Gossipsub = gossipsub::Behaviour<SignedOnly>;

/// Everything that the node does, behind the guard.
#[derive(NetworkBehaviour)]
pub(crate) struct Inner {
    // First: what it refuses, the others need not hear of.
    limits: connection_limits::Behaviour,
    relay: relay::client::Behaviour,
    pub(crate) gossipsub: Gossipsub,
    pub(crate) identify: identify::Behaviour,
    pub(crate) kad: kad::Behaviour<MemoryStore>,
    ping: ping::Behaviour,
}

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// Builds the swarm, with what it remembers from the last run. Its metrics become part of `registry`.
pub(crate) fn swarm(
    key: &Keypair,
    settings: &NodeSettings,
    registry: &mut Registry,
) -> Result<Swarm<Guard<Inner>>, BoxError> {
    let (own, policy) = (key.public().to_peer_id(), settings.policy.clone());
    let gossipsub = gossip(key, settings)?;
    let limits = limits(settings.limits);
    let build = |key: &Keypair, relay| -> Result<_, BoxError> {
        let inner = Inner {
            limits,
            relay,
            gossipsub,
            identify: identify::Behaviour::new(
                identify::Config::new(PROTOCOL.to_owned(), key.public())
                    .with_agent_version(AGENT.to_owned()),
            ),
            kad: kademlia(own, settings),
            ping: ping::Behaviour::default(),
        };
        let guard = guard_from_settings(policy, inner)?;
        Ok(guard
            .with_warden(|warden| warden.with_local_peer_id(own).with_metrics(registry))
            .scores(|inner, peer| inner.gossipsub.peer_score(peer)))
    };
    let yamux = CloseTimeout::<yamux::Config>::default;
    let swarm = SwarmBuilder::with_existing_identity(key.clone())
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux)?
        .with_quic()
        .with_dns()?
        .with_relay_client(noise::Config::new, yamux)?
        .with_behaviour(build)
        .map_err(|error| without_preface(&error))?
        .build();
    Ok(swarm)
}

/// What kept the behaviour from being built, which is of more interest than that it could not be.
fn without_preface(error: &impl ToString) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to build behaviour: ").unwrap_or(&text).to_owned()
}

fn gossip(key: &Keypair, settings: &NodeSettings) -> Result<Gossipsub, BoxError> {
    let all_signed = settings.topics.values().all(|rules| rules.signed);
    let mode = if all_signed { ValidationMode::Strict } else { ValidationMode::Permissive };
    let largest = settings.topics.values().map(|rules| rules.max_size).max().unwrap_or_default();
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(mode)
        .validate_messages()
        // What is longer is cut off by gossipsub, without a word about who sent it.
        .max_transmit_size(largest.saturating_mul(2).max(LEAST_TRANSMIT_SIZE))
        .build()?;
    let signed = MessageAuthenticity::Signed(key.clone());
    let mut gossipsub = Gossipsub::new_with_transform(signed, config, SignedOnly)?;
    gossipsub.with_peer_score(PeerScoreParams::default(), PeerScoreThresholds::default())?;
    for topic in settings.topics.keys() {
        gossipsub.subscribe(&topic.ident())?;
    }
    Ok(gossipsub)
}

fn limits(limits: Limits) -> connection_limits::Behaviour {
    let Limits { inbound, outbound, pending_inbound, per_peer } = limits;
    connection_limits::Behaviour::new(
        ConnectionLimits::default()
            .with_max_established_incoming(Some(inbound))
            .with_max_established_outgoing(Some(outbound))
            .with_max_pending_incoming(Some(pending_inbound))
            .with_max_established_per_peer(Some(per_peer)),
    )
}

fn kademlia(own: PeerId, settings: &NodeSettings) -> kad::Behaviour<MemoryStore> {
    let mut config = kad::Config::new(StreamProtocol::new(KAD));
    if settings.bootstrap.is_empty() {
        // There is no peer to ask; those that come are asked then.
        config.set_periodic_bootstrap_interval(None);
    }
    let mut kad = kad::Behaviour::with_config(own, MemoryStore::new(own), config);
    for peer in &settings.bootstrap {
        for address in peer.addresses() {
            kad.add_address(&peer.peer(), address.clone());
        }
    }
    kad
}

/// How identify names the network.
const PROTOCOL: &str = "peerwarden/1";
const AGENT: &str = concat!("peerwarden/", env!("CARGO_PKG_VERSION"));
const KAD: &str = "/ipfs/kad/1.0.0";
/// gossipsub's default.
const LEAST_TRANSMIT_SIZE: usize = 65_536;
