//! Exactness of replays under the recorded policy.

use peerwarden_core::{Config, Event, Instant};
use peerwarden_host::replay::{Exactness, InexactReason, Replay};

use crate::node::{Node, moment, report};

fn node() -> Node {
    let mut node = Node::new(Config::default());
    for at in 1..=100_u32 {
        node.input(f64::from(at), report(if at % 3 == 0 { "a" } else { "b" }, 9_000));
        if at % 10 == 0 {
            node.hash(f64::from(at));
        }
    }
    node
}

fn exactness(lines: &[String]) -> Exactness {
    let dir = tempfile::tempdir().unwrap();
    let file = crate::node::write(dir.path(), "node.jsonl", lines.join("\n").as_bytes());
    Replay::new([file]).run(|_| {}).unwrap().exactness
}

fn parts(exactness: Exactness) -> (u64, Option<Instant>, Option<(Instant, InexactReason)>) {
    let broken = exactness.broken.map(|broken| (broken.at, broken.reason));
    (exactness.inputs, exactness.until, broken)
}

#[test]
fn the_recorded_policy_comes_to_the_recorded_actions() {
    assert_eq!(parts(exactness(&node().lines)), (100, Some(moment(100.0)), None));
}

#[test]
fn another_action_is_found_at_the_next_hash() {
    let mut node = node();
    let changed = node.lines.iter().position(|line| line.starts_with("{\"at\":45,")).unwrap();
    node.lines[changed] = node.lines[changed].replace("9000", "900000");

    assert_eq!(
        parts(exactness(&node.lines)),
        (40, Some(moment(40.0)), Some((moment(50.0), InexactReason::Actions)))
    );
}

#[test]
fn lost_inputs_end_it() {
    let mut node = node();
    let at = node.lines.iter().position(|line| line.starts_with("{\"at\":62,")).unwrap();
    node.lines[at] = "{\"at\":62,\"gap\":1}".to_owned();

    assert_eq!(
        parts(exactness(&node.lines)),
        (60, Some(moment(60.0)), Some((moment(62.0), InexactReason::Lost { inputs: 1 })))
    );
}

#[test]
fn without_a_hash_nothing_is_known() {
    let mut node = Node::new(Config::default());
    node.input(1.0, Event::Heartbeat);

    assert_eq!(exactness(&node.lines), Exactness::default());
}
