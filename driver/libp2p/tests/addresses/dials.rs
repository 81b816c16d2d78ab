//! Dials of addresses of every kind, over libp2p's own transports.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::net::IpAddr;

use libp2p::core::Endpoint;
use libp2p::core::transport::{Boxed, DialOpts, MemoryTransport, PortUse, TransportError};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, Transport, websocket};
use peerwarden_libp2p::{Behaviour, Config, DialGate, Handle, ManualTimer};
use proptest::test_runner::{Config as Cases, TestRunner};

use crate::judge::{Judge, Reading};
use crate::multiaddrs::multiaddr;
use crate::recorder::{Record, Recorder};
use crate::runtime;
use crate::sockets::Sockets;

#[test]
fn what_a_transport_dials_is_what_was_judged_or_refused() {
    let (judge, sockets) = (Judge::new(), RefCell::new(Sockets::open()));
    let seen = Seen::default();
    let any = multiaddr(sockets.borrow().port);

    run(1_000, &any, |address| {
        let reading = judge.read(address);
        let begins_with_name = matches!(
            address.iter().next(),
            Some(Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_))
        );
        for stack in Stack::all(None, &Record::default()) {
            let name = stack.name;
            let dialled = runtime::block_on(stack.dial(address, &mut sockets.borrow_mut()));
            seen.note(reading, &dialled);
            let right = match reading {
                Reading::Refused => true,
                Reading::Ip(ip) => dialled.iter().all(|each| each.to_canonical() == ip),
                // What names stand for is seen by a `DialGate` only.
                Reading::NoIp => dialled.is_empty() || begins_with_name,
            };
            assert!(right, "{name} dialled {dialled:?} for {address}: {reading:?}");
        }
    });

    seen.assert_both();
}

#[test]
fn what_is_dialled_behind_a_gate_is_what_the_gate_judged() {
    let (judge, sockets) = (Judge::new(), RefCell::new(Sockets::open()));
    let warden = Behaviour::new(Config::flow(), ManualTimer::new());
    let seen = Seen::default();
    let any = multiaddr(sockets.borrow().port);

    run(500, &any, |address| {
        let record = Record::default();
        for stack in Stack::all(Some(warden.handle()), &record) {
            let name = stack.name;
            let dialled = runtime::block_on(stack.dial(address, &mut sockets.borrow_mut()));
            let passed = std::mem::take(&mut *record.lock().unwrap());
            let readings: Vec<_> = passed.iter().map(|each| judge.read(each)).collect();
            seen.note(judge.read(address), &dialled);
            assert!(!readings.contains(&Reading::Refused), "{name} let {passed:?} pass");
            for ip in dialled {
                let judged = readings.contains(&Reading::Ip(ip.to_canonical()));
                assert!(judged, "{name} dialled {ip} for {address}: {passed:?}");
            }
        }
    });

    assert!(seen.judged.get() > 50, "{seen:?}");
}

#[test]
fn what_has_an_ip_is_not_dialled_in_memory() {
    let (judge, dialled) = (Judge::new(), Cell::new(0_u32));
    run(2_000, &multiaddr(1), |address| {
        let dial = MemoryTransport::default().dial(address.clone(), OPTS);
        if !matches!(dial, Err(TransportError::MultiaddrNotSupported(_))) {
            dialled.set(dialled.get() + 1);
            let reading = judge.read(address);
            assert!(!matches!(reading, Reading::Ip(_)), "{address}: {reading:?}");
        }
    });
    assert!(dialled.get() > 20, "{dialled:?}");
}

/// One of the ways that libp2p puts transports together.
struct Stack {
    name: &'static str,
    transport: Boxed<()>,
    is_quic: bool,
}

impl Stack {
    /// TCP is gated, if there is a gate, and recorded behind that.
    fn all(gate: Option<Handle>, record: &Record) -> Vec<Self> {
        let tcp = || {
            let recorded = Recorder::new(runtime::tcp(), record.clone());
            match gate.clone() {
                Some(gate) => DialGate::new(recorded, gate).boxed(),
                None => recorded.boxed(),
            }
        };
        let of = |name, transport| Self { name, transport, is_quic: false };
        let mut all = vec![
            of("tcp", tcp().map(|_, _| ()).boxed()),
            of("dns", runtime::resolving(tcp()).map(|_, _| ()).boxed()),
            of("websocket", websocket::Config::new(tcp()).map(|_, _| ()).boxed()),
            of(
                "websocket over dns",
                websocket::Config::new(runtime::resolving(tcp())).map(|_, _| ()).boxed(),
            ),
        ];
        let quic = runtime::quic(&Keypair::generate_ed25519());
        all.extend(quic.map(|quic| {
            let recorded = Recorder::new(quic, record.clone());
            let gated = match gate {
                Some(gate) => DialGate::new(recorded, gate).boxed(),
                None => recorded.boxed(),
            };
            let transport = runtime::resolving(gated).map(|_, _| ()).boxed();
            Self { name: "quic behind dns", transport, is_quic: true }
        }));
        all
    }

    /// Dials, and says which IPs were reached.
    async fn dial(mut self, address: &Multiaddr, sockets: &mut Sockets) -> BTreeSet<IpAddr> {
        match self.transport.dial(address.clone(), OPTS) {
            Ok(dial) if self.is_quic => sockets.sent(dial).await,
            Ok(dial) => sockets.connected(dial).await,
            Err(_) => BTreeSet::new(),
        }
    }
}

/// How many dials there were that prove something.
#[derive(Debug, Default)]
struct Seen {
    /// Of addresses that are refused.
    refused: Cell<u32>,
    /// Of addresses whose IP is known.
    judged: Cell<u32>,
}

impl Seen {
    fn note(&self, reading: Reading, dialled: &BTreeSet<IpAddr>) {
        let count = match reading {
            _ if dialled.is_empty() => return,
            Reading::Ip(_) => &self.judged,
            Reading::NoIp => return,
            Reading::Refused => &self.refused,
        };
        count.set(count.get() + 1);
    }

    fn assert_both(&self) {
        let refused = if runtime::READS_LENIENTLY { self.refused.get() > 100 } else { true };
        assert!(refused && self.judged.get() > 100, "{self:?}");
    }
}

/// Every address is tried anew when one fails, and the shortest that does is shown.
fn run(
    cases: u32,
    any: &impl proptest::strategy::Strategy<Value = Multiaddr>,
    test: impl Fn(&Multiaddr),
) {
    let config = Cases { cases, failure_persistence: None, ..Cases::default() };
    let tried = TestRunner::new(config).run(any, |address| {
        test(&address);
        Ok(())
    });
    if let Err(failure) = tried {
        panic!("{failure}");
    }
}

/// A new port each time, so that one dial is not mistaken for another.
const OPTS: DialOpts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };
