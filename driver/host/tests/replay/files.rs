//! Files of a recording: several, out of order, damaged, foreign.

use std::io::Write as _;

use peerwarden_core::{Config, Points};
use peerwarden_host::replay::{InexactReason, Replay, ReplayReport};

use crate::node::{Node, moment, report, write};

/// Three parts: `a` is reported in the first, banned in the second, free again in the third.
fn parts() -> [Vec<String>; 3] {
    let mut node = Node::new(Config::flow());
    node.input(1.0, report("a", 80_000));
    node.hash(1.0);
    let first = node.lines.clone();
    node.begin(2.0);
    node.input(3.0, report("a", 20_000));
    node.hash(3.0);
    let second = node.lines.clone();
    node.begin(10.0);
    node.input(200.0, report("b", 1));
    node.hash(200.0);
    [first, second, node.lines]
}

fn run(files: &[(&str, &[u8])]) -> Result<ReplayReport, String> {
    let dir = tempfile::tempdir().unwrap();
    let paths: Vec<_> = files.iter().map(|(name, bytes)| write(dir.path(), name, bytes)).collect();
    let strict = Config::flow().with_threshold(Points::from_points(50_000));
    let replay = Replay::new(paths).with_policy("strict", strict);
    replay
        .run(|_| {})
        .map_err(|error| error.to_string().replace(&format!("{}/", dir.path().display()), ""))
}

fn text(lines: &[String]) -> Vec<u8> {
    lines.join("\n").into_bytes()
}

#[test]
fn parts_are_put_into_their_order_and_replayed_as_one() {
    let [first, second, third] = parts().map(|lines| text(&lines));

    let report =
        run(&[("day.10", &third), ("day.2", &second), ("day", &first)]).expect("it is whole");

    assert_eq!((report.files, report.inputs, report.stopped.as_deref()), (3, 3, None));
    assert_eq!((report.exactness.inputs, report.exactness.broken), (3, None));
    // 78 000 points are left at 3 and 98 000 then; the node's engine had no input when they were gone.
    let spans: Vec<_> =
        report.policies.iter().map(|policy| policy.banned[0].spans.clone()).collect();
    assert_eq!((spans[0][0].from, spans[0][0].until), (moment(3.0), moment(200.0)));
    // Under the other 80 000 are too many, and the ban ends when 20 000 more are gone as well.
    assert_eq!((spans[1][0].from, spans[1][0].until), (moment(1.0), moment(101.0)));
}

#[test]
fn a_later_part_is_replayed_by_itself() {
    let [_, second, third] = parts().map(|lines| text(&lines));

    let report = run(&[("second", &second), ("third", &third)]).expect("it is whole");

    assert_eq!((report.exactness.inputs, report.exactness.broken), (2, None));
    assert_eq!(report.policies[0].peers, 1);
}

#[test]
fn a_part_that_is_missing_is_said() {
    let [first, _, third] = parts().map(|lines| text(&lines));

    assert_eq!(
        run(&[("first", &first), ("third", &third)]).expect_err("the second is missing"),
        "third: part 3 of a recording, and part 1 of one comes before it: give the parts of one recording \
         without a gap, or each by itself"
    );
    assert_eq!(run(&[]).expect_err("there is none"), "no file of a recording was given");
}

#[test]
fn a_part_that_was_cut_is_followed_by_one_that_is_not_exact() {
    let [first, second, _] = parts();
    // As a node leaves it that is killed: the frame does not end.
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.write_all(&text(&first)).unwrap();
    encoder.flush().unwrap();
    let cut = encoder.get_ref();

    let report = run(&[("first", cut), ("second", &text(&second))]).expect("it can be read");

    let broken = report.exactness.broken.expect("its end is missing");
    assert_eq!(broken.reason, InexactReason::Missing);
}

#[test]
fn what_is_cut_or_damaged_is_replayed_up_to_there() {
    let mut node = Node::new(Config::flow());
    for at in 1..2_000_u32 {
        node.input(f64::from(at), report(&format!("peer{at}"), u64::from(at)));
    }
    let whole = node.compressed();

    let cut = run(&[("node", &whole[..whole.len() - 1])]).expect("it begins well");
    assert_eq!(
        cut.stopped.unwrap().rsplit_once('/').unwrap().1,
        "node: its end is missing: what comes before is replayed"
    );

    let mut lines = node.lines.clone();
    lines[1_000] = "{\"at\":1000,\"repot\":\"a\"}".to_owned();
    let damaged = run(&[("node", &text(&lines))]).expect("it begins well");
    assert_eq!(damaged.inputs, 999);
    assert!(damaged.stopped.unwrap().contains("node: line 1001: unknown field `repot`"));
}

#[test]
fn what_cannot_be_used_at_all_is_said_in_a_sentence() {
    let mut node = Node::new(Config::flow());
    node.input(1.0, report("a", 90_000));
    node.begin(2.0);
    let line = node.lines[0].clone() + "\n";
    let (before, rest) = line.split_once("\"snapshot\":[").unwrap();
    let (row, after) = rest.split_once("}}],").unwrap();
    assert!(row.contains("\"peer\":\"a\""), "{row}");
    let twice = format!("{before}\"snapshot\":[{row}}}}},{row}}}}}],{after}");
    let (before, rest) = line.split_once("\"decay\":[").unwrap();
    let no_policy = format!("{before}\"decay\":[{}", &rest[rest.find(']').unwrap()..]);
    for (bytes, message) in [
        (
            vec![0x1f, 0x8b, 8, 0],
            "f: compressed with gzip, and recordings are with zstd: unpack it with gunzip first",
        ),
        (
            line.replace("\"recording\":1", "\"recording\":2").into_bytes(),
            "f: a recording of format 2, and this version reads format 1 only: use the version that wrote it",
        ),
        (
            line.replacen("\"decay\":", "\"decay\":[],\"decay\":", 1).into_bytes(),
            "f: line 1: duplicate field `decay`",
        ),
        (
            no_policy.into_bytes(),
            "f: the recorded policy cannot be used: decay is an empty list: give at least one entry",
        ),
        (twice.into_bytes(), "f: what the node remembered cannot be used: peer:a is there twice"),
    ] {
        assert_eq!(run(&[("f", &bytes)]).expect_err("it is no recording"), message);
    }
}
