//! A node, and commands to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use futures::StreamExt;
use libp2p::{Multiaddr, PeerId};
use serde_json::Value;
use tempfile::TempDir;

use crate::peer::Peer;
use crate::process::NodeProcess;

/// A node with a data directory of its own.
pub(crate) struct Node {
    dir: TempDir,
    pub(crate) process: NodeProcess,
    address: Multiaddr,
}

/// What a command printed, and how it ended.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Node {
    pub(crate) fn start() -> Self {
        Self::with_settings("")
    }

    /// A node whose file says this.
    pub(crate) fn with_settings(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("node.toml");
        std::fs::write(&file, text).unwrap();
        let args = ["--config", file.to_str().unwrap(), "--topic", "news"];
        let mut process = NodeProcess::start(&dir.path().join("data"), &args);
        let address = process.address();
        Self { dir, process, address }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.path().join("data/admin.sock")
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = command(args);
        command.arg("--socket").arg(self.socket());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &str) -> Ran {
        ran(&mut self.command(args))
    }

    /// What a command prints that does what it should.
    pub(crate) fn done(&self, args: &str) -> String {
        let ran = self.run(args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args}: {ran:?}");
        ran.out
    }

    /// The same as JSON.
    pub(crate) fn json(&self, args: &str) -> Value {
        serde_json::from_str(&self.done(&format!("{args} --json"))).unwrap()
    }

    /// Asserts how commands fail that print nothing, and what they say.
    pub(crate) fn assert_fails(&self, cases: &[(&str, i32, &str)]) {
        for (args, code, message) in cases {
            let ran = self.run(args);
            assert_eq!(
                (ran.code, ran.err.trim_end(), ran.out.as_str()),
                (*code, *message, ""),
                "{args}"
            );
        }
    }

    /// A peer that is connected, and whose swarm goes on by itself.
    pub(crate) async fn connected_peer(&self) -> PeerId {
        let mut peer = Peer::signed("news");
        let id = peer.id();
        assert!(peer.join(&self.address).await);
        tokio::spawn(async move { while peer.swarm.next().await.is_some() {} });
        id
    }

    pub(crate) fn address(&self) -> &Multiaddr {
        &self.address
    }
}

/// The program with these arguments, and with nothing of this environment that it reads.
pub(crate) fn command(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peerwarden"));
    let mut args = args.split('\'');
    // Every other part stands in quotes.
    while let Some(plain) = args.next() {
        command.args(plain.split_whitespace()).args(args.next());
    }
    for name in
        ["PEERWARDEN_SOCKET", "PEERWARDEN_DATA_DIR", "STATE_DIRECTORY", "SUDO_USER", "NO_COLOR"]
    {
        command.env_remove(name);
    }
    command.env("USER", "ana").stdin(Stdio::null());
    command
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// An id of a peer that is not there.
pub(crate) const ABSENT: &str = "12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc";
