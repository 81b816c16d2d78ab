//! `peerwarden shadow`.

use std::time::Duration;

use futures::StreamExt;

use crate::node::{Node, ran};
use crate::peer::Peer;

/// Nothing bans but a policy whose threshold two messages that are too long go over.
const SETTINGS: &str = "
[topics.news]
max_size = 1000
[policy]
scores = false
[policy.shadow.strict]
threshold = 1000
decay = [1]
scores = false
";

/// A node with a shadow policy that would have banned a peer, that peer, and the line that told of it.
async fn with_an_offender() -> (Node, Peer, String) {
    let node = Node::with_settings(SETTINGS);
    let mut peer = Peer::signed("news");
    assert!(peer.join(node.address()).await);
    let mut watch = node.command("watch --only shadow -n 1");
    let mut told = tokio::task::spawn_blocking(move || ran(&mut watch));
    let mut next = tokio::time::interval(Duration::from_millis(20));
    loop {
        tokio::select! {
            told = &mut told => return (node, peer, told.unwrap().out),
            _ = next.tick() => peer.publish(1_001).await,
            _ = peer.swarm.next() => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_a_policy_of_the_settings_would_have_done_of_whom_and_why() {
    let (node, peer, told) = with_an_offender().await;
    let id = peer.id().to_string();

    let listed = node.done("shadow");
    let shown = node.done("shadow show strict --wide");

    let would =
        format!("shadow    strict would ban {}…{} by penalty for ", &id[..8], &id[id.len() - 6..]);
    assert!(
        told.contains(&would) && told.ends_with(": 2 oversized-message, offence 1\n"),
        "{told}"
    );

    let lines: Vec<_> = listed.lines().collect();
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines[0], "NAME    SINCE   BANS  IN FORCE  ONLY HERE  ONLY IN FORCE  BOTH");
    let row = cells(lines[1]);
    assert_eq!((row[0].as_str(), &row[3..]), ("strict", &cells("1 0 1 0 0")[..]), "{listed}");
    assert_eq!(lines[2], "1 of 1 shadow policies shown.");

    assert!(
        shown.starts_with("points above which a peer is banned: 1000 instead of 86400\n"),
        "{shown}"
    );
    assert!(
        shown.contains(
            "It would have begun 1 ban: 1 by penalty; the policy in force began no ban.\n"
        )
    );
    let row = shown.lines().find(|line| line.starts_with(&id));
    let row = row.unwrap_or_else(|| panic!("{id} is not there: {shown}"));
    assert!(row.contains("penalty") && row.contains("2 oversized-message"), "{row}");
    let last = "1 of 1 subjects shown. What they would have done after a ban is not known.\n";
    assert!(shown.ends_with(last), "{shown}");
    assert_eq!(node.json("bans")["bans"], serde_json::json!([]), "its bans are only told");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_puts_it_in_force() {
    let (node, mut peer, _) = with_an_offender().await;

    let would = node.done("shadow promote strict --dry-run");
    let done = node.done("shadow promote strict");

    let first = "points above which a peer is banned: 1000 instead of 86400\n";
    assert!(
        would.starts_with(first) && would.ends_with("would change; nothing was changed\n"),
        "{would}"
    );
    assert!(done.starts_with(first) && done.contains("until the node restarts"), "{done}");
    assert!(node.done("policy show").contains("threshold = 1000\n"));
    assert!(node.done("shadow").ends_with("\n0 of 0 shadow policies shown.\n"));
    // What it owed before has decayed, if only by seconds.
    for _ in 0..2 {
        peer.publish(1_001).await;
    }
    peer.until_thrown_out().await;
}

#[test]
fn a_policy_is_begun_from_a_file_and_ended() {
    let node = Node::start();
    let file = node.dir().join("strict.toml");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "default_penalty = 1000\n").unwrap();

    let begun = node.done(&format!("shadow start strict {path}"));
    let again = node.json(&format!("shadow start strict {path}"));

    assert_eq!(
        begun,
        "points that a report without a weight of its own adds: 1000 instead of 864
what strict would do is told from here on, until the node restarts
"
    );
    assert_eq!(again["shadow"]["name"], "strict");
    let shown = node.done("shadow show strict");
    assert!(
        shown.ends_with(
            "0 of 0 subjects shown. What they would have done after a ban is not known.\n"
        )
    );
    assert_eq!(node.done("shadow stop strict"), "what strict would do is no longer told\n");
    assert_eq!(node.json("shadow")["shadows"], serde_json::json!([]));
}

#[test]
fn a_policy_that_says_the_same_changes_nothing_when_it_is_promoted() {
    let node = Node::with_settings("[policy.shadow.same]\n");

    let promoted = node.run("shadow promote same");

    assert_eq!((promoted.code, promoted.err.as_str()), (5, ""), "{promoted:?}");
    assert_eq!(promoted.out, "the policy in force says the same; nothing is changed\n");
}

#[test]
fn what_is_not_there_or_wrong_is_told() {
    let node = Node::start();
    let file = node.dir().join("wrong.toml");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "treshold = 1\n").unwrap();
    let none =
        "peerwarden shadow: there is no shadow policy strict: peerwarden shadow shows all of them";

    node.assert_fails(&[
        ("shadow show strict", 5, none),
        ("shadow stop strict", 5, none),
        ("shadow promote strict", 5, none),
        (
            &format!("shadow start strict {path}"),
            1,
            &format!("peerwarden shadow: {path}: line 1: unknown setting treshold: did you mean threshold?"),
        ),
    ]);
    let named = node.run("shadow show Strict");
    assert_eq!(named.code, 2, "{named:?}");
    assert!(named.err.contains("the name of a shadow policy has 1 to 64 of a-z"), "{named:?}");
}
