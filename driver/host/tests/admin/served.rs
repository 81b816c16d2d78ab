//! A node on a clock moved by hand, with its API.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use peerwarden_host::admin::{Admin, AdminOptions};
use peerwarden_host::peerwarden_core::Event;
use peerwarden_host::{
    Clock, Config, Direction, Handle, ManualTimer, MemoryStore, Misbehavior, Node, Store, Subject,
    Tag,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Answer, Connection};
use crate::peer::{Peer, PeerAt};

/// A node with its API. Nothing happens but what the test does.
pub(crate) struct Served {
    pub(crate) admin: Admin,
    pub(crate) node: Node<Peer>,
    pub(crate) handle: Handle<Peer>,
    pub(crate) timer: ManualTimer,
    pub(crate) directory: TempDir,
}

impl Served {
    /// With a store in memory, by the default policy.
    pub(crate) fn start() -> Self {
        Self::with_store(MemoryStore::default())
    }

    pub(crate) fn with_store(store: impl Store) -> Self {
        Self::with(
            |clock| Node::restore(Config::default(), clock, store).unwrap(),
            |options| options,
        )
    }

    pub(crate) fn with_options(
        change: impl FnOnce(AdminOptions<PeerAt>, &Path) -> AdminOptions<PeerAt>,
    ) -> Self {
        let store = MemoryStore::default();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_owned();
        let node = |clock| Node::restore(Config::default(), clock, store).unwrap();
        Self::in_directory(directory, node, |options| change(options, &path))
    }

    pub(crate) fn with(
        node: impl FnOnce(Arc<dyn Clock>) -> Node<Peer>,
        change: impl FnOnce(AdminOptions<PeerAt>) -> AdminOptions<PeerAt>,
    ) -> Self {
        Self::in_directory(tempfile::tempdir().unwrap(), node, change)
    }

    fn in_directory(
        directory: TempDir,
        node: impl FnOnce(Arc<dyn Clock>) -> Node<Peer>,
        change: impl FnOnce(AdminOptions<PeerAt>) -> AdminOptions<PeerAt>,
    ) -> Self {
        let timer = ManualTimer::new();
        let node = node(Arc::new(timer.clone()));
        let handle = node.handle();
        let options = change(AdminOptions::new(data(&directory)));
        let admin = Admin::start(&handle, options).unwrap();
        Self { admin, node, handle, timer, directory }
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::open(self.admin.socket())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.connection().request("GET", path, "", "")
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        let head = "content-type: application/json\r\n";
        self.connection().request("PUT", path, head, &body.to_string())
    }

    pub(crate) fn put_text(&self, path: &str, head: &str, body: &str) -> Answer {
        let head = format!("content-type: application/toml\r\n{head}");
        self.connection().request("PUT", path, &head, body)
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.connection().request("DELETE", path, "", "")
    }

    pub(crate) fn post(&self, path: &str) -> Answer {
        self.connection().request("POST", path, "", "")
    }

    /// Sends a list as the body.
    pub(crate) fn send_list(&self, method: &str, path: &str, list: &str) -> Answer {
        self.connection().request(method, path, "content-type: text/plain\r\n", list)
    }

    pub(crate) fn report(&self, peer: Peer, times: usize) {
        for _ in 0..times {
            self.handle.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    /// Has a peer connect from an IP.
    pub(crate) fn connect(&self, peer: Peer, ip: &str) {
        let addr: Option<IpAddr> = Some(ip.parse().unwrap());
        self.input(Event::Connected { peer, addr, direction: Direction::Inbound });
    }

    pub(crate) fn input(&self, event: Event<Peer>) {
        let shared = self.node.shared();
        shared.input(event, Clock::now(&self.timer), |_| {});
    }

    pub(crate) fn subject(&self, text: &str) -> Subject<Peer> {
        text.parse().unwrap()
    }

    pub(crate) fn operator(&self) -> Tag {
        Tag::OPERATOR
    }

    /// Lets seconds pass, and ends what is over.
    pub(crate) fn pass(&self, seconds: u64) {
        self.timer.advance(Duration::from_secs(seconds));
        self.input(Event::Heartbeat);
    }
}

/// The data directory that the API makes.
pub(crate) fn data(directory: &TempDir) -> PathBuf {
    directory.path().join("data")
}

/// Peer number `n`.
pub(crate) fn peer(n: u64) -> Peer {
    format!("peer-{n}").parse().unwrap()
}
