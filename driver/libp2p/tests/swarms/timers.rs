//! Tests of heartbeats and ticks.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::NetworkBehaviour;
use peerwarden_libp2p::{
    Amplification, Behaviour, Cause, Config, EventKind, Instant, ManualTimer, Misbehavior, Origin,
    Subject, Timer, Verdict,
};

use crate::by_hand::{ByHand, Wakes};
use crate::node::{Node, seconds};
use crate::peer::Peer;

#[apply(test!)]
async fn an_idle_node_arms_no_timer() {
    let (mut node, peer) = (Node::start(Config::default()).await, Peer::start().await);
    node.until_armed(&[]).await;
    node.dialled_by(&peer).await;
    node.until_armed(&[Instant::from_secs(1)]).await;

    peer.disconnect(node.id).await;

    node.disconnected(peer.id).await;
    node.until_armed(&[]).await;
}

#[apply(test!)]
async fn a_node_that_asks_for_no_scores_arms_no_timer_for_connected_peers() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);

    node.dialled_by(&peer).await;

    node.until_armed(&[]).await;
}

#[apply(test!)]
async fn a_ban_without_end_arms_no_timer() {
    let mut node = Node::start(Config::default()).await;
    let subject = Subject::Peer(PeerId::random());

    node.handle.ban(subject, None, Origin::Operator).unwrap();

    assert!(matches!(node.event().await, EventKind::Banned { .. }));
    node.until_armed(&[]).await;
}

#[test]
fn ticks_come_once_a_second_while_somebody_is_connected() {
    let mut warden = ByHand::new(Config::op_node());
    warden.timer.advance(Duration::from_millis(300));
    warden.establish_inbound(0);

    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(1)]);
    warden.timer.advance(Duration::from_millis(699));
    assert_eq!(warden.poll_all(), NOTHING);
    warden.timer.advance(Duration::from_millis(1));
    assert_eq!(warden.poll_all(), ["ask"]);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(2)]);
    // Seconds that went by unused are not made up for.
    warden.timer.advance(Duration::from_millis(7_500));
    assert_eq!(warden.poll_all(), ["ask"]);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(9)]);
    // What is left is to forget the peer.
    warden.close();
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(9)]);
    warden.timer.advance(Duration::from_millis(1_200));
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), []);
}

#[test]
fn whoever_comes_and_goes_does_not_put_ticks_off() {
    let mut warden = ByHand::new(Config::op_node());
    for _ in 0..9 {
        warden.establish_inbound(0);
        assert_eq!(warden.poll_all(), NOTHING);
        warden.close();
        assert_eq!(warden.poll_all(), NOTHING);
        warden.timer.advance(Duration::from_millis(100));
    }

    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), NOTHING);

    assert_eq!(warden.timer.armed(), [Instant::from_secs(1)]);
}

#[test]
fn there_is_at_most_one_heartbeat_a_second() {
    let mut warden = ByHand::new(Config::op_node());
    for millis in [10_000, 10_200, 10_900, 11_500] {
        warden.ban_somebody(millis);
    }
    assert_eq!(warden.poll_all(), ["ban", "ban", "ban", "ban"]);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(10)]);

    warden.timer.advance(Duration::from_secs(10));
    assert_eq!(warden.poll_all(), ["unban"]);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(11)]);
    warden.timer.advance(Duration::from_millis(999));
    assert_eq!(warden.poll_all(), NOTHING);
    warden.timer.advance(Duration::from_millis(1));
    assert_eq!(warden.poll_all(), ["unban", "unban"]);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(12)]);
    warden.timer.advance(Duration::from_secs(1));
    assert_eq!(warden.poll_all(), ["unban"]);
    assert_eq!(warden.timer.armed(), []);
}

#[test]
fn a_sooner_end_wakes_the_behaviour_and_moves_its_timer() {
    let mut warden = ByHand::new(Config::op_node());
    warden.ban_somebody(60_000);
    let _ = warden.poll_all();
    assert_eq!(warden.timer.armed(), [Instant::from_secs(60)]);

    warden.ban_somebody(30_000);

    assert_eq!(warden.wakes.count(), 1);
    let _ = warden.poll_all();
    assert_eq!(warden.timer.armed(), [Instant::from_secs(30)]);
}

#[test]
fn reports_wake_the_behaviour_only_when_there_is_something_sooner_to_wait_for() {
    let mut warden = ByHand::new(Config::default());
    assert_eq!(warden.poll_all(), NOTHING);
    let tenfold = Amplification::try_from(10.0).unwrap();
    let kind = Misbehavior::STALE_MESSAGE;
    warden.handle.report_amplified(warden.peer, kind, tenfold).unwrap();
    assert_eq!(warden.wakes.count(), 1);
    assert_eq!(warden.poll_all(), NOTHING);
    // 8640 points, less 1000 a second.
    assert_eq!(warden.timer.armed(), [Instant::from_secs(9)]);

    // Not enough for a warning.
    warden.report(40);
    assert_eq!(warden.wakes.count(), 1);
    warden.handle.report(PeerId::random(), kind).unwrap();

    assert_eq!(warden.wakes.count(), 2);
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(1)]);
}

#[test]
fn a_sleep_that_ends_far_too_early_is_made_again() {
    let mut warden = ByHand::new(Config::op_node());
    warden.ban(60);
    assert_eq!(warden.poll_all(), ["ban"]);

    warden.timer.advance(Duration::from_millis(58_999));
    warden.timer.misfire();

    assert_eq!(warden.wakes.count(), 1);
    assert_eq!(warden.poll_all(), NOTHING);
    assert_eq!(warden.timer.armed(), [Instant::from_secs(60)]);
}

#[test]
fn a_sleep_that_ends_a_little_early_is_taken_at_its_word() {
    let mut warden = ByHand::new(Config::op_node());
    warden.ban(60);
    assert_eq!(warden.poll_all(), ["ban"]);

    warden.timer.advance(Duration::from_secs(59));
    warden.timer.misfire();

    assert_eq!(warden.poll_all(), ["unban"]);
    assert_eq!(warden.timer.armed(), []);
}

#[test]
fn a_timer_whose_sleeps_never_last_holds_up_nobody_and_ends_no_ban() {
    let mut behaviour = Behaviour::new(Config::default(), Hasty);
    let (handle, wakes) = (behaviour.handle(), Arc::new(Wakes::default()));
    let peer = PeerId::random();
    handle.ban(Subject::Peer(peer), Some(seconds(60)), Origin::Operator).unwrap();

    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(behaviour.poll(&mut cx).is_ready());
    assert!(behaviour.poll(&mut cx).is_pending());

    assert!(wakes.count() > 0);
    assert_ne!(handle.check_peer(&peer, None), Ok(Verdict::Allow));
}

/// Time stands still, and no sleep takes any.
struct Hasty;

impl Timer for Hasty {
    type Sleep = std::future::Ready<()>;

    fn now(&self) -> Instant {
        Instant::ORIGIN
    }

    fn sleep_until(&self, _: Instant) -> Self::Sleep {
        std::future::ready(())
    }
}

#[test]
fn the_end_of_time_holds_up_nobody() {
    let mut warden = ByHand::new(Config::op_node());
    warden.establish_inbound(0);

    warden.timer.advance(Duration::MAX);

    // It is always time for another tick, but others get their turn.
    assert_eq!(warden.poll_all(), ["ask"; 64]);
}

#[test]
fn an_interval_that_is_too_short_or_too_long_is_refused_by_name() {
    let behaviour = || Behaviour::new(Config::default(), ManualTimer::new());
    let heartbeat = behaviour().with_heartbeat_interval(Duration::from_secs(3_601));
    let tick = behaviour().with_tick_interval(Duration::from_nanos(1));

    assert_eq!(
        heartbeat.unwrap_err().to_string(),
        "heartbeat_interval is 1h 1s: give a duration from 10ms to 1h"
    );
    assert_eq!(
        tick.unwrap_err().to_string(),
        "tick_interval is 1ns: give a duration from 10ms to 1h"
    );
}

#[apply(test!)]
async fn a_ban_ends_by_itself() {
    let mut node = Node::start(Config::default()).await;
    let subject = Subject::Peer(PeerId::random());
    node.handle.ban(subject.clone(), Some(seconds(60)), Origin::Operator).unwrap();
    assert!(matches!(node.event().await, EventKind::Banned { .. }));
    node.until_armed(&[Instant::from_secs(60)]).await;

    let (timer, waiting) = (node.timer.clone(), node.event());
    timer.advance(Duration::from_secs(60));

    assert_eq!(waiting.await, EventKind::Unbanned { subject, cause: Cause::Operator });
}

const NOTHING: [&str; 0] = [];
