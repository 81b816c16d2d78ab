//! Transport wrapper that checks each address that is dialled.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use libp2p::Multiaddr;
use libp2p::core::transport::{DialOpts, ListenerId, Transport, TransportError, TransportEvent};
use libp2p::futures::TryFutureExt;
use libp2p::futures::future::MapErr;
use libp2p::multiaddr::Protocol;

use crate::denied::Denied;
use peerwarden_host::Closed;
use peerwarden_host::Gate;
use peerwarden_host::driver::GateRefusal;

use crate::attempt::Attempt;
use crate::handle::Handle;
use crate::refused_address::RefusedAddress;
use peerwarden_host::OneLine;

/// Wraps a transport so that no banned IP is dialled, by whatever name and whichever peer offered it.
///
/// Optional. The [`Behaviour`](crate::Behaviour) is asked about a dial as a whole and before names
/// are resolved. Of several addresses it can refuse all or none, so one at a banned IP is dialled
/// among others, and refused only if it is the one that answers; what a name stands for it never
/// sees at all. With this, no such IP is dialled, and the other addresses still are.
///
/// Put it around what opens sockets and below what resolves names: `dns(DialGate(tcp))`. Listening
/// passes through. As at every gate for outbound connections, a ban with
/// [`Cause::Address`](crate::Cause::Address) does not count, and a protected peer may be dialled
/// wherever it is. Relayed addresses pass: for them the relay is dialled, by a dial of its own.
///
/// An address that can be read in more than one way is refused like a banned IP, with a
/// [`RefusedAddress`]; so is one that a name stands for. The
/// [guide](crate::guide::addresses) says which those are.
///
/// [`Denied::from_dial_addresses`] and [`RefusedAddress::from_dial_addresses`] find the refusals in a failed dial. When the behaviour is gone, every
/// dial fails with [`DialGateError::Closed`].
///
/// libp2p's `with_tcp` and `with_quic` have no place for it, `with_other_transport` does, for either of them:
///
/// ```
/// use libp2p::core::Transport;
/// use libp2p::core::upgrade::Version;
/// use libp2p::{SwarmBuilder, dns, noise, tcp, yamux};
/// use peerwarden_libp2p::{Behaviour, CloseTimeout, Config, DialGate};
/// # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # let _entered = runtime.enter();
/// // Before the swarm, so that there is a handle to ask.
/// let warden = Behaviour::new(Config::default(), RuntimeTimer::new());
/// let handle = warden.handle();
///
/// let swarm = SwarmBuilder::with_new_identity()
///     .with_tokio()
///     .with_other_transport(|key| {
///         // Port reuse and `TCP_NODELAY` as `with_tcp` would have them.
///         let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true));
///         let resolved = dns::tokio::Transport::system(DialGate::new(tcp, handle))?;
///         Ok(resolved
///             .upgrade(Version::V1Lazy)
///             .authenticate(noise::Config::new(key)?)
///             .multiplex(CloseTimeout::<yamux::Config>::default()))
///     })?
///     .with_behaviour(|_| warden)?
///     .build();
/// # drop(swarm);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DialGate<Tr> {
    transport: Tr,
    warden: Handle,
}

impl<Tr> DialGate<Tr> {
    /// Wraps `transport`, asking `warden` about every dial.
    #[must_use]
    pub fn new(transport: Tr, warden: Handle) -> Self {
        Self { transport, warden }
    }

    fn check<E>(&self, address: &Multiaddr) -> Result<(), DialGateError<E>> {
        // If it has any, an address that can be read at all has but one that means who is dialled.
        let peer = match address.iter().last() {
            Some(Protocol::P2p(peer)) => Some(peer),
            Some(_) | None => None,
        };
        let gate = Gate::Dial;
        let now = self.warden.query(|_, now| now).map_err(|Closed| DialGateError::Closed)?;
        let refusal = match Attempt::read(gate, peer, Some(address), now) {
            // No IP is dialled for it, so that there is nothing to ask: who it leads to has been.
            Ok(attempt) if attempt.ip().is_none() => None,
            Ok(attempt) => {
                let denied = self.warden.query(|engine, _| attempt.denied(engine, now));
                denied
                    .map_err(|Closed| DialGateError::Closed)?
                    .map(Box::new)
                    .map(GateRefusal::Banned)
            }
            Err(refusal) => Some(refusal),
        };
        let Some(refusal) = refusal else {
            return Ok(());
        };
        self.warden.report_refusal(gate, &refusal);
        Err(match refusal {
            GateRefusal::Address(refused) => {
                DialGateError::Address(Box::new(RefusedAddress(*refused)))
            }
            GateRefusal::Banned(denied) => DialGateError::Denied(Box::new(Denied(*denied))),
        })
    }
}

impl<Tr> Transport for DialGate<Tr>
where
    Tr: Transport + Unpin,
    Tr::Error: 'static,
{
    type Output = Tr::Output;
    type Error = DialGateError<Tr::Error>;
    type ListenerUpgrade = Upgrade<Tr::ListenerUpgrade, Tr::Error>;
    type Dial = Upgrade<Tr::Dial, Tr::Error>;

    fn listen_on(
        &mut self,
        id: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<Self::Error>> {
        self.transport.listen_on(id, address).map_err(|error| error.map(DialGateError::Transport))
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.transport.remove_listener(id)
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        opts: DialOpts,
    ) -> Result<Self::Dial, TransportError<Self::Error>> {
        self.check(&address).map_err(TransportError::Other)?;
        let dial = self.transport.dial(address, opts);
        let dial = dial.map_err(|error| error.map(DialGateError::Transport))?;
        Ok(dial.map_err(DialGateError::Transport))
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<Self::ListenerUpgrade, Self::Error>> {
        let event = Pin::new(&mut self.transport).poll(cx);
        event.map(|event| {
            event
                .map_upgrade(|upgrade| upgrade.map_err(DialGateError::Transport as _))
                .map_err(DialGateError::Transport)
        })
    }
}

/// Why a transport behind a [`DialGate`] failed.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum DialGateError<E> {
    /// There is no telling where the address leads.
    Address(Box<RefusedAddress>),
    /// The address leads to a banned IP.
    Denied(Box<Denied>),
    /// The behaviour is gone, and its swarm with it.
    Closed,
    /// The transport itself failed.
    Transport(E),
}

/// Says what refused the dial; why is in the [source](Error::source), which libp2p prints after it.
impl<E: fmt::Display> fmt::Display for DialGateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(_) => f.write_str("the dial gate refused the address"),
            Self::Denied(_) => f.write_str("the dial gate refused the dial"),
            Self::Closed => Closed.fmt(f),
            // A transport may quote what a stranger chose.
            Self::Transport(error) => OneLine(error).fmt(f),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for DialGateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(refused) => f.debug_tuple("Address").field(refused).finish(),
            Self::Denied(denied) => f.debug_tuple("Denied").field(denied).finish(),
            Self::Closed => f.write_str("Closed"),
            Self::Transport(error) => {
                f.debug_tuple("Transport").field(&OneLine(format_args!("{error:?}"))).finish()
            }
        }
    }
}

impl<E: Error + 'static> Error for DialGateError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Address(refused) => Some(&**refused),
            Self::Denied(denied) => Some(&**denied),
            Self::Closed => None,
            Self::Transport(error) => error.source(),
        }
    }
}

/// A connection on its way through a [`DialGate`].
type Upgrade<F, E> = MapErr<F, fn(E) -> DialGateError<E>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_transport_quotes_of_a_stranger_stays_on_its_line() {
        let address: Multiaddr = "/sni/x\nINFO unbanned".parse().unwrap();

        let error = DialGateError::Transport(address);

        assert_eq!(error.to_string(), "/sni/x\\nINFO unbanned");
        assert_eq!(format!("{error:?}"), "Transport(/sni/x\\nINFO unbanned)");
    }
}
