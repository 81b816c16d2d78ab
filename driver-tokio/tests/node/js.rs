//! A js-libp2p peer of the node: it publishes, is banned, and comes back.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::process::NodeProcess;
use crate::watchdog::Watchdog;

/// A peer that runs on Node.js.
struct JsPeer {
    _watchdog: Watchdog,
    child: Child,
    orders: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl JsPeer {
    /// Starts the script that PEERWARDEN_JS names, beside which its packages are installed.
    fn start(node: &str, topic: &str) -> Self {
        let script = env::var_os("PEERWARDEN_JS").map(PathBuf::from);
        let script = script.unwrap_or_else(|| panic!("set PEERWARDEN_JS to the path of peer.mjs"));
        let mut child = Command::new("node")
            .arg(script)
            .args([node, topic])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { _watchdog: Watchdog::watch(child.id()), child, orders, lines }
    }

    fn order(&mut self, line: &str) {
        writeln!(self.orders, "{line}").unwrap();
    }

    /// Waits for a line that begins like this; returns the rest of it.
    fn until(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).unwrap();
            assert!(read > 0, "the peer ended without {start:?}");
            if let Some(rest) = line.trim_end().strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }
}

impl Drop for JsPeer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "needs js-libp2p: `.ci/run js_interop` installs it"]
fn js_libp2p_peers_publish_are_banned_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    let rules = "[topics.blocks]\nmax_size = 1000\n[policy]\nthreshold = 2000\ndecay = [1]\n";
    std::fs::write(&file, rules).unwrap();
    let data = dir.path().join("data");
    let mut node = NodeProcess::start(&data, &["--config", file.to_str().unwrap()]);
    let address = node.address().to_string();
    let (mut good, mut bad) =
        (JsPeer::start(&address, "blocks"), JsPeer::start(&address, "blocks"));
    let id = bad.until("id ");
    for peer in [&mut good, &mut bad] {
        peer.order("connect");
        peer.until("subscribed");
    }

    // The node passes on what is within the rules, once both are in its mesh.
    let heard = loop {
        bad.order("publish 100");
        bad.until("published");
        let mut line = String::new();
        good.lines.read_line(&mut line).unwrap();
        if let Some(length) = line.trim_end().strip_prefix("message ") {
            break length.to_owned();
        }
    };
    assert_eq!(heard, "100");

    for _ in 0..3 {
        bad.order("publish 1001");
    }
    bad.until("closed");
    let line = node.until("banned");
    assert_eq!(
        (&line["peer"], &line["why"]),
        (&id.as_str().into(), &"oversized-message x3".into())
    );
    bad.order("connect");
    assert_eq!(node.until("connection refused")["peer"], id);

    let unban = Command::new(env!("CARGO_BIN_EXE_peerwarden"))
        .args(["unban", &id, "--socket"])
        .arg(data.join("admin.sock"))
        .output()
        .unwrap();
    assert!(unban.status.success(), "{}", String::from_utf8_lossy(&unban.stderr));
    bad.order("connect");
    bad.until("subscribed");
}
