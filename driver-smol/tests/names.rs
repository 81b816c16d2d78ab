//! Addresses with names in them.
#![expect(
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "a test may panic, helpers included"
)]

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures::future::{Ready, ready};
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportError, TransportEvent};
use libp2p::{Multiaddr, Transport};
use peerwarden_smol::{dns, tcp};
use smol::block_on;

#[test]
fn a_name_is_dialled_at_what_it_stands_for() {
    for protocol in ["dns", "dns4"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();

        let dialled = dial(&format!("/{protocol}/localhost/tcp/{}", at.port())).unwrap();

        assert_eq!(dialled.peer_addr().unwrap(), at);
    }
}

#[test]
fn an_ip_in_the_place_of_a_name_stands_for_itself_in_its_own_family() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();

    assert!(dial(&format!("/dns4/127.0.0.1/tcp/{port}")).is_ok());
    let error = dial(&format!("/dns6/127.0.0.1/tcp/{port}")).unwrap_err();

    assert!(matches!(error, dns::Error::Empty { .. } | dns::Error::Resolve { .. }), "{error}");
    assert!(error.to_string().starts_with("127.0.0.1 over IPv6 "), "{error}");
}

#[test]
fn a_name_that_nobody_has_cannot_be_resolved() {
    let error = dial("/dns/nobody.invalid/tcp/1").unwrap_err();

    assert!(matches!(error, dns::Error::Resolve { .. }), "{error}");
    assert!(error.to_string().starts_with("nobody.invalid could not be resolved: "), "{error}");
}

#[test]
fn an_address_without_a_name_passes_through() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();

    let dialled = dial(&format!("/ip4/127.0.0.1/tcp/{}", at.port())).unwrap();

    assert_eq!(dialled.peer_addr().unwrap(), at);
}

#[test]
fn names_of_other_kinds_and_in_other_places_are_not_for_it() {
    for address in ["/dnsaddr/example.org/tcp/1", "/ip4/127.0.0.1/tcp/1/ws"] {
        let mut transport = dns::Transport::new(tcp::Transport::default());
        let refused = transport.dial(address.parse().unwrap(), opts()).err();
        assert!(
            matches!(&refused, Some(TransportError::MultiaddrNotSupported(it)) if it.to_string() == address),
            "{refused:?}"
        );
    }
}

#[test]
fn a_name_with_nothing_to_connect_to_behind_it_is_refused_with_what_it_stands_for() {
    let error = dial("/dns4/127.0.0.1").unwrap_err();

    assert_eq!(error.to_string(), "/ip4/127.0.0.1 is not an address that can be dialled here");
}

#[test]
fn a_name_and_an_address_that_strangers_chose_are_printed_on_one_line() {
    let long = "a".repeat(3_800);
    for address in ["/dns4/x\ny.invalid/tcp/1".to_owned(), format!("/dns4/{long}/tcp/1")] {
        let error = dial(&address).unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains('\n') && text.len() < 4_000, "{text}");
        }
        assert!(error.to_string().len() < 1_000, "{error}");
    }
    let error = dial("/dns4/127.0.0.1/sni/x\ny").unwrap_err();
    let shown = "/ip4/127.0.0.1/sni/x\\ny";
    assert_eq!(error.to_string(), format!("{shown} is not an address that can be dialled here"));
    assert_eq!(format!("{error:?}"), format!("NotSupported({shown})"));
}

#[test]
fn listeners_are_those_of_the_transport() {
    let mut transport = dns::Transport::new(tcp::Transport::default());
    let id = ListenerId::next();

    transport.listen_on(id, "/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
    let event = block_on(std::future::poll_fn(|cx| Pin::new(&mut transport).poll(cx)));

    assert!(matches!(event, TransportEvent::NewAddress { listener_id, .. } if listener_id == id));
    assert!(transport.remove_listener(id));
    assert!(!transport.remove_listener(ListenerId::next()));
    let name = "/dns4/localhost/tcp/0".parse::<Multiaddr>().unwrap();
    let refused = transport.listen_on(ListenerId::next(), name.clone());
    assert!(
        matches!(refused, Err(TransportError::MultiaddrNotSupported(refused)) if refused == name)
    );
}

/// What a name stands for is up to the machine, so the transport says what it is asked for.
#[test]
fn every_address_is_tried_once_and_the_last_error_is_the_answer() {
    let ips = {
        let mut ips: Vec<_> = block_on(smol::net::resolve("localhost:7"))
            .unwrap()
            .iter()
            .map(SocketAddr::ip)
            .collect();
        ips.dedup();
        ips
    };
    let tried = Arc::new(Mutex::new(Vec::new()));
    let mut transport = dns::Transport::new(Closed { tried: tried.clone() });

    let dial = transport.dial("/dns/localhost/tcp/7".parse().unwrap(), opts()).unwrap();
    assert_eq!(*tried.lock().unwrap(), [""; 0]);
    let Err(dns::Error::Transport(error)) = block_on(dial) else {
        panic!("connected");
    };

    let expected: Vec<_> =
        ips.iter().map(|ip| Multiaddr::from(*ip).to_string() + "/tcp/7").collect();
    assert_eq!(*tried.lock().unwrap(), expected);
    assert_eq!(Some(&error.to_string()), expected.last());
}

/// Takes note of what is dialled and fails.
#[derive(Debug)]
struct Closed {
    tried: Arc<Mutex<Vec<String>>>,
}

impl Transport for Closed {
    type Output = ();
    type Error = io::Error;
    type ListenerUpgrade = Ready<io::Result<()>>;
    type Dial = Ready<io::Result<()>>;

    fn listen_on(
        &mut self,
        _: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<io::Error>> {
        Err(TransportError::MultiaddrNotSupported(address))
    }

    fn remove_listener(&mut self, _: ListenerId) -> bool {
        false
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        _: DialOpts,
    ) -> Result<Self::Dial, TransportError<io::Error>> {
        self.tried.lock().unwrap().push(address.to_string());
        Ok(ready(Err(io::Error::other(address.to_string()))))
    }

    fn poll(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
        Poll::Pending
    }
}

fn dial(address: &str) -> Result<tcp::TcpStream, dns::Error<io::Error>> {
    let mut transport = dns::Transport::new(tcp::Transport::default());
    block_on(transport.dial(address.parse().unwrap(), opts()).unwrap())
}

fn opts() -> DialOpts {
    DialOpts { role: Endpoint::Dialer, port_use: PortUse::New }
}
