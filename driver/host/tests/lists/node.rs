//! A node with lists, whose time the test owns.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peerwarden_core::Event;
use peerwarden_host::lists::{ListFile, ListName, ListReport, ReadOptions, RemoteLists, read_list};
use peerwarden_host::{Cause, Config, Direction, Handle, ManualTimer, Node as HostNode, Subject};

use crate::peer::Peer;

pub(crate) struct Node {
    pub(crate) timer: ManualTimer,
    pub(crate) handle: Handle<Peer>,
    pub(crate) lists: RemoteLists<Peer>,
    pub(crate) node: HostNode<Peer>,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self::with_config(Config::default())
    }

    pub(crate) fn with_config(config: Config) -> Self {
        let timer = ManualTimer::new();
        timer.set_wall_clock(noon());
        let node = HostNode::new(config, Arc::new(timer.clone()));
        Self { timer, handle: node.handle(), lists: node.handle().lists(), node }
    }

    pub(crate) fn connect(&self, peer: Peer, ip: &str) {
        let event = Event::Connected {
            peer,
            addr: Some(ip.parse().unwrap()),
            direction: Direction::Inbound,
        };
        let shared = self.node.shared();
        shared.input(event, shared.now(), |_| {});
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.timer.advance(Duration::from_secs(seconds));
        let shared = self.node.shared();
        shared.input(Event::Heartbeat, shared.now(), |_| {});
    }

    pub(crate) fn load(&self, list: &str, text: &str) -> ListReport<Peer> {
        let file = self.read(text);
        self.lists.replace(&name(list), &file).unwrap()
    }

    pub(crate) fn read(&self, text: &str) -> ListFile<Peer> {
        read_list(text.as_bytes(), &self.lists.read_options().unwrap()).unwrap()
    }

    /// The bans by lists: each subject, and for how many seconds.
    pub(crate) fn bans(&self) -> Vec<(String, u64)> {
        let now = self.handle.now().unwrap();
        let bans = self.handle.bans(None, usize::MAX).unwrap();
        let remote = bans.iter().filter_map(|ban| {
            let until = ban.causes.end_of(Cause::Remote)?;
            let left = until.instant().unwrap().saturating_duration_since(now);
            Some((ban.subject.to_string(), left.as_secs()))
        });
        let mut all: Vec<_> = remote.collect();
        all.sort();
        all
    }

    pub(crate) fn is_refused(&self, ip: &str) -> bool {
        let ip: IpAddr = ip.parse().unwrap();
        self.handle.check_addr(ip).unwrap().denial(Direction::Inbound).is_some()
    }

    /// The lists that name a subject.
    pub(crate) fn naming(&self, subject: &str) -> Vec<String> {
        let naming = self.lists.naming(&subject.parse().unwrap()).unwrap();
        naming.iter().map(|each| each.list.to_string()).collect()
    }
}

/// Noon on 28 November 2026, UTC.
pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_867_200)
}

pub(crate) fn after_noon(seconds: u64) -> SystemTime {
    noon() + Duration::from_secs(seconds)
}

pub(crate) fn name(list: &str) -> ListName {
    list.parse().unwrap()
}

pub(crate) fn subject(text: &str) -> Subject<Peer> {
    text.parse().unwrap()
}

/// Bytes read right at noon.
pub(crate) fn read(bytes: &[u8]) -> ListFile<Peer> {
    read_list(bytes, &ReadOptions::new(noon())).unwrap()
}

/// The subjects that a list names, each with its line.
pub(crate) fn named(file: &ListFile<Peer>) -> Vec<(usize, String)> {
    file.entries.iter().map(|entry| (entry.line, entry.subject.to_string())).collect()
}

pub(crate) fn faults(file: &ListFile<Peer>) -> Vec<String> {
    file.faults.first.iter().map(ToString::to_string).collect()
}

/// A week, which a ban by a list lasts at most.
pub(crate) const WEEK: u64 = 604_800;
