//! A shadow policy that is the one in force does what was done, whatever happens.

use std::collections::BTreeMap;

use peerwarden_host::{Admission, BanDuration, Config, Misbehavior, Origin, Score, Subject};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::node::{Node, with_threshold};

/// Something that happens to one of a few peers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Admit(u8),
    Ban(u8),
    Expel(u8),
    Later(u64),
    Leave(u8),
    Report(u8, u64),
    Score(u8, f64),
    Unban(u8),
    Valid(u8),
}

fn any_step() -> impl Strategy<Value = Step> {
    let peer = || 0_u8..4;
    prop_oneof![
        3 => peer().prop_map(Step::Admit),
        1 => peer().prop_map(Step::Ban),
        1 => peer().prop_map(Step::Expel),
        3 => (1_u64..4_000).prop_map(Step::Later),
        2 => peer().prop_map(Step::Leave),
        5 => (peer(), 1_u64..40).prop_map(|(peer, times)| Step::Report(peer, times)),
        3 => (peer(), prop_oneof![Just(-200.0), Just(0.0)]).prop_map(|(peer, score)| Step::Score(peer, score)),
        1 => peer().prop_map(Step::Unban),
        1 => peer().prop_map(Step::Valid),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_policy_never_differs(before in vec(any_step(), 0..20), after in vec(any_step(), 1..40)) {
        let policy = with_threshold(20 * 864);
        let node = Node::new(policy.clone());
        let mut here = BTreeMap::new();
        before.iter().for_each(|step| play(&node, &mut here, *step));
        node.shadow("same", policy);
        after.iter().for_each(|step| play(&node, &mut here, *step));

        let status = node.status("same");
        let bans = node.bans("same");
        prop_assert_eq!(status.bans, status.bans_in_force);
        prop_assert_eq!(status.banned, status.banned_in_force);
        prop_assert_eq!((status.only_shadow, status.only_in_force, status.lost), (0, 0, 0));
        for ban in bans {
            let (one, other) = (ban.shadow.unwrap(), ban.in_force.unwrap());
            prop_assert_eq!((one.times, one.first, one.until), (other.times, other.first, other.until));
        }
    }
}

fn play(node: &Node, here: &mut BTreeMap<u8, Admission<String, u32>>, step: Step) {
    let name = |peer: u8| format!("peer-{peer}");
    let subject = |peer| Subject::Peer(name(peer));
    let duration = BanDuration::try_from(std::time::Duration::from_secs(60)).ok();
    let warden = &node.warden;
    match step {
        Step::Admit(peer) => {
            let addr = Some([203, 0, 113, peer].into());
            let direction = peerwarden_host::Direction::Inbound;
            let admitted = node.doorman.admit(name(peer), addr, direction, u32::from(peer));
            here.extend(admitted.ok().map(|admission| (peer, admission)));
        }
        Step::Ban(peer) => {
            warden.ban(subject(peer), duration, Origin::Operator).unwrap();
        }
        Step::Expel(peer) => {
            warden.expel(name(peer), Misbehavior::STALE_MESSAGE, duration).unwrap();
        }
        Step::Later(secs) => node.advance(secs),
        Step::Leave(peer) => drop(here.remove(&peer)),
        Step::Report(peer, times) => node.report(&name(peer), times),
        Step::Score(peer, score) => {
            warden.score(name(peer), Score::try_from(score).unwrap()).unwrap();
        }
        Step::Unban(peer) => {
            warden.unban(subject(peer), None).unwrap();
        }
        Step::Valid(peer) => warden.valid(name(peer), 10).unwrap(),
    }
}

#[test]
fn a_node_with_thousands_of_peers_is_copied_as_it_is() {
    let policy = Config::default();
    let node = Node::new(policy.clone());
    let names: Vec<_> = (0..3_000).map(|n| format!("peer-{n}")).collect();
    names.iter().for_each(|name| node.report(name, 60));

    node.shadow("same", policy);
    names.iter().for_each(|name| node.report(name, 41));

    let status = node.status("same");
    assert_eq!((status.both, status.only_shadow, status.only_in_force), (3_000, 0, 0));
    assert_eq!(status.inputs, 3_000 * 41);
}
