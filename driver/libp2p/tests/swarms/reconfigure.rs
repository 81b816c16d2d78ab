//! Another policy while the swarm runs.

use std::time::Duration;

use peerwarden_libp2p::{
    Cause, Config, DecayRate, EventKind, Instant, Misbehavior, Points, Subject, Until,
};

use crate::by_hand::ByHand;
use crate::node::Node;
use crate::peer::Peer;

#[apply(test!)]
async fn a_lower_threshold_counts_from_the_next_report_on_and_forgets_nothing() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    for _ in 0..10 {
        node.handle.report(peer.id, Misbehavior::INVALID_MESSAGE).unwrap();
    }

    let config = node.handle.config().unwrap().with_threshold(Points::from_points(8_000));
    node.handle.reconfigure(config.clone()).unwrap();

    assert_eq!(node.handle.config(), Ok(config));
    assert_eq!(node.handle.counts().unwrap().connected, 1);
    node.handle.report(peer.id, Misbehavior::INVALID_MESSAGE).unwrap();
    node.disconnected(peer.id).await;
}

#[test]
fn a_ban_that_ends_sooner_by_the_new_policy_wakes_the_behaviour_and_is_told_of() {
    let mut warden = ByHand::new(Config::flow());
    warden.report(101);
    assert_eq!(warden.poll_all(), ["ban"]);
    assert_eq!(warden.timer.armed(), [Instant::from_millis(87_264)]);

    let rate = DecayRate::try_from(10_000.0).unwrap();
    let config = Config::flow().with_decay(&[rate]).unwrap();
    warden.handle.reconfigure(config).unwrap();

    assert_eq!(warden.wakes.count(), 1);
    let until = Until::At(Instant::from_nanos(8_726_400_000));
    let (subject, cause) = (Subject::Peer(warden.peer), Cause::Penalty);
    let events: Vec<_> = warden.events().into_iter().map(|event| event.kind).collect();
    assert_eq!(events, [EventKind::Amended { subject, cause, until }]);
    assert_eq!(warden.timer.armed(), [Instant::from_nanos(8_726_400_000)]);
    warden.timer.advance(Duration::from_secs(9));
    assert_eq!(warden.poll_all(), ["unban"]);
}

#[test]
fn scores_that_are_switched_on_are_asked_for_though_nobody_connects() {
    let mut warden = ByHand::new(Config::flow());
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), []);

    warden.handle.reconfigure(Config::default()).unwrap();

    assert_eq!(warden.wakes.count(), 1);
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(1)]);
    warden.timer.advance(Duration::from_secs(1));
    assert_eq!(warden.poll_all(), ["ask"]);
}

#[test]
fn scores_that_are_switched_off_are_asked_for_no_more() {
    let mut warden = ByHand::new(Config::default());
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(1)]);

    warden.handle.reconfigure(Config::flow()).unwrap();
    warden.timer.advance(Duration::from_secs(1));

    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), []);
}

const NOTHING: [&str; 0] = [];
