//! Warnings about a behaviour that is not the first, or that is not asked.

use std::task::{Context, Poll};

use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, Swarm, SwarmEvent, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{Behaviour, Config, Guard, Handle, ManualTimer, Origin, Subject};
use tracing::Level;

use crate::logs::log::Log;
use crate::peer::Peer;
use crate::swarm::{at, in_time, listening, until};

#[derive(NetworkBehaviour)]
struct Second {
    limits: connection_limits::Behaviour,
    warden: Behaviour<ManualTimer>,
}

#[derive(NetworkBehaviour)]
struct First {
    warden: Behaviour<ManualTimer>,
    limits: connection_limits::Behaviour,
}

#[apply(test!)]
async fn a_denial_by_a_behaviour_in_front_is_a_warning_at_each_gate_and_there_is_one_only() {
    for limits in limits() {
        let (log, _listening) = Log::start_at(Level::WARN);
        let (mut node, addr, _) =
            listening(Second { limits: limit(limits), warden: warden() }).await;

        meet_twice(&mut node, &addr, |_| {}).await;

        assert_eq!(log.lines(), [NOT_FIRST]);
    }
}

#[apply(test!)]
async fn denials_by_behaviours_after_the_warden_are_no_warning_at_any_gate() {
    for limits in limits() {
        let (log, _listening) = Log::start_at(Level::WARN);
        let (mut node, addr, _) =
            listening(First { warden: warden(), limits: limit(limits) }).await;

        meet_twice(&mut node, &addr, |_| {}).await;

        assert_eq!(log.lines(), [""; 0]);
    }
}

#[apply(test!)]
async fn denials_inside_a_guard_are_no_warning_at_any_gate() {
    for limits in limits() {
        let (log, _listening) = Log::start_at(Level::WARN);
        let (mut node, addr, _) = listening(Guard::new(warden(), limit(limits))).await;

        meet_twice(&mut node, &addr, |_| {}).await;

        assert_eq!(log.lines(), [""; 0]);
    }
}

#[apply(test!)]
async fn denials_of_its_own_are_no_warning_wherever_it_stands() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let warden = warden();
    let handle = warden.handle();
    let limits = limit(ConnectionLimits::default());
    let (mut node, addr, _) = listening(Second { limits, warden }).await;

    meet_twice(&mut node, &addr, |peer| ban(&handle, peer)).await;

    assert_eq!(log.lines(), [""; 0]);
}

#[apply(test!)]
async fn many_connections_at_once_of_which_each_side_denies_some_are_no_warning() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let warden = warden();
    let handle = warden.handle();
    let limits = ConnectionLimits::default()
        .with_max_established_per_peer(Some(1))
        .with_max_pending_outgoing(Some(4));
    let (mut node, addr, _) = listening(First { warden, limits: limit(limits) }).await;
    let id = *node.local_peer_id();
    let mut peers = Vec::new();
    for _ in 0..12 {
        peers.push(Peer::start().await);
    }

    for round in 0..4 {
        for (n, peer) in peers.iter().enumerate() {
            peer.dial(id, &addr).await;
            let _ = node.dial(at(&peer.addr, peer.id));
            if n % 4 == round {
                ban(&handle, peer.id);
            }
        }
        let mut inbound = 0;
        until(&mut node, |event| {
            match event {
                SwarmEvent::IncomingConnectionError { .. } => inbound += 1,
                SwarmEvent::ConnectionEstablished { endpoint, .. } if endpoint.is_listener() => {
                    inbound += 1;
                }
                _ => {}
            }
            (inbound == peers.len()).then_some(())
        })
        .await;
    }

    assert_eq!(log.lines(), [""; 0]);
}

#[apply(test!)]
async fn connections_that_it_is_not_asked_about_are_a_warning() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let (mut node, addr, _) = listening(Wrapper { warden: warden(), asks: false }).await;

    meet_twice(&mut node, &addr, |_| {}).await;

    assert_eq!(log.lines(), [NOT_ASKED]);
}

#[apply(test!)]
async fn connections_that_it_has_denied_are_a_warning() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let warden = warden();
    let handle = warden.handle();
    let (mut node, addr, _) = listening(Wrapper { warden, asks: true }).await;
    meet_twice(&mut node, &addr, |_| {}).await;
    assert_eq!(log.lines(), [""; 0]);

    meet_twice(&mut node, &addr, |peer| ban(&handle, peer)).await;

    assert_eq!(log.lines(), [NOT_ASKED]);
}

/// One connection of each direction with a peer, and then again with another; each comes up or fails.
async fn meet_twice<B: NetworkBehaviour>(
    node: &mut Swarm<B>,
    addr: &Multiaddr,
    before: impl Fn(PeerId),
) {
    let id = *node.local_peer_id();
    for _ in 0..2 {
        let peer = Peer::start().await;
        before(peer.id);
        peer.dial(id, addr).await;
        in_time(decided(node)).await;
        if node.dial(at(&peer.addr, peer.id)).is_ok() {
            in_time(decided(node)).await;
        }
    }
}

fn ban(handle: &Handle, peer: PeerId) {
    let _ = handle.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
}

/// A connection is up, or has failed.
async fn decided<B: NetworkBehaviour>(node: &mut Swarm<B>) {
    until(node, |event| match event {
        SwarmEvent::ConnectionEstablished { .. }
        | SwarmEvent::IncomingConnectionError { .. }
        | SwarmEvent::OutgoingConnectionError { .. } => Some(()),
        _ => None,
    })
    .await;
}

/// Limits that deny at one gate each.
fn limits() -> [ConnectionLimits; 4] {
    [
        ConnectionLimits::default().with_max_pending_incoming(Some(0)),
        ConnectionLimits::default().with_max_established_incoming(Some(0)),
        ConnectionLimits::default().with_max_pending_outgoing(Some(0)),
        ConnectionLimits::default().with_max_established_outgoing(Some(0)),
    ]
}

fn limit(limits: ConnectionLimits) -> connection_limits::Behaviour {
    connection_limits::Behaviour::new(limits)
}

fn warden() -> Behaviour<ManualTimer> {
    Behaviour::new(Config::default(), ManualTimer::new())
}

/// A wrapper that lets everything through, whether it asks the warden or not.
struct Wrapper {
    warden: Behaviour<ManualTimer>,
    asks: bool,
}

impl NetworkBehaviour for Wrapper {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = <Behaviour<ManualTimer> as NetworkBehaviour>::ToSwarm;

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if self.asks {
            let _ = self.warden.handle_established_inbound_connection(id, peer, local, remote);
        }
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        addr: &Multiaddr,
        role: Endpoint,
        port_use: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if self.asks {
            let _ =
                self.warden.handle_established_outbound_connection(id, peer, addr, role, port_use);
        }
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        self.warden.on_swarm_event(event);
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        self.warden.poll(cx)
    }
}

const NOT_FIRST: &str = "WARN peerwarden: another behaviour denied a connection that this one was \
                         not asked about: make it the first field, or use Guard, because behaviours \
                         before it keep state for peers that it refuses";

const NOT_ASKED: &str = "WARN peerwarden: a connection is up that this behaviour was not asked \
                         about, or denied: what wraps it has to pass on every call and every answer, \
                         or bans are not enforced";
