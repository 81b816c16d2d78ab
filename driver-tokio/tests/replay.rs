//! `peerwarden replay` and `peerwarden policy try`, on recordings of the simulator.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic, helpers included")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// What a command printed, and how it ended.
#[derive(Debug, PartialEq)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(args: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peerwarden"));
    let output = command.args(args.split_whitespace()).env_remove("NO_COLOR").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// What it prints if all goes well.
fn done(args: &str) -> String {
    let ran = run(args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args}: {ran:?}");
    ran.out
}

fn recording(name: &str) -> String {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/vectors");
    vectors.join(name).to_str().unwrap().to_owned()
}

fn file(dir: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_policy_without_incidents_bans_everybody_in_one() {
    let out = done(&format!("replay {} --policy flow", recording("recorded_incident.jsonl")));

    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let begins = "small-incident default: 17m 35s from 2026-01-01T00:00:00Z, 1541 inputs in 1 file
exact: the recorded policy comes to the recorded actions

POLICY    PEERS  NETWORKS  BANS  TIME BANNED  FIRST BAN
recorded  1      0         2     1m 35s       after 16m
flow      10     0         11    19m 38s      after 15m 4s

BANS BY CAUSE  penalty
recorded       2
flow           11

POLICY    INCIDENTS  BANS WITHHELD
recorded  1          10 by incident
flow      0          none

banned under flow and not as recorded: 9
WHO         FIRST BANNED  BY       TIMES  TIME BANNED
resident-1  after 15m 4s  penalty  1      2m 10s
";
    assert!(out.starts_with(begins), "{out}");
    let ends = "
banned as recorded and not under flow: none
banned under both: 1, of which 0 sooner under flow, and 0 later

What peers would have done after another verdict is not known: one that only the
other policy bans goes on here as recorded, and one that only the recorded one
banned stays away.
";
    assert!(out.ends_with(ends), "{out}");
}

#[test]
fn honest_peers_that_are_hit_are_counted_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let honest = file(&dir, "honest", "# known for years\nresident-1\npeer:resident-2\n\nnobody\n");

    let out = done(&format!(
        "replay {} --policy flow --honest {}",
        recording("recorded_incident.jsonl"),
        honest.display()
    ));

    assert!(out.contains("FIRST BAN     HONEST HIT\n"), "{out}");
    assert!(out.contains("after 16m     0 of 2\n"), "{out}");
    assert!(out.contains("after 15m 4s  2 of 2\n"), "{out}");
    let hit =
        "honest peers hit under flow:\n  resident-1 after 15m 4s\n  resident-2 after 15m 5s\n";
    assert!(out.contains(hit), "{out}");
}

#[test]
fn a_peer_is_followed_and_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let plot = dir.path().join("peer.svg");

    let out = done(&format!(
        "replay {} --policy flow --peer resident-3 --plot {}",
        recording("recorded_incident.jsonl"),
        plot.display()
    ));

    let table = "resident-3:
POLICY    HIGHEST PENALTY  THRESHOLD  REFUSED  FOR
recorded  87264            86400      0 times  0s
flow      135613           86400      1 time   2m 17s
";
    assert!(out.contains(table), "{out}");
    assert!(out.ends_with(&format!("drawn: {}\n", plot.display())), "{out}");
    let svg = std::fs::read_to_string(plot).unwrap();
    for text in [
        "Penalty of resident-3 under each policy",
        "penalty in points",
        "minutes since 2026-01-01T00:00:00Z",
        "threshold",
        "the peer is banned",
        "recorded",
        "flow",
    ] {
        assert!(svg.contains(text), "no {text:?} in the picture");
    }
}

#[test]
fn all_bans_are_drawn_with_whose_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let plot = dir.path().join("all.svg");

    let recording = recording("recorded_incident.jsonl");
    done(&format!("replay {recording} --policy flow --quiet --plot {}", plot.display()));

    let svg = std::fs::read_to_string(plot).unwrap();
    for text in [
        "Who is banned under which policy",
        "peers and networks banned",
        "resident-0",
        "attacker-9",
    ] {
        assert!(svg.contains(text), "no {text:?} in the picture");
    }
}

#[test]
fn json_has_everything_and_the_caveat() {
    let dir = tempfile::tempdir().unwrap();
    let strict = file(&dir, "strict.toml", "threshold = 40000\n");

    let out = done(&format!(
        "replay {} --policy {} --json --since 1m",
        recording("recorded_sybils.jsonl"),
        strict.display()
    ));

    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["policies"][1]["name"], "strict");
    assert_eq!(json["policies"][0]["bans"]["penalty"], 12);
    assert_eq!((&json["from"], &json["inputs"]), (&60.0.into(), &1364.into()));
    assert!(json["caveat"].as_str().unwrap().starts_with("What peers would have done"), "{json}");
}

#[test]
fn a_policy_is_tried_in_three_sentences() {
    let dir = tempfile::tempdir().unwrap();
    let recording = recording("recorded_incident.jsonl");
    let lenient = file(&dir, "lenient.toml", "preset = 'flow'\n");
    let sentences = "In 17m 35s of recording this policy bans 10 peers, the recorded one 1 peer.
Banned by this one alone: resident-1, resident-4, resident-3 and 6 more; by the recorded one alone: none.
What peers would have done after another verdict is not known: one that only the other policy bans goes on \
here as recorded, and one that only the recorded one banned stays away. Exact: the recorded policy comes to \
the recorded actions.
";

    let path = lenient.display();
    assert_eq!(done(&format!("policy try {path} --on {recording}")), sentences);
    assert_eq!(
        done(&format!("policy check {path} --on {recording}")),
        format!("the policy in {path} can be put in force\n{sentences}")
    );
    let json = done(&format!("policy check {path} --on {recording} --json"));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["replay"]["policies"][1]["peers"], 10);
}

#[test]
fn what_cannot_be_replayed_is_said_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read_to_string(recording("recorded_sybils.jsonl")).unwrap();
    let foreign = whole.replacen("\"recording\":1", "\"recording\":9", 1);
    for (bytes, code, message) in [
        (
            vec![0x1f, 0x8b, 8, 0],
            1,
            "compressed with gzip, and recordings are with zstd: unpack it with gunzip first",
        ),
        (
            foreign.into_bytes(),
            8,
            "a recording of format 9, and this version reads format 1 only: use the version that wrote it",
        ),
        (
            b"hello".to_vec(),
            1,
            "not a recording: it begins neither with zstd's mark nor with a recording's first line",
        ),
    ] {
        let file = file(&dir, "r", bytes);
        let ran = run(&format!("replay {}", file.display()));
        let err = format!("peerwarden replay: {}: {message}\n", file.display());
        assert_eq!(ran, Ran { code, out: String::new(), err });
    }

    let damaged = whole.replacen("\"at\":101.349,\"connect\"", "\"at\":101.349,\"conect\"", 1);
    let damaged = file(&dir, "damaged", damaged);
    let ran = run(&format!("replay {}", damaged.display()));
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.out.contains("recorded  2"), "{ran:?}");
    let err = format!("peerwarden replay: {}: line 238: unknown field `conect`", damaged.display());
    assert!(ran.err.starts_with(&err), "{ran:?}");
}

#[test]
fn arguments_that_make_no_sense_are_told() {
    let recording = recording("recorded_sybils.jsonl");
    for (args, code, message) in [
        ("replay".to_owned(), 2, "<FILE>"),
        (format!("replay {recording} --since never"), 2, "neither a time of day"),
        (format!("replay {recording} --policy /nowhere.toml"), 1, "/nowhere.toml cannot be read"),
        (format!("replay {recording} --honest /nowhere"), 1, "/nowhere cannot be read"),
        (
            format!("replay {recording} --plot /nowhere/p.svg"),
            1,
            "/nowhere/p.svg cannot be written",
        ),
        ("replay /nowhere".to_owned(), 1, "/nowhere: cannot be read"),
    ] {
        let ran = run(&args);
        assert_eq!(ran.code, code, "{args}: {ran:?}");
        assert!(ran.err.contains(message), "{args}: {ran:?}");
    }
}
