//! A muxer that cannot be closed.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use libp2p::core::upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade, UpgradeInfo};
use libp2p::yamux;

/// Yamux by name, so that a peer agrees to it, but it does nothing at all.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    alive: Arc<AtomicUsize>,
}

impl Stuck {
    /// One whose connections count themselves.
    pub(crate) fn counted_by(alive: &Arc<AtomicUsize>) -> Self {
        Self { alive: Arc::clone(alive) }
    }

    fn muxer<C>(self, socket: C) -> StuckMuxer<C> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        StuckMuxer { _socket: socket, alive: self.alive }
    }
}

impl UpgradeInfo for Stuck {
    type Info = &'static str;
    type InfoIter = std::iter::Once<&'static str>;

    fn protocol_info(&self) -> Self::InfoIter {
        yamux::Config::default().protocol_info()
    }
}

impl<C> InboundConnectionUpgrade<C> for Stuck {
    type Output = StuckMuxer<C>;
    type Error = std::io::Error;
    type Future = Ready<Result<StuckMuxer<C>, std::io::Error>>;

    fn upgrade_inbound(self, socket: C, _: &'static str) -> Self::Future {
        ready(Ok(self.muxer(socket)))
    }
}

impl<C> OutboundConnectionUpgrade<C> for Stuck {
    type Output = StuckMuxer<C>;
    type Error = std::io::Error;
    type Future = Ready<Result<StuckMuxer<C>, std::io::Error>>;

    fn upgrade_outbound(self, socket: C, _: &'static str) -> Self::Future {
        ready(Ok(self.muxer(socket)))
    }
}

/// One connection, with its socket.
#[derive(Debug)]
pub(crate) struct StuckMuxer<C> {
    _socket: C,
    alive: Arc<AtomicUsize>,
}

impl<C> Drop for StuckMuxer<C> {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<C: AsyncRead + AsyncWrite> StreamMuxer for StuckMuxer<C> {
    type Substream = C;
    type Error = std::io::Error;

    fn poll_inbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<C, std::io::Error>> {
        Poll::Pending
    }

    fn poll_outbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<C, std::io::Error>> {
        Poll::Pending
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Poll::Pending
    }

    fn poll(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Result<StreamMuxerEvent, std::io::Error>> {
        Poll::Pending
    }
}
