//! Addresses that strangers announce of themselves and of each other.

use std::net::Ipv4Addr;

use futures::StreamExt;
use libp2p::identity::Keypair;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{Swarm, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, yamux};
use peerwarden_libp2p::{Config, Misbehavior, Penalty, PlaceLevel, Points, Verdict};

use super::guard::{Guard, Met, NetEvent};
use super::hidden;
use crate::node::LOCALHOST;
use crate::peer::Peer;
use crate::runtime::{self, spawn};
use crate::swarm::{Wire, at, listen_at, until};
use crate::wiring::{swarm, upgraded};

/// Before, each of them was dialled at one IP and banned at another, which nobody had ever seen.
#[apply(test!)]
async fn nobody_has_an_innocent_ip_banned_by_what_it_announces() {
    let innocent = "203.0.113.7".parse().unwrap();
    let penalty = Penalty::from_points(100_000).unwrap();
    let level = PlaceLevel { length: 32, debts: Points::ZERO, crowd: 0 };
    let strict = Config::default().with_places_v4(&[level]).unwrap().with_default_penalty(penalty);
    for is_gated in [false, true] {
        let mut node = Guard::with(strict.clone(), is_gated);
        let addr = at(&node.listen().await, node.id());
        for stranger in 0..6 {
            let id = framing(&addr, "/ip4/203.0.113.7/tcp/4001").await;
            until(&mut node.swarm, |event| match event {
                SwarmEvent::Behaviour(NetEvent::Identify(identify::Event::Received {
                    peer_id,
                    ..
                })) => (peer_id == id).then_some(()),
                _ => None,
            })
            .await;
            let _ = node.swarm.disconnect_peer_id(id);
            until(&mut node.swarm, |event| match event {
                SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                    (peer_id == id).then_some(())
                }
                _ => None,
            })
            .await;

            node.swarm.dial(id).unwrap();

            assert_eq!(node.met().await, Met::Refused, "{stranger}");
            node.handle.report(id, Misbehavior::INVALID_MESSAGE).unwrap();
            assert_ne!(node.handle.check_peer(&id, None), Ok(Verdict::Allow));
            assert_eq!(node.handle.check_addr(innocent), Ok(Verdict::Allow), "{stranger}");
        }
    }
}

#[apply(test!)]
async fn a_banned_host_that_a_routing_table_hides_is_not_reached() {
    let peer = Peer::start().await;
    for mut node in [Guard::start(), Guard::gated()] {
        node.ban(LOCALHOST);
        for (hidden, _) in hidden(&peer.addr) {
            node.swarm.behaviour_mut().kad.remove_peer(&peer.id);
            node.swarm.behaviour_mut().kad.add_address(&peer.id, hidden.clone());
            node.swarm.dial(peer.id).unwrap();
            assert_eq!(node.met().await, Met::Refused, "{hidden}");
        }
        assert_eq!(node.handle.counts().unwrap().connected, 0);
    }
}

#[apply(test!)]
async fn a_peer_is_reached_at_the_one_good_address_that_a_routing_table_has() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    for (hidden, _) in hidden(&peer.addr) {
        node.swarm.behaviour_mut().kad.add_address(&peer.id, hidden);
    }
    node.swarm.behaviour_mut().kad.add_address(&peer.id, peer.addr.clone());

    node.swarm.dial(peer.id).unwrap();

    assert_eq!(node.met().await, Met::Connected(at(&peer.addr, peer.id)));
}

/// The swarm does not say that a dial is extended. What it is made of is refused or banned here.
#[apply(test!)]
async fn a_dial_is_not_given_up_for_the_address_that_it_began_with() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    let banned = Ipv4Addr::new(127, 0, 0, 9);
    node.ban(banned.into());
    let at_banned = at(&peer.addr.replace(0, |_| Some(banned.into())).unwrap(), peer.id);
    let (hidden, _) = hidden(&peer.addr).next().unwrap();
    node.swarm.behaviour_mut().kad.add_address(&peer.id, peer.addr.clone());

    for address in [at_banned, at(&hidden, peer.id)] {
        let opts = DialOpts::peer_id(peer.id).addresses(vec![address]);
        node.swarm.dial(opts.extend_addresses_through_behaviour().build()).unwrap();

        assert_eq!(node.met().await, Met::Connected(at(&peer.addr, peer.id)));
        node.swarm.disconnect_peer_id(peer.id).unwrap();
        until(&mut node.swarm, |event| match event {
            SwarmEvent::ConnectionClosed { .. } => Some(()),
            _ => None,
        })
        .await;
    }
}

/// Starts a peer that dials `node` and announces nothing of itself but where it listens, behind
/// `prefix`.
async fn framing(node: &Multiaddr, prefix: &str) -> PeerId {
    let key = Keypair::generate_ed25519();
    let config = identify::Config::new("/test/1".into(), key.public()).with_hide_listen_addrs(true);
    let transport = upgraded!(runtime::tcp(), &key, yamux::Config::default());
    let mut stranger: Swarm<identify::Behaviour> =
        swarm(&key, transport, identify::Behaviour::new(config));
    let (addr, _) = listen_at(&mut stranger, Wire::Tcp.port()).await;
    stranger.add_external_address(format!("{prefix}{addr}").parse().unwrap());
    stranger.dial(node.clone()).unwrap();
    spawn(async move {
        loop {
            stranger.select_next_some().await;
        }
    });
    key.public().to_peer_id()
}
