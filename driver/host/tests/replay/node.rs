//! An engine that is recorded.

use std::collections::hash_map::RandomState;
use std::fs;
use std::path::{Path, PathBuf};

use peerwarden_core::scenario::{ActionHash, Entry, Header, Step};
use peerwarden_core::{Config, Direction, Event, Instant, Misbehavior, Penalty, Warden};
use tempfile::TempDir;

/// An engine, and the lines of what happened to it.
pub(crate) struct Node {
    warden: Warden<String, RandomState>,
    pub(crate) lines: Vec<String>,
    hash: ActionHash,
    inputs: u64,
    part: u32,
}

impl Node {
    /// One that begins to record at once, at 0.
    pub(crate) fn new(config: Config) -> Self {
        let warden = Warden::new(config, RandomState::new());
        let mut node =
            Self { warden, lines: Vec::new(), hash: ActionHash::default(), inputs: 0, part: 0 };
        node.begin(0.0);
        node
    }

    /// Begins another file.
    pub(crate) fn begin(&mut self, at: f64) {
        self.part += 1;
        let at = moment(at);
        let mut header = Header::new(at, ORIGIN.to_owned(), self.warden.config());
        header.snapshot = self.warden.snapshot(at).collect();
        header.live = Some(self.warden.live(at));
        header.part = self.part;
        (header.hash, header.inputs) = (self.hash, self.inputs);
        self.lines = vec![header.write().unwrap()];
    }

    /// Feeds in what happens at this second.
    pub(crate) fn input(&mut self, at: f64, event: Event<String>) {
        let at = moment(at);
        self.lines.push(Step::of(at, event.clone()).to_string());
        for action in self.warden.handle_input(event, at) {
            self.hash.add(at, &action);
        }
        self.inputs += 1;
    }

    /// Writes down the hash of the actions so far.
    pub(crate) fn hash(&mut self, at: f64) {
        let (at, hash, inputs) = (moment(at), self.hash, self.inputs);
        self.lines.push(Step::<String> { at, entry: Entry::Hash { hash, inputs } }.to_string());
    }

    /// The file, so far.
    pub(crate) fn write(&self, dir: &TempDir, name: &str) -> PathBuf {
        write(dir.path(), name, (self.lines.join("\n") + "\n").as_bytes())
    }

    /// The same, compressed.
    pub(crate) fn compressed(&self) -> Vec<u8> {
        zstd::encode_all(self.lines.join("\n").as_bytes(), 3).unwrap()
    }
}

pub(crate) fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn moment(seconds: f64) -> Instant {
    Instant::ORIGIN.saturating_add(std::time::Duration::from_secs_f64(seconds))
}

pub(crate) fn connected(peer: &str, addr: [u8; 4]) -> Event<String> {
    let (peer, addr) = (peer.to_owned(), Some(addr.into()));
    Event::Connected { peer, addr, direction: Direction::Inbound }
}

pub(crate) fn disconnected(peer: &str) -> Event<String> {
    Event::Disconnected { peer: peer.to_owned() }
}

/// A report of an invalid message that costs so many points.
pub(crate) fn report(peer: &str, points: u64) -> Event<String> {
    Event::Report {
        peer: peer.to_owned(),
        misbehavior: Misbehavior::INVALID_MESSAGE,
        penalty: Penalty::from_points(points).unwrap(),
        via: None,
    }
}

pub(crate) const ORIGIN: &str = "2026-01-02T03:04:05Z";
