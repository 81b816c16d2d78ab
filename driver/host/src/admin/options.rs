//! Options of the admin API.

use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::AdminError;
use super::limits::Limits;
use super::token::Token;
use crate::known_peer::NoAddresses;

/// Where the admin API is served.
///
/// `A` is what the addresses of peers are in the settings that `PUT /v1/policy` reads, as in
/// [`Settings`](crate::Settings): on libp2p, use the type of this name in that crate.
#[derive(Clone, Debug)]
#[must_use]
pub struct AdminOptions<A = NoAddresses> {
    directory: PathBuf,
    tcp: Option<(SocketAddr, PathBuf)>,
    pub(super) limits: Limits,
    addresses: PhantomData<fn() -> A>,
}

impl<A> AdminOptions<A> {
    /// Serves the API on the Unix socket `admin.sock` in `directory`, the node's data directory, and nowhere
    /// else.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            tcp: None,
            limits: Limits::default(),
            addresses: PhantomData,
        }
    }

    /// Serves it on TCP as well, for requests with the header `Authorization: Bearer TOKEN`.
    ///
    /// The IP of `addr` has to be 127.0.0.1 or ::1, since no other is a `Host` that is let in; with port 0, [`Admin::tcp`](super::Admin::tcp) says which port was
    /// assigned. The token, 64 hexadecimal digits, is read from `token_file`, which only its owner may read; if
    /// there is no such file, one is made with 32 random bytes.
    pub fn with_tcp(mut self, addr: SocketAddr, token_file: impl Into<PathBuf>) -> Self {
        self.tcp = Some((addr, token_file.into()));
        self
    }

    /// Sets how long the head of a request may take. 5 s by default.
    pub fn with_header_timeout(mut self, timeout: Duration) -> Self {
        self.limits.header_timeout = timeout;
        self
    }

    /// Sets how long the body of a request may take. 10 s by default.
    pub fn with_body_timeout(mut self, timeout: Duration) -> Self {
        self.limits.body_timeout = timeout;
        self
    }

    /// Sets for how long a client may read nothing while an answer waits. 60 s by default.
    pub fn with_write_timeout(mut self, timeout: Duration) -> Self {
        self.limits.write_timeout = timeout;
        self
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn read_token(&self) -> Result<Option<Token>, AdminError> {
        self.tcp.as_ref().map(|(_, file)| Token::read_or_create(file)).transpose()
    }

    pub(super) fn listen_tcp(&self) -> Result<Option<TcpListener>, AdminError> {
        self.check_addr()?;
        let Some((addr, _)) = &self.tcp else {
            return Ok(None);
        };
        let listener =
            TcpListener::bind(addr).map_err(|error| AdminError::unusable(addr, error))?;
        Ok(Some(listener))
    }

    /// Reads what the API needs on TCP, and makes and starts nothing.
    ///
    /// # Errors
    ///
    /// [`AdminError`] if the IP is not one at which it is served, or if there is a token file that
    /// [`Admin::start`](super::Admin::start) would refuse.
    pub fn check(&self) -> Result<(), AdminError> {
        self.check_addr()?;
        match &self.tcp {
            Some((_, file)) => Token::check(file),
            None => Ok(()),
        }
    }

    fn check_addr(&self) -> Result<(), AdminError> {
        let ip = self.tcp.as_ref().map(|(addr, _)| addr.ip());
        match ip.filter(|ip| !SERVED.contains(ip)) {
            Some(ip) => Err(AdminError::NotLoopback { ip }),
            None => Ok(()),
        }
    }
}

/// The IPs at which the API is served on TCP.
const SERVED: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
