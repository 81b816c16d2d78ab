//! Tests of what the gater is for.

use std::time::Duration;

use libp2p::swarm::dummy;
use libp2p::{Multiaddr, PeerId};
use peerwarden_tokio::{Cause, Config, Guard, Origin, Score, Subject, guard};

use crate::gater::{Gater, NoDial};

#[tokio::test]
async fn a_blocked_peer_is_not_dialled_and_is_listed_until_it_is_unblocked() {
    let (_guard, mut gater) = gater();
    let peer = PeerId::random();
    gater.block(Subject::Peer(peer)).unwrap();

    assert!(matches!(gater.dial(&at("192.0.2.1", peer)), Err(NoDial::Blocked(_))));
    assert_eq!(gater.blocked_peers().unwrap(), [peer]);

    assert!(gater.unblock(Subject::Peer(peer)).unwrap());
    assert!(!gater.unblock(Subject::Peer(peer)).unwrap());
    assert!(gater.dial(&at("192.0.2.1", peer)).is_ok());
    assert_eq!(gater.blocked_peers().unwrap(), []);
}

#[tokio::test]
async fn no_address_in_a_blocked_subnet_is_dialled() {
    let (_guard, mut gater) = gater();
    gater.block(Subject::Addr("192.0.2.0/24".parse().unwrap())).unwrap();
    gater.block(Subject::Addr("198.51.100.7/32".parse().unwrap())).unwrap();

    let dialled = ["192.0.2.9", "198.51.100.7", "198.51.100.8"]
        .map(|ip| gater.dial(&at(ip, PeerId::random())).is_ok());

    assert_eq!(dialled, [false, false, true]);
    let listed: Vec<_> = gater.blocked_subnets().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(listed, ["192.0.2.0/24", "198.51.100.7/32"]);
}

#[tokio::test]
async fn a_peer_that_its_score_banned_is_refused_and_is_no_block_that_could_be_lifted() {
    let (guard, mut gater) = gater();
    let peer = PeerId::random();
    guard.handle().score(peer, Score::try_from(-150.0).unwrap()).unwrap();

    assert!(
        matches!(gater.dial(&at("192.0.2.1", peer)), Err(NoDial::Blocked(denial)) if denial.cause == Cause::Score)
    );
    assert_eq!(gater.blocked_peers().unwrap(), []);
    assert!(!gater.unblock(Subject::Peer(peer)).unwrap());
}

#[tokio::test]
async fn a_protected_peer_is_spared_from_lists_and_is_not_to_be_disconnected() {
    let (guard, mut gater) = gater();
    let peer = PeerId::random();
    assert!(gater.can_disconnect(&peer).unwrap());
    gater.protect(peer).unwrap();
    let _ = guard.handle().ban(Subject::Peer(peer), None, Origin::Remote).unwrap();

    assert!(!gater.can_disconnect(&peer).unwrap());
    assert!(gater.dial(&at("192.0.2.1", peer)).is_ok());

    gater.unprotect(peer).unwrap();
    assert!(gater.can_disconnect(&peer).unwrap());
}

#[tokio::test]
async fn a_peer_is_dialled_so_often_only_until_it_is_connected() {
    let (_guard, mut gater) = gater();
    let address = at("192.0.2.1", PeerId::random());
    let other = at("192.0.2.1", PeerId::random());

    let dials = [(); 3].map(|()| gater.dial(&address).is_ok());
    assert_eq!(dials, [true, true, false]);
    assert!(matches!(gater.dial(&address), Err(NoDial::TooOften)));
    assert!(gater.dial(&other).is_ok());

    gater.connected(&crate::gater::peer(&address).unwrap());
    assert!(gater.dial(&address).is_ok());
}

#[tokio::test]
async fn the_peer_of_a_relayed_address_is_checked_and_not_its_relay() {
    let (_guard, mut gater) = gater();
    let (relay, peer) = (PeerId::random(), PeerId::random());
    let relayed: Multiaddr =
        format!("/ip4/192.0.2.1/tcp/1/p2p/{relay}/p2p-circuit/p2p/{peer}").parse().unwrap();
    gater.block(Subject::Peer(relay)).unwrap();
    gater.block(Subject::Addr("192.0.2.1/32".parse().unwrap())).unwrap();
    assert!(gater.dial(&relayed).is_ok());

    gater.block(Subject::Peer(peer)).unwrap();

    assert!(matches!(gater.dial(&relayed), Err(NoDial::Blocked(_))));
    assert!(matches!(gater.dial(&"/ip4/192.0.2.1/tcp/1".parse().unwrap()), Err(NoDial::NoPeerId)));
}

#[tokio::test]
async fn an_address_that_leads_to_two_hosts_is_not_dialled() {
    let (_guard, mut gater) = gater();
    let peer = PeerId::random();
    gater.block(Subject::Addr("192.0.2.1/32".parse().unwrap())).unwrap();
    let twice = format!("/ip4/198.51.100.1/tcp/1/ip4/192.0.2.1/tcp/2/p2p/{peer}");

    let refused = gater.dial(&twice.parse().unwrap()).unwrap_err();

    assert!(matches!(refused, NoDial::Unreadable(_)));
    assert_eq!(refused.to_string(), "the address is refused: it names more than one host");
}

/// A gater of two dials an hour, and the guard that keeps its handle open.
fn gater() -> (Guard<dummy::Behaviour>, Gater) {
    let guard = guard(Config::op_node(), dummy::Behaviour);
    let gater = Gater::new(guard.handle(), 2, Duration::from_secs(3_600));
    (guard, gater)
}

fn at(ip: &str, peer: PeerId) -> Multiaddr {
    format!("/ip4/{ip}/tcp/9222/p2p/{peer}").parse().unwrap()
}
