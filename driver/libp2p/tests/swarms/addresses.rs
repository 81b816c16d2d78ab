//! Addresses that transports read in one way and somebody else in another.

mod announced;
mod guard;
mod kept;

use futures::{FutureExt, StreamExt};
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    AddressFault, Config, Denied, Direction, NoticeKind, RefusedAddress, Subject, Tag,
};

use crate::by_hand::ByHand;
use crate::node::LOCALHOST;
use crate::peer::Peer;
use crate::swarm::at;
use guard::{Guard, Met, by_name};

/// What may stand before the address of a banned host, and what is wrong with the whole then.
const PREFIXES: [(&str, AddressFault); 12] = [
    ("/ip4/192.0.2.1/tcp/1", AddressFault::SecondHost),
    ("/ip4/192.0.2.1", AddressFault::SecondHost),
    ("/ip6/2001:db8::1/udp/1/quic-v1", AddressFault::SecondHost),
    ("/dns4/localhost/tcp/1", AddressFault::SecondHost),
    ("/memory/7", AddressFault::SecondHost),
    ("/unix/socket", AddressFault::SecondHost),
    ("/ip6zone/eth0", AddressFault::Zone),
    ("/p2p-circuit", AddressFault::CircuitWithoutRelay),
    ("/tls/ws", AddressFault::NoHost),
    ("/sni/x", AddressFault::NoHost),
    ("/tcp/1", AddressFault::NoHost),
    ("/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN", AddressFault::HostNotFirst),
];

#[apply(test!)]
async fn a_banned_host_is_not_reached_through_an_address_that_hides_it() {
    let peer = Peer::start().await;
    for mut node in [Guard::start(), Guard::gated()] {
        node.ban(LOCALHOST);
        for (hidden, fault) in hidden(&peer.addr) {
            let error = node.swarm.dial(hidden.clone()).unwrap_err();
            let refused = RefusedAddress::from_dial_error(&error).unwrap();
            let expected = (None, hidden.to_string(), fault, Direction::Outbound);
            assert_eq!(said(refused), expected);

            // The swarm hands these on, and each runtime's transport makes of them what it does.
            for dial in [from_peer(&peer, [hidden.clone()]), at(&hidden, peer.id).into()] {
                node.swarm.dial(dial).unwrap();
                let error = node.failed_dial().await;
                if node.is_gated {
                    assert_eq!(RefusedAddress::from_dial_addresses(&error).count(), 1, "{error:?}");
                }
            }
        }
        assert_eq!(node.handle.counts().unwrap().connected, 0);
        assert_eq!(node.handle.status(&peer.id), Ok(None));
    }
}

/// What makes the test above worth its name.
#[apply(test!)]
async fn a_host_that_is_not_hidden_is_reached() {
    let peer = Peer::start().await;
    for mut node in [Guard::start(), Guard::gated()] {
        for addr in [peer.addr.clone(), by_name(&peer.addr)] {
            node.swarm.dial(addr.clone()).unwrap();
            assert_eq!(node.met().await, Met::Connected(addr.clone()));
            node.swarm.dial(from_peer(&peer, [addr.clone()])).unwrap();
            assert_eq!(node.met().await, Met::Connected(at(&addr, peer.id)));
        }
    }
}

#[apply(test!)]
async fn a_dial_loses_the_addresses_that_are_refused_and_no_others() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    let mut offered: Vec<_> = hidden(&peer.addr).map(|(addr, _)| addr).collect();
    offered.push(peer.addr.clone());

    let dial = DialOpts::peer_id(peer.id).addresses(offered).build();
    node.swarm.dial(dial).unwrap();

    assert_eq!(node.met().await, Met::Connected(at(&peer.addr, peer.id)));
}

#[apply(test!)]
async fn a_dial_gate_says_which_address_it_refused_and_why() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    let mut notices = node.handle.subscribe().unwrap();
    let (hidden, fault) = hidden(&peer.addr).next().unwrap();

    node.swarm.dial(from_peer(&peer, [hidden.clone()])).unwrap();

    let error = node.failed_dial().await;
    let refused: Vec<_> = RefusedAddress::from_dial_addresses(&error).collect();
    let [(address, refused)] = refused[..] else {
        panic!("{error:?}");
    };
    let hidden = at(&hidden, peer.id);
    assert_eq!(*address, hidden);
    let expected = (Some(peer.id), hidden.to_string(), fault, Direction::Outbound);
    assert_eq!(said(refused), expected);
    assert_eq!(refused.to_string(), format!("{hidden} refused: it names more than one host"));
    assert_eq!(Denied::from_dial_addresses(&error).count(), 0);
    let told = notices.next().now_or_never().flatten().unwrap();
    assert_eq!(told.kind, NoticeKind::RefusedAddress(refused.0.clone()));
}

/// libp2p's resolver replaces names anywhere in an address.
#[apply(test!)]
async fn a_name_behind_something_else_is_not_dialled() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    node.ban(LOCALHOST);
    let name = by_name(&peer.addr);

    for (hidden, _) in hidden(&name) {
        node.swarm.dial(from_peer(&peer, [hidden.clone()])).unwrap();
        let error = node.failed_dial().await;
        assert_eq!(RefusedAddress::from_dial_addresses(&error).count(), 1, "{error:?}");
    }
    assert_eq!(node.handle.counts().unwrap().connected, 0);
}

/// The id at the end of an address is whom a dial is for; a protected one may be dialled anywhere.
#[apply(test!)]
async fn a_protected_peer_named_twice_opens_no_gate_for_another() {
    let (mut node, peer) = (Guard::gated(), Peer::start().await);
    let protected = PeerId::random();
    node.handle.protect(Subject::Peer(protected), Tag::OPERATOR).unwrap();
    node.ban(LOCALHOST);

    let twice = peer.addr.clone().with(Protocol::P2p(protected)).with(Protocol::P2p(peer.id));
    for dial in [twice.clone().into(), from_peer(&peer, [twice.clone()])] {
        node.swarm.dial(dial).unwrap();
        assert_eq!(node.met().await, Met::Refused);
    }
}

#[test]
fn no_gate_passes_an_address_that_can_be_read_twice() {
    let mut warden = ByHand::new(Config::flow());
    let here: Multiaddr = "/ip4/192.0.2.9/tcp/9".parse().unwrap();
    let (id, peer) = (ConnectionId::new_unchecked(7), warden.peer);

    for (twice, fault) in hidden(&"/ip4/198.51.100.7/tcp/2".parse().unwrap()) {
        let (gates, there) = (&mut warden.behaviour, &twice);
        let (dialer, reuse) = (Endpoint::Dialer, PortUse::Reuse);
        let alone = [there.clone()];
        let passed = [
            gates.handle_pending_inbound_connection(id, &here, there),
            gates.handle_established_inbound_connection(id, peer, &here, there).map(drop),
            gates.handle_pending_outbound_connection(id, None, &alone, dialer).map(drop),
            gates.handle_established_outbound_connection(id, peer, there, dialer, reuse).map(drop),
        ];
        for passed in passed {
            let refused = passed.unwrap_err().downcast::<RefusedAddress>().unwrap();
            assert_eq!((refused.fault, &refused.address), (fault, &twice.to_string()));
        }
    }
}

/// No transport gives such a connection to a behaviour that refused it; another may be first.
#[test]
fn no_ip_is_recorded_of_an_address_that_can_be_read_twice() {
    for (twice, _) in hidden(&"/ip4/198.51.100.7/tcp/2".parse().unwrap()) {
        let mut warden = ByHand::new(Config::flow());
        warden.establish_outbound_at(&twice);

        warden.ban_network("192.0.2.0/24");
        warden.ban_network("198.51.100.0/24");
        warden.ban_network("2001:db8::/32");

        assert_eq!(warden.poll_all(), ["ban", "ban", "ban"], "{twice}");
    }
}

/// Each of these reaches `addr` over some transport.
fn hidden(addr: &Multiaddr) -> impl Iterator<Item = (Multiaddr, AddressFault)> + '_ {
    let hide = move |(prefix, fault)| (format!("{prefix}{addr}").parse().unwrap(), fault);
    PREFIXES.into_iter().map(hide)
}

fn from_peer<const N: usize>(peer: &Peer, addresses: [Multiaddr; N]) -> DialOpts {
    let opts = DialOpts::peer_id(peer.id).condition(PeerCondition::Always);
    opts.addresses(addresses.into()).build()
}

type Said = (Option<PeerId>, String, AddressFault, Direction);

fn said(refused: &RefusedAddress) -> Said {
    (refused.peer, refused.address.clone(), refused.fault, refused.direction)
}
