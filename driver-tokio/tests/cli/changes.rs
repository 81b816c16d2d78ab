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
fn a_network_that_is_wide_or_wider_than_it_looks_is_told_before_it_is_banned() {
    let node = Node::start();
    let told = |args: &str, network: &str, part: &str| {
        let ran = node.run(args);
        let expected = format!(
            "peerwarden ban: this bans {network}, {part}. Nothing was changed: add --yes to mean it\n"
        );
        assert_eq!((ran.code, ran.err), (1, expected), "{args}");
        ran.out
    };
    let masked = told("ban 10.0.0.0/4", "0.0.0.0/4", "one part in 16 of IPv4");
    assert_eq!(masked, "10.0.0.0/4 is read as the network 0.0.0.0/4\n");
    assert_eq!(told("ban 0.0.0.0/0", "0.0.0.0/0", "all of IPv4"), "");
    assert_eq!(told("ban 192.0.2.1 2000::/3", "2000::/3", "one part in 8 of IPv6"), "");
    assert_eq!(told("ban 8000::/1", "8000::/1", "half of IPv6"), "");
    assert_eq!(node.json("bans")["total"], 0);

    let dry = node.done("ban 10.0.0.0/4 --dry-run");
    let start = "10.0.0.0/4 is read as the network 0.0.0.0/4\n0.0.0.0/4 would be banned until ";
    assert!(dry.starts_with(start), "{dry}");
    let banned = node.done("ban 100.1.2.3/255.0.0.0 2001:db8::/16");
    assert!(
        banned.starts_with("100.1.2.3/255.0.0.0 is read as the network 100.0.0.0/8\n"),
        "{banned}"
    );
    assert!(node.done("ban 96.0.0.0/7 --yes").starts_with("96.0.0.0/7 is banned for 1day"));
    let lifted = node.done("unban 100.1.1.1/8 2001::/16 96.0.0.0/7");
    assert!(lifted.starts_with("100.1.1.1/8 is read as the network 100.0.0.0/8\n"), "{lifted}");
    assert_eq!(node.json("bans")["total"], 0);
}

#[test]
fn a_moment_of_another_zone_is_the_same_moment_and_a_dry_run_ends_as_the_ban_does() {
    let node = Node::start();
    let banned = node.done("ban 192.0.2.1 --until 2150-01-31T14:00:00+02:00");
    assert!(banned.ends_with("\n  ends 2150-01-31T12:00:00Z\n"), "{banned}");
    let foretold = node.done("ban 192.0.2.2 --for 500y --dry-run");
    let foretold = foretold.split(" until ").nth(1).unwrap();
    let banned = node.done("ban 192.0.2.2 --for 500y");
    let banned = banned.split("\n  ends ").nth(1).unwrap();
    assert_eq!(foretold[..10], banned[..10]);
    let shown = node.done("why 192.0.2.2");
    assert!(shown.contains(&foretold[..10]), "{shown}");
}

#[test]
fn a_ban_that_is_wrong_changes_nothing_and_says_what_is_right() {
    let node = Node::start();
    let own = node.json("status")["peer"].as_str().unwrap().to_owned();
    node.assert_fails(&[
        (
            "ban 192.0.2.1 203.0.113.0/33",
            2,
            "peerwarden ban: \"203.0.113.0/33\" is no network: a number from 0 to 32 has to follow the slash",
        ),
        (&format!("ban 192.0.2.1 {own}"), 1, &format!("peerwarden ban: {own} is this node itself, and is not banned")),
        (
            "ban 12D3KooWzzzz",
            2,
            "peerwarden ban: \"12D3KooWzzzz\" is neither a peer id nor an address: give a whole id, an IP such as \
             192.0.2.1, or a network such as 192.0.2.0/24",
        ),
        (
            "ban /ip4/203.0.113.7/tcp/4001",
            2,
            "peerwarden ban: \"/ip4/203.0.113.7/tcp/4001\" is a multiaddress: give its IP 203.0.113.7",
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
            "\"tomorrow\" is not a time: give one such as 2030-01-31T12:00:00Z or 2030-01-31T14:00:00+02:00",
        ),
        (
            "ban 192.0.2.1 --until 2020-01-01T00:00:00Z",
            "\"2020-01-01T00:00:00Z\" is in the past: give a moment ahead, such as 2030-01-31T12:00:00Z",
        ),
        (
            "ban 192.0.2.1 --for -5m",
            "\"-5m\" is not a duration above zero: give one such as 90s, \"1h 30m\" or 7d",
        ),
        ("bans -n -3", "\"-3\" is not a whole number from 1 to 4294967295"),
        ("bans --limit 0", "\"0\" is not a whole number from 1 to 4294967295"),
        ("watch -n -3", "\"-3\" is not a whole number from 1 to 4294967295"),
        ("bans --ending -5m", "\"-5m\" is not a duration above zero"),
        ("bans --timeout -5s", "\"-5s\" is not a duration above zero"),
        ("import x --for -1h", "\"-1h\" is not a duration above zero"),
        ("web --port -1", "invalid value '-1' for '--port <PORT>': -1 is not in 0..=65535"),
        ("check 12D3 --ip 1.2.3.400", "\"1.2.3.400\" is no IP: 400 is no byte; give an IP such as"),
        (
            "check 12D3 --ip 10.0.0.0/8",
            "\"10.0.0.0/8\" is a network: give one IP, such as 192.0.2.1",
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
            "peerwarden unban: \"203.0.113\" is neither a peer id nor an address: IPv4 has four numbers, not 3",
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
