//! `peerwarden ban`, `unban`, `protect`, `unprotect` and `disconnect`.

use libp2p::PeerId;
use libp2p::identity::Keypair;
use serde_json::json;

use crate::node::{ABSENT, Node, Ran};

fn brief(id: &str) -> String {
    format!("{}…{}", &id[..8], &id[id.len() - 6..])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_says_what_it_will_do_and_then_what_it_did() {
    let node = Node::start();
    let id = node.connected_peer().await.to_string();
    let foretold = node.done(&format!("ban {id} --until 2150-01-31T12:00:00Z --dry-run"));
    let end = "until 2150-01-31T12:00:00Z (";
    assert!(foretold.starts_with(&format!("{id} would be banned {end}")), "{foretold}");
    let brief = brief(&id);
    assert!(
        foretold
            .ends_with(&format!("; 1 peer would be disconnected: {brief}\nnothing was changed\n")),
        "{foretold}"
    );
    assert_eq!(node.json("bans")["total"], 0);

    let banned =
        node.done(&format!("ban {id} --until 2150-01-31T12:00:00Z --note spam --by 'the crew'"));
    let lines: Vec<_> = banned.lines().collect();
    assert!(lines[0].starts_with(&format!("{id} is banned for ")), "{banned}");
    assert!(lines[0].ends_with("; 1 peer is disconnected; note: \"spam\" (the crew)"), "{banned}");
    assert_eq!(
        lines[1..],
        ["  ends 2150-01-31T12:00:00Z", &format!("  disconnects {brief}")],
        "{banned}"
    );

    let moved = node.done(&format!("ban {id} --forever"));
    assert!(moved.starts_with(&format!("the ban of {id} now lasts forever, not for ")), "{moved}");
    assert!(moved.ends_with(&format!("\n  ends with: peerwarden unban {id}\n")), "{moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_five_peers_are_not_disconnected_without_yes() {
    let node = Node::start();
    for _ in 0..6 {
        node.connected_peer().await;
    }
    let refused = node.run("ban 127.0.0.0/8");
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
    let message = "peerwarden ban: this disconnects 6 peers: ";
    assert!(refused.err.starts_with(message), "{refused:?}");
    assert!(
        refused.err.ends_with(" and 1 more. Nothing was changed: add --yes to mean it\n"),
        "{refused:?}"
    );
    assert_eq!(node.json("bans")["total"], 0);

    let done = node.done("ban 127.0.0.0/8 --yes");
    assert!(
        done.starts_with(
            "127.0.0.0/8 is banned for 1day; 6 peers are disconnected; it holds 127.0.0.1"
        ),
        "{done}"
    );
}

#[test]
fn a_ban_that_is_wrong_changes_nothing_and_says_what_is_right() {
    let node = Node::start();
    let own = node.json("status")["peer"].as_str().unwrap().to_owned();
    node.assert_fails(&[
        (
            "ban 192.0.2.1 203.0.113.0/33",
            2,
            "peerwarden ban: \"203.0.113.0/33\" is neither a peer id nor an address: /33 is no prefix length, \
             which is a number from 0 to 32",
        ),
        (&format!("ban 192.0.2.1 {own}"), 1, &format!("peerwarden ban: {own} is this node itself, and is not banned")),
        (
            "ban 192.0.2.1 --until 2020-01-01T00:00:00Z",
            1,
            "peerwarden ban: until is \"2020-01-01T00:00:00Z\": give a moment ahead, such as \
             \"2030-01-31T12:00:00Z\"",
        ),
    ]);
    for (args, expected) in [
        ("ban", "required arguments were not provided:\n  <SUBJECT>..."),
        (
            "ban 192.0.2.1 --for 1x",
            "\"1x\" is not a duration above zero: give one such as 90s, \"1h 30m\" or 7d",
        ),
        (
            "ban 192.0.2.1 --until tomorrow",
            "\"tomorrow\" is not a time: give one such as 2030-01-31T12:00:00Z",
        ),
        ("ban 192.0.2.1 --for 1h --forever", "'--for <TIME>' cannot be used with '--forever'"),
        ("ban 192.0.2.1 --note ''", "error: invalid value '' for '--note <TEXT>'"),
        ("ban 192.0.2.1 --by ana", "--note <TEXT>"),
    ] {
        let ran = node.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args}: {ran:?}");
        assert!(ran.err.contains(expected), "{args}: {ran:?}");
    }
    assert_eq!(node.json("bans")["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tails_of_ids_are_for_reading_only() {
    let node = Node::start();
    let id = node.connected_peer().await.to_string();
    let tail = &id[id.len() - 6..];
    assert!(node.done(&format!("why {tail}")).starts_with(&format!("{id} is not banned.\n")));
    assert!(
        node.done(&format!("why {}", brief(&id))).starts_with(&format!("{id} is not banned.\n"))
    );
    for verb in ["ban", "unban", "protect", "unprotect", "disconnect"] {
        let message = format!(
            "peerwarden {verb}: \"{tail}\" is only part of a peer id, and {verb} wants all of it: peerwarden \
             {verb} {id}"
        );
        node.assert_fails(&[(&format!("{verb} {tail}"), 2, &message)]);
    }
    node.assert_fails(&[(
        "why zzzz",
        2,
        "peerwarden why: \"zzzz\" is neither a peer id nor an address, and no peer that the node knows has an \
         id with that end: peerwarden peers --all lists them",
    )]);
}

#[test]
fn a_tail_that_fits_two_peers_is_told_which() {
    let node = Node::start();
    let mut ids = std::collections::BTreeMap::new();
    let (one, other) = loop {
        let id = PeerId::from(Keypair::generate_ed25519().public()).to_string();
        if let Some(earlier) = ids.insert(id[id.len() - 4..].to_owned(), id.clone()) {
            break (earlier, id);
        }
    };
    node.done(&format!("ban {one} {other}"));
    let tail = &one[one.len() - 4..];
    let (first, second) = (one.as_str().min(&other), one.as_str().max(&other));
    let message = format!(
        "peerwarden why: \"{tail}\" fits 2 peers: {first}, {second}: give more of the id that is meant"
    );
    node.assert_fails(&[(&format!("why {tail}"), 2, &message)]);
    let message = format!(
        "peerwarden unban: \"{tail}\" is only part of a peer id, and fits 2 peers: unban wants the whole id of \
         one"
    );
    node.assert_fails(&[(&format!("unban {tail}"), 2, &message)]);
}

#[test]
fn unban_prints_what_was_lifted_and_what_still_refuses() {
    let node = Node::start();
    node.done(&format!("ban 203.0.113.0/24 203.0.113.7 {ABSENT} --forever"));
    assert_eq!(
        node.done("unban 203.0.113.7"),
        "203.0.113.7/32 is no longer banned by operator; still refused: 203.0.113.0/24 is banned by operator \
         forever\n"
    );
    let partly = node.run(&format!("unban {ABSENT} 192.0.2.1"));
    assert_eq!(
        partly,
        Ran {
            code: 6,
            out: format!("{ABSENT} is no longer banned by operator\n"),
            err: "peerwarden unban: there was no such ban of 192.0.2.1/32; nothing was changed\n"
                .to_owned(),
        }
    );
    node.assert_fails(&[
        (
            "unban 192.0.2.1",
            5,
            "peerwarden unban: there was no such ban of 192.0.2.1/32; nothing was changed",
        ),
        (
            "unban 203.0.113.0/24 --cause score",
            5,
            "peerwarden unban: there was no such ban of 203.0.113.0/24; nothing was changed; still refused: \
             it is itself banned by operator forever",
        ),
        (
            "unban 203.0.113",
            2,
            "peerwarden unban: \"203.0.113\" is neither a peer id nor an address: an IPv4 address has four \
             numbers, 203.0.113 has 3",
        ),
    ]);
}

#[test]
fn answers_as_json_say_of_each_subject_what_came_of_it() {
    let node = Node::start();
    let banned = node.json("ban 192.0.2.1 --forever");
    assert_eq!(banned["failed"], json!([]));
    assert_eq!(banned["done"][0]["change"], json!({ "began": { "until": "forever" } }));
    assert_eq!(banned["done"][0]["durable"], true);
    let foretold = node.json("ban 192.0.2.2 --dry-run");
    assert_eq!(foretold["done"][0]["dry_run"], true);
    let partly = node.run("unban 192.0.2.1 192.0.2.2 --json");
    assert_eq!((partly.code, partly.err.as_str()), (6, ""), "{partly:?}");
    let partly: serde_json::Value = serde_json::from_str(&partly.out).unwrap();
    assert_eq!(partly["done"][0]["lifted"][0]["cause"], "operator");
    assert_eq!(
        partly["failed"],
        json!([{
            "subject": "192.0.2.2/32", "error": "not_banned", "field": null,
            "message": "there was no such ban of 192.0.2.2/32; nothing was changed"
        }])
    );
}

#[test]
fn protection_begins_and_ends_and_does_so_once() {
    let node = Node::with_settings("[policy]\nprotect = [\"192.0.2.9\"]");
    assert_eq!(node.done("protect 192.0.2.1"), "192.0.2.1/32 is protected by operator\n");
    assert_eq!(node.done("unprotect 192.0.2.1"), "192.0.2.1/32 is no longer protected\n");
    node.done("protect 192.0.2.1");
    node.assert_fails(&[
        (
            "protect 192.0.2.1",
            5,
            "peerwarden protect: 192.0.2.1/32 is protected by the operator already; nothing was changed",
        ),
        (
            "unprotect 192.0.2.2",
            5,
            "peerwarden unprotect: 192.0.2.2/32 is not protected; nothing was changed",
        ),
        (
            "unprotect 192.0.2.9",
            5,
            "peerwarden unprotect: 192.0.2.9/32 is not protected by operator, but by settings; nothing was \
             changed: add --tag settings to take that off",
        ),
        (
            "protect 192.0.2.x",
            2,
            "peerwarden protect: \"192.0.2.x\" is neither a peer id nor an address: give a whole id, an IP such \
             as 192.0.2.1, or a network such as 192.0.2.0/24",
        ),
        (
            "unprotect ::1::",
            2,
            "peerwarden unprotect: \"::1::\" is neither a peer id nor an address: ::1:: is not an IPv6 address",
        ),
    ]);
    assert_eq!(
        node.done("unprotect 192.0.2.9 --tag settings"),
        "192.0.2.9/32 is no longer protected\n"
    );
    let tag = node.run("unprotect 192.0.2.1 --tag A");
    assert_eq!(tag.code, 2, "{tag:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_is_disconnected_without_a_ban() {
    let node = Node::start();
    let id = node.connected_peer().await;
    assert_eq!(
        node.done(&format!("disconnect {id}")),
        format!("{id} is being disconnected; it is not banned, and may come back\n")
    );
    node.assert_fails(&[
        (
            &format!("disconnect {ABSENT}"),
            5,
            &format!("peerwarden disconnect: {ABSENT} is not connected; nothing was done"),
        ),
        (
            "disconnect 127.0.0.1",
            2,
            "peerwarden disconnect: 127.0.0.1/32 is a network, and disconnect closes connections of peers: give \
             their ids, which peerwarden why 127.0.0.1/32 lists",
        ),
        (
            "disconnect 12D3",
            2,
            "peerwarden disconnect: \"12D3\" is neither a peer id nor an address: give a whole id, an IP such as \
             192.0.2.1, or a network such as 192.0.2.0/24",
        ),
    ]);
    assert_eq!(node.json("bans")["total"], 0);
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let run =
        |args: &str| crate::node::ran(crate::node::command(args).arg("--data-dir").arg(dir.path()));
    let mut process = crate::process::NodeProcess::start(dir.path(), &[]);
    process.address();
    assert_eq!(run("ban 192.0.2.1 --forever").code, 0);
    process.signal("-KILL");
    let _ = process.end();
    let mut process = crate::process::NodeProcess::start(dir.path(), &[]);
    process.address();
    assert_eq!(run("check 192.0.2.1").code, 10);
}
