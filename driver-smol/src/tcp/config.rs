//! Configuration of sockets.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

/// The options of a [`Transport`](super::Transport)'s sockets, with libp2p's names and defaults.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Config {
    ttl: Option<u32>,
    nodelay: bool,
    linger: Option<Duration>,
    backlog: u32,
}

impl Config {
    /// As libp2p has it: `TCP_NODELAY`, a backlog of 1024, and the system's own TTL and way of
    /// closing.
    #[must_use]
    pub fn new() -> Self {
        Self { ttl: None, nodelay: true, linger: None, backlog: 1024 }
    }

    /// Sets the `IP_TTL` of sockets, which over IPv6 is the hop limit.
    ///
    /// Defaults to the system's. Listening and dialling fail if the system refuses it: it takes 1 to
    /// 255.
    #[must_use]
    pub fn ttl(mut self, value: u32) -> Self {
        self.ttl = Some(value);
        self
    }

    /// Sets whether small writes are sent at once (`TCP_NODELAY`) instead of being collected.
    ///
    /// Defaults to true: what libp2p's protocols send is already collected, and somebody waits for
    /// it.
    #[must_use]
    pub fn nodelay(mut self, value: bool) -> Self {
        self.nodelay = value;
        self
    }

    /// Sets how many connections may wait to be accepted before the system turns further ones away.
    ///
    /// Defaults to 1024. The system caps it, Linux at `net.core.somaxconn`.
    #[must_use]
    pub fn listen_backlog(mut self, backlog: u32) -> Self {
        self.backlog = backlog;
        self
    }

    /// Sets what becomes of data that is not yet sent when a socket is closed (`SO_LINGER`).
    ///
    /// Defaults to `None`: the system goes on sending it by itself. Zero throws it away and resets
    /// the connection. Anything else would hold up the thread that drops the socket for so long,
    /// in whole seconds.
    #[must_use]
    pub fn linger(mut self, duration: Option<Duration>) -> Self {
        self.linger = duration;
        self
    }

    /// A socket that can be bound and listened on, or connected, to `address`'s family.
    ///
    /// `shared` is for ports that listeners and dials use at the same time.
    pub(crate) fn socket(&self, address: SocketAddr, shared: bool) -> io::Result<Socket> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        // Else it would take the port on IPv4 as well, and `0.0.0.0` could not be listened on
        // beside it; and an IPv4 peer would seem to come from an IPv6 address.
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        match self.ttl {
            Some(hops) if address.is_ipv6() => socket.set_unicast_hops_v6(hops)?,
            Some(ttl) => socket.set_ttl_v4(ttl)?,
            None => {}
        }
        if self.linger.is_some() {
            socket.set_linger(self.linger)?;
        }
        socket.set_tcp_nodelay(self.nodelay)?;
        // Without it the port of a listener that was closed is blocked while old connections of its
        // are winding up.
        socket.set_reuse_address(true)?;
        #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
        if shared {
            socket.set_reuse_port(true)?;
        }
        #[cfg(not(all(unix, not(any(target_os = "solaris", target_os = "illumos")))))]
        let _ = shared;
        Ok(socket)
    }

    /// Listens at `address`.
    pub(crate) fn listener(&self, address: SocketAddr) -> io::Result<std::net::TcpListener> {
        let socket = self.socket(address, true)?;
        socket.bind(&address.into())?;
        socket.listen(i32::try_from(self.backlog).unwrap_or(i32::MAX))?;
        Ok(socket.into())
    }

    /// Does to a socket that came from a listener what is not everywhere inherited from it.
    pub(crate) fn accepted(&self, socket: &std::net::TcpStream) -> io::Result<()> {
        socket.set_nodelay(self.nodelay)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}
