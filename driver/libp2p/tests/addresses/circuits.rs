//! Dials over libp2p's relay client.

use std::cell::Cell;
use std::task::{Context, Poll, Waker};

use futures::FutureExt;
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, PortUse};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId, Transport, relay};
use proptest::test_runner::{Config as Cases, TestRunner};

use crate::judge::{Judge, Reading};
use crate::multiaddrs::multiaddr;

/// The client takes the relay's address to be all that stands before the circuit, in any order, and
/// dials that by itself.
#[test]
fn what_the_relay_client_dials_has_no_ip_and_its_relay_is_judged_by_its_own() {
    let (judge, passed, refused) = (Judge::new(), Cell::new(0_u32), Cell::new(0_u32));
    let config = Cases { cases: 5_000, failure_persistence: None, ..Cases::default() };
    let tried = TestRunner::new(config).run(&multiaddr(1), |address| {
        let Some((relay, dialled)) = dialled(&address) else {
            return Ok(());
        };
        match judge.read(&address) {
            Reading::Ip(ip) => panic!("{address} is relayed, and no connection with {ip}"),
            Reading::Refused => refused.set(refused.get() + 1),
            Reading::NoIp => {
                passed.set(passed.get() + 1);
                let mut before: Multiaddr =
                    address.iter().take_while(|part| *part != Protocol::P2pCircuit).collect();
                assert_ne!(judge.read(&before), Reading::Refused, "{address}");
                assert_eq!(before.pop(), Some(Protocol::P2p(relay)));
                assert_eq!(before.to_string(), dialled);
            }
        }
        Ok(())
    });
    if let Err(failure) = tried {
        panic!("{failure}");
    }
    assert!(passed.get() > 50 && refused.get() > 50, "{passed:?} {refused:?}");
}

/// The relay, and the one address where it is dialled for this address, if it is.
fn dialled(address: &Multiaddr) -> Option<(PeerId, String)> {
    let (mut transport, mut client) = relay::client::new(PeerId::random());
    let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
    let mut dial = transport.dial(address.clone(), opts).ok()?;
    // It asks the behaviour, and waits.
    assert!((&mut dial).now_or_never().is_none());
    let Poll::Ready(ToSwarm::Dial { opts }) = client.poll(&mut Context::from_waker(Waker::noop()))
    else {
        panic!("nobody is dialled for {address}");
    };
    let text = format!("{opts:?}");
    let (_, from) = text.split_once("addresses: [").unwrap();
    let (relay_address, _) = from.rsplit_once("], extend").unwrap();
    Some((opts.get_peer_id().unwrap(), relay_address.to_owned()))
}
