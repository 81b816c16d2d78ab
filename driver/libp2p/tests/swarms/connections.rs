//! Bans of networks: each connection counts with its own IP and direction.

mod random;

use std::net::{IpAddr, Ipv4Addr};

use libp2p::PeerId;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use peerwarden_libp2p::{
    Config, Direction, EventKind, IpNet, Misbehavior, Origin, Subject, Tag, Verdict,
};

use crate::gateway::Gateway;
use crate::many::{Many, Order};
use crate::networks::strict_places;
use crate::node::Node;
use crate::peer::Peer;

#[apply(test!)]
async fn a_second_connection_from_elsewhere_does_not_shield_the_first() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    connect_over(&mut node, &peer, SECOND).await;
    connect_over(&mut node, &peer, FIRST).await;

    ban(&node, "127.0.0.2/32", Origin::Operator);

    assert_eq!(closed(&mut node).await, SECOND);
    assert!(node.swarm.is_connected(&peer.id));
    assert_eq!(node.handle.counts().unwrap().connected, 1);
}

#[apply(test!)]
async fn a_peer_last_seen_in_a_banned_network_keeps_its_connections_over_other_ips() {
    for origin in [Origin::Operator, Origin::Remote] {
        // A list may ban this machine's addresses if they are exempt no more.
        let config = Config::flow().with_exempt(&[]);
        let (mut node, peer) = (Node::start(config).await, Peer::start().await);
        connect_over(&mut node, &peer, FIRST).await;
        connect_over(&mut node, &peer, SECOND).await;

        ban(&node, "127.0.0.2/31", origin);

        assert_eq!(closed(&mut node).await, SECOND);
        assert!(node.swarm.is_connected(&peer.id));
        // The engine knows that it is here, and so where.
        assert_eq!(node.handle.counts().unwrap().connected, 1);
        ban(&node, "127.0.0.1/32", origin);
        node.disconnected(peer.id).await;
    }
}

#[apply(test!)]
async fn the_ip_of_a_connection_that_is_left_counts_once_the_last_one_is_closed() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    let first = connect_over(&mut node, &peer, FIRST).await;
    let second = connect_over(&mut node, &peer, SECOND).await;
    assert!(node.swarm.close_connection(second));
    assert_eq!(closed(&mut node).await, SECOND);

    ban(&node, "127.0.0.1/32", Origin::Operator);

    node.disconnected(peer.id).await;
    assert!(!node.swarm.close_connection(first));
}

#[apply(test!)]
async fn an_inbound_connection_counts_with_where_it_comes_from() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    let gateway = Gateway::open(THIRD, &node.addr);
    peer.dial(node.id, &gateway.addr).await;
    node.connected(peer.id).await;
    connect_over(&mut node, &peer, SECOND).await;

    ban(&node, "127.0.0.3/32", Origin::Operator);

    assert_eq!(closed(&mut node).await, THIRD);
    assert!(node.swarm.is_connected(&peer.id));
}

#[apply(test!)]
async fn a_peer_that_is_no_longer_protected_loses_what_a_banned_network_refuses() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    let subject = Subject::Peer(peer.id);
    node.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    connect_over(&mut node, &peer, SECOND).await;
    connect_over(&mut node, &peer, FIRST).await;
    ban(&node, "127.0.0.2/32", Origin::Operator);
    // What there is to do comes before events.
    assert!(matches!(node.event().await, EventKind::Banned { .. }));

    node.handle.unprotect(subject, Tag::OPERATOR).unwrap();

    assert_eq!(closed(&mut node).await, SECOND);
    assert!(node.swarm.is_connected(&peer.id));
}

#[apply(test!)]
async fn a_network_that_is_no_longer_protected_loses_what_a_wider_ban_refuses() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    let inside = Subject::Addr("127.0.0.2/32".parse().unwrap());
    node.handle.protect(inside.clone(), Tag::OPERATOR).unwrap();
    connect_over(&mut node, &peer, SECOND).await;
    connect_over(&mut node, &peer, FIRST).await;
    ban(&node, "127.0.0.2/31", Origin::Operator);
    assert!(matches!(node.event().await, EventKind::Banned { .. }));

    // Written in another way, it is the same network.
    let inside = Subject::Addr("::ffff:127.0.0.2/128".parse().unwrap());
    node.handle.unprotect(inside, Tag::OPERATOR).unwrap();

    assert_eq!(closed(&mut node).await, SECOND);
    assert!(node.swarm.is_connected(&peer.id));
}

#[test]
fn a_peer_that_is_banned_while_it_loses_one_connection_loses_the_others_too() {
    let (mut warden, peer) = (Many::new(Config::flow()), PeerId::random());
    warden.establish(1, peer, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, peer, ip("198.51.100.2"), Direction::Inbound);
    warden.ban_network("198.51.100.0/24");
    assert_eq!(warden.closes(), [2]);

    // The second is told to close, and takes its time.
    warden.handle.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();

    assert!(
        matches!(warden.orders()[..], [Order::CloseAll(closed), Order::Tell(_)] if closed == peer)
    );
}

#[test]
fn a_peer_that_is_banned_before_its_network_is_looked_through_loses_everything_at_once() {
    let (mut warden, peer) = (Many::new(Config::flow()), PeerId::random());
    warden.establish(1, peer, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, peer, ip("198.51.100.2"), Direction::Inbound);
    warden.ban_network("198.51.100.0/24");
    warden.handle.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();

    assert!(matches!(
        warden.orders()[..],
        [Order::CloseAll(closed), Order::Tell(_), Order::Tell(_)] if closed == peer
    ));
}

#[test]
fn what_is_pardoned_before_it_is_closed_stays() {
    let (mut warden, peer) = (Many::new(Config::flow()), PeerId::random());
    warden.establish(1, peer, ip("192.0.2.1"), Direction::Inbound);
    warden.ban_network("192.0.2.0/24");
    warden.handle.unban(network("192.0.2.0/24"), None).unwrap();

    assert_eq!(warden.closes(), [0; 0]);
    // And is here, so that a ban closes it.
    assert_eq!(warden.handle.counts().unwrap().connected, 1);
    warden.ban_network("192.0.2.1/32");
    assert_eq!(warden.closes(), [1]);
}

#[test]
fn a_connection_that_moves_to_a_banned_network_is_closed_and_no_other() {
    let (mut warden, peer) = (Many::new(Config::flow()), PeerId::random());
    warden.establish(1, peer, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, peer, ip("192.0.2.2"), Direction::Inbound);
    warden.ban_network("198.51.100.0/24");
    assert_eq!(warden.closes(), [0; 0]);

    warden.relocate(1, peer, ip("198.51.100.1").unwrap());

    assert_eq!(warden.closes(), [1]);
    assert_eq!(warden.handle.counts().unwrap().connected, 1);
}

#[test]
fn connections_over_nat64_are_in_the_network_of_the_ip_inside() {
    let (mut warden, peer) = (Many::new(Config::flow()), PeerId::random());
    warden.establish(1, peer, ip("64:ff9b::192.0.2.1"), Direction::Outbound);
    warden.establish(2, peer, ip("::ffff:192.0.2.2"), Direction::Outbound);
    warden.establish(3, peer, ip("2001:db8::1"), Direction::Outbound);

    warden.ban_network("192.0.2.0/24");

    assert_eq!(warden.closes(), [1, 2]);
}

/// The engine refuses such a peer by the IP last seen, which is that of no connection any more.
#[test]
fn a_relayed_connection_goes_with_the_ip_last_seen_unless_another_ip_is_left() {
    let mut warden = Many::new(Config::flow());
    let (hidden, placed) = (PeerId::random(), PeerId::random());
    warden.establish(1, hidden, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, hidden, None, Direction::Inbound);
    warden.establish(3, placed, ip("198.51.100.3"), Direction::Inbound);
    warden.establish(4, placed, ip("192.0.2.4"), Direction::Inbound);
    warden.establish(5, placed, None, Direction::Inbound);

    warden.ban_network("192.0.2.0/24");

    assert_eq!(warden.closes(), [1, 2, 4]);
}

#[test]
fn a_ban_of_an_address_by_what_peers_did_there_spares_the_connections_of_others() {
    let mut warden = Many::new(strict_places());
    let (guilty, bystander) = (PeerId::random(), PeerId::random());
    warden.establish(1, bystander, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, bystander, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(3, bystander, ip("192.0.2.1"), Direction::Outbound);
    warden.establish(4, bystander, ip("198.51.100.4"), Direction::Inbound);
    warden.establish(5, guilty, ip("192.0.2.1"), Direction::Inbound);
    warden.handle.expel(guilty, Misbehavior::INVALID_MESSAGE, None).unwrap();
    let all = warden.orders();
    assert!(matches!(all[0], Order::CloseAll(peer) if peer == guilty));
    assert!(all[1..].iter().all(|order| matches!(order, Order::Tell(_))), "{all:?}");
    let refused = warden.handle.check_peer(&bystander, ip("192.0.2.1"));
    assert_ne!(refused, Ok(Verdict::Allow));

    // Whichever goes of its own, those that are left stay.
    warden.close(4, bystander, 3);
    assert_eq!(warden.closes(), [0; 0]);
    warden.close(3, bystander, 2);
    assert_eq!(warden.closes(), [0; 0]);
    warden.close(2, bystander, 1);
    assert_eq!(warden.closes(), [0; 0]);
    assert_eq!(warden.handle.counts().unwrap().connected, 1);
}

#[test]
fn a_ban_by_order_elsewhere_spares_them_as_well() {
    let mut warden = Many::new(strict_places());
    let (guilty, bystander) = (PeerId::random(), PeerId::random());
    warden.establish(1, bystander, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, bystander, ip("203.0.113.2"), Direction::Inbound);
    warden.establish(3, bystander, ip("198.51.100.3"), Direction::Inbound);
    warden.establish(4, guilty, ip("192.0.2.1"), Direction::Inbound);
    warden.handle.expel(guilty, Misbehavior::INVALID_MESSAGE, None).unwrap();
    let _ = warden.orders();

    warden.ban_network("198.51.100.0/24");

    assert_eq!(warden.closes(), [3]);
}

#[test]
fn the_engine_goes_by_the_ip_of_a_connection_that_is_left() {
    let mut warden = Many::new(strict_places());
    let (guilty, debtor) = (PeerId::random(), PeerId::random());
    warden.handle.report(debtor, Misbehavior::INVALID_MESSAGE).unwrap();
    warden.establish(1, debtor, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(2, debtor, None, Direction::Inbound);
    warden.establish(3, debtor, ip("198.51.100.3"), Direction::Inbound);
    warden.establish(4, guilty, ip("192.0.2.1"), Direction::Inbound);
    warden.close(3, debtor, 2);

    warden.handle.expel(guilty, Misbehavior::INVALID_MESSAGE, None).unwrap();

    let orders = warden.orders();
    assert!(matches!(orders[0], Order::CloseAll(peer) if peer == guilty), "{orders:?}");
    // Only the engine can say so of this cause: the relayed one goes with it.
    assert!(matches!(orders[1..3], [Order::Close(1), Order::Close(2)]), "{orders:?}");
}

/// Under cause `Address` the engine says who goes: here one who owes something, whoever dialled.
#[test]
fn a_debtor_at_such_an_address_loses_what_it_has_there() {
    let mut warden = Many::new(strict_places().with_redial(false));
    let (guilty, debtor) = (PeerId::random(), PeerId::random());
    warden.handle.report(debtor, Misbehavior::INVALID_MESSAGE).unwrap();
    warden.establish(1, debtor, ip("198.51.100.1"), Direction::Inbound);
    warden.establish(2, debtor, ip("192.0.2.1"), Direction::Outbound);
    warden.establish(3, debtor, ip("192.0.2.1"), Direction::Inbound);
    warden.establish(4, guilty, ip("192.0.2.1"), Direction::Inbound);

    warden.handle.expel(guilty, Misbehavior::INVALID_MESSAGE, None).unwrap();

    let closed = warden.orders().into_iter().filter_map(|order| match order {
        Order::Close(id) => Some(id),
        Order::CloseAll(peer) => {
            assert_eq!(peer, guilty);
            None
        }
        Order::Dial(_) | Order::Tell(_) => None,
    });
    assert_eq!(closed.collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn ten_thousand_connections_of_a_banned_network_are_closed_a_few_at_a_time() {
    let mut warden = Many::new(Config::flow());
    let peers: Vec<_> = (0..2_000).map(|_| PeerId::random()).collect();
    for id in 0..10_000_usize {
        let peer = peers[id % peers.len()];
        let at = Ipv4Addr::from_bits(0x0a00_0000 + u32::try_from(id).unwrap() % 65_536);
        warden.establish(id, peer, Some(at.into()), Direction::Inbound);
    }
    let stranger = PeerId::random();
    warden.establish(10_000, stranger, ip("10.1.0.0"), Direction::Inbound);

    warden.ban_network("10.0.0.0/16");

    let mut polls = Vec::new();
    let mut streak = 0;
    let mut closed = std::collections::BTreeSet::new();
    loop {
        let wakes = warden.wakes.count();
        match warden.poll() {
            std::task::Poll::Ready(Order::Close(id)) => {
                streak += 1;
                assert!(closed.insert(id), "{id} is closed twice");
            }
            std::task::Poll::Ready(Order::Tell(_)) => streak += 1,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
            std::task::Poll::Pending => {
                polls.push(std::mem::take(&mut streak));
                if warden.wakes.count() == wakes {
                    break;
                }
            }
        }
    }
    assert_eq!(closed, (0..10_000).collect());
    assert!(polls.iter().all(|streak| *streak <= 64), "{polls:?}");
}

#[test]
fn a_walk_over_ten_thousand_connections_that_stay_lets_others_go_first_in_between() {
    let mut warden = Many::new(Config::flow());
    for id in 0..10_000 {
        warden.establish(id, PeerId::random(), ip("10.0.0.1"), Direction::Inbound);
    }
    warden.handle.protect(network("10.0.0.0/16"), Tag::OPERATOR).unwrap();
    warden.ban_network("10.0.0.0/8");
    let _ = warden.orders();

    // Looked through, and nothing is found: the wider ban is over.
    warden.handle.unban(network("10.0.0.0/8"), None).unwrap();
    warden.handle.unprotect(network("10.0.0.0/16"), Tag::OPERATOR).unwrap();
    let wakes = warden.wakes.count();
    assert!(warden.poll().is_pending());
    assert!(warden.wakes.count() > wakes, "it does not go on by itself");
    let all = warden.orders();

    assert!(matches!(all[..], [Order::Tell(_)]), "{all:?}");
}

/// Dials the peer at an IP where it listens for that.
async fn connect_over(node: &mut Node, peer: &Peer, ip: Ipv4Addr) -> libp2p::swarm::ConnectionId {
    let anywhere = libp2p::Multiaddr::from(IpAddr::from(ip)).with(Protocol::Tcp(0));
    let addr = peer.listen_at(anywhere).await;
    let opts =
        DialOpts::peer_id(peer.id).addresses(vec![addr]).condition(PeerCondition::Always).build();
    let id = opts.connection_id();
    node.swarm.dial(opts).unwrap();
    node.connected(peer.id).await;
    id
}

/// Waits until one connection is closed; over which IP it was.
async fn closed(node: &mut Node) -> Ipv4Addr {
    node.until(|event| match event {
        SwarmEvent::ConnectionClosed { endpoint, .. } => {
            match endpoint.get_remote_address().iter().next() {
                Some(Protocol::Ip4(ip)) => Some(ip),
                other => panic!("{other:?}"),
            }
        }
        _ => None,
    })
    .await
}

fn ban(node: &Node, net: &str, origin: Origin) {
    node.handle.ban(network(net), None, origin).unwrap();
}

impl Many {
    fn ban_network(&self, net: &str) {
        self.handle.ban(network(net), None, Origin::Operator).unwrap();
    }
}

fn network(net: &str) -> Subject<PeerId> {
    Subject::Addr(net.parse::<IpNet>().unwrap())
}

fn ip(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

const FIRST: Ipv4Addr = Ipv4Addr::LOCALHOST;
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const THIRD: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
