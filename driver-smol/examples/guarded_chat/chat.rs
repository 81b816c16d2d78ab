//! Guarded node that chats.

use std::error::Error;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::gossipsub::{self, IdentTopic, MessageAcceptance, MessageAuthenticity};
use libp2p::identity::Keypair;
use libp2p::swarm::{NetworkBehaviour, Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId};
#[cfg(feature = "admin")]
use peerwarden_smol::{Admin, AdminOptions};
use peerwarden_smol::{
    Behaviour, Config, Denied, EventKind, Handle, Misbehavior, OneLine, Penalty, Points, RedbStore,
    SmolExecutor, SmolTimer, SwarmBuilder,
};
use smol::Timer;

#[derive(NetworkBehaviour)]
struct Node {
    warden: Behaviour, // the first field: see `Behaviour`
    gossipsub: gossipsub::Behaviour,
}

pub(crate) struct Chat {
    swarm: Swarm<Node>,
    warden: Handle,
    topic: IdentTopic,
    /// Who is dialled again and again until they are there.
    peers: Vec<Multiaddr>,
    redial: Timer,
    /// Serves the admin API for as long as the chat goes on.
    #[cfg(feature = "admin")]
    _admin: Option<Admin>,
}

impl Chat {
    /// Joins `peers`. With a directory, bans are kept there, and the admin API is served there.
    pub(crate) fn new(
        peers: Vec<Multiaddr>,
        data_dir: Option<&Path>,
    ) -> Result<Self, Box<dyn Error>> {
        let key = Keypair::generate_ed25519();
        // Nobody hears of a line that has not been looked at.
        let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
        let signed = MessageAuthenticity::Signed(key.clone());
        let gossipsub = gossipsub::Behaviour::new(signed, config)?;
        // Three lines are forgiven, the fourth is not; a thousand points are paid off in a second.
        let policy = Config::flow()
            .with_default_penalty(Penalty::from_points(1_000)?)
            .with_threshold(Points::from_points(3_000));
        let warden = match data_dir {
            None => peerwarden_smol::behaviour(policy),
            Some(directory) => {
                DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
                let store = RedbStore::open(directory.join("bans.redb"))?;
                Behaviour::restore(policy, SmolTimer::new(), store)?
            }
        };
        let handle = warden.handle();
        #[cfg(feature = "admin")]
        let admin = data_dir.map(|it| Admin::start(&handle, AdminOptions::new(it))).transpose()?;

        let mut swarm = SwarmBuilder::with_existing_identity(key, SmolExecutor::global())
            .with_dial_gate(handle.clone())
            .with_swarm_config(|config| config.with_idle_connection_timeout(IDLE))
            .build(|_| Node { warden, gossipsub })?;
        let topic = IdentTopic::new("guarded-chat");
        swarm.behaviour_mut().gossipsub.subscribe(&topic)?;
        swarm.listen_on("/ip4/0.0.0.0/tcp/0".parse()?)?;
        let redial = Timer::after(Duration::ZERO);
        Ok(Self {
            swarm,
            warden: handle,
            topic,
            peers,
            redial,
            #[cfg(feature = "admin")]
            _admin: admin,
        })
    }

    pub(crate) fn warden(&self) -> &Handle {
        &self.warden
    }

    /// Says a line to everybody.
    pub(crate) fn say(&mut self, line: &str) {
        let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
        if let Err(error) = gossipsub.publish(self.topic.clone(), line) {
            println!("! no peer heard that: {error}");
        }
    }

    /// Waits for one thing to happen, and acts on it.
    pub(crate) async fn step(&mut self) {
        match select(self.swarm.next(), &mut self.redial).await {
            Either::Left((Some(event), _)) => self.on_event(event),
            Either::Left((None, _)) => {}
            Either::Right(_) => {
                self.redial = Timer::after(AGAIN);
                for peer in &self.peers {
                    // It is there already, or being dialled, or banned.
                    let _ = self.swarm.dial(peer.clone());
                }
            }
        }
    }

    fn on_event(&mut self, event: SwarmEvent<NodeEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                println!("* listening at {address}/p2p/{}", self.swarm.local_peer_id());
            }
            SwarmEvent::ConnectionEstablished { peer_id, .. } => println!("* {peer_id} connected"),
            SwarmEvent::ConnectionClosed { peer_id, .. } => println!("* {peer_id} is gone"),
            SwarmEvent::IncomingConnectionError { error, .. } => {
                if let Some(denied) = Denied::from_listen_error(&error) {
                    println!("! {denied}");
                }
            }
            SwarmEvent::Behaviour(NodeEvent::Warden(event)) => match event.kind {
                EventKind::Banned { subject, cause, .. } => {
                    println!("! {subject} banned by {cause}")
                }
                EventKind::Unbanned { subject, .. } => println!("! {subject} may come back"),
                _ => {}
            },
            SwarmEvent::Behaviour(NodeEvent::Gossipsub(event)) => self.on_gossip(event),
            _ => {}
        }
    }

    fn on_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Subscribed { peer_id, .. } => println!("* {peer_id} listens"),
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                let fair = message.data.len() <= LONGEST;
                if fair && let Some(author) = message.source {
                    // Or others could write lines in anybody's name.
                    println!("{author}: {}", OneLine(String::from_utf8_lossy(&message.data)));
                } else {
                    self.report(propagation_source);
                }
                let verdict =
                    if fair { MessageAcceptance::Accept } else { MessageAcceptance::Reject };
                let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
                gossipsub.report_message_validation_result(
                    &message_id,
                    &propagation_source,
                    verdict,
                );
            }
            _ => {}
        }
    }

    /// Blames who handed over a line, since every honest node would have looked at it first.
    fn report(&self, peer: PeerId) {
        println!("! {peer} sent a line that is too long");
        if let Err(error) = self.warden.report(peer, Misbehavior::INVALID_MESSAGE) {
            println!("! not reported: {error}");
        }
    }
}

/// The most that a line may have, in bytes.
const LONGEST: usize = 200;
/// When to look whether those who are to be there are.
const AGAIN: Duration = Duration::from_millis(500);
/// People think before they type.
const IDLE: Duration = Duration::from_secs(3_600);
