//! The program `peerwarden node`, running.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};

use libp2p::Multiaddr;
use serde_json::Value;

use crate::watchdog::Watchdog;

/// A node, read through its log. Killed when it is dropped.
pub(crate) struct NodeProcess {
    _watchdog: Watchdog,
    child: Child,
    lines: BufReader<ChildStderr>,
}

/// Runs `peerwarden node` with these arguments to its end.
pub(crate) fn output(args: &[&str]) -> Output {
    Command::new(PROGRAM).arg("node").args(args).env_remove("RUST_LOG").output().unwrap()
}

/// What a failed run said on stderr.
pub(crate) fn complaint(args: &[&str]) -> String {
    let output = output(args);
    assert!(!output.status.success(), "{args:?} is fine");
    String::from_utf8(output.stderr).unwrap()
}

impl NodeProcess {
    /// Starts a node on this data directory, on a free TCP port of 127.0.0.1, with these arguments more.
    pub(crate) fn start(data_dir: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["node", "--log-format", "json", "--listen", "/ip4/127.0.0.1/tcp/0"])
            .arg("--data-dir")
            .arg(data_dir)
            .args(args)
            .env_remove("RUST_LOG")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Self { _watchdog: Watchdog::watch(child.id()), child, lines }
    }

    /// Waits for the next line of the log whose message begins like this.
    pub(crate) fn until(&mut self, message: &str) -> Value {
        let mut seen = Vec::new();
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).unwrap();
            assert!(read > 0, "the log ended without {message:?}:\n{}", seen.concat());
            let value: Value = serde_json::from_str(&line).unwrap_or_default();
            if value["message"].as_str().is_some_and(|text| text.starts_with(message)) {
                return value;
            }
            seen.push(line);
        }
    }

    /// Waits until it listens; returns where.
    pub(crate) fn address(&mut self) -> Multiaddr {
        let line = self.until("listening at ");
        line["message"].as_str().unwrap().trim_start_matches("listening at ").parse().unwrap()
    }

    /// Waits until its metrics, which are at that address, have a line that begins like this.
    pub(crate) fn until_metric(address: &str, line: &str) {
        loop {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
            let mut page = String::new();
            stream.read_to_string(&mut page).unwrap();
            if page.lines().any(|each| each.starts_with(line)) {
                return;
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end; returns how it ended and what was left of the log.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_peerwarden");
