//! One of the swarms.

use std::convert::Infallible;
use std::time::Duration;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, MemoryTransport};
use libp2p::core::upgrade::Version;
use libp2p::futures::{AsyncRead, AsyncWrite};
use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, Swarm};
use libp2p::{PeerId, SwarmBuilder, Transport, gossipsub, noise, tcp, yamux};
use peerwarden_tokio::{Behaviour, CloseTimeout};

use super::BoxError;

/// What two swarms speak over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wire {
    /// The memory of the process.
    Memory,
    /// TCP, over the loopback interface.
    Tcp,
}

impl Wire {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Memory, Self::Tcp];

    /// How figures name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Tcp => "tcp",
        }
    }

    /// Where to listen, at a port that the system picks.
    pub(super) fn anywhere(self) -> &'static str {
        match self {
            Self::Memory => "/memory/0",
            Self::Tcp => "/ip4/127.0.0.1/tcp/0",
        }
    }
}

#[derive(NetworkBehaviour)]
#[behaviour(to_swarm = "NodeEvent")]
pub(super) struct Node {
    warden: Toggle<Behaviour>,
    pub(super) gossipsub: gossipsub::Behaviour,
}

/// What of its events is looked at.
#[derive(Debug)]
pub(super) enum NodeEvent {
    /// A message came in, by way of this peer.
    Message(PeerId),
    /// A peer wants messages.
    Subscribed,
    Other,
}

impl From<peerwarden_tokio::Event> for NodeEvent {
    fn from(_: peerwarden_tokio::Event) -> Self {
        Self::Other
    }
}

impl From<gossipsub::Event> for NodeEvent {
    fn from(event: gossipsub::Event) -> Self {
        match event {
            gossipsub::Event::Message { propagation_source, .. } => {
                Self::Message(propagation_source)
            }
            gossipsub::Event::Subscribed { .. } => Self::Subscribed,
            gossipsub::Event::GossipsubNotSupported { .. }
            | gossipsub::Event::SlowPeer { .. }
            | gossipsub::Event::Unsubscribed { .. } => Self::Other,
        }
    }
}

impl From<Infallible> for NodeEvent {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A swarm with gossipsub and, if it is to be guarded, all that the guide puts into one for that.
pub(super) fn swarm(wire: Wire, warden: Option<Behaviour>) -> Result<Swarm<Node>, BoxError> {
    let guarded = warden.is_some();
    let swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_other_transport(|key| transport(wire, key, guarded))?
        .with_behaviour(|key| {
            let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
            let gossipsub = gossipsub::Behaviour::new(signed, gossipsub::Config::default())?;
            Ok(Node { warden: warden.into(), gossipsub })
        })?
        .with_swarm_config(|config| config.with_idle_connection_timeout(LONG))
        .build();
    Ok(swarm)
}

type Muxed = Boxed<(PeerId, StreamMuxerBox)>;

fn transport(wire: Wire, key: &Keypair, guarded: bool) -> Result<Muxed, BoxError> {
    match wire {
        Wire::Memory => muxed(MemoryTransport::new(), key, guarded),
        Wire::Tcp => muxed(tcp::tokio::Transport::new(tcp::Config::default()), key, guarded),
    }
}

fn muxed<T>(base: T, key: &Keypair, guarded: bool) -> Result<Muxed, BoxError>
where
    T: Transport + Send + Unpin + 'static,
    T::Output: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    T::Error: Send + Sync + 'static,
    T::Dial: Send + 'static,
    T::ListenerUpgrade: Send + 'static,
{
    let secure = base.upgrade(Version::V1Lazy).authenticate(noise::Config::new(key)?);
    let yamux = yamux::Config::default();
    Ok(if guarded {
        let muxed = secure.multiplex(CloseTimeout::new(yamux, Duration::from_secs(10)));
        muxed.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed()
    } else {
        let muxed = secure.multiplex(yamux);
        muxed.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed()
    })
}

/// Longer than anything here lasts.
const LONG: Duration = Duration::from_secs(3_600);
