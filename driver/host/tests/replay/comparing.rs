//! Comparison of the bans of several policies.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use peerwarden_core::{Cause, Config, Event, Origin, Penalty, Points, Subject, Withheld};
use peerwarden_host::replay::{BannedSubject, Replay, ReplayReport, Since};

use crate::node::{Node, connected, disconnected, moment, report};

/// Two peers: `a` is banned from 2 to 92 for 90 000 points, `b` has 86 400 from 4 on, which is not above the
/// threshold.
fn two_peers() -> Node {
    let mut node = Node::new(Config::flow());
    node.input(1.0, connected("a", [203, 0, 113, 7]));
    node.input(2.0, report("a", 90_000));
    node.input(2.5, disconnected("a"));
    node.input(3.0, connected("b", [198, 51, 100, 7]));
    node.input(4.0, report("b", 86_400));
    node.input(92.0, Event::Heartbeat);
    node.input(104.0, Event::Heartbeat);
    node.hash(104.0);
    node
}

fn replay(node: &Node, set: impl FnOnce(Replay) -> Replay) -> ReplayReport {
    let dir = tempfile::tempdir().unwrap();
    let file = node.write(&dir, "node.jsonl");
    set(Replay::new([file])).run(|_| {}).unwrap()
}

fn names(banned: &[BannedSubject]) -> Vec<String> {
    banned.iter().map(|banned| banned.subject.to_string()).collect()
}

#[test]
fn a_lower_threshold_bans_whom_the_recorded_policy_did_not() {
    let strict = Config::flow().with_threshold(Points::from_points(50_000));

    let report = replay(&two_peers(), |replay| replay.with_policy("strict", strict));

    let [recorded, strict] = report.policies.as_slice() else { panic!("{report:?}") };
    assert_eq!((recorded.name.as_str(), strict.name.as_str()), ("recorded", "strict"));
    assert_eq!(recorded.bans, BTreeMap::from([(Cause::Penalty, 1)]));
    assert_eq!(strict.bans, BTreeMap::from([(Cause::Penalty, 2)]));
    assert_eq!((recorded.peers, strict.peers), (1, 2));
    assert_eq!((recorded.networks, strict.networks), (0, 0));
    // 90 000 and 86 400 points, at 1000 a second.
    assert_eq!(recorded.time_banned, Duration::from_secs(90));
    assert_eq!(strict.time_banned, Duration::from_millis(176_400));
    assert_eq!((recorded.first_ban, strict.first_ban), (Some(moment(2.0)), Some(moment(2.0))));

    let [difference] = report.differences.as_slice() else { panic!("{report:?}") };
    assert_eq!(difference.other, "strict");
    assert_eq!(names(&difference.only_other), ["peer:b"]);
    assert_eq!(difference.only_other[0].first, moment(4.0));
    assert_eq!(difference.only_other[0].time(), Duration::from_millis(86_400));
    assert_eq!(names(&difference.only_recorded), [""; 0]);
    let [both] = difference.both.as_slice() else { panic!("{difference:?}") };
    assert_eq!(both.subject.to_string(), "peer:a");
    assert_eq!((both.recorded, both.other), (moment(2.0), moment(2.0)));
    assert_eq!((report.from, report.until, report.inputs), (moment(0.0), moment(104.0), 7));
}

#[test]
fn reports_cost_what_the_other_policy_says() {
    let half = Config::flow().with_default_penalty(Penalty::from_points(432).unwrap());

    let report = replay(&two_peers(), |replay| replay.with_policy("half", half));

    let difference = &report.differences[0];
    assert_eq!(names(&difference.only_recorded), ["peer:a"]);
    assert!(difference.only_other.is_empty() && difference.both.is_empty(), "{difference:?}");
    assert_eq!(report.policies[1].first_ban, None);
}

#[test]
fn a_ban_that_is_in_force_at_the_end_lasts_as_long_as_the_recording() {
    let mut node = Node::new(Config::flow());
    node.input(10.0, report("a", 90_000));
    node.input(30.0, Event::Heartbeat);

    let report = replay(&node, |replay| replay);

    assert_eq!(report.policies[0].time_banned, Duration::from_secs(20));
    assert_eq!(report.differences, []);
}

#[test]
fn what_comes_before_the_moment_from_which_it_counts_is_replayed_and_not_counted() {
    let mut node = two_peers();
    node.input(200.0, report("c", 90_000));
    node.input(210.0, Event::Heartbeat);
    let strict = Config::flow().with_threshold(Points::from_points(50_000));

    let since = Since::After(Duration::from_secs(50));
    let replayed =
        replay(&node, |replay| replay.with_policy("strict", strict.clone()).with_since(since));

    let recorded = &replayed.policies[0];
    assert_eq!(replayed.from, moment(50.0));
    // `a` is banned already and still until 92, `c` from 200 to the end.
    assert_eq!(recorded.bans, BTreeMap::from([(Cause::Penalty, 1)]));
    assert_eq!(recorded.time_banned, Duration::from_secs(42 + 10));
    assert_eq!(recorded.first_ban, Some(moment(200.0)));
    let [a, c] = recorded.banned.as_slice() else { panic!("{recorded:?}") };
    assert_eq!((a.first, a.before), (moment(50.0), true));
    assert_eq!((c.first, c.before), (moment(200.0), false));
    assert_eq!(names(&replayed.differences[0].only_other), ["peer:b"]);

    let noon = humantime::parse_rfc3339("2026-01-02T03:04:55Z").unwrap();
    let at_noon =
        replay(&node, |replay| replay.with_policy("strict", strict).with_since(Since::At(noon)));
    assert_eq!(at_noon, replayed);
    assert_eq!(replayed.time_of_day(moment(50.0)), Some(noon));
    assert_eq!(replayed.time_of_day(moment(0.0)), Some(noon - Duration::from_secs(50)));
    assert!(noon > SystemTime::UNIX_EPOCH);
}

#[test]
fn honest_peers_are_hit_by_bans_of_their_own_and_of_their_networks() {
    let mut node = two_peers();
    node.input(105.0, connected("c", [10, 0, 0, 7]));
    let ban = |net: &str| Event::Ban {
        subject: Subject::Addr(net.parse().unwrap()),
        duration: None,
        origin: Origin::Operator,
    };
    node.input(106.0, ban("10.0.0.0/24"));
    let honest = ["a", "b", "c", "not-there"].map(str::to_owned);

    let report = replay(&node, |replay| replay.with_honest(honest));

    let recorded = &report.policies[0];
    assert_eq!(recorded.bans, BTreeMap::from([(Cause::Operator, 1), (Cause::Penalty, 1)]));
    assert_eq!((recorded.peers, recorded.networks), (1, 1));
    let honest = recorded.honest.as_ref().unwrap();
    assert_eq!((honest.asked, honest.present), (4, 3));
    let hit: Vec<_> =
        honest.hit.iter().map(|hit| (hit.peer.as_str(), hit.first, hit.network_only)).collect();
    assert_eq!(hit, [("a", moment(2.0), false), ("c", moment(106.0), true)]);
}

#[test]
fn a_dry_run_bans_nobody_and_says_how_often_it_would() {
    let dry = Config::flow().with_dry_run(true);

    let report = replay(&two_peers(), |replay| replay.with_policy("dry", dry));

    let dry = &report.policies[1];
    assert_eq!(dry.bans, BTreeMap::new());
    assert_eq!(dry.withheld, BTreeMap::from([(Withheld::DryRun, 1)]));
}

#[test]
fn a_new_policy_in_the_recording_is_not_one_of_the_others() {
    let mut node = Node::new(Config::flow());
    let lenient = Box::new(Config::flow().with_threshold(Points::from_points(1_000_000)));
    node.input(1.0, Event::Reconfigure { config: lenient });
    node.input(2.0, report("a", 90_000));
    node.hash(2.0);

    let report = replay(&node, |replay| replay.with_policy("flow", Config::flow()));

    assert_eq!(report.exactness.inputs, 2);
    assert_eq!(report.policies[0].peers, 0);
    assert_eq!(names(&report.differences[0].only_other), ["peer:a"]);
}

#[test]
fn the_report_is_json() {
    let report = replay(&two_peers(), |replay| replay);

    let json = serde_json::to_value(&report).unwrap();

    assert_eq!(json["clock"], serde_json::json!({ "now": 0.0, "time": "2026-01-02T03:04:05Z" }));
    assert_eq!(json["policies"][0]["bans"], serde_json::json!({ "penalty": 1 }));
    assert_eq!(json["policies"][0]["time_banned"], 90.0);
    assert_eq!(
        json["policies"][0]["banned"],
        serde_json::json!([{
            "subject": "peer:a",
            "first": 2.0,
            "cause": "penalty",
            "before": false,
            "spans": [{ "from": 2.0, "until": 92.0 }],
        }])
    );
    assert_eq!(
        json["exactness"],
        serde_json::json!({ "inputs": 7, "until": 104.0, "broken": null })
    );
}
