//! A peer without a warden, run in a task of its own.

use futures::channel::{mpsc, oneshot};
use futures::future::{AbortHandle, Either, abortable, select};
use futures::{FutureExt, SinkExt, StreamExt};
use libp2p::core::transport::ListenerId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{Swarm, SwarmEvent, dummy};
use libp2p::{Multiaddr, PeerId};

use crate::runtime::spawn;
use crate::swarm::{Wire, in_time, listen_at, listening_on, until};

/// Somebody else, who does as told and otherwise only answers.
pub(crate) struct Peer {
    pub(crate) id: PeerId,
    pub(crate) addr: Multiaddr,
    orders: mpsc::Sender<Order>,
    task: AbortHandle,
    /// Ends when the task is gone with all that it had.
    gone: oneshot::Receiver<()>,
}

enum Order {
    /// Listen no longer at the first address.
    CloseListener(oneshot::Sender<()>),
    Dial(DialOpts),
    Disconnect(PeerId),
    Listen(Multiaddr, oneshot::Sender<Multiaddr>),
}

impl Peer {
    pub(crate) async fn start() -> Self {
        Self::start_on(Wire::Tcp).await
    }

    pub(crate) async fn start_on(wire: Wire) -> Self {
        let (swarm, addr, listener) = listening_on(wire, dummy::Behaviour).await;
        let id = *swarm.local_peer_id();
        let (orders, inbox) = mpsc::channel(8);
        let (task, handle) = abortable(run(swarm, listener, inbox));
        let (going, gone) = oneshot::channel::<()>();
        spawn(task.map(|_| drop(going)));
        Self { id, addr, orders, task: handle, gone }
    }

    /// Opens one more connection.
    pub(crate) async fn dial(&self, peer: PeerId, addr: &Multiaddr) {
        let opts = DialOpts::peer_id(peer)
            .addresses(vec![addr.clone()])
            .condition(PeerCondition::Always)
            .build();
        self.order(Order::Dial(opts)).await;
    }

    /// Closes every connection with `peer`.
    pub(crate) async fn disconnect(&self, peer: PeerId) {
        self.order(Order::Disconnect(peer)).await;
    }

    /// Listens at one more address.
    pub(crate) async fn listen(&self) -> Multiaddr {
        self.listen_at(Wire::Tcp.port()).await
    }

    /// Listens at this address too. It, with the port that the system picked.
    pub(crate) async fn listen_at(&self, address: Multiaddr) -> Multiaddr {
        let (answer, addr) = oneshot::channel();
        self.order(Order::Listen(address, answer)).await;
        in_time(addr).await.unwrap()
    }

    /// Listens no longer at `addr`.
    pub(crate) async fn close_listener(&self) {
        let (answer, done) = oneshot::channel();
        self.order(Order::CloseListener(answer)).await;
        in_time(done).await.unwrap();
    }

    /// Is gone, with all its sockets closed.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        let _ = in_time(&mut self.gone).await;
    }

    async fn order(&self, order: Order) {
        assert!(self.orders.clone().send(order).await.is_ok(), "the peer is gone");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(
    mut swarm: Swarm<dummy::Behaviour>,
    listener: ListenerId,
    mut inbox: mpsc::Receiver<Order>,
) {
    loop {
        let order = match select(inbox.next(), swarm.next()).await {
            Either::Left((order, _)) => order,
            Either::Right(_) => continue,
        };
        match order {
            Some(Order::Dial(opts)) => swarm.dial(opts).unwrap(),
            Some(Order::Disconnect(peer)) => drop(swarm.disconnect_peer_id(peer)),
            Some(Order::Listen(address, answer)) => {
                let (addr, _) = listen_at(&mut swarm, address).await;
                let _ = answer.send(addr);
            }
            Some(Order::CloseListener(answer)) => {
                assert!(swarm.remove_listener(listener));
                until(&mut swarm, |event| match event {
                    SwarmEvent::ListenerClosed { .. } => Some(()),
                    _ => None,
                })
                .await;
                let _ = answer.send(());
            }
            None => return,
        }
    }
}
