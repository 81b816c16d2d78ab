//! Static peers of the options: protected, expected where they are said to be, and kept connected.

use std::hash::RandomState;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use peerwarden_libp2p::peerwarden_core::{self as core, Warden};
use peerwarden_libp2p::{
    Behaviour, Config, DialVerdict, DriverOptions, ManualTimer, Origin, StaticPeer, Subject, Tag,
    Verdict,
};

use crate::by_hand::ByHand;
use crate::node::Node;
use crate::peer::Peer;
use crate::swarm::at;

#[apply(test!)]
async fn a_static_peer_is_dialled_from_the_start_and_spared() {
    let (timer, peer) = (ManualTimer::new(), Peer::start().await);
    let text = at(&peer.addr, peer.id).to_string();
    let options = DriverOptions::default().with_static_peers(vec![text.parse().unwrap()]);
    let behaviour = Behaviour::new(Config::flow(), timer.clone()).with_options(&options);
    let mut node = Node::run(Default::default(), behaviour, timer).await;
    node.connected(peer.id).await;

    // A list does not get rid of it, nor does a ban of its network; and it is dialled again.
    let network = Subject::Addr("127.0.0.0/8".parse().unwrap());
    node.handle.ban(Subject::Peer(peer.id), None, Origin::Remote).unwrap();
    let banned = node.handle.ban(network, None, Origin::Operator).unwrap();
    assert_eq!(banned.disconnected, 0);
    node.timer.advance(Duration::from_secs(60));
    node.swarm.disconnect_peer_id(peer.id).unwrap();
    node.disconnected(peer.id).await;
    node.connected(peer.id).await;
}

#[test]
fn options_keep_connected_whom_they_name_and_no_longer_whom_earlier_ones_did() {
    let mut warden = ByHand::new(Config::default());
    let options = DriverOptions::default().with_static_peers(vec![somewhere(warden.peer)]);

    warden.behaviour =
        warden.behaviour.with_options(&options).with_options(&DriverOptions::default());
    assert_eq!(warden.poll_all(), [""; 0]);
    assert_eq!(warden.handle.protected(None, 10).unwrap(), []);

    warden.behaviour = warden.behaviour.with_options(&options);
    assert_eq!(warden.poll_all(), ["dial"]);
    let [each] = &warden.handle.protected(None, 10).unwrap()[..] else {
        panic!("nobody is protected");
    };
    assert_eq!(
        (&each.subject, &each.tags[..]),
        (&Subject::Peer(warden.peer), &[Tag::SETTINGS][..])
    );
}

/// The IP of its address counts as where it is expected, as it does for an engine that is told so.
#[test]
fn a_static_peer_that_was_never_seen_is_expected_where_its_address_is() {
    let mut warden = ByHand::new(Config::default());
    let options = DriverOptions::default().with_static_peers(vec![somewhere(warden.peer)]);
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.ban_network("203.0.113.0/24");

    for ip in ["203.0.113.7", "203.0.113.8"] {
        let ip = ip.parse().unwrap();
        let expected = answer(warden.peer, "203.0.113.7".parse().unwrap(), ip);
        assert_eq!(warden.handle.check_addr(ip), Ok(expected));
    }
}

/// Its second address is the only one that leads anywhere.
#[apply(test!)]
async fn a_static_peer_that_dials_from_any_of_its_addresses_passes_the_gate_of_a_banned_network() {
    let (timer, peer) = (ManualTimer::new(), Peer::start().await);
    let addresses = ["/ip4/203.0.113.7/tcp/1", "/ip4/127.0.0.1/tcp/1"];
    let addresses = addresses.map(|each| format!("{each}/p2p/{}", peer.id).parse().unwrap());
    let options = DriverOptions::default().with_static_peers(addresses.to_vec());
    let behaviour = Behaviour::new(Config::op_node(), timer.clone()).with_options(&options);
    let mut node = Node::run(Default::default(), behaviour, timer).await;
    let network = Subject::Addr("127.0.0.0/8".parse().unwrap());
    node.handle.ban(network, None, Origin::Operator).unwrap();

    peer.dial(node.id, &node.addr).await;

    node.connected(peer.id).await;
}

#[test]
fn a_static_peer_is_expected_at_each_of_its_addresses_until_the_options_say_otherwise() {
    let mut warden = ByHand::new(Config::op_node());
    warden.ban_network("203.0.113.0/24");
    warden.ban_network("198.51.100.0/24");
    let peer = warden.peer;
    let options = |ips: &[&str]| {
        let peers = ips
            .iter()
            .map(|ip| StaticPeer::new(peer, format!("/ip4/{ip}/tcp/1").parse().unwrap()).unwrap());
        DriverOptions::default().with_static_peers(peers.collect())
    };
    let ips = ["203.0.113.7", "203.0.113.8", "198.51.100.9"];
    for expected in [&ips[..2], &ips[2..], &[], &ips[1..]] {
        warden.behaviour = warden.behaviour.with_options(&options(expected));
        for ip in ips {
            let passes = warden.passes_pending_gate(&format!("/ip4/{ip}/tcp/9"));
            assert_eq!(passes, expected.contains(&ip), "{ip}, expected at {expected:?}");
            let dial = format!("/ip4/{ip}/tcp/9").parse().unwrap();
            let may_dial = warden.handle.check_dial(&dial).unwrap() == DialVerdict::Allow;
            assert_eq!(may_dial, passes, "{ip}");
        }
    }
    // Whoever says so: protection by another tag opens no gate where the peer was never seen.
    warden.handle.protect(Subject::Peer(peer), Tag::OPERATOR).unwrap();
    warden.handle.unprotect(Subject::Peer(peer), Tag::SETTINGS).unwrap();
    assert!(!warden.passes_pending_gate("/ip4/203.0.113.8/tcp/9"));
}

/// The operating system resolves the name, on a thread of its own.
#[test]
fn a_static_peer_with_a_name_is_expected_where_that_leads() {
    let mut warden = ByHand::new(Config::default());
    let peer = PeerId::random();
    let named = format!("/dns4/localhost/tcp/4001/p2p/{peer}").parse().unwrap();
    let options = DriverOptions::default().with_static_peers(vec![named]);
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.ban_network("127.0.0.0/8");

    let ip = [127, 0, 0, 1].into();
    let expected = answer(peer, ip, ip);
    let deadline = Instant::now() + Duration::from_secs(60);
    while warden.handle.check_addr(ip) != Ok(expected) {
        assert!(Instant::now() < deadline, "the name is not resolved");
        std::thread::yield_now();
    }
}

/// What an engine says of `ip`, in a banned network, that was told to expect `peer` at `at`.
fn answer(peer: PeerId, at: IpAddr, ip: IpAddr) -> Verdict {
    let mut engine = Warden::new(Config::default(), RandomState::new());
    let now = peerwarden_libp2p::Instant::ORIGIN;
    let net = if at.is_loopback() { "127.0.0.0/8" } else { "203.0.113.0/24" };
    let protect = core::Event::Protect { subject: Subject::Peer(peer), addr: Some(at) };
    let ban = core::Event::Ban {
        subject: Subject::Addr(net.parse().unwrap()),
        duration: None,
        origin: Origin::Operator,
    };
    for event in [protect, ban] {
        let _ = engine.handle_input(event, now);
    }
    engine.check_addr(ip, now)
}

fn somewhere(peer: PeerId) -> StaticPeer {
    let address = "/ip4/203.0.113.7/tcp/9222".parse().unwrap();
    StaticPeer::new(peer, address).unwrap()
}
