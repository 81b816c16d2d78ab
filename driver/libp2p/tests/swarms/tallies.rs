//! Counts as plain data, without any metrics library.

use std::time::Duration;

use libp2p::PeerId;
use peerwarden_libp2p::{
    Cause, Closed, Config, FamilyKind, Gate, Misbehavior, Origin, Penalty, SampleValue, Score,
    Subject, SubjectKind, Tallies, Withheld,
};

use crate::by_hand::ByHand;
use crate::node::Node;
use crate::peer::Peer;

#[test]
fn everything_is_counted_from_the_start() {
    let custom = Misbehavior::new("home-made").unwrap();
    let config = Config::default().with_weight(custom, Penalty::DEFAULT).with_max_remote_bans(1);
    let mut warden = ByHand::new(config);
    let peer = warden.peer;
    warden.establish_inbound(0);
    warden.report(101);
    assert!(warden.pass_inbound_gate().is_err());
    warden.handle.unban(Subject::Peer(peer), None).unwrap();
    warden.handle.report(PeerId::random(), custom).unwrap();
    warden.handle.report(PeerId::random(), Misbehavior::new("unheard-of").unwrap()).unwrap();
    warden.handle.score(peer, Score::try_from(1.0).unwrap()).unwrap();
    warden.handle.score_unavailable(peer).unwrap();
    warden.ban_network("192.0.2.0/24");
    for _ in 0..2 {
        let subject = Subject::Peer(PeerId::random());
        warden.handle.ban(subject, None, Origin::Remote).unwrap();
    }

    let tallies = warden.handle.tallies().unwrap();

    assert_eq!(tallies.reports(Misbehavior::INVALID_MESSAGE), Some(101));
    assert_eq!(tallies.reports(custom), Some(1));
    assert_eq!(tallies.reports(Misbehavior::new("unheard-of").unwrap()), None);
    assert_eq!(tallies.other_reports, 1);
    let nonzero = |list: &[(Cause, SubjectKind, u64)]| {
        list.iter().copied().filter(|(_, _, count)| *count > 0).collect::<Vec<_>>()
    };
    assert_eq!(
        nonzero(&tallies.bans),
        [
            (Cause::Operator, SubjectKind::Network, 1),
            (Cause::Penalty, SubjectKind::Peer, 1),
            (Cause::Remote, SubjectKind::Peer, 1),
        ]
    );
    assert_eq!(tallies.bans(Cause::Operator, SubjectKind::Network), 1);
    assert_eq!(nonzero(&tallies.unbans), [(Cause::Penalty, SubjectKind::Peer, 1)]);
    let withheld: Vec<_> = tallies.withheld.iter().filter(|(_, _, count)| *count > 0).collect();
    assert_eq!(withheld, [&(Cause::Remote, Withheld::Limit, 1)]);
    assert_eq!(tallies.denials(Gate::EstablishedInbound, Cause::Penalty), 1);
    assert_eq!(tallies.denials.iter().map(|(_, _, count)| count).sum::<u64>(), 1);
    assert_eq!((tallies.scores, tallies.scores_unavailable), (1, 1));
    assert!(tallies.engine_inputs >= 108 && tallies.engine_time > Duration::ZERO);
    assert_eq!(tallies.counts.bans(Cause::Operator), 1);
    assert!(tallies.store.is_none());
}

#[test]
fn families_have_names_labels_and_one_value_each() {
    let mut warden = ByHand::new(Config::default());
    warden.report(102);
    assert!(warden.pass_inbound_gate().is_err());

    let families = warden.handle.tallies().unwrap().families();

    let mut seen = std::collections::BTreeSet::new();
    for family in &families {
        assert_eq!(family.kind == FamilyKind::Counter, family.name().ends_with("_total"));
        assert!(!family.samples.is_empty() && family.help.ends_with('.'), "{}", family.name());
        for sample in &family.samples {
            assert!(seen.insert((family.name(), sample.labels.clone())), "{sample:?} twice");
        }
    }
    let reports =
        families.iter().find(|family| family.name() == "peerwarden_reports_total").unwrap();
    let label = vec![("misbehavior", "invalid-message".to_owned())];
    let sample = reports.samples.iter().find(|sample| sample.labels == label).unwrap();
    assert_eq!((sample.value, sample.value.as_f64()), (SampleValue::Count(102), 102.0));
}

/// Were each of a hundred thousand kinds a series, a page would be of ten megabytes.
#[test]
fn no_more_kinds_than_a_page_holds_are_counted_one_by_one() {
    let kind = |each: usize| Misbehavior::new(&format!("kind-{each:06}")).unwrap();
    let weights = (0..100_000).map(|each| (kind(each), Penalty::DEFAULT));
    let warden = ByHand::new(Config::default().with_weights(weights));
    for each in [0, Tallies::MAX_KINDS - 1, Tallies::MAX_KINDS, 99_999] {
        warden.handle.report(warden.peer, kind(each)).unwrap();
    }

    let tallies = warden.handle.tallies().unwrap();

    assert_eq!(tallies.reports(kind(Tallies::MAX_KINDS - 1)), Some(1));
    assert_eq!(tallies.reports(kind(Tallies::MAX_KINDS)), None);
    assert_eq!(tallies.other_reports, 2);
    assert_eq!(tallies.reports.len(), Tallies::MAX_KINDS + Misbehavior::KNOWN.len());
}

#[apply(test!)]
async fn refusals_of_a_swarm_are_counted() {
    let (mut node, peer) = (Node::start(Config::default()).await, Peer::start().await);
    node.ban(peer.id, 60);
    peer.dial(node.id, &node.addr).await;
    node.refused().await.unwrap();

    let tallies = node.handle.tallies().unwrap();
    assert_eq!(tallies.denials(Gate::EstablishedInbound, Cause::Operator), 1);

    let handle = node.handle.clone();
    drop(node);
    assert!(matches!(handle.tallies(), Err(Closed)));
}
