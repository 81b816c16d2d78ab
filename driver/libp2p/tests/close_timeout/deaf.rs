//! Peer that shakes hands and never reads again.

use std::future::pending;
use std::pin::Pin;

use futures::channel::oneshot;
use futures::future::poll_fn;
use libp2p::core::Multiaddr;
use libp2p::core::transport::{ListenerId, Transport, TransportEvent};
use libp2p::{PeerId, identity, yamux};

use crate::runtime::{self, spawn};
use crate::wiring::upgraded;

/// Starts one, for as long as the runtime lives, and says who it is and where it listens.
pub(crate) async fn peer() -> (PeerId, Multiaddr) {
    let key = identity::Keypair::generate_ed25519();
    let id = key.public().to_peer_id();
    let (address_known, address) = oneshot::channel();
    spawn(listen(key, address_known));
    (id, address.await.unwrap())
}

async fn listen(key: identity::Keypair, address_known: oneshot::Sender<Multiaddr>) {
    let mut transport = upgraded!(runtime::tcp(), &key, yamux::Config::default());
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
