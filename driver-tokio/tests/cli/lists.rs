//! `peerwarden peers` and `protected`.

use serde_json::json;

use crate::node::{ABSENT, Node};

#[tokio::test(flavor = "multi_thread")]
async fn peers_are_listed_with_what_they_owe_and_how_they_stand() {
    let node = Node::start();
    let id = node.connected_peer().await.to_string();
    node.done(&format!("ban {ABSENT}"));
    let short = format!("{}…{}", &id[..8], &id[id.len() - 6..]);

    let text = node.done("peers --sort since");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0], "PEER             ADDRESS    DIR  SINCE  PENALTY  SCORE  OFF  STATE",
        "{text}"
    );
    let of = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let row = of(lines[1]);
    assert_eq!(row[..3], [short.as_str(), "127.0.0.1", "in"], "{text}");
    assert_eq!(row[4], "0", "{text}");
    assert_eq!(row[6..], ["0", "connected"], "{text}");
    assert_eq!(of(lines[2]), ["12D3KooW…wG6cJc", "-", "-", "-", "0", "-", "0", "banned"], "{text}");
    assert_eq!(lines[3], "2 of 2 peers shown. Banned above 86400 points.", "{text}");

    let connected = node.done("peers --connected --wide");
    assert!(connected.contains(&id) && connected.contains("1 of 1 peers shown."), "{connected}");
    let suspect = node.json("peers --suspect");
    assert_eq!(
        (&suspect["shown"], &suspect["total"], &suspect["next"]),
        (&json!(1), &json!(1), &json!(null))
    );
    assert_eq!(suspect["peers"][0]["peer"], ABSENT);
    let one = node.done("peers -n 1");
    assert!(
        one.ends_with("1 of 2 peers shown. --all shows the others. Banned above 86400 points.\n"),
        "{one}"
    );
}

#[test]
fn what_is_protected_is_listed_with_whom_it_is_protected_by() {
    let node = Node::with_settings("[policy]\nprotect = [\"192.0.2.1\"]");
    node.done("protect 192.0.2.1 203.0.113.0/24");
    assert_eq!(
        node.done("protected"),
        "SUBJECT         BY
192.0.2.1/32    operator, settings
203.0.113.0/24  operator
2 of 2 protected subjects shown.
"
    );
    let protected = node.json("protected");
    assert_eq!(
        protected["protected"][1],
        json!({ "subject": "addr:203.0.113.0/24", "tags": ["operator"] })
    );
}

#[test]
fn filters_that_are_wrong_name_what_is_right() {
    let node = Node::start();
    for (args, expected) in [
        ("peers --sort age", "[possible values: penalty, score, since]"),
        ("peers -n 0", "error: invalid value '0' for '--limit <N>'"),
        ("peers -n 3 --all", "the argument '--limit <N>' cannot be used with '--all'"),
        ("protected -n x", "error: invalid value 'x' for '--limit <N>'"),
        ("protected --sort x", "error: unexpected argument '--sort' found"),
        ("protected --color red", "[possible values: auto, always, never]"),
    ] {
        let ran = node.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args}: {ran:?}");
        assert!(ran.err.contains(expected), "{args}: {ran:?}");
    }
}
