//! Real swarms on the loopback interface.

use std::error::Error;
use std::net::Ipv4Addr;
use std::time::Duration;

use futures::StreamExt;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::gossipsub::{
    self, MessageAuthenticity, PeerScoreParams, PeerScoreThresholds, TopicScoreParams,
    ValidationMode,
};
use libp2p::identity::Keypair;
use libp2p::metrics::Registry;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, Swarm, SwarmBuilder, identify, noise, tcp, yamux};
use peerwarden_tokio::{Behaviour, CloseTimeout, Config, RedbStore, TokioTimer, behaviour};
use tokio::time::timeout;

use crate::demo::message::Topic;

/// Whatever can go wrong while the nodes are built.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// An ordinary node.
#[derive(NetworkBehaviour)]
pub(crate) struct Node {
    pub(crate) gossipsub: gossipsub::Behaviour,
    identify: identify::Behaviour,
}

/// The same with peerwarden in it: first, and what else denies right after it.
#[derive(NetworkBehaviour)]
pub(crate) struct GuardedBehaviour {
    pub(crate) warden: Behaviour,
    limits: connection_limits::Behaviour,
    pub(crate) gossipsub: gossipsub::Behaviour,
    identify: identify::Behaviour,
}

/// A node that listens, and where. One that does not validate forwards whatever it is sent.
pub(crate) async fn node(
    key: &Keypair,
    validates: bool,
) -> Result<(Swarm<Node>, Multiaddr), BoxError> {
    let node = Node { gossipsub: gossip(key, validates)?, identify: identity(key) };
    listening(swarm(key, node)?).await
}

/// The guarded node, and where it listens. With a store it goes on from what is in there. Its metrics
/// become part of `registry`.
pub(crate) async fn guarded_node(
    key: &Keypair,
    policy: Config,
    store: Option<RedbStore>,
    registry: &mut Registry,
) -> Result<(Swarm<GuardedBehaviour>, Multiaddr), BoxError> {
    let warden = match store {
        Some(store) => Behaviour::restore(policy, TokioTimer::current()?, store)?,
        None => behaviour(policy),
    };
    let limits = ConnectionLimits::default().with_max_pending_incoming(Some(64));
    let mut gossipsub = gossip(key, true)?;
    gossipsub.with_peer_score(score_params(), score_thresholds())?;
    let node = GuardedBehaviour {
        warden: warden.with_local_peer_id(key.public().to_peer_id()).with_metrics(registry),
        limits: connection_limits::Behaviour::new(limits),
        gossipsub,
        identify: identity(key),
    };
    listening(swarm(key, node)?).await
}

fn swarm<B: NetworkBehaviour>(key: &Keypair, behaviour: B) -> Result<Swarm<B>, BoxError> {
    let swarm = SwarmBuilder::with_existing_identity(key.clone())
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, || {
            CloseTimeout::new(yamux::Config::default(), CLOSE_TIMEOUT)
        })?
        .with_behaviour(|_| behaviour)?
        .with_swarm_config(|config| config.with_idle_connection_timeout(LONGER_THAN_THE_DEMO))
        .build();
    Ok(swarm)
}

fn gossip(key: &Keypair, validates: bool) -> Result<gossipsub::Behaviour, BoxError> {
    let mut config = gossipsub::ConfigBuilder::default();
    config.validation_mode(ValidationMode::Strict);
    if validates {
        config.validate_messages();
    }
    let signed = MessageAuthenticity::Signed(key.clone());
    let mut gossipsub = gossipsub::Behaviour::new(signed, config.build()?)?;
    for topic in Topic::ALL {
        gossipsub.subscribe(&topic.ident())?;
    }
    Ok(gossipsub)
}

/// How gossipsub judges: by bad messages alone, and by those on [`Topic::Blocks`] most of all.
///
/// How many come from one IP is for peerwarden to judge, which knows that this is the loopback
/// interface.
fn score_params() -> PeerScoreParams {
    PeerScoreParams {
        topics: Topic::ALL
            .into_iter()
            .map(|topic| (topic.ident().hash(), topic_score_params(topic)))
            .collect(),
        ip_colocation_factor_weight: 0.0,
        // Less than the shortest ban by score, or the same deed would be punished twice.
        retain_score: Duration::from_secs(1),
        ..PeerScoreParams::default()
    }
}

fn topic_score_params(topic: Topic) -> TopicScoreParams {
    TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_weight: 0.0,
        first_message_deliveries_weight: 0.1,
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: match topic {
            Topic::Chat => -0.05,
            Topic::Blocks => -4.0,
        },
        invalid_message_deliveries_decay: 0.9,
        ..TopicScoreParams::default()
    }
}

/// Low enough for gossipsub to go on listening to whoever is about to be banned.
fn score_thresholds() -> PeerScoreThresholds {
    PeerScoreThresholds {
        gossip_threshold: -1e3,
        publish_threshold: -2e3,
        graylist_threshold: -4e3,
        ..PeerScoreThresholds::default()
    }
}

fn identity(key: &Keypair) -> identify::Behaviour {
    identify::Behaviour::new(identify::Config::new("/peerwarden-demo/1".to_owned(), key.public()))
}

/// Listens on a port that the operating system picks, and waits until it is known.
async fn listening<B: NetworkBehaviour>(
    mut swarm: Swarm<B>,
) -> Result<(Swarm<B>, Multiaddr), BoxError> {
    let any_port = Multiaddr::from(Ipv4Addr::LOCALHOST).with(Protocol::Tcp(0));
    swarm.listen_on(any_port)?;
    let known = async {
        loop {
            if let SwarmEvent::NewListenAddr { address, .. } = swarm.select_next_some().await {
                return address;
            }
        }
    };
    let address = timeout(Duration::from_secs(5), known)
        .await
        .map_err(|_| "no address to listen on was assigned within 5s")?;
    Ok((swarm, address))
}

const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
const LONGER_THAN_THE_DEMO: Duration = Duration::from_secs(120);
