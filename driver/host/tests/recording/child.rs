//! A process of its own, which records until it is killed.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{self, ChildStdout, Command, Stdio};
use std::time::Duration;

use peerwarden_host::Misbehavior;
use peerwarden_host::recording::{RecordingOptions, RecordingState};

use crate::running::system_node;

/// The process.
pub(crate) struct Child {
    process: process::Child,
    lines: BufReader<ChildStdout>,
}

impl Child {
    /// Records to this file as fast as it can.
    pub(crate) fn run(file: &Path) -> Self {
        let program = env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args(ARGUMENTS).env(FILE, file);
        Self::spawn(command)
    }

    /// The same, no file being allowed more than so many blocks of half a kilobyte.
    pub(crate) fn run_with_room(file: &Path, blocks: u64) -> Self {
        let program = env::current_exe().expect("this program");
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(script).arg(program).args(ARGUMENTS).env(FILE, file);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it can be run");
        let lines = BufReader::new(process.stdout.take().expect("it has an output"));
        Self { process, lines }
    }

    /// Reads on until a line begins so; the rest of it.
    pub(crate) fn until(&mut self, word: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("it is text");
            assert!(read > 0, "it ended before it said {word}");
            if let Some(rest) = line.trim_end().strip_prefix(word) {
                return rest.trim_start().to_owned();
            }
        }
    }

    pub(crate) fn kill(mut self) -> String {
        self.process.kill().expect("it is running");
        let _status = self.process.wait().expect("it was killed");
        let mut rest = String::new();
        // Half a line at the end is no matter.
        let _read = self.lines.read_to_string(&mut rest);
        rest
    }
}

/// What the process does: one peer after the other is reported, for as long as it is let.
#[test]
fn the_process_itself() {
    let Some(file) = env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let (_node, warden) = system_node();
    let status = warden.record(RecordingOptions::new(file)).expect("it can begin");
    assert_eq!(status.state, RecordingState::Recording);
    println!("\nrecording");
    for number in 0_u64.. {
        let peer = format!("peer-{}", number % 1_000);
        warden.report(peer, Misbehavior::INVALID_MESSAGE).expect("the node is there");
        if number % 64 == 0 {
            std::thread::sleep(Duration::from_millis(1));
            let status = warden.recording().expect("the node is there").expect("there is one");
            if status.state == RecordingState::Recording {
                println!("given {number}");
            } else {
                println!("{:?} {}", status.state, status.error.unwrap_or_default());
                println!("reports {:?}", warden.report("b".to_owned(), Misbehavior::STALE_MESSAGE));
                return;
            }
        }
    }
}

const ARGUMENTS: [&str; 4] = ["child::the_process_itself", "--exact", "--nocapture", "--quiet"];
const FILE: &str = "PEERWARDEN_TEST_RECORDING";
