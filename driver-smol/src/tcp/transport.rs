//! libp2p's `Transport` over smol.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures::StreamExt;
use futures::stream::SelectAll;
use libp2p::Multiaddr;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportError, TransportEvent};

use super::address::socket_of;
use super::config::Config;
use super::dial::dial;
use super::listener::Listener;
use super::ports::Ports;
use super::stream::TcpStream;

pub use super::listener::Upgrade;

/// A connection that is being made.
pub type Dial = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// TCP connections for libp2p, by smol. See the [module](super) for what it does.
///
/// It needs no executor of its own and can be made, listened with and dialled with anywhere; smol
/// brings a thread that wakes whoever waits for a socket.
///
/// ```
/// use futures::StreamExt;
/// use libp2p::core::Transport;
/// use libp2p::core::transport::{ListenerId, TransportEvent};
/// use peerwarden_smol::tcp;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut tcp = tcp::Transport::new(tcp::Config::default()).boxed();
/// tcp.listen_on(ListenerId::next(), "/ip4/127.0.0.1/tcp/0".parse()?)?;
/// let event = smol::block_on(tcp.select_next_some());
/// assert!(matches!(event, TransportEvent::NewAddress { .. }));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Transport {
    config: Config,
    ports: Ports,
    listeners: SelectAll<Listener>,
    /// Who waits for the next event.
    waker: Option<Waker>,
}

impl Transport {
    /// A transport with sockets of this kind, not listening yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, ..Self::default() }
    }
}

impl libp2p::Transport for Transport {
    type Output = TcpStream;
    type Error = io::Error;
    type ListenerUpgrade = Upgrade;
    type Dial = Dial;

    fn listen_on(
        &mut self,
        id: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<io::Error>> {
        let Some(socket) = socket_of(&address) else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        let listener = Listener::open(id, socket, self.config.clone(), &self.ports);
        self.listeners.push(listener.map_err(TransportError::Other)?);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        Ok(())
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.listeners.iter_mut().find(|listener| listener.id == id).is_some_and(Listener::close)
    }

    /// Connects when the answer is polled, and not before.
    ///
    /// With [`PortUse::Reuse`] it does so from a port that this transport listens on, if there is
    /// one from which the address can be reached, so that a NAT maps both alike. If there is a
    /// connection between these two ports already, a new port is taken.
    fn dial(
        &mut self,
        address: Multiaddr,
        opts: DialOpts,
    ) -> Result<Dial, TransportError<io::Error>> {
        let Some(remote) = socket_of(&address).filter(can_be_dialled) else {
            return Err(TransportError::MultiaddrNotSupported(address));
        };
        let local = match opts.port_use {
            PortUse::New => None,
            PortUse::Reuse => self.ports.for_dial(remote),
        };
        Ok(Box::pin(dial(self.config.clone(), remote, local)))
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Upgrade, io::Error>> {
        if let Poll::Ready(Some(event)) = self.listeners.poll_next_unpin(cx) {
            return Poll::Ready(event);
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Whether an address is one that somebody can be at.
fn can_be_dialled(remote: &SocketAddr) -> bool {
    remote.port() != 0 && !remote.ip().is_unspecified()
}
