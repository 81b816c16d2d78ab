//! A peer that shakes hands and never reads again.

use std::future::pending;
use std::pin::Pin;

use futures::future::poll_fn;
use libp2p::core::Multiaddr;
use libp2p::core::transport::{ListenerId, Transport, TransportEvent};
use libp2p::core::upgrade::Version;
use libp2p::{identity, noise, tcp, yamux};
use tokio::sync::oneshot;

/// Starts one, for as long as the runtime lives, and says where it listens.
pub(crate) async fn peer() -> Multiaddr {
    let (address_known, address) = oneshot::channel();
    tokio::spawn(listen(address_known));
    address.await.unwrap()
}

async fn listen(address_known: oneshot::Sender<Multiaddr>) {
    let key = identity::Keypair::generate_ed25519();
    let mut transport = tcp::tokio::Transport::new(tcp::Config::default())
        .upgrade(Version::V1)
        .authenticate(noise::Config::new(&key).unwrap())
        .multiplex(yamux::Config::default())
        .boxed();
    transport.listen_on(ListenerId::next(), "/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
    let mut address_known = Some(address_known);
    loop {
        match poll_fn(|cx| Pin::new(&mut transport).poll(cx)).await {
            TransportEvent::NewAddress { listen_addr, .. } => {
                if let Some(address_known) = address_known.take() {
                    address_known.send(listen_addr).unwrap();
                }
            }
            TransportEvent::Incoming { upgrade, .. } => {
                // Held, and never polled: nothing reads from its socket.
                let _connection = upgrade.await.unwrap();
                return pending().await;
            }
            TransportEvent::AddressExpired { .. }
            | TransportEvent::ListenerClosed { .. }
            | TransportEvent::ListenerError { .. } => {}
        }
    }
}
