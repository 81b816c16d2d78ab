//! The demo's nodes without peerwarden.

use std::time::Duration;

use fastrand::Rng;
use futures::StreamExt;
use libp2p::gossipsub::{self, MessageAcceptance};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::demo::command::Command;
use crate::demo::event_sender::EventSender;
use crate::demo::message::Topic;
use crate::demo::network::{Node, NodeEvent};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;
use crate::demo::traffic::TrafficPattern;

/// A node of its own, with a task of its own.
pub(crate) struct Peer {
    pub(crate) who: Participant,
    pub(crate) swarm: Swarm<Node>,
    pub(crate) traffic: TrafficPattern,
    /// Whom it dials at the beginning.
    pub(crate) friends: Vec<Multiaddr>,
    pub(crate) guard: (PeerId, Multiaddr),
    pub(crate) rng: Rng,
    pub(crate) sender: EventSender,
    pub(crate) state: State,
}

/// What a peer is up to.
#[derive(Debug, Default)]
pub(crate) struct State {
    misbehaves: bool,
    stopped: bool,
    /// The guard has subscribed, so that what is published reaches it.
    heard: bool,
    published: u64,
    next_message: Option<Instant>,
    /// Attempts to come back since it was last thrown out.
    knocks: u32,
    next_knock: Option<Instant>,
    /// It is banned from before the start, and keeps trying until then.
    knocks_until: Option<Instant>,
    /// It has dialled its friends.
    joined: bool,
    /// An attempt is under way: since when its connection is up, if it is.
    knocking: Option<Option<Instant>>,
}

impl Peer {
    /// Acts until nobody gives commands any more.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        loop {
            let (next_message, next_knock) = (self.state.next_message, self.state.next_knock);
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(command) => self.take(command).await,
                    None => return,
                },
                () = at(next_knock) => self.knock().await,
                () = at(next_message) => self.speak(),
                event = self.swarm.select_next_some() => self.notice(event).await,
            }
        }
    }

    async fn take(&mut self, command: Command) {
        match command {
            Command::Behave => self.turn(false).await,
            Command::CallTheRoll => {}
            Command::Join if self.state.joined => {}
            Command::Join => {
                self.state.joined = true;
                for address in self.friends.clone() {
                    if let Err(error) = self.swarm.dial(address) {
                        self.fail(error.to_string()).await;
                    }
                }
            }
            Command::KnockUntil(end) => {
                self.state.knocks_until = Some(end);
                self.plan_a_knock();
            }
            Command::Misbehave => self.turn(true).await,
            Command::Stop => {
                self.state.stopped = true;
                self.state.next_message = None;
                let (who, messages) = (self.who, self.state.published);
                self.sender.tell(Observation::Published { who, messages }).await;
            }
        }
    }

    async fn turn(&mut self, bad: bool) {
        self.state.misbehaves = bad;
        self.state.next_message = Some(Instant::now() + TAKES_A_BREATH);
        let who = self.who;
        self.sender.tell(Observation::Turned { who, bad }).await;
    }

    /// Publishes what is next, and decides when to go on.
    fn speak(&mut self) {
        let state = &mut self.state;
        state.next_message = None;
        if !state.heard || state.stopped {
            return;
        }
        let said = self.traffic.speak(state.misbehaves, &mut self.rng);
        let Some((topic, data, pause)) = said else {
            return;
        };
        let sent = self.swarm.behaviour_mut().gossipsub.publish(topic.ident(), data);
        if sent.is_ok() && !state.misbehaves {
            state.published += 1;
        }
        state.next_message = Some(Instant::now() + pause);
    }

    /// Dials the guard that has thrown it out.
    async fn knock(&mut self) {
        let state = &mut self.state;
        state.next_knock = None;
        state.knocks += 1;
        state.knocking = Some(None);
        let (who, nth) = (self.who, state.knocks);
        self.sender.tell(Observation::Knocked { who, nth }).await;
        let (guard, address) = self.guard.clone();
        // A port of its own: the one it listens on is still held by the connection that was closed.
        let guard = DialOpts::peer_id(guard).addresses(vec![address]).allocate_new_port().build();
        if let Err(error) = self.swarm.dial(guard) {
            self.fail(error.to_string()).await;
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a swarm tells much that is of no interest here"
    )]
    async fn notice(&mut self, event: SwarmEvent<NodeEvent>) {
        let guard = self.guard.0;
        match event {
            SwarmEvent::Behaviour(NodeEvent::Gossipsub(event)) => self.hear(event).await,
            SwarmEvent::ConnectionEstablished { peer_id, .. } if peer_id == guard => {
                if let Some(since) = &mut self.state.knocking {
                    *since = Some(Instant::now());
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. }
                if peer_id == guard =>
            {
                self.thrown_out().await
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                self.fail(error.to_string()).await;
            }
            _ => {}
        }
    }

    /// Validates every message, and passes on those that are good.
    async fn hear(&mut self, event: gossipsub::Event) {
        let (source, id, message) = match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                (propagation_source, message_id, message)
            }
            gossipsub::Event::Subscribed { peer_id, .. } => {
                if peer_id == self.guard.0 {
                    self.welcome();
                }
                return;
            }
            gossipsub::Event::GossipsubNotSupported { .. }
            | gossipsub::Event::SlowPeer { .. }
            | gossipsub::Event::Unsubscribed { .. } => return,
        };
        if !self.traffic.validates {
            return;
        }
        let good =
            Topic::of(&message.topic).is_some_and(|topic| topic.check(&message.data).is_ok());
        let verdict = if good { MessageAcceptance::Accept } else { MessageAcceptance::Reject };
        self.swarm
            .behaviour_mut()
            .gossipsub
            .report_message_validation_result(&id, &source, verdict);
        if !good {
            let by = self.who;
            self.sender.tell_of(source, |who| Observation::Dropped { by, who }).await;
        }
    }

    /// The guard listens: this is no mere attempt to come back, and talking makes sense.
    fn welcome(&mut self) {
        let state = &mut self.state;
        state.knocking = None;
        state.next_knock = None;
        state.knocks_until = None;
        state.knocks = 0;
        if !state.heard {
            state.heard = true;
            state.next_message.get_or_insert_with(Instant::now);
        }
    }

    /// The last connection with the guard is closed.
    async fn thrown_out(&mut self) {
        self.state.heard = false;
        self.state.misbehaves = false;
        self.state.next_message = None;
        match self.state.knocking {
            Some(since) => {
                let lasted = since.map_or(Duration::ZERO, |since| since.elapsed());
                self.turned_away(lasted).await;
            }
            None => self.plan_a_knock(),
        }
    }

    async fn turned_away(&mut self, lasted: Duration) {
        self.state.knocking = None;
        self.plan_a_knock();
        let who = self.who;
        self.sender.tell(Observation::Bounced { who, lasted }).await;
    }

    /// A dial came to nothing, an attempt to come back or one at the beginning.
    async fn fail(&mut self, error: String) {
        if self.state.knocking.take().is_some() {
            self.plan_a_knock();
        }
        let who = self.who;
        self.sender.tell(Observation::Unreached { who, error }).await;
    }

    fn plan_a_knock(&mut self) {
        let (state, traffic) = (&mut self.state, &self.traffic);
        let pause = match state.knocks_until {
            Some(_) if state.knocks > 0 => LONG_PAUSE,
            Some(_) | None => traffic.knock_pause,
        };
        let next = Instant::now() + pause;
        let tries = match state.knocks_until {
            Some(end) => next < end,
            None => state.knocks < traffic.knocks,
        };
        state.next_knock = tries.then_some(next);
    }
}

/// Waits until then, or for ever.
async fn at(when: Option<Instant>) {
    match when {
        Some(when) => sleep_until(when).await,
        None => std::future::pending().await,
    }
}

/// Between two attempts of somebody who has a long time to wait.
const LONG_PAUSE: Duration = Duration::from_secs(2);
/// Between two acts.
const TAKES_A_BREATH: Duration = Duration::from_millis(300);
