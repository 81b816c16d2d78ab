//! One peer, followed over time.

use peerwarden_core::{Config, Event, Points};
use peerwarden_host::replay::{Replay, Trace};

use crate::node::{Node, connected, moment, report};

fn traces(node: &Node, peer: &str) -> Vec<Trace> {
    let dir = tempfile::tempdir().unwrap();
    let file = node.write(&dir, "node.jsonl");
    let strict = Config::flow().with_threshold(Points::from_points(50_000));
    let replay = Replay::new([file]).with_policy("strict", strict).with_peer(peer);
    let report = replay.run(|_| {}).unwrap();
    assert_eq!(report.peer.as_deref(), Some(peer));
    report.policies.into_iter().map(|policy| policy.trace.unwrap()).collect()
}

#[test]
fn the_penalty_is_there_before_and_after_each_report_and_as_it_falls() {
    let mut node = Node::new(Config::flow());
    node.input(1.5, report("a", 3_000));
    node.input(2.5, report("a", 2_000));
    node.input(2.75, report("b", 1));
    node.input(8.0, Event::Heartbeat);

    let [recorded, _] = traces(&node, "a").try_into().unwrap();

    let points: Vec<_> = recorded.points.iter().map(|point| (point.at, point.penalty)).collect();
    assert_eq!(
        points,
        [
            (moment(0.0), 0.0),
            (moment(1.5), 0.0),
            (moment(1.5), 3_000.0),
            (moment(2.0), 2_500.0),
            (moment(2.5), 2_000.0),
            (moment(2.5), 4_000.0),
            (moment(3.0), 3_500.0),
            (moment(4.0), 2_500.0),
            (moment(5.0), 1_500.0),
            (moment(6.0), 500.0),
            (moment(7.0), 0.0),
            (moment(8.0), 0.0),
        ]
    );
    assert_eq!(recorded.refused, []);
}

#[test]
fn it_is_refused_for_a_ban_of_its_own_and_for_one_of_its_network() {
    let mut node = Node::new(Config::flow());
    node.input(1.0, connected("a", [10, 0, 0, 7]));
    node.input(2.0, report("a", 60_000));
    let subject = peerwarden_core::Subject::Addr("10.0.0.0/24".parse().unwrap());
    node.input(
        100.0,
        Event::Ban {
            subject: subject.clone(),
            duration: None,
            origin: peerwarden_core::Origin::Operator,
        },
    );
    node.input(110.0, Event::Unban { subject, cause: None });
    node.input(120.0, Event::Heartbeat);

    let [recorded, strict] = traces(&node, "a").try_into().unwrap();

    let refused = |trace: Trace| -> Vec<_> {
        trace.refused.iter().map(|refusal| (refusal.from, refusal.until, refusal.network)).collect()
    };
    let network = (moment(100.0), moment(110.0), true);
    assert_eq!(refused(recorded), [network]);
    assert_eq!(refused(strict), [(moment(2.0), moment(62.0), false), network]);
}

#[test]
fn a_peer_that_is_not_there_has_no_penalty() {
    let mut node = Node::new(Config::flow());
    node.input(10.0, report("a", 90_000));

    let [recorded, _] = traces(&node, "nobody").try_into().unwrap();

    assert!(recorded.points.iter().all(|point| point.penalty == 0.0), "{recorded:?}");
    assert_eq!(recorded.points.len(), 2);
    assert_eq!(recorded.refused, []);
}
