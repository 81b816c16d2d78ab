//! The demo's node with peerwarden.

mod connections;

use std::collections::BTreeMap;

use futures::StreamExt;
use libp2p::gossipsub::{self, MessageAcceptance};
use libp2p::metrics::{Metrics, Recorder};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::{Multiaddr, PeerId, Swarm};
use peerwarden_tokio::{
    EventKind, Handle, Misbehavior, PeerStatus, Points, Score, Subject, Verdict,
};
use tokio::sync::mpsc;
use tokio::time::Instant;

pub(crate) use connections::State;

use crate::demo::command::Command;
use crate::demo::event_sender::EventSender;
use crate::demo::message::Topic;
use crate::demo::network::{GuardedBehaviour, GuardedBehaviourEvent};
use crate::demo::observation::Observation;

/// The guarded node, with a task of its own.
pub(crate) struct GuardedNode {
    pub(crate) swarm: Swarm<GuardedBehaviour>,
    pub(crate) warden: Handle,
    /// libp2p's own, beside peerwarden's.
    pub(crate) metrics: Metrics,
    /// Whom it dials by itself, as soon as they are not banned.
    pub(crate) contacts: BTreeMap<PeerId, Multiaddr>,
    /// How many peers there will be.
    pub(crate) expected: usize,
    pub(crate) sender: EventSender,
    pub(crate) state: State,
}

impl GuardedNode {
    /// Dials its contacts, and acts until nobody gives commands any more.
    pub(crate) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let contacts: Vec<_> = self.contacts.keys().copied().collect();
        for peer in contacts {
            if self.warden.check_peer(&peer, None) == Ok(Verdict::Allow) {
                self.dial(peer).await;
            }
        }
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(Command::CallTheRoll) => self.call_the_roll().await,
                    Some(_) => {}
                    None => return,
                },
                event = self.swarm.select_next_some() => {
                    self.metrics.record(&event);
                    self.notice(event).await
                }
            }
        }
    }

    /// Dials a contact, once.
    async fn dial(&mut self, peer: PeerId) {
        let Some(address) = self.contacts.remove(&peer) else {
            return;
        };
        let contact = DialOpts::peer_id(peer).addresses(vec![address]).build();
        self.state.dialling.insert(peer);
        if let Err(error) = self.swarm.dial(contact) {
            self.failed(&peer, &error).await;
        }
    }

    async fn call_the_roll(&mut self) {
        let present: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in present {
            self.sender.tell_of(peer, |who| Observation::Present { who }).await;
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a swarm tells much that is of no interest here"
    )]
    async fn notice(&mut self, event: SwarmEvent<GuardedBehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(GuardedBehaviourEvent::Gossipsub(event)) => {
                self.metrics.record(&event);
                self.hear(event).await
            }
            SwarmEvent::Behaviour(GuardedBehaviourEvent::Identify(event)) => {
                self.metrics.record(&event)
            }
            SwarmEvent::Behaviour(GuardedBehaviourEvent::Warden(event)) => {
                self.obey(event.kind).await
            }
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } => {
                self.connected(peer_id, endpoint.is_dialer()).await
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                self.left(peer_id).await
            }
            SwarmEvent::IncomingConnectionError { error, .. } => self.refused(&error).await,
            // Of a redial that fails, peerwarden tells.
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                self.failed(&peer, &error).await
            }
            _ => {}
        }
    }

    /// Validates a message; reports whoever handed us a bad one.
    ///
    /// On this network every node checks before it forwards, so that is the one to blame.
    async fn hear(&mut self, event: gossipsub::Event) {
        let (source, id, message) = match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                (propagation_source, message_id, message)
            }
            gossipsub::Event::Subscribed { peer_id, topic } => {
                if let Some(topic) = Topic::of(&topic) {
                    self.subscribed(peer_id, topic).await;
                }
                return;
            }
            gossipsub::Event::GossipsubNotSupported { .. }
            | gossipsub::Event::SlowPeer { .. }
            | gossipsub::Event::Unsubscribed { .. } => return,
        };
        let verdict = match Topic::of(&message.topic) {
            Some(topic) => topic.check(&message.data),
            None => return,
        };
        let acceptance = match verdict {
            Ok(()) => MessageAcceptance::Accept,
            Err(_) => MessageAcceptance::Reject,
        };
        self.swarm
            .behaviour_mut()
            .gossipsub
            .report_message_validation_result(&id, &source, acceptance);
        match verdict {
            Ok(()) => {
                let _ = self.warden.valid(source, 1);
                // Signatures are checked, so the author is who it says.
                let author = message.source.unwrap_or(source);
                self.sender.tell_of(author, |who| Observation::Delivered { who }).await;
            }
            Err(misbehavior) => self.report(source, misbehavior).await,
        }
    }

    async fn report(&mut self, peer: PeerId, misbehavior: Misbehavior) {
        // What libp2p had queued when the ban began is still delivered: it makes no difference.
        if self.state.case(peer).deciding.is_some() || !self.swarm.is_connected(&peer) {
            return;
        }
        let now = Instant::now();
        let _ = self.warden.report(peer, misbehavior);

        let status = self.status(&peer);
        let owes = status.as_ref().map_or(Points::ZERO, |status| status.penalty);
        let banned = status.is_some_and(|status| !status.causes.is_empty());
        let case = self.state.case(peer);
        case.deciding = banned.then_some(now);
        case.reports += 1;
        let nth = case.reports;
        let observation = |who| Observation::Reported { who, misbehavior, owes, nth };
        self.sender.tell_of(peer, observation).await;
    }

    /// Does what only the application can do, and makes known what peerwarden has done.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "bans of networks and moved ends do not come up here"
    )]
    async fn obey(&mut self, kind: EventKind) {
        match kind {
            EventKind::ScoreRequested { peer } => self.judge(peer).await,
            EventKind::Banned { subject: Subject::Peer(peer), cause, until, .. } => {
                self.banned(peer, cause, until).await
            }
            EventKind::Unbanned { subject: Subject::Peer(peer), .. } => {
                self.unbanned(peer).await;
                self.dial(peer).await
            }
            EventKind::Withheld { subject: Subject::Peer(peer), cause, why } => {
                let observation = |who| Observation::Withheld { who, cause, why };
                self.sender.tell_of(peer, observation).await;
            }
            EventKind::RedialFailed { peer, error, .. } => self.redial_failed(peer, &error).await,
            _ => {}
        }
    }

    /// Answers with gossipsub's score.
    async fn judge(&mut self, peer: PeerId) {
        let score = self.swarm.behaviour().gossipsub.peer_score(&peer);
        let Some(score) = score.and_then(|score| Score::try_from(score).ok()) else {
            let _ = self.warden.score_unavailable(peer);
            return;
        };
        let _ = self.warden.score(peer, score);
        let score = score.get();
        self.sender.tell_of(peer, |who| Observation::Scored { who, score }).await;
    }

    async fn subscribed(&mut self, peer: PeerId, topic: Topic) {
        let known = &mut self.state.subscribed;
        known.insert((peer, topic.name()));
        if known.len() == self.expected * Topic::ALL.len() && !self.state.gathered {
            self.state.gathered = true;
            let peers = self.expected;
            self.sender.tell(Observation::Gathered { peers }).await;
        }
    }

    fn status(&self, peer: &PeerId) -> Option<PeerStatus> {
        self.warden.status(peer).ok().flatten()
    }
}
