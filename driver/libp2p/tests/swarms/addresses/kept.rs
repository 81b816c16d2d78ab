//! Addresses that are kept for a redial, and what is printed of them.

use std::io;
use std::task::Poll;

use libp2p::core::Endpoint;
use libp2p::core::transport::{PortUse, TransportError};
use libp2p::swarm::behaviour::{DialFailure, NewExternalAddrOfPeer};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{Config, EventKind, KeepConnectedError, RedialError, StaticPeer, Subject};

use super::hidden;
use crate::by_hand::ByHand;

#[test]
fn an_address_that_is_long_or_can_be_read_twice_is_not_kept() {
    let mut warden = ByHand::new(Config::flow());
    let good: Multiaddr = "/ip4/198.51.100.7/tcp/2".parse().unwrap();
    let bad: Vec<_> = odd().into_iter().chain(hidden(&good).map(|(addr, _)| addr)).collect();

    for before in &bad {
        announce(&mut warden, before);
    }
    warden.establish_outbound_at(&long());
    for after in bad.iter().chain([&good]) {
        announce(&mut warden, after);
    }

    assert_eq!(addresses(&redial(&mut warden)), format!("[{good}]"));
}

/// Of a peer that no address is kept of, what it announced before is dialled.
#[test]
fn what_is_remembered_of_peers_that_were_never_dialled_is_bounded_too() {
    let mut warden = ByHand::new(Config::flow());
    for addr in odd() {
        announce(&mut warden, &addr);
    }
    warden.establish_outbound_at(&long());

    assert_eq!(addresses(&redial(&mut warden)), "[]");
}

#[test]
fn a_peer_is_kept_connected_only_at_addresses_that_fit_on_a_line() {
    let warden = ByHand::new(Config::flow());
    let address = two_lines();

    let error = warden.handle.keep_connected(warden.peer, vec![address.clone()]).unwrap_err();

    assert_eq!(error, KeepConnectedError::AddressNotPlain { address: address.clone() });
    assert!(StaticPeer::new(warden.peer, address).is_err());
    for said in [error.to_string(), format!("{error:?}")] {
        assert!(!said.contains('\n'), "{said}");
    }
}

#[test]
fn what_is_told_of_a_failed_redial_is_bounded_and_fits_on_a_line() {
    let errors = [
        DialError::WrongPeerId { obtained: PeerId::random(), address: two_lines() },
        DialError::WrongPeerId { obtained: PeerId::random(), address: long() },
        DialError::LocalPeerId { address: two_lines() },
        DialError::LocalPeerId { address: long() },
        DialError::Transport(vec![(
            two_lines(),
            TransportError::Other(io::Error::other("line\n2026 INFO peerwarden: unbanned")),
        )]),
        DialError::Transport(
            (0..500).map(|_| (long(), TransportError::MultiaddrNotSupported(long()))).collect(),
        ),
        DialError::Transport(vec![(
            two_lines(),
            TransportError::MultiaddrNotSupported(two_lines()),
        )]),
    ];

    for error in errors {
        let told = RedialError::from(&error);

        let (display, debug) = (told.to_string(), format!("{told:?}"));
        for text in [&display, &debug] {
            assert!(!text.contains(['\n', '\r', '\u{1b}', '\u{2028}']), "{text:?}");
            assert!(text.len() < 20_000, "{} bytes", text.len());
        }
        assert!(display.len() < 700, "{display}");
        if let RedialError::Unreachable { tried } = &told {
            assert!(tried.len() <= 16);
            for (address, why) in tried {
                assert!(address.len() <= 256 && why.len() <= 514);
                assert!(!why.contains('\n'), "{why:?}");
            }
        }
    }
}

#[test]
fn a_redial_that_an_address_failed_for_says_so() {
    let mut warden = ByHand::new(Config::flow());
    let (twice, fault) = hidden(&"/ip4/198.51.100.7/tcp/2".parse().unwrap()).next().unwrap();
    let (id, peer) = (ConnectionId::new_unchecked(7), warden.peer);
    let (dialer, reuse) = (Endpoint::Dialer, PortUse::Reuse);
    let passed = warden
        .behaviour
        .handle_established_outbound_connection(id, peer, &twice, dialer, reuse)
        .map(drop);
    let cause = passed.unwrap_err();

    let told = RedialError::from(&DialError::Denied { cause });

    let RedialError::Address(refused) = &told else {
        panic!("{told:?}");
    };
    assert_eq!((refused.peer, refused.fault), (Some(peer), fault));
    assert_eq!(told.to_string(), format!("{twice} refused: {fault}"));
}

#[test]
fn an_address_in_an_event_does_not_break_the_line_it_is_printed_on() {
    let mut warden = ByHand::new(Config::flow());
    announce(&mut warden, &two_lines());
    warden.establish_outbound();
    let id = redial(&mut warden).connection_id();

    warden.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
        peer_id: Some(warden.peer),
        connection_id: id,
        error: &DialError::WrongPeerId { obtained: PeerId::random(), address: two_lines() },
    }));

    let events = warden.events();
    let failed = events.iter().find(|event| matches!(event.kind, EventKind::RedialFailed { .. }));
    let text = format!("{:?}", failed.unwrap());
    assert!(text.contains("/ip4/198.51.100.7/tcp/2/tls/sni/x\\n2026"), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

fn announce(warden: &mut ByHand, addr: &Multiaddr) {
    let peer_id = warden.peer;
    let said = NewExternalAddrOfPeer { peer_id, addr };
    warden.behaviour.on_swarm_event(FromSwarm::NewExternalAddrOfPeer(said));
}

/// Has the peer banned and pardoned; how it is dialled then.
fn redial(warden: &mut ByHand) -> DialOpts {
    warden.ban(60);
    warden.close();
    warden.handle.unban(Subject::Peer(warden.peer), None).unwrap();
    loop {
        match warden.poll_order() {
            Poll::Ready(ToSwarm::Dial { opts }) => return opts,
            Poll::Ready(_) => {}
            Poll::Pending => panic!("nobody is dialled"),
        }
    }
}

/// The addresses of a dial, which libp2p does not give out otherwise.
fn addresses(opts: &DialOpts) -> String {
    let text = format!("{opts:?}");
    let (_, from) = text.split_once("addresses: ").unwrap();
    let (addresses, _) = from.split_once(", extend").unwrap();
    addresses.to_owned()
}

/// Over 256 bytes.
fn long() -> Multiaddr {
    format!("/ip4/198.51.100.7/tcp/2/x-parity-ws/{}", "a".repeat(3_800)).parse().unwrap()
}

fn two_lines() -> Multiaddr {
    let line = "2026-11-27 INFO peerwarden: unbanned peer=EVERYBODY";
    format!("/ip4/198.51.100.7/tcp/2/tls/sni/x\n{line}").parse().unwrap()
}

/// Addresses that lead to one place and are not worth keeping.
fn odd() -> [Multiaddr; 2] {
    [long(), two_lines()]
}
