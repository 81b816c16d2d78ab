//! A node that is recorded.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use peerwarden_host::recording::{RecordingOptions, RecordingStatus};
use peerwarden_host::{
    BanDuration, Config, Direction, Doorman, DoormanBuilder, Handle, ManualTimer, Misbehavior,
    OpenConnections, Origin, Score, Subject, Tasks,
};

/// A node on a clock that the test moves, and a directory.
pub(crate) struct Running {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) timer: ManualTimer,
    pub(crate) doorman: Doorman<String, u32>,
    pub(crate) warden: Handle<String, OpenConnections<String, u32>>,
    pub(crate) tasks: Tasks<String, u32, ManualTimer>,
}

impl Running {
    pub(crate) fn new() -> Self {
        Self::guarded_by(Config::default())
    }

    pub(crate) fn guarded_by(config: Config) -> Self {
        let timer = ManualTimer::new();
        let (doorman, tasks) = DoormanBuilder::new(config, timer.clone()).build();
        let directory = tempfile::tempdir().expect("a directory");
        let warden = doorman.handle();
        Self { directory, timer, doorman, warden, tasks }
    }

    /// The path of a file in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn options(&self) -> RecordingOptions {
        RecordingOptions::new(self.path("day.jsonl.zst"))
    }

    pub(crate) fn stop(&self) -> RecordingStatus {
        let status = self.warden.stop_recording().expect("the node is there");
        status.expect("a recording is under way")
    }

    /// Peers come, misbehave, are judged and leave, for so many rounds of about ten inputs.
    pub(crate) fn busy_rounds(&self, rounds: u32) {
        for round in 0..rounds {
            self.busy_round(round);
        }
    }

    fn busy_round(&self, round: u32) {
        let peer = format!("peer-{}", round % 97);
        let third = u8::try_from(round % 7).expect("it is small");
        let addr: IpAddr = [198, 51, third, u8::try_from(round % 200).expect("it is small")].into();
        let direction =
            if round.is_multiple_of(3) { Direction::Outbound } else { Direction::Inbound };
        let admission = self.doorman.admit(peer.clone(), Some(addr), direction, round);
        for _ in 0..round % 9 {
            let kind = Misbehavior::KNOWN[usize::try_from(round % 5).expect("it is small")];
            self.warden.report(peer.clone(), kind).expect("the node is there");
        }
        let other = format!("peer-{}", round % 31);
        self.warden
            .report_from(other, peer.clone(), Misbehavior::STALE_MESSAGE)
            .expect("the node is there");
        self.warden.valid(peer.clone(), u64::from(round % 4)).expect("the node is there");
        let score = Score::try_from(f64::from(round % 40) * -4.1).expect("it is finite");
        self.warden.score(peer.clone(), score).expect("the node is there");
        if round % 50 == 7 {
            let subject = Subject::Addr(format!("198.51.{third}.0/24").parse().expect("a network"));
            let hour = BanDuration::try_from(Duration::from_secs(3_600)).ok();
            self.warden.ban(subject, hour, Origin::Operator).expect("the node is there");
        }
        if round % 50 == 27 {
            let subject = Subject::Addr(format!("198.51.{third}.0/24").parse().expect("a network"));
            self.warden.unban(subject, None).expect("the node is there");
        }
        let pause = if round % 50 == 49 { 3_600_000_000 } else { 1_234_567 + u64::from(round) };
        self.timer.advance(Duration::from_micros(pause));
        drop(admission);
    }
}

/// The names of the files in a directory, in order.
pub(crate) fn files_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("a file").file_name().into_string().expect("a text")
    };
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

/// A clock of the system's, for a node that has to be fast.
pub(crate) fn system_node() -> (peerwarden_host::Node<String>, Handle<String>) {
    let node = peerwarden_host::Node::new(
        Config::default(),
        Arc::new(peerwarden_host::SystemClock::new()),
    );
    let warden = node.handle();
    (node, warden)
}
