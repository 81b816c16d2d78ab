//! Puts every node on, before anything is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use libp2p::metrics::{Metrics, Registry};
use libp2p::{Multiaddr, PeerId};
use peerwarden_tokio::{Subject, Tag};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Stage;
use crate::cli;
use crate::demo::cast::{Cast, Who};
use crate::demo::fact::Fact;
use crate::demo::guard::{self, Guard};
use crate::demo::manners::Manners;
use crate::demo::memory::Memory;
use crate::demo::network::{Failure, guarded_node, node};
use crate::demo::peer::{self, Peer};
use crate::demo::policy::policy;
use crate::demo::report::Reporter;
use crate::demo::server::Server;
use crate::demo::storage;
use crate::demo::story::Story;
use crate::demo::tally::Tally;

impl Stage {
    /// Builds every node and starts it.
    pub(crate) async fn set(options: &cli::Demo) -> Result<Self, Failure> {
        let server = match options.metrics {
            Some(address) => Some(Server::bind(address).await?),
            None => None,
        };
        let (store, file) = options.data_dir.as_deref().map(storage::open).transpose()?.unzip();

        let began = Instant::now();
        let cast = Arc::new(Cast::new(options.honest, options.seed));
        let (reporter, facts) = Reporter::new(Arc::clone(&cast));
        let mut registry = Registry::default();
        let metrics = Metrics::new(&mut registry);
        let key = cast.key(Who::Guard).ok_or("the cast has no guard")?;
        let guard_id = key.public().to_peer_id();
        let policy = policy(options.speed)?;
        let (swarm, guard_address) = guarded_node(key, policy, store, &mut registry).await?;
        let warden = swarm.behaviour().warden.handle();
        let memory = Memory::read(&warden, &cast)?;
        if let Some(file) = &file {
            memory.check(file)?;
        }

        let address = guard_address.clone();
        reporter.tell(Fact::Listening { address }).await;
        let served_at = server.as_ref().map(Server::address);
        if let Some(server) = server {
            let (address, after_the_story) = (server.address(), false);
            server.serve(registry);
            reporter.tell(Fact::Serving { address, after_the_story }).await;
        }
        if let Some(file) = file.clone() {
            let rows = warden.store_health()?.map_or(0, |health| health.rows);
            reporter.tell(Fact::Opened { file, rows }).await;
        }
        for fact in memory.facts() {
            reporter.tell(fact).await;
        }

        let mut nodes = Vec::new();
        let mut addresses = BTreeMap::from([(Who::Guard, (guard_id, guard_address.clone()))]);
        for (who, key) in cast.peers() {
            let manners = Manners::of(who, options.honest, options.speed);
            let (swarm, address) = node(key, manners.validates).await?;
            if who == Who::Friend {
                warden.protect(Subject::Peer(*swarm.local_peer_id()), Tag::OPERATOR)?;
            }
            addresses.insert(who, (*swarm.local_peer_id(), address));
            nodes.push((who, manners, swarm));
        }
        let expected = nodes.len();
        let mut cues = BTreeMap::new();
        for (at, (who, manners, swarm)) in nodes.into_iter().enumerate() {
            let (sender, receiver) = mpsc::channel(CUES);
            cues.insert(who, sender);
            let friends = friends(who, &memory)
                .filter_map(|friend| addresses.get(&friend))
                .map(|(_, address)| address.clone())
                .collect();
            let seed = options.seed.wrapping_add(1 + at as u64);
            let peer = Peer {
                who,
                swarm,
                manners,
                friends,
                guard: (guard_id, guard_address.clone()),
                rng: Rng::with_seed(seed),
                reporter: reporter.clone(),
                state: peer::State::default(),
            };
            tokio::spawn(peer.run(receiver));
        }

        let (sender, receiver) = mpsc::channel(CUES);
        cues.insert(Who::Guard, sender);
        let guard = Guard {
            swarm,
            warden: warden.clone(),
            metrics,
            contacts: contacts(&addresses, &memory),
            expected,
            reporter,
            state: guard::State::default(),
        };
        let guard = tokio::spawn(guard.run(receiver));

        Ok(Self {
            began,
            honest: usize::from(options.honest),
            warden,
            guard,
            file,
            server: served_at,
            facts,
            cues,
            story: Story::new(memory.play()),
            memory,
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
    addresses: &BTreeMap<Who, (PeerId, Multiaddr)>,
    memory: &Memory,
) -> BTreeMap<PeerId, Multiaddr> {
    addresses
        .iter()
        .filter(|(who, _)| **who == Who::Spammer || memory.left(**who).is_some())
        .map(|(_, contact)| contact.clone())
        .collect()
}

/// Whom `who` dials at the beginning.
///
/// The spammer knows one honest peer too, which gets its messages and must not forward them. Who is
/// still banned is dialled by the guard, once it may be.
fn friends(who: Who, memory: &Memory) -> impl Iterator<Item = Who> {
    let (first, second) = match who {
        Who::Guard => (None, None),
        Who::Honest(number) => (Some(Who::Guard), (number > 1).then(|| Who::Honest(number - 1))),
        Who::Friend | Who::Sneak => (memory.left(who).is_none().then_some(Who::Guard), None),
        Who::Spammer => (Some(Who::Honest(1)), None),
    };
    first.into_iter().chain(second)
}

const CUES: usize = 16;
