//! A node that is told to ban itself.

use std::net::IpAddr;

use libp2p::core::transport::ListenerId;
use libp2p::swarm::behaviour::{
    ExpiredListenAddr, ExternalAddrConfirmed, ExternalAddrExpired, NewListenAddr,
};
use libp2p::swarm::{FromSwarm, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Amplification, BanChange, Cause, Config, DriverOptions, Misbehavior, Origin, Ours, Score,
    Subject, Verdict,
};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node};

#[test]
fn a_ban_of_the_node_itself_is_refused() {
    let mut warden = ByHand::new(Config::default());
    let own = PeerId::random();
    warden.behaviour = warden.behaviour.with_local_peer_id(own);

    for origin in [Origin::Operator, Origin::Remote] {
        let answer = warden.handle.ban(Subject::Peer(own), None, origin).unwrap();
        assert_eq!(answer.change, BanChange::Refused(Ours::Peer));
        let words = format!("{own} is this node itself, and is not banned");
        assert_eq!(answer.to_string(), words);
    }

    assert_eq!(warden.handle.check_peer(&own, None), Ok(Verdict::Allow));
    assert_eq!(warden.poll_all(), [""; 0]);
}

#[test]
fn the_node_itself_is_accused_of_nothing() {
    let warden = ByHand::new(Config::default());
    let own = PeerId::random();
    warden.handle.set_local_peer_id(own).unwrap();

    let most = Amplification::try_from(100.0).unwrap();
    for _ in 0..10 {
        warden.handle.report_amplified(own, Misbehavior::STALE_MESSAGE, most).unwrap();
        warden.handle.score(own, Score::try_from(-1_000.0).unwrap()).unwrap();
    }

    assert_eq!(warden.handle.status(&own).unwrap(), None);
    assert_eq!(warden.handle.tallies().unwrap().other_reports, 0);
}

#[test]
fn what_the_node_was_banned_for_before_its_id_was_known_is_lifted() {
    let mut warden = ByHand::new(Config::default());
    let own = warden.peer;
    let options = DriverOptions::default().with_ban(vec![Subject::Peer(own)]);
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.report(101);
    warden.handle.ban(Subject::Peer(own), None, Origin::Remote).unwrap();

    warden.behaviour = warden.behaviour.with_local_peer_id(own);

    assert_eq!(warden.handle.check_peer(&own, None), Ok(Verdict::Allow));
    assert_eq!(warden.handle.bans(None, 10).unwrap(), []);
    // Nor do the settings ban it once it is known.
    warden.behaviour =
        warden.behaviour.with_options(&DriverOptions::default()).with_options(&options);
    assert_eq!(warden.handle.bans(None, 10).unwrap(), []);
}

#[test]
fn a_remote_lists_ban_of_a_network_that_the_node_is_in_is_refused() {
    let mut warden = ByHand::new(Config::default());
    let ip: IpAddr = "203.0.113.7".parse().unwrap();
    listen(&mut warden, "/ip4/203.0.113.7/tcp/4001");
    confirm(&mut warden, "/ip6/2001:db8::7/udp/4001/quic-v1");
    // Of a relayed address the IP is the relay's.
    let relay = PeerId::random();
    listen(&mut warden, &format!("/ip4/198.51.100.1/tcp/1/p2p/{relay}/p2p-circuit"));
    let ban = |net: &str, origin| {
        warden.handle.ban(Subject::Addr(net.parse().unwrap()), None, origin).unwrap()
    };

    let remote = ban("203.0.113.0/24", Origin::Remote);
    assert_eq!(remote.change, BanChange::Refused(Ours::Address(ip)));
    assert_eq!(
        remote.to_string(),
        "203.0.113.0/24 holds 203.0.113.7, an address of this node, and is not banned"
    );
    // Where others say that it is reached they may lie, so that a list is obeyed, and it is told.
    let external = ban("2001:db8::/32", Origin::Remote);
    assert!(matches!(external.change, BanChange::Began { .. }));
    assert_eq!(external.ours, "2001:db8::7".parse().ok());
    for other in ["203.0.112.0/24", "198.51.100.0/24"] {
        let change = ban(other, Origin::Remote).change;
        assert!(matches!(change, BanChange::Began { .. }), "{other}: {change:?}");
    }

    // The operator is obeyed, and told.
    let operator = ban("203.0.113.0/24", Origin::Operator);
    assert!(matches!(operator.change, BanChange::Began { .. }));
    assert_eq!(operator.ours, Some(ip));
    assert_eq!(
        operator.to_string(),
        "203.0.113.0/24 is banned forever; it holds 203.0.113.7, an address of this node"
    );
}

#[test]
fn an_address_that_was_given_up_is_no_longer_the_nodes() {
    let mut warden = ByHand::new(Config::default());
    let (one, two) = ("/ip4/203.0.113.7/tcp/4001", "/ip4/198.51.100.7/tcp/4001");
    listen(&mut warden, one);
    confirm(&mut warden, two);
    confirm(&mut warden, two);

    let (addr, addr_two): (Multiaddr, Multiaddr) = (one.parse().unwrap(), two.parse().unwrap());
    let expired = ExpiredListenAddr { listener_id: listener(), addr: &addr };
    warden.behaviour.on_swarm_event(FromSwarm::ExpiredListenAddr(expired));
    let expired = ExternalAddrExpired { addr: &addr_two };
    warden.behaviour.on_swarm_event(FromSwarm::ExternalAddrExpired(expired));

    for net in ["203.0.113.0/24", "198.51.100.0/24"] {
        let subject = Subject::Addr(net.parse().unwrap());
        let answer = warden.handle.ban(subject, None, Origin::Remote).unwrap();
        assert!(matches!(answer.change, BanChange::Began { .. }), "{answer}");
    }
}

#[test]
fn a_lists_ban_from_before_the_node_was_there_is_lifted() {
    let mut warden = ByHand::new(Config::default());
    let net = |text: &str| Subject::Addr(text.parse().unwrap());
    warden.handle.ban(net("203.0.113.0/24"), None, Origin::Remote).unwrap();
    warden.handle.ban(net("203.0.113.7/32"), None, Origin::Remote).unwrap();
    warden.handle.ban(net("203.0.0.0/16"), None, Origin::Operator).unwrap();
    warden.handle.ban(net("198.51.100.0/24"), None, Origin::Remote).unwrap();

    listen(&mut warden, "/ip4/203.0.113.7/tcp/4001");

    let left = warden.handle.bans(None, 10).unwrap();
    let left: Vec<_> = left.into_iter().map(|ban| (ban.subject, ban.causes)).collect();
    let left: Vec<_> = left
        .iter()
        .map(|(subject, causes)| (subject.clone(), causes.contains(Cause::Remote)))
        .collect();
    assert_eq!(left, [(net("203.0.0.0/16"), false), (net("198.51.100.0/24"), true)]);
}

#[test]
fn nobody_lifts_a_lists_ban_by_saying_that_the_node_is_reached_in_there() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Addr("203.0.113.0/24".parse().unwrap());
    warden.handle.ban(subject.clone(), None, Origin::Remote).unwrap();

    confirm(&mut warden, "/ip4/203.0.113.7/tcp/4001");

    let bans = warden.handle.bans(None, 10).unwrap();
    assert_eq!(bans.into_iter().map(|ban| ban.subject).collect::<Vec<_>>(), [subject]);
}

#[apply(test!)]
async fn a_swarm_knows_where_it_listens() {
    let node = Node::start(Config::default()).await;
    node.handle.set_local_peer_id(node.id).unwrap();

    let own = node.handle.ban(Subject::Peer(node.id), None, Origin::Operator).unwrap();
    assert_eq!(own.change, BanChange::Refused(Ours::Peer));
    let here = Subject::Addr("127.0.0.0/8".parse().unwrap());
    assert_eq!(node.handle.check_addr(LOCALHOST), Ok(Verdict::Allow));
    let operator = node.handle.ban(here, None, Origin::Operator).unwrap();
    assert_eq!(operator.ours, Some(LOCALHOST));
    assert!(matches!(node.handle.check_addr(LOCALHOST), Ok(Verdict::Deny(_))));
}

fn listen(warden: &mut ByHand, addr: &str) {
    let addr = addr.parse().unwrap();
    let event = NewListenAddr { listener_id: listener(), addr: &addr };
    warden.behaviour.on_swarm_event(FromSwarm::NewListenAddr(event));
}

fn confirm(warden: &mut ByHand, addr: &str) {
    let addr = addr.parse().unwrap();
    let event = ExternalAddrConfirmed { addr: &addr };
    warden.behaviour.on_swarm_event(FromSwarm::ExternalAddrConfirmed(event));
}

/// The same one each time.
fn listener() -> ListenerId {
    static ONE: std::sync::OnceLock<ListenerId> = std::sync::OnceLock::new();
    *ONE.get_or_init(ListenerId::next)
}
