//! Stores as a kill can leave them: cut after any write, or with any part of the next one in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peerwarden_core::{SavedDebt, SavedNetwork, SavedPeer, SavedPlace};
use peerwarden_host::store::{Change, Row};
use peerwarden_host::{Cause, Origin, Store, StoreError, Subject, Tag, Timer};

use crate::faulty_store::FaultyStore;
use crate::histories::{Dice, happen};
use crate::node::{Node, network, noon, strict_places};
use crate::peer::Peer;

/// Five times as many bans as one write holds are ended by one protection.
#[test]
fn a_node_killed_while_it_writes_that_a_network_is_protected_starts_again() {
    let tape = Tape::default();
    let node = Node::start(tape.clone());
    let inside = |n: u32| network(&format!("203.0.{}.{}/32", n / 256, n % 256));
    for n in 0..5_000 {
        node.handle.ban(inside(n), None, Origin::Remote).unwrap();
    }
    node.ban(inside(7), 3_600);
    node.flush();
    let before = tape.writes().len();
    node.handle.protect(network("203.0.0.0/16"), Tag::OPERATOR).unwrap();
    node.flush();
    drop(node);

    let writes = tape.writes();
    assert!(writes.len() > before + 2, "{} writes", writes.len() - before);
    for cut in before..=writes.len() {
        let state = State::after(&writes[..cut]);
        let _ = state.check(noon(), &format!("cut after write {cut}"));
    }
    let end = Node::start(State::after(&writes).store());
    assert_eq!(end.bans(), [(inside(7), Some(3_600))]);
}

#[test]
fn what_was_mended_does_not_come_back_when_the_protection_goes() {
    let store = FaultyStore::default();
    let node = Node::start(store.clone());
    node.handle.ban(network("203.0.113.0/24"), None, Origin::Remote).unwrap();
    node.flush();
    let banned = store.copy();
    node.handle.protect(network("203.0.0.0/16"), Tag::OPERATOR).unwrap();
    node.flush();
    // What a kill in between leaves: both.
    let torn = store.copy();
    banned.look(|banned| torn.look(|torn| torn.rows.extend(banned.rows.clone())));
    assert_eq!(torn.rows(), 2);

    let node = Node::start(torn.clone());
    assert_eq!(node.bans(), []);
    node.flush();
    assert_eq!(torn.rows(), 1);
    node.handle.unprotect(network("203.0.0.0/16"), Tag::OPERATOR).unwrap();
    drop(node);

    assert_eq!(Node::start(torn).bans(), []);
}

#[test]
fn whatever_happened_a_cut_anywhere_starts_and_misses_no_ban() {
    let mut seen = BTreeMap::new();
    for seed in 1..=60 {
        let mut dice = Dice(seed);
        let peers: Vec<_> = (0..5).map(|_| Peer::random()).collect();
        let mut subjects: Vec<_> = peers.iter().copied().map(Subject::Peer).collect();
        let nets = ["10.0.0.0/8", "10.1.2.3/16", "10.1.2.0/24", "10.1.2.4/32", "192.0.2.0/24"];
        subjects.extend(nets.map(network));
        let tape = Tape::default();
        let mut node = Node::start_by(strict_places(), noon(), tape.clone());
        let mut elapsed = Duration::ZERO;
        let mut clocks = Vec::new();
        for _ in 0..60 {
            elapsed += happen(&mut node, &mut dice, &peers, &subjects);
            if dice.roll(3) == 0 {
                node.flush();
            }
            clocks.resize(tape.writes().len(), elapsed);
        }
        drop(node);

        let writes = tape.writes();
        clocks.resize(writes.len(), elapsed);
        for cut in 0..writes.len() {
            let wall = noon() + clocks[cut];
            let mut state = State::after(&writes[..cut]);
            for cause in state.check(wall, &format!("seed {seed}, cut after write {cut}")) {
                *seen.entry(cause).or_insert(0) += 1;
            }
            let part = writes[cut].iter().filter(|_| dice.roll(2) == 0);
            state.apply(part);
            let _ = state.check(wall, &format!("seed {seed}, cut in write {cut}"));
        }
    }
    // Nothing is said of a kind of ban that never was.
    println!("{seen:?}");
    for cause in Cause::ALL {
        assert!(seen.get(&cause).is_some_and(|times| *times > 100), "{cause}: {seen:?}");
    }
}

/// Rows of one write are read a page at a time, with the engine at work in between.
#[test]
fn a_protection_between_two_pages_of_one_write_leaves_a_store_that_starts() {
    let tape = Tape::default();
    let node = Node::start(tape.clone());
    let inside = |n: u32| network(&format!("203.0.113.{n}/32"));
    let outer = network("203.0.0.0/16");
    let handle = node.handle.clone();
    let busy = thread::spawn(move || {
        for _ in 0..300 {
            for n in 0..200 {
                handle.ban(inside(n), None, Origin::Remote).unwrap();
            }
            handle.protect(outer.clone(), Tag::OPERATOR).unwrap();
            handle.unprotect(outer.clone(), Tag::OPERATOR).unwrap();
        }
    });
    while !busy.is_finished() {
        node.flush();
    }
    busy.join().unwrap();
    drop(node);

    let writes = tape.writes();
    let mut state = State::default();
    for (at, write) in writes.iter().enumerate() {
        state.apply(write);
        let _ = state.check(noon(), &format!("cut after write {at} of {}", writes.len()));
    }
}

/// A store in memory that remembers every write. Clones are the same store.
#[derive(Clone, Default)]
struct Tape {
    store: FaultyStore,
    writes: Arc<Mutex<Vec<Vec<Change>>>>,
}

impl Tape {
    fn writes(&self) -> Vec<Vec<Change>> {
        self.writes.lock().unwrap().clone()
    }
}

impl Store for Tape {
    fn location(&self) -> String {
        "the tape".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        self.store.load()
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.writes.lock().unwrap().push(changes.to_vec());
        self.store.write(changes)
    }
}

/// What a row holds.
#[derive(serde::Deserialize)]
enum Kept {
    Network {
        network: Option<SavedNetwork>,
        #[expect(dead_code, reason = "it is no ban")]
        place: Option<SavedPlace>,
    },
    Peer(SavedPeer<Peer>),
}

/// When a debt is paid, in nanoseconds after it was written.
fn paid(debt: &SavedDebt) -> i128 {
    let (points, rate) = (debt.points.as_micros(), debt.rate.as_micros_per_second());
    let takes = (u128::from(points) * 1_000_000_000).div_ceil(u128::from(rate));
    i128::from(debt.at.0) + i128::try_from(takes).unwrap()
}

/// Rows as they are in a store.
#[derive(Clone, Default)]
struct State(BTreeMap<Vec<u8>, Vec<u8>>);

impl State {
    fn after(writes: &[Vec<Change>]) -> Self {
        let mut state = Self::default();
        state.apply(writes.iter().flatten());
        state
    }

    fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) {
        for Change { key, value } in changes.into_iter().cloned() {
            match value {
                Some(value) => self.0.insert(key, value),
                None => self.0.remove(&key),
            };
        }
    }

    fn store(&self) -> FaultyStore {
        let store = FaultyStore::default();
        store.look(|contents| contents.rows = self.0.clone());
        store
    }

    /// A node starts on it, and knows every ban in it but those that protection ends. For what these are.
    fn check(&self, wall: SystemTime, what: &str) -> Vec<Cause> {
        // Part of the very first write is no store yet.
        if !self.0.contains_key(b"format".as_slice()) {
            return Vec::new();
        }
        let node = Node::start_by(strict_places(), wall, self.store());
        let bans = node.handle.bans(None, usize::MAX).unwrap();
        let has: BTreeSet<_> = bans
            .iter()
            .flat_map(|ban| ban.causes.iter().map(|each| (ban.subject.to_string(), each.cause)))
            .collect();
        let bans = self.bans(&node);
        for ban in &bans {
            assert!(has.contains(ban), "{what}: {ban:?} is missing");
        }
        bans.into_iter().map(|(_, cause)| cause).collect()
    }

    /// The bans that are in the rows, as the rule about protected networks leaves them.
    fn bans(&self, node: &Node) -> Vec<(String, Cause)> {
        let rows = self.0.iter().filter(|(key, _)| key.as_slice() != b"format");
        let read = |value: &[u8]| postcard::from_bytes::<(Option<u64>, Kept)>(value);
        let saved: Vec<_> = rows.map(|(_, value)| read(value).unwrap()).collect();
        let protected: Vec<_> = saved
            .iter()
            .filter_map(|(_, kept)| match kept {
                Kept::Network { network, .. } => network.as_ref().filter(|each| each.protected),
                Kept::Peer(_) => None,
            })
            .map(|network| network.net)
            .collect();
        let wall = node.timer.wall_clock().duration_since(UNIX_EPOCH).unwrap();
        let now = u64::try_from(wall.as_nanos()).unwrap();
        let mut bans = Vec::new();
        for (written, saved) in &saved {
            let (subject, ban) = match saved {
                Kept::Network { network: Some(network), .. } => {
                    (Subject::Addr(network.net), &network.ban)
                }
                Kept::Network { network: None, .. } => continue,
                Kept::Peer(peer) => (Subject::Peer(peer.peer), &peer.ban),
            };
            let spared = match &subject {
                Subject::Addr(net) => protected.iter().any(|outer| outer.contains(net)),
                Subject::Peer(_) => false,
            };
            let passed = now.saturating_sub(written.unwrap_or(now));
            for (cause, end) in ban.iter().flat_map(|ban| &ban.causes) {
                // A debt says itself when it is paid.
                let end = match saved {
                    Kept::Peer(peer) if *cause == Cause::Penalty => Some(paid(&peer.debt)),
                    Kept::Network { .. } | Kept::Peer(_) => end.map(|end| i128::from(end.0)),
                };
                let lasts = end.is_none_or(|end| end > i128::from(passed));
                if lasts && (*cause == Cause::Operator || !spared) {
                    bans.push((subject.to_string(), *cause));
                }
            }
        }
        bans
    }
}
