//! Disconnecting without a ban, and closing some time after one.

use std::time::Duration;

use peerwarden_libp2p::{
    Behaviour, Closed, Config, DriverOptions, EventKind, Instant, ManualTimer, Origin, Subject,
    Verdict,
};

use crate::by_hand::ByHand;
use crate::node::{Node, seconds};
use crate::peer::Peer;
use crate::swarm::Wire;

#[apply(test!)]
async fn a_peer_that_is_disconnected_is_not_banned_and_may_come_back() {
    let (mut node, peer) = (Node::start(Config::default()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.dialled_by(&peer).await;

    assert_eq!(node.handle.disconnect(&peer.id), Ok(true));
    node.disconnected(peer.id).await;

    assert_eq!(node.handle.disconnect(&peer.id), Ok(false));
    assert_eq!(node.handle.bans(None, 1), Ok(Vec::new()));
    node.dialled_by(&peer).await;
    assert!(node.handle.status(&peer.id).unwrap().unwrap().connected);
}

#[apply(test!)]
async fn disconnecting_a_peer_lifts_no_ban() {
    let (mut node, peer) = (with_farewell(5).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.ban(peer.id, 60);
    assert!(matches!(node.event().await, EventKind::Banned { .. }));

    assert_eq!(node.handle.disconnect(&peer.id), Ok(true));
    node.disconnected(peer.id).await;

    assert!(matches!(node.handle.check_peer(&peer.id, None), Ok(Verdict::Deny(_))));
    // Nothing is left that waits but the end of the ban.
    node.until_armed(&[Instant::from_secs(60)]).await;
}

#[test]
fn a_peer_is_told_to_leave_once_and_its_next_connection_is_not() {
    let mut warden = ByHand::new(Config::default());
    warden.establish_inbound(0);
    for _ in 0..100 {
        assert_eq!(warden.handle.disconnect(&warden.peer), Ok(true));
    }
    assert_eq!(warden.poll_all(), ["close"]);

    assert_eq!(warden.handle.disconnect(&warden.peer), Ok(true));
    warden.close();
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), [""; 0]);

    let (handle, peer) = (warden.handle.clone(), warden.peer);
    drop(warden);
    assert_eq!(handle.disconnect(&peer), Err(Closed));
}

#[apply(test!)]
async fn a_banned_peer_keeps_its_connections_for_as_long_as_the_farewell_lasts() {
    let (mut node, peer) = (with_farewell(5).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.ban(peer.id, 60);
    assert!(matches!(node.event().await, EventKind::Banned { .. }));

    // The gates are shut already.
    peer.dial(node.id, &node.addr).await;
    assert!(node.refused().await.is_some());
    node.timer.advance(Duration::from_millis(4_999));
    node.until_armed(&[Instant::from_secs(5), Instant::from_secs(60)]).await;
    assert!(node.swarm.is_connected(&peer.id));

    node.timer.advance(Duration::from_millis(1));
    node.disconnected(peer.id).await;
    node.until_armed(&[Instant::from_secs(60)]).await;
}

#[apply(test!)]
async fn a_peer_whose_ban_ends_during_the_farewell_stays() {
    let (mut node, peer) = (with_farewell(5).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.ban(peer.id, 60);
    assert!(matches!(node.event().await, EventKind::Banned { .. }));

    node.handle.unban(Subject::Peer(peer.id), None).unwrap();
    assert!(matches!(node.event().await, EventKind::Unbanned { .. }));

    assert!(node.handle.status(&peer.id).unwrap().unwrap().connected);
    node.timer.advance(Duration::from_secs(5));
    peer.dial(node.id, &node.addr).await;
    assert_eq!(node.connected(peer.id).await, 2);
}

#[apply(test!)]
async fn connections_over_a_banned_network_are_closed_after_the_farewell_if_it_is_banned_still() {
    let (mut node, peer) = (with_farewell(5).await, Peer::start().await);
    node.dialled_by(&peer).await;
    let network = Subject::Addr("127.0.0.0/8".parse().unwrap());
    node.handle.ban(network.clone(), Some(seconds(60)), Origin::Operator).unwrap();
    assert!(matches!(node.event().await, EventKind::Banned { .. }));
    node.timer.advance(Duration::from_secs(1));
    node.handle.unban(network.clone(), None).unwrap();
    assert!(matches!(node.event().await, EventKind::Unbanned { .. }));

    // It was to be closed at 5 s. That it is not is what the engine is told then.
    node.timer.advance(Duration::from_secs(4));
    node.until_armed(&[]).await;
    assert!(node.swarm.is_connected(&peer.id));
    assert!(node.handle.status(&peer.id).unwrap().unwrap().connected);

    node.handle.ban(network, Some(seconds(60)), Origin::Operator).unwrap();
    node.until_armed(&[Instant::from_secs(10), Instant::from_secs(65)]).await;
    assert!(node.swarm.is_connected(&peer.id));
    node.timer.advance(Duration::from_secs(5));
    node.disconnected(peer.id).await;
}

#[test]
fn without_a_farewell_and_for_peers_that_should_not_have_come_closing_does_not_wait() {
    let mut warden = ByHand::new(Config::default());
    warden.establish_inbound(0);
    warden.ban(60);
    assert_eq!(warden.poll_all(), ["close", "ban"]);
    warden.close();

    let options = DriverOptions::default().with_farewell(Duration::from_secs(5)).unwrap();
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), ["close"]);
}

#[test]
fn a_farewell_has_bounds() {
    let options = DriverOptions::default();
    assert_eq!(options.farewell(), Duration::ZERO);
    for good in [Duration::ZERO, Duration::from_millis(10), Duration::from_secs(3_600)] {
        assert_eq!(options.clone().with_farewell(good).unwrap().farewell(), good);
    }
    let error = options.with_farewell(Duration::from_millis(9)).unwrap_err();
    assert_eq!(error.to_string(), "farewell is 9ms: give a duration from 10ms to 1h");
}

async fn with_farewell(secs: u64) -> Node {
    let timer = ManualTimer::new();
    let options = DriverOptions::default().with_farewell(Duration::from_secs(secs)).unwrap();
    let behaviour = Behaviour::new(Config::flow(), timer.clone()).with_options(&options);
    Node::run(Wire::Tcp, behaviour, timer).await
}
