//! Bans and pardons that cross with connections on their way.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::thread;

use futures::StreamExt;
use futures::future::poll_fn;
use futures::task::AtomicWaker;
use libp2p::swarm::SwarmEvent;
use peerwarden_libp2p::{Config, EventKind, Origin, RedialError, Subject, Verdict};

use crate::node::Node;
use crate::peer::Peer;
use crate::swarm::{Wire, at, in_time};

#[apply(test!)]
async fn both_connections_of_a_simultaneous_dial_are_closed() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.swarm.dial(at(&peer.addr, peer.id)).unwrap();
        peer.dial(node.id, &node.addr).await;
        while node.connected(peer.id).await < 2 {}

        node.ban(peer.id, 60);

        node.disconnected(peer.id).await;
        assert_eq!(node.swarm.network_info().connection_counters().num_connections(), 0);
    }
}

#[apply(test!)]
async fn both_connections_of_a_simultaneous_dial_that_is_under_way_are_refused() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.swarm.dial(at(&peer.addr, peer.id)).unwrap();
        peer.dial(node.id, &node.addr).await;

        node.ban(peer.id, 60);

        let (mut inbound, mut outbound) = (false, false);
        node.until(|event| {
            match event {
                SwarmEvent::IncomingConnectionError { .. } => inbound = true,
                SwarmEvent::OutgoingConnectionError { .. } => outbound = true,
                SwarmEvent::ConnectionEstablished { .. } => panic!("with a banned peer"),
                _ => {}
            }
            (inbound && outbound).then_some(())
        })
        .await;
        assert_eq!(node.swarm.network_info().connection_counters().num_connections(), 0);
    }
}

#[apply(test!)]
async fn a_dial_goes_on_if_the_ban_that_crossed_it_is_lifted_in_time() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.swarm.dial(at(&peer.addr, peer.id)).unwrap();

        node.ban(peer.id, 60);
        node.handle.unban(Subject::Peer(peer.id), None).unwrap();

        assert_eq!(node.connected(peer.id).await, 1);
    }
}

#[apply(test!)]
async fn a_pardoned_peer_that_is_being_dialled_is_not_dialled_twice() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        node.dial(&peer).await;
        node.ban(peer.id, 60);
        node.disconnected(peer.id).await;

        node.handle.unban(Subject::Peer(peer.id), None).unwrap();
        node.swarm.dial(at(&peer.addr, peer.id)).unwrap();

        let error = node
            .until(|event| match event {
                SwarmEvent::Behaviour(event) => match event.kind {
                    EventKind::RedialFailed { error, .. } => Some(error),
                    _ => None,
                },
                _ => None,
            })
            .await;
        assert_eq!(error, RedialError::AlreadyDialing);
        assert_eq!(node.connected(peer.id).await, 1);
    }
}

/// The promise of `Handle::ban`, as strict as it can be made.
#[apply(test_on_threads!)]
async fn no_poll_of_the_swarm_that_begins_after_a_ban_establishes_a_connection() {
    for &wire in Wire::ALL {
        let (mut node, peer) = both_on(wire).await;
        for round in 0..40_u32 {
            for _ in 0..INBOUND {
                peer.dial(node.id, &node.addr).await;
            }
            node.swarm.dial(at(&peer.addr, peer.id)).unwrap();
            let (handle, id, banned) = (node.handle.clone(), peer.id, Arc::<Done>::default());
            let done = banned.clone();
            let banning = thread::spawn(move || {
                // Some connections later, more or fewer each time.
                for _ in 0..round * 200 {
                    let _ = handle.check_peer(&id, None);
                }
                handle.ban(Subject::Peer(id), None, Origin::Operator).unwrap();
                done.set();
            });
            settle(&mut node, &banned).await;
            banning.join().unwrap();

            assert_ne!(node.handle.check_peer(&peer.id, None), Ok(Verdict::Allow));
            node.handle.unban(Subject::Peer(peer.id), None).unwrap();
        }
    }
}

/// Runs the swarm until, after the ban, no connection is there or on its way.
async fn settle(node: &mut Node, banned: &Done) {
    let settling = poll_fn(|cx| {
        loop {
            banned.waker.register(cx.waker());
            let too_late = banned.done.load(Ordering::SeqCst);
            match pin!(&mut node.swarm).poll_next_unpin(cx) {
                Poll::Ready(Some(SwarmEvent::ConnectionEstablished { .. })) => {
                    assert!(!too_late, "a connection with a banned peer");
                }
                Poll::Ready(_) => {}
                Poll::Pending => {
                    let counters = node.swarm.network_info().connection_counters().clone();
                    let settled = too_late && counters.num_connections() == 0;
                    return if settled { Poll::Ready(()) } else { Poll::Pending };
                }
            }
        }
    });
    in_time(settling).await;
}

/// Something that a thread has done.
#[derive(Default)]
struct Done {
    done: AtomicBool,
    waker: AtomicWaker,
}

impl Done {
    fn set(&self) {
        self.done.store(true, Ordering::SeqCst);
        self.waker.wake();
    }
}

async fn both_on(wire: Wire) -> (Node, Peer) {
    (Node::start_on(wire, Config::flow()).await, Peer::start_on(wire).await)
}

/// How many connections the peer opens at once.
const INBOUND: usize = 3;
