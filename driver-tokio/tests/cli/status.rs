//! `peerwarden status`.

use crate::fake_node::FakeNode;
use crate::node::{ABSENT, Node, Ran};

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_on_one_screen_how_the_node_is() {
    let node = Node::start();
    node.connected_peer().await;
    node.done(&format!("ban 203.0.113.0/24 {ABSENT}"));
    node.done("protect 192.0.2.1");

    let text = node.done("status");
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("peerwarden 0.1.0, up "), "{text}");
    assert!(lines[0].ends_with(&format!("s, at {}", node.socket().display())), "{text}");
    assert!(lines[1].starts_with("Node       12D3KooW"), "{text}");
    assert_eq!(
        lines[2..6],
        [
            "Peers      1 connected, 2 known; 2 networks",
            "Bans       2 operator",
            "Refused    0 connections since the start",
            "Protected  1",
        ],
        "{text}"
    );
    assert!(lines[6].starts_with("Store      "), "{text}");
    assert_eq!(lines[7..], ["Lists      none", "Recording  none", "Health     good"], "{text}");

    let file = node.dir().join("level1");
    std::fs::write(&file, "198.51.100.0/24\n").unwrap();
    node.done(&format!("import {}", file.display()));
    let text = node.done("status");
    assert!(text.contains("\nLists      level1 with 1 entry\n"), "{text}");
}

#[test]
fn its_json_has_what_the_node_says_and_its_health() {
    let node = Node::start();
    let status = node.json("status");
    assert_eq!(status["api"], "v1");
    assert_eq!(status["counts"]["bans_operator"], 0);
    assert_eq!(status["healthy"], true);
    assert_eq!(status["lists"], serde_json::json!([]));
    assert_eq!(status["problems"], serde_json::json!([]));
    assert_eq!(node.done("status --quiet"), "");
}

#[test]
fn a_node_that_is_not_healthy_is_exit_code_1() {
    let fake = FakeNode::start(&[
        (
            "/v1/node",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
             {\"api\":\"v1\",\"version\":\"9\\u001b[2J\",\"run\":\"r\",\"uptime\":100.0,\"peer\":null,\"counts\":{\
             \"records\":1,\"networks\":0,\"connected\":0,\"bans_address\":0,\"bans_application\":0,\
             \"bans_operator\":0,\"bans_penalty\":2,\"bans_remote\":1,\"bans_score\":0},\"protected\":0,\
             \"refused\":7,\"dry_run\":true,\"store\":null}",
        ),
        (
            "/v1/health",
            "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n\
             {\"healthy\":false,\"problems\":[\"the disk is full\"]}",
        ),
        (
            "/v1/lists",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
             {\"lists\":[{\"name\":\"tor\",\"entries\":3,\"refused\":0,\"error\":\"no such file\"}]}",
        ),
    ]);
    let expected = "peerwarden 9\\u{1b}[2J, up 1m 40s, at DIR/admin.sock
Peers      0 connected, 1 known; 0 networks
Bans       2 penalty, 1 remote
Refused    7 connections since the start
Protected  0
Store      none: bans end with the node
Lists      tor that cannot be read: peerwarden lists says why
Recording  none
Policy     dry run: automatic bans are only logged
PROBLEM    the disk is full
";
    let ran = fake.run("status");
    assert_eq!(ran, Ran { code: 1, out: expected.to_owned(), err: String::new() });
    assert_eq!(fake.run("status -q"), Ran { code: 1, out: String::new(), err: String::new() });
}
