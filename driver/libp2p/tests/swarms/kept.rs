//! Peers that are kept connected.

use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{DialError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, yamux};
use peerwarden_libp2p::{
    AddressFault, Behaviour, Config, Direction, EventKind, KeepConnectedError, ManualTimer, Origin,
    Subject,
};

use crate::many::{Many, Order};
use crate::node::{Node, seconds};
use crate::peer::Peer;
use crate::runtime;
use crate::swarm::{at, until};
use crate::wiring::{swarm, upgraded};

#[apply(test!)]
async fn a_peer_is_connected_from_the_start_and_again_whenever_it_goes() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.handle.keep_connected(peer.id, vec![at(&peer.addr, peer.id)]).unwrap();
    node.connected(peer.id).await;

    // At once the first time, then after a while: its connections do not last.
    for wait in [0, 10, 20, 40] {
        node.swarm.disconnect_peer_id(peer.id).unwrap();
        node.disconnected(peer.id).await;
        node.timer.advance(Duration::from_secs(wait));
        node.connected(peer.id).await;
    }
    // Once one has, at once again.
    node.timer.advance(Duration::from_secs(60));
    node.swarm.disconnect_peer_id(peer.id).unwrap();
    node.disconnected(peer.id).await;
    node.connected(peer.id).await;
}

#[apply(test!)]
async fn a_behaviour_that_is_told_before_there_is_a_swarm_dials_when_there_is_one() {
    let (timer, peer) = (ManualTimer::new(), Peer::start().await);
    let behaviour = Behaviour::new(Config::flow(), timer.clone());
    behaviour.keep_connected(peer.id, vec![peer.addr.clone()]).unwrap();

    let mut node = Node::run(Default::default(), behaviour, timer).await;

    node.connected(peer.id).await;
}

#[apply(test!)]
async fn a_name_is_resolved_when_it_is_dialled() {
    let peer = Peer::start().await;
    let behaviour = Behaviour::new(Config::flow(), ManualTimer::new());
    let port = peer.addr.iter().find(|part| matches!(part, Protocol::Tcp(_))).unwrap();
    let name = Multiaddr::from(Protocol::Dns4("localhost".into())).with(port);
    behaviour.keep_connected(peer.id, vec![name.clone()]).unwrap();

    let key = Keypair::generate_ed25519();
    let tcp = runtime::resolving(runtime::tcp());
    let transport = upgraded!(tcp, &key, yamux::Config::default());
    let mut node = swarm(&key, transport, behaviour);

    let dialled = until(&mut node, |event| match event {
        SwarmEvent::ConnectionEstablished { endpoint, .. } => {
            Some(endpoint.get_remote_address().clone())
        }
        _ => None,
    })
    .await;
    assert_eq!(dialled, at(&name, peer.id));
}

#[apply(test!)]
async fn a_peer_that_is_down_is_connected_once_it_is_back() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    peer.close_listener().await;
    node.handle.keep_connected(peer.id, vec![peer.addr.clone()]).unwrap();
    node.failed_dial().await;
    node.timer.advance(Duration::from_secs(10));
    node.failed_dial().await;

    peer.listen_at(peer.addr.clone()).await;
    node.timer.advance(Duration::from_secs(20));

    node.connected(peer.id).await;
}

#[apply(test!)]
async fn a_peer_is_not_dialled_while_it_is_banned_and_is_when_that_is_over() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    node.ban(peer.id, 60);
    node.handle.keep_connected(peer.id, vec![peer.addr.clone()]).unwrap();
    node.timer.advance(Duration::from_secs(60));
    node.connected(peer.id).await;

    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    node.timer.advance(Duration::from_secs(60));

    node.connected(peer.id).await;
}

#[test]
fn a_peer_is_never_given_up_and_dialled_ten_minutes_apart_at_most() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    warden.handle.keep_connected(peer, vec![somewhere()]).unwrap();

    let mut waits = Vec::new();
    for _ in 0..200 {
        let dial = warden.dials().pop().unwrap();
        warden.fail(&dial, peer, &DialError::NoAddresses);
        let orders = warden.orders();
        assert!(matches!(orders[..], [Order::Tell(EventKind::RedialFailed { .. })]), "{orders:?}");
        let [due] = warden.timer.armed()[..] else {
            panic!("it is not tried again");
        };
        let wait = due.saturating_duration_since(warden.handle.now().unwrap());
        warden.timer.advance(wait);
        waits.push(wait);
    }

    let longest = [10, 20, 40, 80, 160, 320].into_iter().chain(std::iter::repeat(600));
    for (wait, longest) in waits.iter().zip(longest.map(Duration::from_secs)) {
        assert!(*wait <= longest && *wait >= longest * 3 / 4, "{waits:?}");
    }
}

#[test]
fn a_peer_that_is_kept_is_dialled_before_ten_thousand_whose_bans_are_over() {
    let mut warden = Many::new(Config::flow());
    for id in 1_000_000..1_010_000 {
        let peer = PeerId::random();
        warden.establish(id, peer, "192.0.2.2".parse().ok(), Direction::Outbound);
        warden.handle.ban(Subject::Peer(peer), Some(seconds(60)), Origin::Operator).unwrap();
        warden.close(id, peer, 0);
    }
    warden.timer.advance(Duration::from_secs(60));
    let under_way = warden.dials();
    let kept = PeerId::random();
    warden.handle.keep_connected(kept, vec![somewhere()]).unwrap();
    assert!(warden.dials().is_empty(), "there is no room");

    warden.fail(&under_way[0], under_way[0].get_peer_id().unwrap(), &DialError::NoAddresses);

    let next: Vec<_> = warden.dials().iter().map(DialOpts::get_peer_id).collect();
    assert_eq!(next, [Some(kept)]);
}

#[test]
fn a_peer_that_is_connected_already_is_dialled_only_when_it_goes() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    warden.establish(1_000_000, peer, "192.0.2.2".parse().ok(), Direction::Inbound);
    warden.establish(1_000_001, peer, "192.0.2.2".parse().ok(), Direction::Inbound);
    warden.handle.keep_connected(peer, vec![somewhere()]).unwrap();
    assert!(warden.dials().is_empty());

    warden.close(1_000_000, peer, 1);
    assert!(warden.dials().is_empty());
    warden.close(1_000_001, peer, 0);

    assert_eq!(warden.dials().len(), 1);
}

#[test]
fn a_peer_that_is_let_go_is_not_dialled_any_more() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    warden.handle.keep_connected(peer, vec![somewhere()]).unwrap();
    let dial = warden.dials().pop().unwrap();
    warden.handle.let_go(peer).unwrap();

    warden.fail(&dial, peer, &DialError::NoAddresses);
    let _ = warden.orders();
    assert_eq!(warden.timer.armed(), []);

    warden.handle.keep_connected(peer, vec![somewhere()]).unwrap();
    warden.handle.let_go(peer).unwrap();
    assert!(warden.dials().is_empty());
    warden.establish(1_000_000, peer, "192.0.2.2".parse().ok(), Direction::Inbound);
    warden.close(1_000_000, peer, 0);
    assert!(warden.dials().is_empty());
}

#[test]
fn a_peer_whose_ban_is_over_is_still_dialled_when_it_is_let_go_that_was_never_kept() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    warden.establish(1_000_000, peer, "192.0.2.2".parse().ok(), Direction::Outbound);
    warden.handle.ban(Subject::Peer(peer), Some(seconds(60)), Origin::Operator).unwrap();
    warden.close(1_000_000, peer, 0);
    warden.timer.advance(Duration::from_secs(60));

    warden.handle.let_go(peer).unwrap();

    assert_eq!(warden.dials().len(), 1);
}

#[test]
fn the_last_word_on_where_a_peer_is_counts_from_the_next_dial_on() {
    let mut warden = Many::new(Config::flow());
    let peer = PeerId::random();
    let moved: Multiaddr = "/ip4/192.0.2.9/tcp/9".parse().unwrap();
    warden.handle.keep_connected(peer, vec![somewhere()]).unwrap();
    let dial = warden.dials().pop().unwrap();
    warden.handle.keep_connected(peer, vec![moved.clone(), at(&moved, peer)]).unwrap();
    assert!(warden.dials().is_empty(), "one is under way");

    warden.fail(&dial, peer, &DialError::NoAddresses);
    warden.timer.advance(Duration::from_secs(10));
    let dial = warden.dials().pop().unwrap();
    warden.fail(&dial, peer, &DialError::NoAddresses);

    let told = warden.orders().into_iter().find_map(|order| match order {
        Order::Tell(EventKind::RedialFailed { addresses, .. }) => Some(addresses),
        _ => None,
    });
    assert_eq!(told, Some(vec![moved]));
}

#[test]
fn to_keep_a_peer_connected_wakes_the_behaviour() {
    let mut warden = Many::new(Config::flow());
    assert!(warden.orders().is_empty());

    warden.handle.keep_connected(PeerId::random(), vec![somewhere()]).unwrap();

    assert_eq!(warden.wakes.count(), 1);
}

#[test]
fn addresses_that_cannot_be_kept_are_refused_and_nothing_changes() {
    let mut warden = Many::new(Config::flow());
    let (peer, other) = (PeerId::random(), PeerId::random());
    let keep = |addresses| warden.handle.keep_connected(peer, addresses);
    let name = |letters| Multiaddr::from(Protocol::Dns4("a".repeat(letters).into()));
    let long = name(251).with(Protocol::Tcp(1));

    assert_eq!(
        keep(vec![somewhere(); 11]),
        Err(KeepConnectedError::TooManyAddresses { given: 11, most: 10 })
    );
    assert_eq!(keep(vec![at(&somewhere(), other)]), Err(KeepConnectedError::AnotherPeer(other)));
    assert_eq!(keep(vec![long]), Err(KeepConnectedError::AddressTooLong { bytes: 257, most: 256 }));
    let address: Multiaddr = "/ip4/192.0.2.1/tcp/1/ip4/127.0.0.1/tcp/2".parse().unwrap();
    assert_eq!(
        keep(vec![address.clone()]),
        Err(KeepConnectedError::AddressRefused { address, fault: AddressFault::SecondHost })
    );
    assert!(warden.dials().is_empty());
    let longest = name(250).with(Protocol::Tcp(1));
    assert_eq!(warden.handle.keep_connected(peer, vec![longest]), Ok(()));
}

#[test]
fn the_node_itself_is_not_dialled_though_a_list_for_a_fleet_names_it() {
    let own = PeerId::random();
    let mut warden = Many::new(Config::flow());
    warden.handle.keep_connected(own, vec![somewhere()]).unwrap();

    warden.handle.set_local_peer_id(own).unwrap();

    assert_eq!(
        warden.handle.keep_connected(own, vec![somewhere()]),
        Err(KeepConnectedError::Ourselves(own))
    );
    assert!(warden.dials().is_empty());
}

#[test]
fn no_more_than_ten_thousand_peers_are_kept() {
    let warden = Many::new(Config::flow());
    let peers: Vec<_> = (0..10_000).map(|_| PeerId::random()).collect();
    for peer in &peers {
        warden.handle.keep_connected(*peer, Vec::new()).unwrap();
    }

    let full = Err(KeepConnectedError::TooManyPeers { most: 10_000 });
    assert_eq!(warden.handle.keep_connected(PeerId::random(), Vec::new()), full);
    // One of them is no news, and one that goes makes room.
    assert_eq!(warden.handle.keep_connected(peers[0], vec![somewhere()]), Ok(()));
    warden.handle.let_go(peers[0]).unwrap();
    assert_eq!(warden.handle.keep_connected(PeerId::random(), Vec::new()), Ok(()));
}

impl Node {
    async fn failed_dial(&mut self) {
        self.until(|event| match event {
            SwarmEvent::Behaviour(event) => {
                matches!(event.kind, EventKind::RedialFailed { .. }).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

fn somewhere() -> Multiaddr {
    "/ip4/192.0.2.1/tcp/1".parse().unwrap()
}
