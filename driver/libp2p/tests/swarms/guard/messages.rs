//! Messages that gossipsub delivers, counted and reported by who answers for them.

use std::pin::pin;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, MessageAuthenticity, ValidationMode};
use libp2p::identity::Keypair;
use libp2p::swarm::{Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Behaviour, Blame, Config, Guard, GuardEvent, ManualTimer, MessageValidation, Misbehavior,
    ReceivedMessage, Tallies,
};

use crate::runtime;
use crate::swarm::{Wire, at, in_time, listen_at, listening, until};

#[apply(test!)]
async fn validation_counts_valid_messages_and_reports_the_forwarder_of_invalid_ones() {
    let mut guarded = Guarded::start(true, |guard| guard).await;
    let (peer, _) = publisher(&guarded.node).await;

    guarded.validate(Blame::Forwarder, 30).await;

    let tallies = guarded.tallies();
    assert_eq!(tallies.valid_messages, 10);
    assert_eq!(tallies.reports(Misbehavior::STALE_MESSAGE), Some(10));
    assert_eq!(tallies.hearsay_reports, 0);
    assert_eq!(guarded.reported(peer), 1);
}

#[apply(test!)]
async fn validation_reports_the_author_with_the_forwarder_as_its_source() {
    let mut guarded = Guarded::start(true, |guard| guard).await;
    let (_, author) = publisher(&forwarder(&guarded.node).await).await;

    guarded.validate(Blame::Author, 30).await;

    let tallies = guarded.tallies();
    assert_eq!(tallies.valid_messages, 10);
    assert_eq!(tallies.reports(Misbehavior::STALE_MESSAGE), Some(10));
    assert_eq!(tallies.hearsay_reports, 10);
    assert_eq!(guarded.reported(author), 1);
}

#[apply(test!)]
async fn a_message_without_an_author_is_held_against_no_peer_where_authors_answer() {
    let guarded = Guarded::start(true, |guard| guard).await;
    let validation = guarded.validation(Blame::Author);
    let mut gossipsub = gossip(false);
    let message = ReceivedMessage {
        id: gossipsub::MessageId::new(b"1"),
        forwarder: PeerId::random(),
        author: None,
    };

    for acceptance in [MessageAcceptance::Accept, MessageAcceptance::Reject] {
        assert_eq!(validation.finish(&mut gossipsub, &message, acceptance), Ok(false));
    }

    let tallies = guarded.tallies();
    assert_eq!(tallies.valid_messages, 0);
    assert_eq!(tallies.reports(Misbehavior::STALE_MESSAGE).unwrap_or(0), 0);
    assert_eq!(guarded.reported(message.forwarder), 0);
}

#[apply(test!)]
async fn a_guard_counts_what_gossipsub_delivers_for_who_answers_for_it() {
    for blame in [Blame::Author, Blame::Forwarder] {
        let mut guarded =
            Guarded::start(false, |guard| guard.count_messages(blame, |event| Some(event))).await;
        publisher(&guarded.node).await;

        for _ in 0..5 {
            guarded.received().await;
        }

        assert_eq!(guarded.tallies().valid_messages, 5);
    }
}

/// A guarded node that is subscribed.
struct Guarded {
    swarm: Box<Swarm<Guard<gossipsub::Behaviour, ManualTimer>>>,
    node: Node,
}

/// Where a node is to be found.
struct Node {
    id: PeerId,
    addr: Multiaddr,
}

impl Guarded {
    async fn start(
        validates: bool,
        options: impl FnOnce(
            Guard<gossipsub::Behaviour, ManualTimer>,
        ) -> Guard<gossipsub::Behaviour, ManualTimer>,
    ) -> Self {
        let warden = Behaviour::new(Config::default(), ManualTimer::new());
        let guard = options(Guard::new(warden, gossip(validates)));
        let (swarm, addr, _) = Box::pin(listening(guard)).await;
        let mut swarm = Box::new(swarm);
        swarm.behaviour_mut().inner_mut().subscribe(&topic()).unwrap();
        let id = *swarm.local_peer_id();
        Self { swarm, node: Node { id, addr } }
    }

    fn validation(&self, blame: Blame) -> MessageValidation {
        MessageValidation::new(self.swarm.behaviour().handle(), blame)
            .with_misbehavior(Misbehavior::STALE_MESSAGE)
    }

    /// Accepts, rejects and ignores the next messages in turn.
    async fn validate(&mut self, blame: Blame, messages: usize) {
        let validation = self.validation(blame);
        for n in 0..messages {
            let message = self.received().await;
            let acceptance = match n % 3 {
                0 => MessageAcceptance::Accept,
                1 => MessageAcceptance::Reject,
                _ => MessageAcceptance::Ignore,
            };
            let gossipsub = self.swarm.behaviour_mut().inner_mut();
            assert_eq!(validation.finish(gossipsub, &message, acceptance), Ok(true));
        }
    }

    async fn received(&mut self) -> ReceivedMessage {
        until(&mut self.swarm, |event| match event {
            SwarmEvent::Behaviour(GuardEvent::Inner(event)) => ReceivedMessage::from_event(&event),
            _ => None,
        })
        .await
    }

    fn tallies(&self) -> Tallies {
        self.swarm.behaviour().handle().tallies().unwrap()
    }

    /// How many kinds of misdeeds this peer is known for.
    fn reported(&self, peer: PeerId) -> usize {
        let status = self.swarm.behaviour().handle().status(&peer).unwrap();
        status.map_or(0, |status| status.misdeeds.len())
    }
}

/// A peer that connects to `node` and publishes message after message; and the author that signs them.
async fn publisher(node: &Node) -> (PeerId, PeerId) {
    let author = Keypair::generate_ed25519();
    let signer = author.public().to_peer_id();
    let mut swarm = Box::pin(connected_to(node, gossip_as(author, false))).await;
    let id = *swarm.local_peer_id();
    runtime::spawn(async move {
        for n in 0_u32.. {
            {
                let mut next = pin!(runtime::sleep(PACE));
                while let Either::Left(_) = select(swarm.next(), &mut next).await {}
            }
            // At first it knows of no subscriber.
            let _ = swarm.behaviour_mut().publish(topic(), n.to_be_bytes());
        }
    });
    (id, signer)
}

/// A peer that connects to `node` and forwards to it what it gets.
async fn forwarder(node: &Node) -> Node {
    let mut gossipsub = gossip(false);
    gossipsub.subscribe(&topic()).unwrap();
    gossipsub.add_explicit_peer(&node.id);
    let mut swarm = Box::pin(connected_to(node, gossipsub)).await;
    let id = *swarm.local_peer_id();
    let (addr, _) = listen_at(&mut swarm, Wire::Tcp.port()).await;
    runtime::spawn(async move {
        loop {
            swarm.select_next_some().await;
        }
    });
    Node { id, addr }
}

/// On the heap: several unoptimised swarms in one future fill a test's stack.
async fn connected_to(
    node: &Node,
    gossipsub: gossipsub::Behaviour,
) -> Box<Swarm<gossipsub::Behaviour>> {
    let (swarm, _, _) = Box::pin(in_time(listening(gossipsub))).await;
    let mut swarm = Box::new(swarm);
    swarm.dial(at(&node.addr, node.id)).unwrap();
    swarm
}

fn gossip(validates: bool) -> gossipsub::Behaviour {
    gossip_as(Keypair::generate_ed25519(), validates)
}

fn gossip_as(author: Keypair, validates: bool) -> gossipsub::Behaviour {
    let mut config = gossipsub::ConfigBuilder::default();
    config.validation_mode(ValidationMode::Strict);
    if validates {
        config.validate_messages();
    }
    let signed = MessageAuthenticity::Signed(author);
    gossipsub::Behaviour::new(signed, config.build().unwrap()).unwrap()
}

fn topic() -> IdentTopic {
    IdentTopic::new("topic")
}

/// Between two messages; nothing depends on it.
const PACE: Duration = Duration::from_millis(5);
