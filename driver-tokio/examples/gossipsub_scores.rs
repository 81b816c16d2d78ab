//! Exchange of scores between peerwarden and gossipsub, in both directions.
//!
//! ```sh
//! cargo run --example gossipsub_scores
//! ```
//!
//! In one process, a guarded node meets a bore that sends it stale messages, ever more. That is no
//! fault in gossipsub's eyes, so its own score stays as it is. But what each report costs the bore
//! weighs in that score as the application's part: the mesh sheds the bore first, within seconds,
//! and the ban follows when the penalties are over the threshold. All the while the scores that the
//! warden asks for leave that part out, so that nobody is banned twice for one deed.
//!
//! The lines to copy are [`Guarded::judge`], and the two that call it in [`Guarded::on_event`]. The
//! program ends by itself, within a minute at most, and fails unless all of that happened.
#![expect(clippy::wildcard_enum_match_arm, reason = "of all events few are of interest here")]

use std::error::Error;
use std::time::Duration;

use libp2p::futures::StreamExt;
use libp2p::gossipsub::{
    self, IdentTopic, MessageAcceptance, MessageAuthenticity, PeerScoreParams, PeerScoreThresholds,
    TopicScoreParams,
};
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{PeerId, Swarm, SwarmBuilder, identity, noise, tcp, yamux};
use peerwarden_tokio::{
    ApplicationScore, Behaviour, CloseTimeout, Closed, Config, Event, EventKind, Handle,
    Misbehavior, Score, Subject,
};
use tokio::time::{interval, timeout};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut guarded = Guarded::new()?;
    let mut bore = bore()?;
    guarded.swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
    let mut next_message = interval(Duration::from_millis(75));
    let mut sent = 0_u32;

    let story = async {
        loop {
            tokio::select! {
                event = guarded.swarm.select_next_some() => {
                    if let SwarmEvent::NewListenAddr { address, .. } = &event {
                        bore.dial(address.clone())?;
                    }
                    if guarded.on_event(event)? {
                        return Ok(());
                    }
                }
                _ = bore.select_next_some() => {}
                _ = next_message.tick() => {
                    sent += 1;
                    // Nobody may be there to take it.
                    let _ = bore.behaviour_mut().publish(topic(), format!("yesterday's news {sent}"));
                }
            }
        }
    };
    let told: Result<(), Box<dyn Error>> = timeout(Duration::from_secs(60), story).await?;
    told?;
    if guarded.shed { Ok(()) } else { Err("it was banned before the mesh had shed it".into()) }
}

#[derive(NetworkBehaviour)]
struct Node {
    warden: Behaviour, // the first field: see `Behaviour`
    gossipsub: gossipsub::Behaviour,
}

/// The guarded node.
struct Guarded {
    swarm: Swarm<Node>,
    warden: Handle,
    was_in_mesh: bool,
    shed: bool,
}

impl Guarded {
    fn new() -> Result<Self, Box<dyn Error>> {
        let swarm = SwarmBuilder::with_new_identity()
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, || {
                CloseTimeout::<yamux::Config>::default()
            })?
            .with_behaviour(|key| {
                let mut gossipsub = speak(key)?;
                gossipsub.with_peer_score(params(), thresholds())?;
                Ok(Node { warden: peerwarden_tokio::behaviour(Config::default()), gossipsub })
            })?
            .build();
        let warden = swarm.behaviour().warden.handle();
        Ok(Self { swarm, warden, was_in_mesh: false, shed: false })
    }

    /// Answers `ScoreRequested`.
    fn judge(&mut self, peer: PeerId) -> Result<(), Closed> {
        let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;

        // What gossipsub thinks by itself: without the part below, which the engine knows better.
        gossipsub.set_application_score(&peer, 0.0);
        let score = gossipsub.peer_score(&peer);

        // What the peer owes, as far as that is to weigh in gossipsub's decisions.
        let application_score = ApplicationScore::new(&self.warden.config()?);
        let owed = self.warden.status(&peer)?.map(|status| status.penalty).unwrap_or_default();
        let part = application_score.of(owed);
        gossipsub.set_application_score(&peer, part);

        if let Some(score) = score {
            println!("asked: gossipsub's own score {score:.1}, and {part:.1} for penalties");
        }
        match score.and_then(|score| Score::try_from(score).ok()) {
            Some(score) => self.warden.score(peer, score),
            None => self.warden.score_unavailable(peer),
        }
    }

    /// Whether the story is over.
    fn on_event(&mut self, event: SwarmEvent<NodeEvent>) -> Result<bool, Closed> {
        match event {
            SwarmEvent::Behaviour(NodeEvent::Warden(Event { kind, .. })) => match kind {
                EventKind::ScoreRequested { peer } => self.judge(peer)?,
                EventKind::Unbanned { subject: Subject::Peer(peer), .. } => {
                    let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
                    gossipsub.set_application_score(&peer, 0.0);
                }
                EventKind::Banned { cause, .. } => {
                    println!("banned by {cause}");
                    return Ok(true);
                }
                _ => {}
            },
            SwarmEvent::Behaviour(NodeEvent::Gossipsub(gossipsub::Event::Message {
                propagation_source,
                message_id,
                ..
            })) => {
                // Stale: not to be passed on, and its sender's fault, though gossipsub need not
                // think worse of it.
                let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
                let verdict = MessageAcceptance::Ignore;
                gossipsub.report_message_validation_result(
                    &message_id,
                    &propagation_source,
                    verdict,
                );
                self.warden.report(propagation_source, Misbehavior::STALE_MESSAGE)?;
            }
            _ => {}
        }
        self.look_at_mesh();
        Ok(false)
    }

    fn look_at_mesh(&mut self) {
        let in_mesh = self.swarm.behaviour().gossipsub.mesh_peers(&topic().hash()).next().is_some();
        if in_mesh != self.was_in_mesh {
            println!("{}", if in_mesh { "in the mesh" } else { "shed by the mesh" });
            self.was_in_mesh = in_mesh;
            self.shed |= !in_mesh;
        }
    }
}

/// What is good and bad in gossipsub's eyes. Nothing here is punished by peerwarden as well.
fn params() -> PeerScoreParams {
    PeerScoreParams {
        // Each topic needs its own. Here, being there is no merit, and silence no fault.
        topics: [(
            topic().hash(),
            TopicScoreParams {
                time_in_mesh_weight: 0.0,
                first_message_deliveries_weight: 0.0,
                mesh_message_deliveries_weight: 0.0,
                mesh_failure_penalty_weight: 0.0,
                ..TopicScoreParams::default()
            },
        )]
        .into(),
        // As `ApplicationScore` takes it to be.
        app_specific_weight: 1.0,
        // peerwarden judges places, with exemptions.
        ip_colocation_factor_weight: 0.0,
        // Below the first ban, or its end would find the old score still there.
        retain_score: Duration::from_secs(30 * 60),
        ..PeerScoreParams::default()
    }
}

/// Below the lowest score that a peer may have, -100, and the application's part of it, -50 at most:
/// gossipsub must not turn a deaf ear to a peer before its score can become low enough for a ban.
fn thresholds() -> PeerScoreThresholds {
    PeerScoreThresholds {
        gossip_threshold: -100.0,
        publish_threshold: -150.0,
        graylist_threshold: -200.0,
        ..PeerScoreThresholds::default()
    }
}

fn bore() -> Result<Swarm<gossipsub::Behaviour>, Box<dyn Error>> {
    Ok(SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)?
        .with_behaviour(speak)?
        .build())
}

fn speak(key: &identity::Keypair) -> Result<gossipsub::Behaviour, Box<dyn Error + Send + Sync>> {
    // Messages wait for `report_message_validation_result`.
    let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
    let signed = MessageAuthenticity::Signed(key.clone());
    let mut gossipsub = gossipsub::Behaviour::new(signed, config)?;
    gossipsub.subscribe(&topic())?;
    Ok(gossipsub)
}

fn topic() -> IdentTopic {
    IdentTopic::new("news")
}
