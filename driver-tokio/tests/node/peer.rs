//! An ordinary libp2p peer of the node, over TCP or QUIC.

use std::time::Duration;

use futures::StreamExt;
use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity, ValidationMode};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, noise, ping, tcp, yamux};

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    gossipsub: gossipsub::Behaviour,
    ping: ping::Behaviour,
}

pub(crate) struct Peer {
    pub(crate) swarm: Swarm<Behaviour>,
    topic: IdentTopic,
}

impl Peer {
    /// A peer that signs what it says on `topic`, unless it is to be anonymous.
    pub(crate) fn new(
        topic: &str,
        authenticity: impl FnOnce(&Keypair) -> MessageAuthenticity,
    ) -> Self {
        let key = Keypair::generate_ed25519();
        let topic = IdentTopic::new(topic);
        let config = gossipsub::ConfigBuilder::default()
            .validation_mode(ValidationMode::None)
            .heartbeat_interval(Duration::from_millis(100))
            .max_transmit_size(1 << 20)
            .build()
            .unwrap();
        let mut gossipsub = gossipsub::Behaviour::new(authenticity(&key), config).unwrap();
        gossipsub.subscribe(&topic).unwrap();
        let swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .unwrap()
            .with_quic()
            .with_behaviour(|_| Behaviour { gossipsub, ping: ping::Behaviour::default() })
            .unwrap()
            .with_swarm_config(|config| config.with_idle_connection_timeout(LONG))
            .build();
        Self { swarm, topic }
    }

    pub(crate) fn signed(topic: &str) -> Self {
        Self::new(topic, |key| MessageAuthenticity::Signed(key.clone()))
    }

    pub(crate) fn id(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    /// Dials the node; returns whether it stayed until it told what it subscribes to.
    pub(crate) async fn join(&mut self, node: &Multiaddr) -> bool {
        let Some(Protocol::P2p(peer)) = node.iter().last() else {
            panic!("{node} names no peer");
        };
        let opts = DialOpts::peer_id(peer).addresses(vec![node.clone()]);
        self.swarm.dial(opts.condition(PeerCondition::Always).build()).unwrap();
        loop {
            match self.swarm.select_next_some().await {
                SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(
                    gossipsub::Event::Subscribed { .. },
                )) => return true,
                SwarmEvent::OutgoingConnectionError { .. }
                | SwarmEvent::ConnectionClosed { .. } => return false,
                _ => {}
            }
        }
    }

    /// Says so many bytes, and waits until they are on their way.
    pub(crate) async fn publish(&mut self, bytes: usize) {
        let data: Vec<u8> = (0..bytes).map(|_| fastrand::u8(..)).collect();
        let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
        let _ = gossipsub.publish(self.topic.clone(), data);
    }

    /// Goes on until the connection is closed.
    pub(crate) async fn until_thrown_out(&mut self) {
        while !matches!(
            self.swarm.select_next_some().await,
            SwarmEvent::ConnectionClosed { num_established: 0, .. }
        ) {}
    }

    /// Goes on until a message of another peer comes; returns its length.
    pub(crate) async fn next_message(&mut self) -> usize {
        loop {
            if let SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(gossipsub::Event::Message {
                message,
                ..
            })) = self.swarm.select_next_some().await
            {
                return message.data.len();
            }
        }
    }
}

const LONG: Duration = Duration::from_secs(3_600);
