//! Banned networks: who is refused by where it is.

use libp2p::swarm::dial_opts::DialOpts;
use peerwarden_libp2p::{
    Cause, Config, Denied, Direction, IpNet, Misbehavior, Origin, PlaceLevel, Points, Subject,
    Verdict,
};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node, by_operator, denied_dial, said, seconds};
use crate::peer::Peer;
use crate::swarm::{Wire, at};

#[apply(test!)]
async fn a_banned_address_is_refused_before_anybody_knows_who_is_there() {
    for &wire in Wire::ALL {
        let (mut node, peer) =
            (Node::start_on(wire, Config::flow()).await, Peer::start_on(wire).await);
        let denial = by_operator(60, Some(ban_localhost(&node)));

        peer.dial(node.id, &node.addr).await;

        let denied = node.refused().await.unwrap();
        assert_eq!(said(&denied), (None, Some(LOCALHOST), Direction::Inbound, denial));
        assert_eq!(node.swarm.network_info().connection_counters().num_connections(), 0);
    }
}

#[apply(test!)]
async fn a_banned_address_is_not_dialled_by_itself_and_refused_where_there_may_be_others() {
    let (mut node, peer) = (Node::start(Config::flow()).await, Peer::start().await);
    let denial = by_operator(60, Some(ban_localhost(&node)));

    let error = node.swarm.dial(peer.addr.clone()).unwrap_err();
    let denied = Denied::from_dial_error(&error).unwrap();
    assert_eq!(said(denied), (None, Some(LOCALHOST), Direction::Outbound, denial));

    // Other behaviours may know of more addresses of a peer that is named.
    let among_others = DialOpts::peer_id(peer.id).addresses(vec![peer.addr.clone()]).build();
    for opts in [DialOpts::from(at(&peer.addr, peer.id)), among_others] {
        node.swarm.dial(opts).unwrap();
        let denied = node.until(denied_dial).await;
        let named = (Some(peer.id), Some(LOCALHOST), Direction::Outbound, denial);
        assert_eq!(said(&denied), named);
    }
}

#[apply(test!)]
async fn a_peer_at_an_address_that_is_banned_is_disconnected() {
    for &wire in Wire::ALL {
        let (mut node, peer) =
            (Node::start_on(wire, Config::flow()).await, Peer::start_on(wire).await);
        node.dialled_by(&peer).await;

        ban_localhost(&node);

        node.disconnected(peer.id).await;
        assert_eq!(node.handle.check_peer(&peer.id, None), Ok(Verdict::Allow));
    }
}

#[apply(test!)]
async fn too_many_banned_peers_close_their_address_for_inbound_connections_only() {
    let (mut node, peer) = (Node::start(strict_places()).await, Peer::start().await);
    let banned = Peer::start().await;
    node.dialled_by(&banned).await;
    node.handle.expel(banned.id, Misbehavior::INVALID_MESSAGE, None).unwrap();
    node.disconnected(banned.id).await;

    peer.dial(node.id, &node.addr).await;

    let denied = node.refused().await.unwrap();
    assert_eq!(denied.peer, None);
    assert_eq!(denied.denial.cause, Cause::Address);
    assert_eq!(denied.denial.network, Some(IpNet::from(LOCALHOST)));
    // By its bare address, which the gate before the connection sees, and by its name.
    node.swarm.dial(peer.addr.clone()).unwrap();
    node.connected(peer.id).await;
    node.dial(&peer).await;
}

#[test]
fn a_connection_counts_with_the_address_it_has_moved_to() {
    let mut warden = ByHand::new(Config::flow());
    warden.establish_inbound(0);
    warden.move_inbound("/ip4/198.51.100.7/tcp/3");

    warden.ban_network("192.0.2.0/24");
    assert_eq!(warden.poll_all(), ["ban"]);
    warden.ban_network("198.51.100.0/24");
    assert_eq!(warden.poll_all(), ["close", "ban"]);
}

#[test]
fn a_relay_is_not_mistaken_for_who_is_behind_it() {
    let mut warden = ByHand::new(Config::flow());
    warden.establish_inbound(0);
    warden.move_inbound("/ip4/198.51.100.7/tcp/3/p2p-circuit");

    warden.ban_network("198.51.100.0/24");
    assert_eq!(warden.poll_all(), ["ban"]);
}

fn ban_localhost(node: &Node) -> IpNet {
    let network = IpNet::from(LOCALHOST);
    node.handle.ban(Subject::Addr(network), Some(seconds(60)), Origin::Operator).unwrap();
    network
}

/// One banned peer is too many at an address, on this machine too.
pub(crate) fn strict_places() -> Config {
    let level = PlaceLevel { length: 32, debts: Points::from_points(u64::MAX), crowd: 0 };
    Config::default().with_places_v4(&[level]).unwrap().with_exempt(&[])
}
