//! Setup: starts every node before the script begins.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use libp2p::metrics::{Metrics, Registry};
use libp2p::{Multiaddr, PeerId};
use peerwarden_tokio::peerwarden_host::recording::RecordingOptions;
use peerwarden_tokio::{Subject, Tag};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Runner;
use crate::cli;
use crate::demo::event_sender::EventSender;
use crate::demo::guarded_node::{self, GuardedNode};
use crate::demo::network::{BoxError, guarded_node, node};
use crate::demo::observation::Observation;
use crate::demo::participants::{Participant, Participants};
use crate::demo::peer::{self, Peer};
use crate::demo::policy::policy;
use crate::demo::restored::Restored;
use crate::demo::script::Checklist;
use crate::demo::storage;
use crate::demo::tally::Tally;
use crate::demo::traffic::TrafficPattern;
use crate::metrics_server::Server;

impl Runner {
    /// Builds every node and starts it.
    pub(crate) async fn set(options: &cli::Demo) -> Result<Self, BoxError> {
        let server = match options.metrics {
            Some(address) => Some(Server::bind(address).await?),
            None => None,
        };
        let (store, file) = options.data_dir.as_deref().map(storage::open).transpose()?.unzip();

        let began = Instant::now();
        let participants = Arc::new(Participants::new(options.honest, options.seed));
        let (events, observations) = EventSender::new(Arc::clone(&participants));
        let mut registry = Registry::default();
        let metrics = Metrics::new(&mut registry);
        let key = participants
            .key(Participant::Guard)
            .ok_or("the guard is not among the participants")?;
        let guard_id = key.public().to_peer_id();
        let policy = policy(options.speed)?;
        let (swarm, guard_address) = guarded_node(key, policy, store, &mut registry).await?;
        let warden = swarm.behaviour().warden.handle();
        if let Some(file) = &options.record {
            let _status = warden.record(RecordingOptions::new(file))?;
        }
        let restored = Restored::read(&warden, &participants)?;
        if let Some(file) = &file {
            restored.check(file)?;
        }

        let address = guard_address.clone();
        events.tell(Observation::Listening { address }).await;
        let served_at = server.as_ref().map(Server::address);
        if let Some(server) = server {
            let (address, after_the_story) = (server.address(), false);
            server.serve(registry);
            events.tell(Observation::Serving { address, after_the_story }).await;
        }
        if let Some(file) = file.clone() {
            let rows = warden.store_health()?.map_or(0, |health| health.rows);
            events.tell(Observation::Opened { file, rows }).await;
        }
        for observation in restored.observations() {
            events.tell(observation).await;
        }

        let mut nodes = Vec::new();
        let mut addresses =
            BTreeMap::from([(Participant::Guard, (guard_id, guard_address.clone()))]);
        for (who, key) in participants.peers() {
            let traffic = TrafficPattern::of(who, options.honest, options.speed);
            let (swarm, address) = node(key, traffic.validates).await?;
            if who == Participant::Friend {
                warden.protect(Subject::Peer(*swarm.local_peer_id()), Tag::OPERATOR)?;
            }
            addresses.insert(who, (*swarm.local_peer_id(), address));
            nodes.push((who, traffic, swarm));
        }
        let expected = nodes.len();
        let mut commands = BTreeMap::new();
        for (at, (who, traffic, swarm)) in nodes.into_iter().enumerate() {
            let (sender, receiver) = mpsc::channel(CUES);
            commands.insert(who, sender);
            let friends = friends(who, &restored)
                .filter_map(|friend| addresses.get(&friend))
                .map(|(_, address)| address.clone())
                .collect();
            let seed = options.seed.wrapping_add(1 + at as u64);
            let peer = Peer {
                who,
                swarm,
                traffic,
                friends,
                guard: (guard_id, guard_address.clone()),
                rng: Rng::with_seed(seed),
                sender: events.clone(),
                state: peer::State::default(),
            };
            tokio::spawn(peer.run(receiver));
        }

        let (sender, receiver) = mpsc::channel(CUES);
        commands.insert(Participant::Guard, sender);
        let guard = GuardedNode {
            swarm,
            warden: warden.clone(),
            metrics,
            contacts: contacts(&addresses, &restored),
            expected,
            sender: events,
            state: guarded_node::State::default(),
        };
        let guard = tokio::spawn(guard.run(receiver));

        Ok(Self {
            began,
            honest: usize::from(options.honest),
            warden,
            guard,
            file,
            server: served_at,
            observations,
            commands,
            checklist: Checklist::new(restored.play()),
            restored,
            tally: Tally::default(),
            gathered: false,
            next_flow: None,
            last_call: None,
            counted: false,
            stuck: false,
        })
    }
}

/// Whom the guard dials by itself: the spammer, so that it dials it again after a ban, and whoever
/// is banned from before the start. peerwarden dials nobody whom it did not see connected.
fn contacts(
    addresses: &BTreeMap<Participant, (PeerId, Multiaddr)>,
    restored: &Restored,
) -> BTreeMap<PeerId, Multiaddr> {
    addresses
        .iter()
        .filter(|(who, _)| **who == Participant::Spammer || restored.left(**who).is_some())
        .map(|(_, contact)| contact.clone())
        .collect()
}

/// Whom `who` dials at the beginning.
///
/// The spammer knows one honest peer too, which gets its messages and must not forward them. Participant is
/// still banned is dialled by the guard, once it may be.
fn friends(who: Participant, restored: &Restored) -> impl Iterator<Item = Participant> {
    let (first, second) = match who {
        Participant::Guard => (None, None),
        Participant::Honest(number) => {
            (Some(Participant::Guard), (number > 1).then(|| Participant::Honest(number - 1)))
        }
        Participant::Friend | Participant::Sneak => {
            (restored.left(who).is_none().then_some(Participant::Guard), None)
        }
        Participant::Spammer => (Some(Participant::Honest(1)), None),
    };
    first.into_iter().chain(second)
}

const CUES: usize = 16;
