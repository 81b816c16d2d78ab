//! Swarms as every test wants them.

use std::future::Future;
use std::time::Duration;

use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, yamux};

use crate::runtime;
use crate::wiring::{either, swarm, timeout, upgraded};

/// What two nodes speak with each other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Wire {
    Quic,
    #[default]
    Tcp,
}

impl Wire {
    /// All that the runtime has.
    pub(crate) const ALL: &[Self] =
        if runtime::HAS_QUIC { &[Self::Tcp, Self::Quic] } else { &[Self::Tcp] };

    /// Where to listen, on a port that the system picks.
    pub(crate) fn port(self) -> Multiaddr {
        let port = match self {
            Self::Quic => "/ip4/127.0.0.1/udp/0/quic-v1",
            Self::Tcp => "/ip4/127.0.0.1/tcp/0",
        };
        port.parse().unwrap()
    }
}

/// TCP with noise and yamux, listening on a port that the system picks.
pub(crate) async fn listening<B: NetworkBehaviour>(
    behaviour: B,
) -> (Swarm<B>, Multiaddr, ListenerId) {
    listening_on(Wire::Tcp, behaviour).await
}

/// Speaks all that the runtime has, and listens to this one.
pub(crate) async fn listening_on<B: NetworkBehaviour>(
    wire: Wire,
    behaviour: B,
) -> (Swarm<B>, Multiaddr, ListenerId) {
    listening_as(&Keypair::generate_ed25519(), wire, behaviour).await
}

/// The same with this key, for behaviours that name their node to others.
pub(crate) async fn listening_as<B: NetworkBehaviour>(
    key: &Keypair,
    wire: Wire,
    behaviour: B,
) -> (Swarm<B>, Multiaddr, ListenerId) {
    let tcp = upgraded!(runtime::tcp(), key, yamux::Config::default());
    let transport = match runtime::quic(key) {
        Some(quic) => either(tcp, quic),
        None => tcp,
    };
    let mut swarm = swarm(key, transport, behaviour);
    let (addr, listener) = listen_at(&mut swarm, wire.port()).await;
    (swarm, addr, listener)
}

/// This address to listen on.
pub(crate) async fn listen_at<B: NetworkBehaviour>(
    swarm: &mut Swarm<B>,
    address: Multiaddr,
) -> (Multiaddr, ListenerId) {
    let listener = swarm.listen_on(address).unwrap();
    let addr = until(swarm, |event| match event {
        SwarmEvent::NewListenAddr { address, .. } => Some(address),
        _ => None,
    })
    .await;
    (addr, listener)
}

/// Runs the swarm until it says what is waited for.
#[track_caller]
pub(crate) fn until<'a, B: NetworkBehaviour, T>(
    swarm: &'a mut Swarm<B>,
    mut pick: impl FnMut(SwarmEvent<B::ToSwarm>) -> Option<T> + 'a,
) -> impl Future<Output = T> + 'a
where
    T: 'a,
{
    in_time(async move {
        loop {
            if let Some(found) = pick(swarm.select_next_some().await) {
                return found;
            }
        }
    })
}

/// Fails, naming who waits, if it takes longer than anything here can.
#[track_caller]
pub(crate) fn in_time<F: Future>(waiting: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move {
        match timeout(PATIENCE, waiting).await {
            Some(output) => output,
            None => panic!("what {place} waits for did not come"),
        }
    }
}

/// The address with the id of who is to be found there.
pub(crate) fn at(addr: &Multiaddr, peer: PeerId) -> Multiaddr {
    addr.clone().with_p2p(peer).unwrap()
}

/// Far longer than anything takes, since nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);
