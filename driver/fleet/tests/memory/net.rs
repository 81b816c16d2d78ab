//! A few nodes with one bucket. Nothing runs but when the test says so.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use peerwarden_core::{DecayRate, Direction, Event, Misbehavior, Subject};
use peerwarden_fleet::{
    Author, FleetConfig, FleetHandle, FleetRules, FleetTask, Key, Member, MemoryBucket, Mode,
    Roster, Says, SecretKey, Statement, UnixMillis,
};
use peerwarden_host::{Clock, Commands, Config, Handle, ManualTimer, MemoryStore, Node};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct Net {
    pub(crate) timer: ManualTimer,
    pub(crate) bucket: MemoryBucket,
    pub(crate) nodes: Vec<FleetNode>,
}

pub(crate) struct FleetNode {
    pub(crate) node: Node<String>,
    pub(crate) warden: Handle<String>,
    pub(crate) fleet: FleetHandle<String>,
    task: Option<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

pub(crate) fn secret(number: u8) -> SecretKey {
    SecretKey::from_seed([number + 1; 32]).unwrap()
}

pub(crate) fn operator() -> SecretKey {
    SecretKey::from_seed([200; 32]).unwrap()
}

pub(crate) fn peer(name: &str) -> Subject<String> {
    Subject::Peer(name.to_owned())
}

/// Points decay so slowly that a ban lasts a day.
pub(crate) fn policy() -> Config {
    let slow = DecayRate::from_points_per_second(1).unwrap();
    Config::default().with_decay(&[slow]).unwrap()
}

pub(crate) fn rules() -> FleetRules {
    let mut rules = FleetRules::default();
    rules.mode = Mode::Enforce;
    rules
}

pub(crate) fn config(number: u8, rules: FleetRules) -> FleetConfig {
    let members = (0..6).map(|number| Member {
        id: secret(number).public(),
        name: format!("n{number}").parse().unwrap(),
        group: None,
    });
    FleetConfig {
        name: "mainnet".parse().unwrap(),
        key: secret(number),
        roster: Some(Roster::new(members.collect()).unwrap()),
        operators: vec![operator().public()],
        rules,
    }
}

/// Has `n<number>`, which is nowhere, say something, and returns key and value.
pub(crate) fn said_by(number: u8, statement: &Statement<String>) -> (Key, Vec<u8>) {
    let author = Author::Member(format!("n{number}").parse().unwrap());
    let fleet = "mainnet".parse().unwrap();
    let value = statement.seal(&fleet, &author.to_string(), &secret(number)).unwrap();
    (Key::statement(&author, &statement.subject), value)
}

pub(crate) fn connect_at(node: &Node<String>, name: &str, ip: &str) {
    let event = Event::Connected {
        peer: name.to_owned(),
        addr: Some(ip.parse().unwrap()),
        direction: Direction::Inbound,
    };
    let shared = node.shared();
    shared.input(event, shared.now(), |_| {});
}

impl Net {
    /// So many nodes, `n0` and on, that enforce with a quorum of three.
    pub(crate) fn new(nodes: u8) -> Self {
        Self::with_rules(nodes, rules())
    }

    pub(crate) fn with_rules(nodes: u8, rules: FleetRules) -> Self {
        let timer = ManualTimer::new();
        timer.advance(1_000 * SECOND);
        let clock: Arc<dyn Clock> = Arc::new(timer.clone());
        let mut net = Self { timer, bucket: MemoryBucket::new(clock, 7), nodes: Vec::new() };
        for number in 0..nodes {
            net.add(number, rules.clone(), None);
        }
        net.settle();
        net
    }

    pub(crate) fn add(&mut self, number: u8, rules: FleetRules, store: Option<&MemoryStore>) {
        let clock = Arc::new(self.timer.clone());
        let node = match store {
            Some(store) => Node::restore(policy(), clock, store.clone()).unwrap(),
            None => Node::new(policy(), clock),
        };
        self.join(node, config(number, rules));
    }

    pub(crate) fn join(&mut self, node: Node<String>, config: FleetConfig) {
        let warden: Handle<String, Commands<String>> = node.handle();
        let link = self.bucket.link();
        let timer = self.timer.clone();
        let task = FleetTask::new(&warden, config, 600 * SECOND, link, timer).unwrap();
        let fleet = task.handle();
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.nodes.push(FleetNode { node, warden, fleet, task: Some(Box::pin(task.run())), woken });
    }

    /// Runs all nodes until none has anything to do.
    pub(crate) fn settle(&mut self) {
        let mut ran = true;
        while ran {
            ran = false;
            for node in &mut self.nodes {
                ran |= node.run();
            }
        }
    }

    pub(crate) fn now(&self) -> UnixMillis {
        UnixMillis::from(Clock::wall_clock(&self.timer))
    }

    /// Lets time pass, a second at a time for as long as it is short.
    pub(crate) fn pass(&mut self, time: Duration) {
        let step = SECOND.max(time / 100);
        let mut passed = Duration::ZERO;
        while passed < time {
            self.timer.advance(step);
            passed += step;
            for node in &self.nodes {
                let shared = node.node.shared();
                shared.input(Event::Heartbeat, shared.now(), |_| {});
            }
            self.settle();
        }
    }

    /// Has a peer misbehave towards these nodes until each bans it, and gives them time to tell.
    pub(crate) fn misbehave(&mut self, name: &str, towards: std::ops::Range<usize>) {
        for node in self.nodes.get(towards).unwrap() {
            node.ban_itself(name);
        }
        self.pass(3 * SECOND);
    }

    /// Which nodes refuse a peer.
    pub(crate) fn refusing(&self, name: &str) -> Vec<usize> {
        let refusing = self.nodes.iter().enumerate().filter(|(_, node)| node.refuses(name));
        refusing.map(|(number, _)| number).collect()
    }

    /// Has an operator say something.
    pub(crate) fn order(&mut self, name: &str, says: Says, lasts: Duration) {
        let now = self.now();
        let statement = Statement::new(peer(name), says, lasts, now, now.0);
        let author = Author::Operator(operator().public());
        let fleet = "mainnet".parse().unwrap();
        let value = statement.seal(&fleet, &author.to_string(), &operator()).unwrap();
        self.bucket.write(Key::statement(&author, &statement.subject), value);
        self.settle();
    }
}

impl FleetNode {
    fn run(&mut self) -> bool {
        let Some(task) = self.task.as_mut().filter(|_| self.woken.0.swap(false, Ordering::AcqRel))
        else {
            return false;
        };
        let waker = Waker::from(Arc::clone(&self.woken));
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            self.task = None;
        }
        true
    }

    pub(crate) fn is_running(&self) -> bool {
        self.task.is_some()
    }

    pub(crate) fn ban_itself(&self, name: &str) {
        for _ in 0..101 {
            self.warden.report(name.to_owned(), Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    pub(crate) fn connect(&self, name: &str) {
        connect_at(&self.node, name, "198.51.100.7");
    }

    pub(crate) fn refuses(&self, name: &str) -> bool {
        let verdict = self.warden.check_peer(&name.to_owned(), None).unwrap();
        verdict.denial(Direction::Inbound).is_some()
    }

    pub(crate) fn refused(&self, now: UnixMillis) -> Vec<(&'static str, u64)> {
        let status = self.fleet.status(now);
        status.counts.refused.iter().map(|(why, count)| (why.as_str(), *count)).collect()
    }
}
