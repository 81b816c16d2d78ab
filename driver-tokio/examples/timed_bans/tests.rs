//! Tests of what the bans are for.

use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::dummy;
use peerwarden_tokio::{Config, Guard, Misbehavior, Origin, Subject, Tag, Until, guard};

use crate::bans::Bans;

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_ban_lasts_as_long_as_the_caller_says_each_time() {
    let (guard, bans) = bans();
    for _ in 0..2 {
        let peer = PeerId::random();
        bans.ban(peer, reason(), Some(HOUR), None).unwrap();

        let status = guard.handle().status(&peer).unwrap().unwrap();
        let Some(Until::At(end)) = status.until() else {
            panic!("{status:?}");
        };
        assert_eq!(end.saturating_duration_since(status.banned_since.unwrap()), HOUR);
        assert_eq!(status.misdeeds.len(), 1, "the reason is on record");
    }
}

#[tokio::test]
async fn a_ban_without_a_duration_takes_the_policys() {
    let (guard, bans) = bans();
    let peer = PeerId::random();

    bans.ban(peer, reason(), None, None).unwrap();

    assert!(matches!(guard.handle().status(&peer).unwrap().unwrap().until(), Some(Until::At(_))));
}

#[tokio::test]
async fn peers_that_are_protected_or_of_a_spared_agent_stay() {
    let (_guard, bans) = bans();
    let (protected, spared, other) = (PeerId::random(), PeerId::random(), PeerId::random());
    bans.protect(protected, Tag::new("bootstrap").unwrap()).unwrap();

    bans.ban(protected, reason(), Some(HOUR), None).unwrap();
    bans.ban(spared, reason(), Some(HOUR), Some("forest-0.33")).unwrap();
    bans.ban(PeerId::random(), reason(), Some(Duration::ZERO), None).unwrap();

    assert_eq!(bans.banned(10).unwrap(), [] as [PeerId; 0]);
    bans.ban(other, reason(), Some(HOUR), Some("forested-0.1")).unwrap();
    assert_eq!(bans.banned(10).unwrap(), [other]);
}

#[tokio::test]
async fn lists_have_the_peers_asked_for_however_much_else_there_is() {
    let (guard, bans) = bans();
    let warden = guard.handle();
    for n in 0..150 {
        let (peer, tag) = (Subject::Peer(PeerId::random()), Tag::OPERATOR);
        let _ = warden.ban(peer, None, Origin::Operator).unwrap();
        let network = Subject::Addr(format!("203.0.113.{n}/32").parse().unwrap());
        let _ = warden.protect(network, tag).unwrap();
    }
    let out = [(); 2].map(|()| PeerId::random());
    for peer in out {
        bans.ban(peer, reason(), Some(HOUR), None).unwrap();
    }
    let spared = PeerId::random();
    bans.protect(spared, Tag::OPERATOR).unwrap();

    assert_eq!(bans.banned(1).unwrap(), out[..1]);
    assert_eq!(bans.banned(10).unwrap(), out);
    assert_eq!(bans.protected(1).unwrap(), [spared]);
}

#[tokio::test]
async fn a_peer_is_protected_for_as_long_as_anyone_asks_for_it() {
    let (_guard, bans) = bans();
    let peer = PeerId::random();
    let (bootstrap, rpc) = (Tag::new("bootstrap").unwrap(), Tag::new("rpc").unwrap());
    bans.protect(peer, bootstrap.clone()).unwrap();
    bans.protect(peer, rpc.clone()).unwrap();

    assert!(!bans.unprotect(peer, rpc).unwrap());
    assert_eq!(bans.protected(10).unwrap(), [peer]);
    assert!(bans.unprotect(peer, bootstrap).unwrap());
    assert_eq!(bans.protected(10).unwrap(), []);
}

#[tokio::test]
async fn an_unbanned_peer_is_in_again_and_an_operators_ban_is_not_the_applications() {
    let (guard, bans) = bans();
    let (peer, blocked) = (PeerId::random(), PeerId::random());
    bans.ban(peer, reason(), Some(HOUR), None).unwrap();
    let _ = guard.handle().ban(Subject::Peer(blocked), None, Origin::Operator).unwrap();
    assert!(bans.is_banned(&peer).unwrap() && bans.is_banned(&blocked).unwrap());
    assert_eq!(bans.banned(10).unwrap(), [peer]);

    assert!(bans.unban(peer).unwrap());

    assert!(!bans.is_banned(&peer).unwrap());
    assert!(!bans.unban(peer).unwrap());
}

fn bans() -> (Guard<dummy::Behaviour>, Bans) {
    let guard = guard(Config::default(), dummy::Behaviour);
    let bans = Bans::new(guard.handle(), vec!["forest-".to_owned()]);
    (guard, bans)
}

fn reason() -> Misbehavior {
    Misbehavior::new("genesis-mismatch").unwrap()
}
