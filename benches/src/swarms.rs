//! Two swarms that talk with each other, guarded or not.

mod node;

use std::error::Error;
use std::time::{Duration, Instant};

use libp2p::futures::StreamExt;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, gossipsub};
use peerwarden_tokio::{Amplification, Config, Handle, Misbehavior, Subject};

use crate::measure::Turn;
use node::{Node, NodeEvent};

pub use node::Wire;

/// Why a swarm does not do what it is to do.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Two swarms on one thread. The one that listens is guarded, or both are not.
pub struct Pair {
    listener: Swarm<Node>,
    dialer: Swarm<Node>,
    addr: Multiaddr,
    handle: Option<Handle>,
    topic: gossipsub::IdentTopic,
    published: u64,
}

impl Pair {
    /// Two swarms that are not connected yet. To be called on a runtime.
    ///
    /// # Errors
    ///
    /// What stands in the way of a swarm or its listener.
    pub async fn new(wire: Wire, guard: Option<Config>) -> Result<Self, BoxError> {
        let warden = guard.map(peerwarden_tokio::behaviour);
        let handle = warden.as_ref().map(|warden| warden.handle());
        let mut listener = node::swarm(wire, warden)?;
        let mut dialer = node::swarm(wire, None)?;
        listener.listen_on(wire.anywhere().parse()?)?;
        let addr = loop {
            if let SwarmEvent::NewListenAddr { address, .. } = listener.select_next_some().await {
                break address;
            }
        };
        let topic = gossipsub::IdentTopic::new("bench");
        for swarm in [&mut listener, &mut dialer] {
            swarm.behaviour_mut().gossipsub.subscribe(&topic)?;
        }
        Ok(Self { listener, dialer, addr, handle, topic, published: 0 })
    }

    /// The door to the guard, if there is one.
    #[must_use]
    pub fn handle(&self) -> Option<&Handle> {
        self.handle.as_ref()
    }

    /// How long it takes until so many connections, dialled at once, are established on both sides.
    /// They are closed after that.
    ///
    /// # Errors
    ///
    /// The first dial that fails.
    pub async fn connect(&mut self, count: usize) -> Result<Turn, BoxError> {
        let begun = Instant::now();
        self.dial(count).await?;
        let took = begun.elapsed();
        self.close(count).await?;
        Ok((took, count))
    }

    /// How long it takes until so many messages have been delivered and, if there is a guard, each
    /// has been reported.
    ///
    /// # Errors
    ///
    /// What stands in the way of a connection or of publishing.
    pub async fn publish(&mut self, count: usize) -> Result<Turn, BoxError> {
        if !self.dialer.is_connected(self.listener.local_peer_id()) {
            self.dial(1).await?;
            self.until(|listener, event| {
                !listener && matches!(event, SwarmEvent::Behaviour(NodeEvent::Subscribed))
            })
            .await?;
        }
        let begun = Instant::now();
        for _ in 0..count {
            self.published += 1;
            let mut data = vec![0; MESSAGE];
            data.splice(..8, self.published.to_be_bytes());
            self.dialer.behaviour_mut().gossipsub.publish(self.topic.clone(), data)?;
        }
        let (handle, mut left) = (self.handle.clone(), count);
        let trifle = Amplification::try_from(1e-9)?;
        self.until(|listener, event| {
            if let SwarmEvent::Behaviour(NodeEvent::Message(source)) = event
                && listener
            {
                left -= 1;
                if let Some(handle) = &handle {
                    let kind = Misbehavior::REDUNDANT_MESSAGE;
                    return handle.report_amplified(*source, kind, trifle).is_err() || left == 0;
                }
            }
            left == 0
        })
        .await?;
        Ok((begun.elapsed(), count))
    }

    /// How long it takes from a report that bans to the end of the connection, as the guarded swarm
    /// tells of it. The ban is lifted after that.
    ///
    /// # Errors
    ///
    /// If there is no guard, or the dial fails.
    pub async fn ban(&mut self) -> Result<Duration, BoxError> {
        let handle = self.handle.clone().ok_or("there is no guard")?;
        self.dial(1).await?;
        let peer = *self.dialer.local_peer_id();
        let begun = Instant::now();
        handle.report(peer, Misbehavior::INVALID_MESSAGE)?;
        let closed =
            |listener, event: &_| listener && matches!(event, SwarmEvent::ConnectionClosed { .. });
        self.until(closed).await?;
        let took = begun.elapsed();
        handle.unban(Subject::Peer(peer), None)?;
        while self.dialer.is_connected(self.listener.local_peer_id()) {
            self.next().await;
        }
        Ok(took)
    }

    async fn dial(&mut self, count: usize) -> Result<(), BoxError> {
        let listener = *self.listener.local_peer_id();
        for _ in 0..count {
            let dial = DialOpts::peer_id(listener).addresses(vec![self.addr.clone()]);
            self.dialer.dial(dial.condition(PeerCondition::Always).build())?;
        }
        let mut left = 2 * count;
        self.until(|_, event| {
            left -= usize::from(matches!(event, SwarmEvent::ConnectionEstablished { .. }));
            left == 0
        })
        .await
    }

    async fn close(&mut self, count: usize) -> Result<(), BoxError> {
        let listener: PeerId = *self.listener.local_peer_id();
        self.dialer.disconnect_peer_id(listener).map_err(|()| "nothing to close")?;
        let mut left = 2 * count;
        self.until(|_, event| {
            left -= usize::from(matches!(event, SwarmEvent::ConnectionClosed { .. }));
            left == 0
        })
        .await
    }

    /// Runs both until one says what is waited for.
    async fn until(
        &mut self,
        mut is_it: impl FnMut(bool, &SwarmEvent<NodeEvent>) -> bool,
    ) -> Result<(), BoxError> {
        loop {
            let (listener, event) = self.next().await;
            if let SwarmEvent::OutgoingConnectionError { error, .. } = event {
                return Err(error.into());
            }
            if is_it(listener, &event) {
                return Ok(());
            }
        }
    }

    /// The next event, and whether it is the listener's.
    async fn next(&mut self) -> (bool, SwarmEvent<NodeEvent>) {
        tokio::select! {
            event = self.listener.select_next_some() => (true, event),
            event = self.dialer.select_next_some() => (false, event),
        }
    }
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pair").field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// Bytes in a message.
const MESSAGE: usize = 1_024;
