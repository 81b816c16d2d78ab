//! Listener: connections, and the addresses at which they can come in.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::{FutureExt, Stream};
use libp2p::core::transport::{ListenerId, TransportEvent};
use smol::{Async, Timer};

use super::address::multiaddr_of;
use super::config::Config;
use super::interfaces::{Change, Interfaces};
use super::ports::{Listened, Ports};
use super::stream::TcpStream;

/// What becomes of a connection that was accepted: it is there already, or it is broken.
pub type Upgrade = Ready<io::Result<TcpStream>>;

type Event = TransportEvent<Upgrade, io::Error>;

/// The events of a listener, until it is closed.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) id: ListenerId,
    state: State,
    /// Who waits for the next event.
    waker: Option<Waker>,
}

#[derive(Debug)]
enum State {
    Open(Box<Open>),
    /// Nobody has been told yet.
    Closing,
    Closed,
}

impl Listener {
    /// Listens at `address`.
    pub(crate) fn open(
        id: ListenerId,
        address: SocketAddr,
        config: Config,
        ports: &Ports,
    ) -> io::Result<Self> {
        let open = Open::new(id, address, config, ports)?;
        Ok(Self { id, state: State::Open(Box::new(open)), waker: None })
    }

    /// Closes the socket at once; whether there was one.
    pub(crate) fn close(&mut self) -> bool {
        if !matches!(self.state, State::Open(_)) {
            return false;
        }
        self.state = State::Closing;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        true
    }
}

impl Stream for Listener {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = &mut *self;
        match &mut this.state {
            State::Open(open) => match open.poll_event(cx) {
                Poll::Ready(event) => Poll::Ready(Some(event)),
                Poll::Pending => {
                    this.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            },
            State::Closing => {
                this.state = State::Closed;
                Poll::Ready(Some(Event::ListenerClosed { listener_id: this.id, reason: Ok(()) }))
            }
            State::Closed => Poll::Ready(None),
        }
    }
}

/// A listener that is not closed.
#[derive(Debug)]
struct Open {
    id: ListenerId,
    config: Config,
    socket: Async<TcpListener>,
    local: SocketAddr,
    addrs: ListenAddrs,
    accepting: Pause,
}

/// Where others find a listener.
#[derive(Debug)]
enum ListenAddrs {
    /// At one address.
    One { announced: bool, _listened: Listened },
    /// At every address of this machine's, of one family.
    All {
        interfaces: Interfaces,
        watching: Pause,
        ports: Ports,
        listened: BTreeMap<IpAddr, Listened>,
    },
}

impl Open {
    fn new(id: ListenerId, address: SocketAddr, config: Config, ports: &Ports) -> io::Result<Self> {
        let socket = Async::new(config.listener(address)?)?;
        // With the port that the system picked.
        let local = socket.get_ref().local_addr()?;
        let addrs = if local.ip().is_unspecified() {
            ListenAddrs::All {
                interfaces: Interfaces::watch(local.is_ipv4())?,
                watching: Pause::default(),
                ports: ports.clone(),
                listened: BTreeMap::new(),
            }
        } else {
            ListenAddrs::One { announced: false, _listened: ports.listen(local) }
        };
        Ok(Self { id, config, socket, local, addrs, accepting: Pause::default() })
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        match self.poll_place(cx) {
            Poll::Pending => self.poll_incoming(cx),
            event => event,
        }
    }

    /// An address to announce or to take back.
    fn poll_place(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        let (listener_id, port) = (self.id, self.local.port());
        match &mut self.addrs {
            ListenAddrs::One { announced: true, .. } => Poll::Pending,
            ListenAddrs::One { announced, .. } => {
                *announced = true;
                let listen_addr = multiaddr_of(self.local);
                Poll::Ready(Event::NewAddress { listener_id, listen_addr })
            }
            ListenAddrs::All { interfaces, watching, ports, listened } => {
                if watching.poll_over(cx).is_pending() {
                    return Poll::Pending;
                }
                interfaces.poll_change(cx).map(|change| match change {
                    Ok(Change::Came(ip)) => {
                        let address = SocketAddr::new(ip, port);
                        listened.insert(ip, ports.listen(address));
                        Event::NewAddress { listener_id, listen_addr: multiaddr_of(address) }
                    }
                    Ok(Change::Went(ip)) => {
                        listened.remove(&ip);
                        let listen_addr = multiaddr_of(SocketAddr::new(ip, port));
                        Event::AddressExpired { listener_id, listen_addr }
                    }
                    Err(error) => {
                        watching.begin();
                        Event::ListenerError { listener_id, error }
                    }
                })
            }
        }
    }

    /// The next connection.
    fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if self.accepting.poll_over(cx).is_pending() {
            return Poll::Pending;
        }
        self.poll_accept(cx).map(|accepted| match accepted {
            Ok((socket, remote)) => Event::Incoming {
                listener_id: self.id,
                local_addr: multiaddr_of(socket.local_addr().unwrap_or(self.local)),
                send_back_addr: multiaddr_of(remote),
                upgrade: ready(self.config.accepted(&socket).and_then(|()| TcpStream::new(socket))),
            },
            // Most often there are too many open files, and there will be a moment later too. The
            // connection stays in the backlog.
            Err(error) => {
                self.accepting.begin();
                Event::ListenerError { listener_id: self.id, error }
            }
        })
    }

    fn poll_accept(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<(std::net::TcpStream, SocketAddr)>> {
        loop {
            match self.socket.get_ref().accept() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                accepted => return Poll::Ready(accepted),
            }
            match self.socket.poll_readable(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Time to let pass after an error before the next attempt.
#[derive(Debug, Default)]
struct Pause(Option<Timer>);

impl Pause {
    fn begin(&mut self) {
        self.0 = Some(Timer::after(PAUSE));
    }

    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(timer) = &mut self.0 else {
            return Poll::Ready(());
        };
        timer.poll_unpin(cx).map(|_| self.0 = None)
    }
}

/// Long enough for a node that has run out of files not to spend its time on finding that out, and
/// short enough for a peer to wait.
const PAUSE: Duration = Duration::from_millis(100);
