//! `kill -9` between an acknowledgement and the restart.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use peerwarden_host::admin::{Admin, AdminOptions};
use peerwarden_host::{Config, Node, RedbStore, SystemClock};
use serde_json::{Value, json};

use crate::client::Connection;
use crate::peer::{Peer, PeerAt};

/// A node in a process of its own, which serves its API until it is killed.
struct Process {
    child: Child,
    directory: std::path::PathBuf,
}

impl Process {
    fn start(directory: &Path) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        let test = "kill::nothing_that_was_acknowledged_is_lost_by_killing_the_process";
        command.args(["--exact", test, "--nocapture"]).env(DIRECTORY, directory);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == READY), "it ended before it served anything");
        Self { child, directory: directory.to_owned() }
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut connection = Connection::open(&self.directory.join("admin.sock"));
        let head = "content-type: application/json\r\n";
        let answer = connection.request(method, path, head, &body.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Banned and protected subjects, with the notes on bans.
    fn remembers(&self) -> BTreeSet<(String, String)> {
        let nothing = json!(null);
        let bans = self.request("GET", "/v1/bans?limit=1000", &nothing);
        let protected = self.request("GET", "/v1/protected?limit=1000", &nothing);
        let noted = |each: &Value| {
            let subject = each["subject"].as_str().unwrap().to_owned();
            (subject, each["notes"]["operator"]["why"].as_str().unwrap_or("protected").to_owned())
        };
        let all = [&bans["bans"], &protected["protected"]];
        all.iter().flat_map(|list| list.as_array().unwrap()).map(noted).collect()
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Each process is killed as soon as its answer is read.
#[test]
fn nothing_that_was_acknowledged_is_lost_by_killing_the_process() {
    if let Ok(directory) = env::var(DIRECTORY) {
        return serve(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for kill in 0..KILLS {
        let process = Process::start(directory.path());
        assert_eq!(process.remembers(), acknowledged, "after {kill} kills");
        let (ban, note) = (format!("203.0.{kill}.0/24"), format!("kill {kill}"));
        match kill % 4 {
            0 | 1 => {
                let order = json!({ "for": "7d", "note": note });
                process.request("PUT", &format!("/v1/bans/{ban}"), &order);
                acknowledged.insert((format!("addr:{ban}"), note));
            }
            2 => {
                process.request("PUT", &format!("/v1/protected/peer-{kill}"), &json!({}));
                acknowledged.insert((format!("peer:peer-{kill}"), "protected".to_owned()));
            }
            _ => {
                let (subject, note) = acknowledged.pop_first().unwrap();
                let name = subject.strip_prefix("addr:").unwrap();
                process.request("DELETE", &format!("/v1/bans/{name}"), &json!(null));
                assert!(note.starts_with("kill "));
            }
        }
        process.kill();
    }
}

fn serve(directory: &Path) {
    let store = RedbStore::open(directory.join("bans.redb")).unwrap();
    let clock = Arc::new(SystemClock::new());
    let node: Node<Peer> = Node::restore(Config::default(), clock, store).unwrap();
    let _admin = Admin::start(&node.handle(), AdminOptions::<PeerAt>::new(directory)).unwrap();
    // What the test harness said of this test is not on a line of its own.
    println!("\n{READY}");
    std::io::stdout().flush().unwrap();
    loop {
        std::thread::park();
    }
}

const KILLS: usize = 100;
const DIRECTORY: &str = "PEERWARDEN_TEST_ADMIN";
const READY: &str = "ready";
