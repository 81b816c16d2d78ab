//! `Behaviour`: the engine as a `NetworkBehaviour`, swarm events in, dials and closes out.

mod closing;
mod connections;
mod deliveries;
mod gates;
mod intervals;
mod redials;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, PeerAddresses, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::Config;
#[cfg(feature = "metrics")]
use peerwarden_host::SwarmMetrics;
use peerwarden_host::driver::{Alarm, Connections, Intervals};
use peerwarden_host::{Node, Store, StoreError, Timer};

#[cfg(all(feature = "redb", feature = "toml"))]
use crate::Settings;
use crate::close_deadlines::CloseDeadlines;
use crate::event::Event;
use crate::handle::Handle;
use crate::hook_order::HookOrder;
use crate::incomplete::Incomplete;
use crate::own_addresses::OwnAddresses;
use crate::swarm_state::{Shared, State, SwarmState};
use closing::Closings;

/// Guards a swarm: refuses banned peers and networks, closes their connections, dials again.
///
/// In a [`Guard`](crate::Guard), which wraps the other behaviours, there is no order to get wrong. It has
/// no protocol of its own and keeps no connection alive.
///
/// # Without a guard
///
/// Put it **first** in the struct that derives [`NetworkBehaviour`]. Behaviours before it keep state for
/// connections that it denies, and gossipsub, kad and request-response never drop that state again. For
/// the same reason put whatever else denies right after it. Scores are answered from the event loop:
///
/// ```
/// use libp2p::swarm::NetworkBehaviour;
/// use peerwarden_libp2p::{Behaviour, Event, EventKind, Score};
/// # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
///
/// #[derive(NetworkBehaviour)]
/// struct Node {
///     warden: Behaviour<RuntimeTimer>, // the first field
///     gossipsub: libp2p::gossipsub::Behaviour,
/// }
///
/// fn on_event(node: &Node, event: NodeEvent) {
///     let warden = node.warden.handle();
///     match event {
///         NodeEvent::Warden(Event { kind: EventKind::ScoreRequested { peer }, .. }) => {
///             let score = node.gossipsub.peer_score(&peer);
///             let _ = match score.and_then(|score| Score::try_from(score).ok()) {
///                 Some(score) => warden.score(peer, score),
///                 None => warden.score_unavailable(peer),
///             };
///         }
///         NodeEvent::Warden(Event { kind, .. }) => println!("{kind:?}"),
///         NodeEvent::Gossipsub(_) => {}
///     }
/// }
/// ```
///
/// # The gates
///
/// | gate | what it knows | what it spares |
/// | --- | --- | --- |
/// | an inbound connection is pending | the IP | on TCP the handshake |
/// | an inbound connection is established | peer and IP | everything but the handshake |
/// | a dial is pending | the peer; the IP only if the peer is unknown | the dial |
/// | a dial has succeeded | peer and IP | everything but the handshake |
///
/// *Over QUIC*, the first hook runs after the transport has answered the first packet. The source IP is
/// unverified then: peerwarden refuses by it, which costs the other side its handshake, and counts nothing
/// by it. A hole that is punched over QUIC is a dial on both sides.
///
/// *Over a relay* there is no IP, in either direction: the relay's says nothing of who is behind
/// it, and peers are refused by their ids alone. A direct connection that follows, by hole punching
/// or not, counts with its address, and so does the peer from then on.
///
/// A dial *by name* has no IP either, not even once it has succeeded: see
/// [`DialGate`](crate::DialGate).
///
/// *An address that can be read in more than one way*, `/ip4/A/tcp/1/ip4/B/tcp/2` for example, is
/// refused at every gate, with a [`RefusedAddress`](crate::RefusedAddress) as the cause. The
/// [guide](crate::guide::addresses) says which and why.
///
/// # Connections that are up
///
/// A peer that gets banned loses every connection. A ban of a network by the operator or a remote
/// list closes each *connection* over an IP in it, inbound or dialled, and so does the end of the
/// protection of a peer or network that such a ban holds; the peer keeps what it has over other IPs.
/// A ban with [`Cause::Address`](crate::Cause::Address) disconnects those peers alone that the
/// engine says: it spares peers that are here and owe nothing.
///
/// A connection without an IP goes with the IP last seen of its peer, unless the peer has another
/// one over an IP that is allowed.
///
/// # Dials
///
/// It dials peers whose bans are over and that it had dialled before, and those that are to be
/// [kept connected](Handle::keep_connected): a [few](Self::with_max_redials) at once, and again
/// later if that fails, whatever the reason.
pub struct Behaviour<T: Timer> {
    node: Node<PeerId, SwarmState>,
    timer: Arc<T>,
    intervals: Intervals<T>,
    /// What peers were said to be reachable at before they were dialled. Mere hearsay, so only of
    /// the last few; what is needed for a redial is kept elsewhere.
    announced: PeerAddresses,
    connections: Connections<PeerId, ConnectionId>,
    closings: Closings,
    incomplete: Incomplete,
    close_deadlines: CloseDeadlines<T>,
    hook_order: HookOrder,
    /// Rings for the next connection that is to be closed later than its ban.
    farewell_alarm: Alarm<T>,
    /// Rings for the next dial that is due.
    redial_alarm: Alarm<T>,
    /// How many times in a row there was something for the swarm.
    consecutive_ready: usize,
    own: OwnAddresses,
}

impl<T: Timer> Behaviour<T> {
    /// Guards by `config`, on `timer`'s clock. Need not be called on a runtime.
    ///
    /// What it learns is gone when it is dropped; with [`restore`](Self::restore) it is not.
    #[must_use]
    pub fn new(config: Config, timer: T) -> Self {
        let timer = Arc::new(timer);
        Self::from_parts(Node::new(config, timer.clone()), timer)
    }

    /// Guards as it did before the node was restarted: with the bans, offences and protection that
    /// are in `store`, less the time that has passed since, and keeps `store` up to date.
    ///
    /// It enforces them from the first moment on. What was over meanwhile ends, and is made known,
    /// when the swarm is first polled. The [module on stores](crate::store) says what is written
    /// and when.
    ///
    /// Dropping the behaviour writes what there is, and waits for that, for 5 s at most.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be read as a whole. It says where it is and what to do.
    pub fn restore(config: Config, timer: T, store: impl Store) -> Result<Self, StoreError> {
        let timer = Arc::new(timer);
        Ok(Self::from_parts(Node::restore(config, timer.clone(), store)?, timer))
    }

    /// Guards as `settings` have it: by their policy and options, and with what is remembered in
    /// their [`data_file`](crate::DriverOptions::data_file), if they name one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if there is a data file and it cannot be opened or read as a whole.
    #[cfg(all(feature = "redb", feature = "toml"))]
    pub fn from_settings(settings: Settings, timer: T) -> Result<Self, StoreError> {
        let timer = Arc::new(timer);
        let options = settings.options.clone();
        let node = Node::from_settings(settings, timer.clone())?;
        Ok(Self::from_parts(node, timer).take_options(&options))
    }

    fn from_parts(node: Node<PeerId, SwarmState>, timer: Arc<T>) -> Self {
        Self {
            node,
            timer,
            intervals: Intervals::new(),
            announced: PeerAddresses::default(),
            connections: Connections::new(
                ConnectionId::new_unchecked(usize::MIN),
                ConnectionId::new_unchecked(usize::MAX),
            ),
            closings: Closings::default(),
            incomplete: Incomplete::default(),
            close_deadlines: CloseDeadlines::new(),
            hook_order: HookOrder::default(),
            farewell_alarm: Alarm::new(),
            redial_alarm: Alarm::new(),
            consecutive_ready: 0,
            own: OwnAddresses::default(),
        }
    }

    /// Returns a handle to this behaviour's engine, for any task and thread.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(self.node.handle())
    }

    /// Says which peer this node itself is: `key.public().to_peer_id()`, or the swarm's
    /// `local_peer_id`.
    ///
    /// libp2p does not tell a behaviour. Once it is known, the node itself is never banned: a ban of it is
    /// refused, reports and scores of it are ignored, and a ban from before is lifted. Where the swarm is built
    /// first, [`Handle::set_local_peer_id`](peerwarden_host::Handle::set_local_peer_id) does the same. The node's addresses, too, are looked after,
    /// without being told: see [`Handle::ban`](peerwarden_host::Handle::ban).
    #[must_use]
    pub fn with_local_peer_id(self, peer: PeerId) -> Self {
        Self { node: self.node.with_local_peer_id(peer), ..self }
    }

    /// Makes peerwarden's metrics part of `registry`, all of them named `peerwarden_` and listed in
    /// [`metrics`](crate::metrics).
    ///
    /// It is the registry type that libp2p's own metrics use, of prometheus-client 0.25 with libp2p 0.57
    /// and 0.23 with 0.56, so one can hold both: with libp2p's feature `metrics` it is
    /// `libp2p::metrics::Registry`.
    /// `prometheus_client::encoding::text::encode` makes the page that is scraped.
    ///
    /// For *one* swarm a registry: two would give the same samples twice, which no scraper accepts.
    /// For several there is [`with_metrics_labelled`](Self::with_metrics_labelled), for another metrics
    /// library [`Handle::tallies`](peerwarden_host::Handle::tallies).
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn with_metrics(self, registry: &mut prometheus_client::registry::Registry) -> Self {
        Self { node: self.node.with_metrics(registry), ..self }
    }

    /// Makes peerwarden's metrics of this swarm part of `metrics`, with the label `swarm="name"`.
    ///
    /// A swarm of the same name that was there before is left out from here on.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn with_metrics_labelled(self, metrics: &SwarmMetrics, name: &str) -> Self {
        Self { node: self.node.with_metrics_labelled(metrics, name), ..self }
    }

    fn shared(&self) -> &Shared {
        self.node.shared()
    }

    fn next_event(&self) -> Option<Event> {
        let State { driver, scores, .. } = &mut *self.shared().lock();
        driver.events.next_event(|peer| scores.is_connected(peer))
    }

    fn next(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Event, THandlerInEvent<Self>>> {
        self.poll_timers(cx);
        self.poll_farewells(cx);
        self.close_deadlines.poll(&self.connections, &self.timer, cx);

        if let Some((peer_id, connection)) = ready!(self.poll_close(cx)) {
            return Poll::Ready(ToSwarm::CloseConnection { peer_id, connection });
        }
        if let Some(opts) = self.next_redial(cx) {
            return Poll::Ready(ToSwarm::Dial { opts });
        }
        let event = self.next_event();
        event.map_or(Poll::Pending, |event| Poll::Ready(ToSwarm::GenerateEvent(event)))
    }
}

impl<T: Timer> NetworkBehaviour for Behaviour<T> {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Event;

    fn handle_pending_inbound_connection(
        &mut self,
        id: ConnectionId,
        _: &Multiaddr,
        remote_addr: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let answer = self.pending_inbound(remote_addr);
        self.hook_order.asked(id, answer)
    }

    fn handle_established_inbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        remote_addr: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let answer = self.established_inbound(peer, remote_addr);
        self.hook_order.asked(id, answer)?;
        Ok(dummy::ConnectionHandler)
    }

    fn handle_pending_outbound_connection(
        &mut self,
        id: ConnectionId,
        maybe_peer: Option<PeerId>,
        addresses: &[Multiaddr],
        _: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        let answer = self.pending_outbound(maybe_peer, addresses);
        self.hook_order.asked(id, answer)?;
        Ok(Vec::new())
    }

    fn handle_established_outbound_connection(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        addr: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let answer = self.established_outbound(peer, addr);
        self.hook_order.asked(id, answer)?;
        Ok(dummy::ConnectionHandler)
    }

    /// Connections are counted here and not at the gates: another behaviour may yet refuse what
    /// this one lets pass.
    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        self.hook_order.check(&event);
        self.remember_announced(&event);
        match event {
            FromSwarm::ConnectionEstablished(event) => self.on_established(&event),
            FromSwarm::AddressChange(event) => self.on_address_change(&event),
            FromSwarm::ConnectionClosed(event) => self.on_closed(&event),
            FromSwarm::DialFailure(event) => self.on_dial_failure(&event),
            FromSwarm::NewExternalAddrOfPeer(event) => {
                self.shared().lock().driver.book.announced(event.peer_id, event.addr);
            }
            FromSwarm::NewListenAddr(event) => {
                self.own.add(Some(event.listener_id), event.addr, self.node.shared());
            }
            FromSwarm::ExpiredListenAddr(event) => {
                self.own.remove(Some(event.listener_id), event.addr, self.node.shared());
            }
            FromSwarm::ExternalAddrConfirmed(event) => {
                self.own.add(None, event.addr, self.node.shared());
            }
            FromSwarm::ExternalAddrExpired(event) => {
                self.own.remove(None, event.addr, self.node.shared());
            }
            FromSwarm::ListenFailure(_)
            | FromSwarm::NewListener(_)
            | FromSwarm::ListenerError(_)
            | FromSwarm::ListenerClosed(_)
            | FromSwarm::NewExternalAddrCandidate(_)
            | _ => {}
        }
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
        self.hook_order.polled();
        // The swarm asks its first behaviour again until that is idle, and nobody else meanwhile.
        if self.consecutive_ready >= MAX_CONSECUTIVE {
            self.consecutive_ready = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let order = self.next(cx);
        self.consecutive_ready = if order.is_ready() { self.consecutive_ready + 1 } else { 0 };
        order
    }
}

impl<T: Timer> fmt::Debug for Behaviour<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behaviour")
            .field("intervals", &self.intervals)
            .field("connections", &self.connections.len())
            .finish_non_exhaustive()
    }
}

/// How many things the swarm is given in a row before others get their turn.
const MAX_CONSECUTIVE: usize = 64;
