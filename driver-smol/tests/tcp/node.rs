//! A transport, run by the test itself.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::time::Duration;

use futures::future::{Either, select};
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, Transport as _, TransportEvent};
use libp2p::multiaddr::{Multiaddr, Protocol};
use peerwarden_smol::tcp::{Config, TcpStream, Transport, Upgrade};
use smol::Timer;

pub(crate) type Event = TransportEvent<Upgrade, io::Error>;

/// A transport that stands still unless the test waits for it.
pub(crate) struct Node {
    pub(crate) tcp: Transport,
}

/// What comes in.
pub(crate) struct Incoming {
    pub(crate) stream: TcpStream,
    /// Where it came in, by what the listener says.
    pub(crate) local: SocketAddr,
    /// Where it came from, by what the listener says.
    pub(crate) remote: SocketAddr,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self { tcp: Transport::new(config) }
    }

    /// Begins to listen.
    pub(crate) fn listen(&mut self, address: &str) -> ListenerId {
        let id = ListenerId::next();
        self.tcp.listen_on(id, address.parse().unwrap()).unwrap();
        id
    }

    /// Listens at a port that the system picks; where.
    pub(crate) async fn listening(&mut self, ip: &str) -> SocketAddr {
        let id = self.listen(&any_port(ip));
        match self.event().await {
            Event::NewAddress { listener_id, listen_addr } if listener_id == id => {
                socket(&listen_addr)
            }
            event => panic!("{event:?}"),
        }
    }

    pub(crate) async fn event(&mut self) -> Event {
        in_time(poll_fn(|cx| Pin::new(&mut self.tcp).poll(cx))).await
    }

    /// The next connection, before which nothing else may happen.
    pub(crate) async fn incoming(&mut self) -> Incoming {
        match self.event().await {
            Event::Incoming { upgrade, local_addr, send_back_addr, .. } => Incoming {
                stream: upgrade.await.unwrap(),
                local: socket(&local_addr),
                remote: socket(&send_back_addr),
            },
            event => panic!("{event:?}"),
        }
    }

    /// Connects, or not.
    pub(crate) fn dial(
        &mut self,
        to: SocketAddr,
        port_use: PortUse,
    ) -> impl Future<Output = io::Result<TcpStream>> + use<> {
        let opts = DialOpts { role: Endpoint::Dialer, port_use };
        in_time(self.tcp.dial(multiaddr(to), opts).unwrap())
    }
}

/// Loopback addresses of the families that this machine speaks.
pub(crate) fn loopbacks() -> Vec<&'static str> {
    let all = ["127.0.0.1", "::1"];
    all.into_iter().filter(|ip| TcpListener::bind((*ip, 0)).is_ok()).collect()
}

pub(crate) fn any_port(ip: &str) -> String {
    multiaddr(SocketAddr::new(ip.parse().unwrap(), 0)).to_string()
}

pub(crate) fn multiaddr(socket: SocketAddr) -> Multiaddr {
    Multiaddr::from(socket.ip()).with(Protocol::Tcp(socket.port()))
}

/// The two components of an address that is a socket's and nothing else.
pub(crate) fn socket(address: &Multiaddr) -> SocketAddr {
    let ip = match address.iter().next() {
        Some(Protocol::Ip4(ip)) => ip.into(),
        Some(Protocol::Ip6(ip)) => ip.into(),
        other => panic!("{other:?}"),
    };
    match address.iter().skip(1).collect::<Vec<_>>()[..] {
        [Protocol::Tcp(port)] => SocketAddr::new(ip, port),
        _ => panic!("{address}"),
    }
}

/// Fails, naming who waits, if it takes longer than anything here can.
#[track_caller]
pub(crate) fn in_time<F: Future>(waiting: F) -> impl Future<Output = F::Output> {
    let place = std::panic::Location::caller();
    async move {
        let waiting = std::pin::pin!(waiting);
        match select(waiting, Timer::after(PATIENCE)).await {
            Either::Left((output, _)) => output,
            Either::Right(_) => panic!("what {place} waits for did not come"),
        }
    }
}

/// Far longer than anything takes, since nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);
