//! Resolver of names in addresses, by the system.
//!
//! Below it a transport only ever sees IPs. `/dnsaddr` is not resolved: its records are none that the
//! system would look up.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures::TryFutureExt;
use futures::future::MapErr;
use libp2p::Multiaddr;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::multiaddr::Protocol;
use peerwarden_libp2p::OneLine;

/// Wraps a transport so that `/dns/..`, `/dns4/..` and `/dns6/..` can be dialled.
///
/// The name at the beginning of an address is looked up as every program on the machine would do it,
/// its hosts file included, on a thread of smol's for blocking work. What it stands for is dialled
/// one after the other until somebody answers, 16 addresses at most; so it is worth having a timeout
/// around it, as the one that [`SwarmBuilder`](crate::SwarmBuilder) sets. Other addresses, and
/// listening, pass through.
///
/// Put it around what may not see names, such as a [`DialGate`](crate::DialGate):
///
/// ```
/// use peerwarden_smol::{Config, DialGate, behaviour, dns, tcp};
///
/// let warden = behaviour(Config::default());
/// let tcp = tcp::Transport::new(tcp::Config::default());
/// let transport = dns::Transport::new(DialGate::new(tcp, warden.handle()));
/// # drop(transport);
/// ```
#[derive(Debug)]
pub struct Transport<Tr> {
    /// Dials reach it when their names are resolved.
    inner: Arc<Mutex<Tr>>,
}

impl<Tr> Transport<Tr> {
    /// Wraps `transport`.
    pub fn new(transport: Tr) -> Self {
        Self { inner: Arc::new(Mutex::new(transport)) }
    }
}

impl<Tr> libp2p::Transport for Transport<Tr>
where
    Tr: libp2p::Transport + Send + Unpin + 'static,
    Tr::Dial: Send,
    Tr::Error: Send + 'static,
{
    type Output = Tr::Output;
    type Error = Error<Tr::Error>;
    type ListenerUpgrade = Upgrade<Tr>;
    type Dial = Pin<Box<dyn Future<Output = Result<Tr::Output, Self::Error>> + Send>>;

    fn listen_on(
        &mut self,
        id: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<Self::Error>> {
        lock(&self.inner).listen_on(id, address).map_err(|error| error.map(Error::Transport))
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        lock(&self.inner).remove_listener(id)
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        opts: DialOpts,
    ) -> Result<Self::Dial, TransportError<Self::Error>> {
        let Some(name) = Name::of(&address) else {
            let dial = lock(&self.inner).dial(address, opts);
            let dial = dial.map_err(|error| error.map(Error::Transport))?;
            return Ok(Box::pin(dial.map_err(Error::Transport)));
        };
        let inner = self.inner.clone();
        Ok(Box::pin(async move {
            let mut last = Error::Empty { name: name.clone() };
            for ip in name.resolve().await?.into_iter().take(MOST_TRIED) {
                let Some(resolved) = address.replace(0, |_| Some(ip.into())) else {
                    continue;
                };
                let dial = lock(&inner).dial(resolved, opts);
                let tried = match dial {
                    Ok(dial) => dial.await.map_err(Error::Transport),
                    Err(TransportError::Other(error)) => Err(Error::Transport(error)),
                    Err(TransportError::MultiaddrNotSupported(address)) => {
                        Err(Error::NotSupported(address))
                    }
                };
                match tried {
                    Ok(connection) => return Ok(connection),
                    Err(error) => last = error,
                }
            }
            Err(last)
        }))
    }

    fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, Self::Error>> {
        let event = Pin::new(&mut *lock(&self.inner)).poll(cx);
        event.map(|event| {
            event
                .map_upgrade(|upgrade| upgrade.map_err(Error::Transport as _))
                .map_err(Error::Transport)
        })
    }
}

/// A name and what it may stand for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name {
    name: String,
    family: Family,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Family {
    Both,
    Ipv4,
    Ipv6,
}

impl Name {
    /// The name at the beginning of an address, if it is one.
    fn of(address: &Multiaddr) -> Option<Self> {
        let (name, family) = match address.iter().next() {
            Some(Protocol::Dns(name)) => (name, Family::Both),
            Some(Protocol::Dns4(name)) => (name, Family::Ipv4),
            Some(Protocol::Dns6(name)) => (name, Family::Ipv6),
            Some(_) | None => return None,
        };
        Some(Self { name: name.into_owned(), family })
    }

    async fn resolve<E>(&self) -> Result<Vec<IpAddr>, Error<E>> {
        let found = smol::net::resolve((self.name.as_str(), 0)).await;
        let found = found.map_err(|error| Error::Resolve { name: self.clone(), error })?;
        let mut ips = Vec::new();
        for ip in found.into_iter().map(|socket| socket.ip()) {
            if self.family.has(ip) && !ips.contains(&ip) {
                ips.push(ip);
            }
        }
        Ok(ips)
    }
}

impl Family {
    fn has(self, ip: IpAddr) -> bool {
        match self {
            Self::Both => true,
            Self::Ipv4 => ip.is_ipv4(),
            Self::Ipv6 => ip.is_ipv6(),
        }
    }
}

/// The name alone, or with the family of addresses that is wanted.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = OneLine(&self.name);
        match self.family {
            Family::Both => name.fmt(f),
            Family::Ipv4 => write!(f, "{name} over IPv4"),
            Family::Ipv6 => write!(f, "{name} over IPv6"),
        }
    }
}

/// Why a transport that resolves names failed.
///
/// Names and addresses in it are a stranger's: printed, they are on one line, and cut if they are
/// long.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error<E> {
    /// The name exists, and stands for nothing that can be dialled.
    #[error("{name} resolved to no address")]
    Empty {
        /// What was looked up.
        name: Name,
    },
    /// What the name stands for is no address of the transport's.
    #[error("{} is not an address that can be dialled here", OneLine(.0))]
    NotSupported(Multiaddr),
    /// The name could not be looked up.
    #[error("{name} could not be resolved: {error}")]
    Resolve {
        /// What was looked up.
        name: Name,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The transport itself failed; of several addresses, at the last.
    #[error("{0}")]
    Transport(#[source] E),
}

impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { name } => f.debug_struct("Empty").field("name", name).finish(),
            Self::NotSupported(address) => {
                f.debug_tuple("NotSupported").field(&OneLine(address)).finish()
            }
            Self::Resolve { name, error } => {
                f.debug_struct("Resolve").field("name", name).field("error", error).finish()
            }
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
        }
    }
}

/// An inbound connection on its way through a [`Transport`].
type Upgrade<Tr> = MapErr<
    <Tr as libp2p::Transport>::ListenerUpgrade,
    fn(<Tr as libp2p::Transport>::Error) -> Error<<Tr as libp2p::Transport>::Error>,
>;

fn lock<T>(inner: &Mutex<T>) -> MutexGuard<'_, T> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

/// More than a name of one node stands for, and few enough for a name that stands for many not to
/// make this node knock on all their doors. libp2p's number.
const MOST_TRIED: usize = 16;
