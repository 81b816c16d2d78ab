//! Nodes with a real link, in real time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use peerwarden_core::{DecayRate, Direction, Misbehavior, Subject};
use peerwarden_fleet::{
    FleetHandle, FleetSettings, FleetStatus, FleetTask, NatsLink, NatsOptions, Operator, UnixMillis,
};
use peerwarden_host::{Config, Handle, Node, SystemClock, SystemTimer};

use crate::server::{Server, settings};

pub(crate) struct FleetNode {
    /// Keeps the node.
    _node: Node<String>,
    pub(crate) warden: Handle<String>,
    pub(crate) fleet: FleetHandle<String>,
}

/// Runs the work of a node somewhere.
pub(crate) type Spawn = fn(FleetTask<String, NatsLink, SystemTimer>);

pub(crate) fn on_a_thread(task: FleetTask<String, NatsLink, SystemTimer>) {
    task.spawn().unwrap();
}

impl FleetNode {
    pub(crate) fn new(settings: &FleetSettings) -> Self {
        Self::spawned(settings, on_a_thread)
    }

    pub(crate) fn spawned(settings: &FleetSettings, spawn: Spawn) -> Self {
        // Points decay so slowly that a ban lasts a day.
        let slow = DecayRate::from_points_per_second(1).unwrap();
        let policy = Config::default().with_decay(&[slow]).unwrap();
        let node = Node::new(policy, Arc::new(SystemClock::new()));
        let warden = node.handle();
        let config = settings.config().unwrap();
        let mut options = settings.nats_options(&config.key.public());
        // A few nodes may read at once.
        options.snapshot_spread = Duration::ZERO;
        let link = NatsLink::start(options).unwrap();
        let interval = settings.resync_interval;
        let task = FleetTask::new(&warden, config, interval, link, SystemTimer::new()).unwrap();
        let fleet = task.handle();
        spawn(task);
        Self { _node: node, warden, fleet }
    }

    pub(crate) fn misbehave(&self, name: &str) {
        for _ in 0..101 {
            self.warden.report(name.to_owned(), Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    pub(crate) fn refuses(&self, name: &str) -> bool {
        let verdict = self.warden.check_peer(&name.to_owned(), None).unwrap();
        verdict.denial(Direction::Inbound).is_some()
    }

    pub(crate) fn status(&self) -> FleetStatus {
        self.fleet.status(now())
    }

    pub(crate) fn votes_on(&self, name: &str) -> usize {
        self.fleet.standing(&peer(name), now()).votes
    }
}

/// Nodes of all members, once each has read everything.
pub(crate) fn nodes(server: &Server) -> Vec<FleetNode> {
    let count = server.files.members.len();
    let nodes: Vec<_> = (0..count).map(|number| FleetNode::new(&server.settings(number))).collect();
    until("all have read everything", || nodes.iter().all(|node| node.status().caught_up));
    nodes
}

/// Has these nodes ban a peer themselves, and waits until all have heard.
pub(crate) fn banned_by(nodes: &[FleetNode], by: std::ops::Range<usize>, name: &str) {
    for node in nodes.get(by.clone()).unwrap() {
        node.misbehave(name);
    }
    until("all have heard", || nodes.iter().all(|node| node.votes_on(name) == by.end));
}

pub(crate) fn refusing(nodes: &[FleetNode], name: &str) -> usize {
    nodes.iter().filter(|node| node.refuses(name)).count()
}

pub(crate) fn peer(name: &str) -> Subject<String> {
    Subject::Peer(name.to_owned())
}

pub(crate) fn now() -> UnixMillis {
    UnixMillis::from(SystemTime::now())
}

/// Waits for something, and says how long that took.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(90), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    start.elapsed()
}

/// The operator of a server's fleet, and how it gets in.
pub(crate) fn operator(server: &Server) -> (NatsOptions, Operator) {
    let settings = settings(&server.files.operator);
    let config = settings.config().unwrap();
    let options = settings.nats_options(&config.key.public());
    (options, Operator::new(config.name, config.key))
}

/// Has the operator ban or pardon a peer for an hour.
pub(crate) fn orders(server: &Server, name: &str, is_ban: bool) {
    let hour = Duration::from_secs(3600);
    let (options, operator) = operator(server);
    let (key, value) = if is_ban {
        operator.order(peer(name), hour, None, now()).unwrap()
    } else {
        operator.pardon(peer(name), hour, None, now()).unwrap()
    };
    NatsLink::write_once(options, key, value).unwrap();
}
