//! The guarded node, run by the test itself.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::swarm::{Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    BanDuration, Behaviour, Cause, Config, Denial, Denied, Direction, Event, EventKind, Handle,
    Instant, IpNet, ManualTimer, Origin, Subject, Until,
};

use crate::peer::Peer;
use crate::swarm::{Wire, at, in_time, listening_on, until};

/// A swarm with nothing but the behaviour, which stands still unless the test waits for it.
pub(crate) struct Node {
    pub(crate) swarm: Swarm<Behaviour<ManualTimer>>,
    pub(crate) timer: ManualTimer,
    pub(crate) handle: Handle,
    pub(crate) id: PeerId,
    pub(crate) addr: Multiaddr,
}

impl Node {
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_on(Wire::Tcp, config).await
    }

    pub(crate) async fn start_on(wire: Wire, config: Config) -> Self {
        let timer = ManualTimer::new();
        Self::run(wire, Behaviour::new(config, timer.clone()), timer).await
    }

    pub(crate) async fn run(
        wire: Wire,
        behaviour: Behaviour<ManualTimer>,
        timer: ManualTimer,
    ) -> Self {
        let handle = behaviour.handle();
        let (swarm, addr, _) = listening_on(wire, behaviour).await;
        Self { id: *swarm.local_peer_id(), swarm, timer, handle, addr }
    }

    #[track_caller]
    pub(crate) fn until<'a, T: 'a>(
        &'a mut self,
        pick: impl FnMut(SwarmEvent<Event>) -> Option<T> + 'a,
    ) -> impl Future<Output = T> + 'a {
        until(&mut self.swarm, pick)
    }

    /// The next event of the behaviour.
    #[track_caller]
    pub(crate) fn event(&mut self) -> impl Future<Output = EventKind> + '_ {
        self.until(|event| match event {
            SwarmEvent::Behaviour(event) => {
                assert_eq!(event.missed, 0);
                Some(event.kind)
            }
            _ => None,
        })
    }

    /// Waits for a connection with `peer`; how many there are with it now.
    #[track_caller]
    pub(crate) fn connected(&mut self, peer: PeerId) -> impl Future<Output = u32> + '_ {
        self.until(move |event| match event {
            SwarmEvent::ConnectionEstablished { peer_id, num_established, .. }
                if peer_id == peer =>
            {
                Some(num_established.get())
            }
            _ => None,
        })
    }

    /// Waits until the last connection with `peer` is closed.
    #[track_caller]
    pub(crate) fn disconnected(&mut self, peer: PeerId) -> impl Future<Output = ()> + '_ {
        self.until(move |event| match event {
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } if peer_id == peer => {
                Some(())
            }
            _ => None,
        })
    }

    /// Waits for an inbound connection to fail.
    #[track_caller]
    pub(crate) fn refused(&mut self) -> impl Future<Output = Option<Denied>> + '_ {
        self.until(|event| match event {
            SwarmEvent::IncomingConnectionError { error, .. } => {
                Some(Denied::from_listen_error(&error).cloned())
            }
            _ => None,
        })
    }

    /// Dials `peer` and waits for the connection.
    pub(crate) async fn dial(&mut self, peer: &Peer) {
        self.swarm.dial(at(&peer.addr, peer.id)).unwrap();
        self.connected(peer.id).await;
    }

    /// Has `peer` dial and waits for the connection.
    pub(crate) async fn dialled_by(&mut self, peer: &Peer) {
        peer.dial(self.id, &self.addr).await;
        self.connected(peer.id).await;
    }

    /// Bans by word of the operator.
    pub(crate) fn ban(&self, peer: PeerId, secs: u64) {
        self.handle.ban(Subject::Peer(peer), Some(seconds(secs)), Origin::Operator).unwrap();
    }

    /// Runs the swarm until the deadlines that its timers wait for are these.
    pub(crate) async fn until_armed(&mut self, deadlines: &[Instant]) {
        let timer = self.timer.clone();
        let waiting = timer.until_armed(|armed| armed == deadlines);
        in_time(async {
            let mut waiting = pin!(waiting);
            // What the swarm has to do comes first.
            while let Either::Left(_) = select(self.swarm.next(), waiting.as_mut()).await {}
        })
        .await;
    }
}

pub(crate) fn seconds(secs: u64) -> BanDuration {
    BanDuration::try_from(Duration::from_secs(secs)).unwrap()
}

/// All that a refusal says.
pub(crate) fn said(denied: &Denied) -> (Option<PeerId>, Option<IpAddr>, Direction, Denial) {
    (denied.peer, denied.addr, denied.direction, denied.denial)
}

/// What is to be said of a ban by the operator that ends then.
pub(crate) fn by_operator(secs: u64, network: Option<IpNet>) -> Denial {
    Denial { network, cause: Cause::Operator, until: Until::At(Instant::from_secs(secs)) }
}

/// Picks a dial that was refused, and why.
pub(crate) fn denied_dial<T>(event: SwarmEvent<T>) -> Option<Denied> {
    match event {
        SwarmEvent::OutgoingConnectionError { error, .. } => {
            Denied::from_dial_error(&error).cloned()
        }
        _ => None,
    }
}

pub(crate) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
