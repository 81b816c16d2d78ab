//! A quiet day of a node with fifty peers, in a few seconds and recorded: peers come and go, some send
//! stale messages, and one has a bug at noon.
//!
//! `cargo run -p peerwarden-host --features recording --example quiet_day -- day.jsonl.zst`

use std::collections::BTreeMap;
use std::error::Error;
use std::net::IpAddr;
use std::path::PathBuf;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use peerwarden_host::recording::RecordingOptions;
use peerwarden_host::{
    Admission, Config, Direction, Doorman, DoormanBuilder, ManualTimer, Misbehavior, Task, Tasks,
};

/// A connection, by the number of its peer.
type Connection = usize;

/// The node, on a clock that is moved by hand.
struct Node {
    timer: ManualTimer,
    doorman: Doorman<String, Connection>,
    tasks: Tasks<String, Connection, ManualTimer>,
    open: BTreeMap<Connection, Admission<String, Connection>>,
    dice: Dice,
}

impl Node {
    fn new() -> Self {
        let timer = ManualTimer::new();
        let config = Config::default().with_scores(false);
        let (doorman, tasks) = DoormanBuilder::new(config, timer.clone()).build();
        Self { timer, doorman, tasks, open: BTreeMap::new(), dice: Dice(1) }
    }

    /// Lets time pass and does what comes due.
    fn pass(&mut self, time: Duration) {
        self.timer.advance(time);
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(task)) = self.tasks.poll_task(&mut cx) {
            if let Task::Close { connection, .. } = task {
                self.open.remove(&connection);
            }
        }
    }

    fn comes(&mut self, peer: usize) {
        let direction =
            if peer.is_multiple_of(3) { Direction::Outbound } else { Direction::Inbound };
        let addr = IpAddr::from([198, 18, u8::try_from(peer).unwrap_or(0), 7]);
        if let Ok(admission) = self.doorman.admit(name(peer), Some(addr), direction, peer) {
            self.open.insert(peer, admission);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).map(PathBuf::from);
    let dir = tempfile::tempdir()?;
    let path = path.unwrap_or_else(|| dir.path().join("day.jsonl.zst"));
    let mut node = Node::new();
    let handle = node.doorman.handle();
    let options = RecordingOptions::new(path).with_name("a quiet day");
    handle.record(options.with_max_file_age(Duration::from_secs(2 * 86_400)))?;

    for minute in 0..24 * 60 {
        // They come in the first minutes, and a few leave and come back later.
        let peer = node.dice.below(PEERS);
        if minute < PEERS {
            node.comes(minute);
        } else if node.dice.below(20) == 0 {
            node.open.remove(&peer);
        } else if !node.open.contains_key(&peer) {
            node.comes(peer);
        }
        let sends = node.dice.below(PEERS);
        if node.dice.below(4) == 0 && node.open.contains_key(&sends) {
            handle.valid(name(sends), 400)?;
        }
        if node.dice.below(12) == 0 && node.open.contains_key(&sends) {
            handle.report(name(sends), Misbehavior::STALE_MESSAGE)?;
        }
        if minute == NOON {
            node.comes(BUGGY);
            for _ in 0..130 {
                if node.open.contains_key(&BUGGY) {
                    handle.report(name(BUGGY), Misbehavior::INVALID_MESSAGE)?;
                }
                node.pass(Duration::from_millis(40));
            }
        }
        node.pass(Duration::from_secs(60));
    }
    let recorded = handle.stop_recording()?.ok_or("it recorded")?;
    println!("{} inputs in {} bytes", recorded.inputs, recorded.bytes);
    assert_eq!((recorded.lost, recorded.error), (0, None));
    Ok(())
}

fn name(peer: usize) -> String {
    format!("peer-{peer}")
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

const PEERS: usize = 50;
const BUGGY: usize = 17;
const NOON: usize = 12 * 60;
