//! Bound on the time that closing a connection may take.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_timer::Delay;
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo};

/// Wraps a muxer's upgrade so that closing a connection takes no longer than a given time.
///
/// libp2p closes a connection gracefully: what was queued for the peer is sent before the socket is
/// dropped, however long that takes. A peer that stops reading therefore stays connected for as
/// long as it likes, banned or not, once the send buffer is full. With `CloseTimeout` around the
/// muxer, closing is given up when the time is over, and the socket is dropped.
///
/// It sits below the swarm, so it covers every connection: established and closed on either
/// side's wish, relayed, or denied by a behaviour right after the handshake. A connection that was
/// cut ends with [`CloseError::TimedOut`] inside
/// [`ConnectionError::IO`](libp2p::swarm::ConnectionError::IO).
///
/// QUIC has no muxer to wrap, and bounds closing itself.
///
/// ```
/// use std::time::Duration;
///
/// use libp2p::{SwarmBuilder, noise, tcp, yamux};
/// use peerwarden_libp2p::CloseTimeout;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let close_timeout = Duration::from_secs(10);
/// let swarm = SwarmBuilder::with_new_identity()
///     .with_tokio()
///     .with_tcp(tcp::Config::default(), noise::Config::new, || {
///         CloseTimeout::new(yamux::Config::default(), close_timeout)
///     })?
/// #   .with_behaviour(|_| libp2p::swarm::dummy::Behaviour)?
///     // ..
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CloseTimeout<U> {
    upgrade: U,
    close_timeout: Duration,
}

impl<U> CloseTimeout<U> {
    /// 10 seconds: enough for a slow line to take the last of what was queued for it.
    pub const DEFAULT: Duration = Duration::from_secs(10);

    /// Wraps `upgrade`, giving up on closing after `close_timeout`.
    ///
    /// With a timeout of zero, a connection that cannot be closed on the spot is cut. One of more
    /// than a year counts as a year.
    #[must_use]
    pub fn new(upgrade: U, close_timeout: Duration) -> Self {
        Self { upgrade, close_timeout: close_timeout.min(LONGEST) }
    }
}

/// With [`CloseTimeout::DEFAULT`], around the default of what is wrapped.
impl<U: Default> Default for CloseTimeout<U> {
    fn default() -> Self {
        Self::new(U::default(), Self::DEFAULT)
    }
}

impl<U: UpgradeInfo> UpgradeInfo for CloseTimeout<U> {
    type Info = U::Info;
    type InfoIter = U::InfoIter;

    fn protocol_info(&self) -> U::InfoIter {
        self.upgrade.protocol_info()
    }
}

impl<C, U, M> InboundConnectionUpgrade<C> for CloseTimeout<U>
where
    U: InboundConnectionUpgrade<C, Output = M>,
    M: StreamMuxer,
{
    type Output = CloseTimeoutMuxer<M>;
    type Error = U::Error;
    type Future = CloseTimeoutUpgrade<U::Future>;

    fn upgrade_inbound(self, socket: C, info: U::Info) -> Self::Future {
        CloseTimeoutUpgrade {
            upgrade: Box::pin(self.upgrade.upgrade_inbound(socket, info)),
            close_timeout: self.close_timeout,
        }
    }
}

impl<C, U, M> OutboundConnectionUpgrade<C> for CloseTimeout<U>
where
    U: OutboundConnectionUpgrade<C, Output = M>,
    M: StreamMuxer,
{
    type Output = CloseTimeoutMuxer<M>;
    type Error = U::Error;
    type Future = CloseTimeoutUpgrade<U::Future>;

    fn upgrade_outbound(self, socket: C, info: U::Info) -> Self::Future {
        CloseTimeoutUpgrade {
            upgrade: Box::pin(self.upgrade.upgrade_outbound(socket, info)),
            close_timeout: self.close_timeout,
        }
    }
}

/// A connection on its way to be wrapped by [`CloseTimeout`].
#[derive(Debug)]
pub struct CloseTimeoutUpgrade<F> {
    upgrade: Pin<Box<F>>,
    close_timeout: Duration,
}

impl<F, M, E> Future for CloseTimeoutUpgrade<F>
where
    F: Future<Output = Result<M, E>>,
    M: StreamMuxer,
{
    type Output = Result<CloseTimeoutMuxer<M>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let muxer = ready!(self.upgrade.as_mut().poll(cx))?;
        Poll::Ready(Ok(CloseTimeoutMuxer {
            muxer: Box::pin(muxer),
            close_timeout: self.close_timeout,
            giving_up: None,
        }))
    }
}

/// A connection that closes in time: what [`CloseTimeout`] makes of a muxer.
#[derive(Debug)]
pub struct CloseTimeoutMuxer<M> {
    muxer: Pin<Box<M>>,
    close_timeout: Duration,
    /// Runs from the moment at which closing began.
    giving_up: Option<Delay>,
}

impl<M: StreamMuxer> StreamMuxer for CloseTimeoutMuxer<M> {
    type Substream = M::Substream;
    type Error = CloseError<M::Error>;

    fn poll_inbound(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Substream, Self::Error>> {
        self.muxer.as_mut().poll_inbound(cx).map_err(CloseError::Muxer)
    }

    fn poll_outbound(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Substream, Self::Error>> {
        self.muxer.as_mut().poll_outbound(cx).map_err(CloseError::Muxer)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let this = &mut *self;
        if let Poll::Ready(closed) = this.muxer.as_mut().poll_close(cx) {
            return Poll::Ready(closed.map_err(CloseError::Muxer));
        }
        let close_timeout = this.close_timeout;
        let giving_up = this.giving_up.get_or_insert_with(|| Delay::new(close_timeout));
        ready!(Pin::new(giving_up).poll(cx));
        Poll::Ready(Err(CloseError::TimedOut { after: close_timeout }))
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        self.muxer.as_mut().poll(cx).map_err(CloseError::Muxer)
    }
}

/// Why a connection under a [`CloseTimeout`] failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CloseError<E> {
    /// The muxer itself failed.
    Muxer(E),
    /// The peer did not take what was queued for it, so the connection was cut.
    TimedOut {
        /// How long the peer was given.
        after: Duration,
    },
}

impl<E: fmt::Display> fmt::Display for CloseError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Muxer(error) => error.fmt(f),
            Self::TimedOut { after } => {
                write!(f, "connection cut: the peer let closing take {after:?}")
            }
        }
    }
}

impl<E: Error> Error for CloseError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Muxer(error) => error.source(),
            Self::TimedOut { .. } => None,
        }
    }
}

/// A longer delay could not be added to every clock reading.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);
