//! `peerwarden import`, `lists` and `export`.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::node::{ABSENT, Node};

const LEVEL1: &str = "# scanners
203.0.113.0/24
198.51.100.7
10.0.0.0/8
198.51.100.300
";

fn file(node: &Node, name: &str, text: &str) -> String {
    let path = node.dir().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_is_tried_loaded_shown_and_taken_away() {
    let node = Node::start();
    let path = file(&node, "FireHOL_level1.netset", LEVEL1);
    let tried = node.run(&format!("import {path} --dry-run"));
    assert_eq!((tried.code, tried.err.as_str()), (6, ""), "{tried:?}");
    assert_eq!(
        tried.out,
        "list firehol_level1.netset loaded: 3 entries; 2 new, 0 changed, 0 gone, 1 refused, 1 fault; of a dry \
         run: nothing was changed
read as plain
not banned, wider than /16 or, of IPv6, /32: line 4: 10.0.0.0/8
wrong: line 5: \"198.51.100.300\" is no IP: 300 is no byte
connected peers that it disconnects: none
protected peers that it spares: none
"
    );
    assert_eq!(node.done("lists").lines().last(), Some("0 of 0 lists shown."));

    let loaded = node.run(&format!("import {path} --for 1d"));
    assert_eq!((loaded.code, loaded.err.as_str()), (6, ""), "{loaded:?}");
    let first = "list firehol_level1.netset loaded: 3 entries; 2 new, 0 changed, 0 gone, 1 refused, 1 fault\n\
                 read as plain\n";
    assert!(loaded.out.starts_with(first), "{loaded:?}");
    let lists = node.done("lists");
    let row: Vec<_> = lines(&lists)[1].split_whitespace().collect();
    assert_eq!(
        (row[0], row[1], row[2], row[3], row[5]),
        ("firehol_level1.netset", "plain", "3", "1", "-")
    );
    assert!(lists.ends_with("\n1 of 1 lists shown.\n"), "{lists}");
    let entries = node.done("lists firehol_level1.netset");
    assert!(entries.contains("\n203.0.113.0/24   20"), "{entries}");
    assert!(entries.ends_with("2 of 2 entries shown.\n"), "{entries}");
    let bans = node.done("bans");
    assert!(bans.contains("  remote  list firehol_level1.netset  "), "{bans}");
    assert!(bans.lines().all(|line| line.chars().count() <= 80), "{bans}");
    let why = node.done("why 203.0.113.7");
    assert!(why.contains("203.0.113.0/24 is banned by remote until 20"), "{why}");
    assert!(why.contains(" left), by list firehol_level1.netset.\n"), "{why}");
    let why = node.done("why 203.0.113.0/24");
    assert!(why.contains("\nBy list firehol_level1.netset, until 20"), "{why}");

    let fewer = file(&node, "FireHOL_level1.netset", "203.0.113.0/24\n");
    assert_eq!(
        node.done(&format!("import {fewer} --for 2d")),
        "list firehol_level1.netset loaded: 1 entry; 0 new, 1 changed, 1 gone, 0 refused, 0 faults\nread as \
         plain\n"
    );
    assert_eq!(
        node.done("lists firehol_level1.netset --delete"),
        "list firehol_level1.netset deleted: 0 entries; 0 new, 0 changed, 1 gone, 0 refused, 0 faults\n"
    );
    assert_eq!(node.json("bans")["total"], 0);
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_names_the_peers_that_are_hit_and_json_says_all() {
    let node = Node::start();
    let id = node.connected_peer().await.to_string();
    let path = file(
        &node,
        "peers.json",
        &format!(
            "[{{\"type\":\"ban\",\"scope\":\"peerid\",\"value\":\"{id}\",\"duration\":\"4h\"}}]"
        ),
    );
    let tried = node.json(&format!("import {path} --list crew --dry-run"));
    assert_eq!((&tried["list"], &tried["format"]), (&json!("crew"), &json!("crowdsec")));
    assert_eq!(tried["hits"]["connected"]["first"], json!([format!("peer:{id}")]));
    let told = node.done(&format!("import {path} --list crew --dry-run"));
    let brief = format!("{}…{}", &id[..8], &id[id.len() - 6..]);
    assert!(told.contains(&format!("\nconnected peers that it disconnects: {brief}\n")), "{told}");
    assert_eq!(node.json("lists")["lists"], json!([]));
}

#[test]
fn standard_input_and_bitcoin_s_bans_are_read() {
    let node = Node::start();
    let text = r#"{"banned_nets":[{"version":1,"ban_created":1,"banned_until":4102444800,"address":"203.0.113.0/24"},
        {"version":1,"ban_created":1,"banned_until":4102444800,"address":"pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"}]}"#;
    let mut child =
        node.command("import -").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "list import loaded: 1 entry; 1 new, 0 changed, 0 gone, 0 refused, 0 faults
read as bitcoin
skipped, onion: 1 entry
"
    );
    assert_eq!(node.run("check 203.0.113.7 -q").code, 10);
}

#[test]
fn bans_are_written_for_other_programs_and_read_again() {
    let node = Node::start();
    node.done(&format!("ban 203.0.113.0/24 {ABSENT} --forever --note scanner"));
    let plain = node.done("export --format plain");
    assert!(plain.contains("\n203.0.113.0/24 # scanner"), "{plain}");
    assert!(plain.ends_with("\n# 2 entries\n"), "{plain}");
    for (args, left_out) in [
        ("plain", ""),
        ("bitcoin", "1 ban left out: bitcoin has no word for peers\n"),
        (
            "crowdsec",
            "1 ban left out: not of the scope range; a file has one, --scope ip, peer or range\n",
        ),
    ] {
        let ran = node.run(&format!("export --format {args}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, left_out), "{args}");
    }
    let csv = node.run("export --format crowdsec-csv --scope peer --cause operator,remote").out;
    assert!(csv.contains(ABSENT) && !csv.contains("203.0.113.0"), "{csv}");
    let own = node.done("export");
    let bans: Value = serde_json::from_str(&own).unwrap();
    assert!(bans.to_string().contains("scanner"), "{bans}");

    let other = Node::start();
    let path = file(&other, "bans.json", &own);
    let read = other.done(&format!("import {path}"));
    assert!(read.starts_with("list bans.json loaded: 2 entries; 2 new, "), "{read}");
    assert!(read.contains("\nread as peerwarden\n"), "{read}");
}

#[test]
fn what_cannot_be_read_or_is_not_there_is_told_with_the_way_out() {
    let node = Node::start();
    let odd = file(&node, "odd.json", "{\"a\": 1}");
    node.assert_fails(&[
        (
            "import /dev/zero",
            1,
            "peerwarden import: /dev/zero is longer than 64 MiB: split it, and import each part as a list",
        ),
        (
            "import /nowhere/list",
            1,
            "peerwarden import: /nowhere/list cannot be read (No such file or directory (os error 2)): give a \
             file with a list of bans",
        ),
        ("lists none", 5, "peerwarden lists: there is no list none: peerwarden lists shows all of them"),
        ("lists none --delete", 5, "peerwarden lists: there is no list none: peerwarden lists shows all of them"),
        (
            "export --format plain --scope ip",
            2,
            "peerwarden export: only the formats crowdsec and crowdsec-csv have a scope: leave it out",
        ),
    ]);
    let refused = node.run(&format!("import {odd}"));
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
    assert!(refused.err.starts_with("peerwarden import: "), "{refused:?}");
    for (args, expected) in [
        ("import", "required arguments were not provided:\n  <FILE>"),
        (
            "import x --format xml",
            "[possible values: bitcoin, crowdsec, ipfilter, peerwarden, plain]",
        ),
        ("import x --list ../bans", "error: invalid value '../bans' for '--list <NAME>'"),
        (
            "export --format xml",
            "[possible values: bitcoin, crowdsec, crowdsec-csv, peerwarden, plain]",
        ),
        ("lists --delete", "required arguments were not provided:\n  <NAME>"),
    ] {
        let ran = node.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args}: {ran:?}");
        assert!(ran.err.contains(expected), "{args}: {ran:?}");
    }
}
