//! `peerwarden watch`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::fake_node::FakeNode;
use crate::node::{Node, Ran};

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Bans and lifts until `child` has seen enough of it.
fn until_ended(node: &Node, mut child: Child) -> Ran {
    while child.try_wait().unwrap().is_none() {
        node.done("ban 192.0.2.1 --for 1h --note scanner");
        node.done("unban 192.0.2.1");
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn events_are_printed_a_line_each() {
    let node = Node::start();
    let lines = until_ended(&node, spawn(&mut node.command("watch -n 2 --only banned,unbanned")));
    let objects = until_ended(&node, spawn(&mut node.command("watch -n 1 --only banned --json")));
    assert_eq!((lines.code, lines.err.as_str()), (0, ""), "{lines:?}");
    let mut told: Vec<_> = lines.out.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "banned    192.0.2.1/32 by operator for 1h: \"scanner\" (ana)",
            "unbanned  192.0.2.1/32, no longer banned by operator",
        ]
    );
    assert_eq!((objects.code, objects.err.as_str()), (0, ""), "{objects:?}");
    let object: Value = serde_json::from_str(&objects.out).unwrap();
    assert_eq!(object["event"], "banned");
    assert_eq!(object["subject"], "addr:192.0.2.1/32");
}

#[test]
fn it_ends_with_ctrl_c_and_tells_when_the_node_ends() {
    let mut node = Node::start();
    for interrupted in [true, false] {
        let mut child = spawn(&mut node.command("watch"));
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let (line, reader) = (std::sync::mpsc::channel(), &mut out);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut first = String::new();
                reader.read_line(&mut first).unwrap();
                line.0.send(first).unwrap();
            });
            while line.1.try_recv().is_err() {
                node.done("ban 192.0.2.1");
            }
        });
        if interrupted {
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        } else {
            node.process.signal("-TERM");
            node.process.until("stopped");
        }
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let (code, expected) = match interrupted {
            true => (0, String::new()),
            false => (
                3,
                format!(
                    "peerwarden watch: no node answers at {} (the node has ended). Is it running?\n",
                    node.socket().display()
                ),
            ),
        };
        assert_eq!((output.status.code(), errors), (Some(code), expected));
    }
}

#[test]
fn events_that_were_missed_are_a_line_and_an_exit_code() {
    let fake = FakeNode::start(&[
        ("/v1/node", "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"api\":\"v1\"}"),
        (
            "/v1/events",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n: connected\n\nid: 1\nevent: missed\n\
             data: {\"missed\":12,\"missed_denials\":3}\n\nid: 2\nevent: policy\n\
             data: {\"at\":1.0,\"time\":\"2026-11-28T01:00:00.000Z\"}\n\n",
        ),
    ]);
    let expected = "missed    12 events and 3 denials: this program reads too slowly
2026-11-28T01:00:00Z policy    another policy is in force: peerwarden policy show
";
    assert_eq!(
        fake.run("watch -n 1"),
        Ran { code: 7, out: expected.to_owned(), err: String::new() }
    );
}

#[test]
fn names_that_are_wrong_are_told() {
    let node = Node::start();
    node.assert_fails(&[
        (
            "watch --only bans",
            2,
            "peerwarden watch: --only is \"bans\": give names of events, such as banned,unbanned, of amended, \
             banned, denied, incident, list, policy, refused-address, shadow, unbanned, warned, withheld",
        ),
        (
            "watch --only 'a b'",
            2,
            "peerwarden watch: \"a b\" are not names of events: give some such as banned,unbanned,denied with \
             commas between",
        ),
    ]);
    assert_eq!(node.run("watch -n 0").code, 2);
}
