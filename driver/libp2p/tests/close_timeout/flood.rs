//! Sends far more than any socket takes: 100 streams of 300 kB.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{AsyncWriteExt, FutureExt, StreamExt};
use libp2p::PeerId;
use libp2p::core::upgrade::{DeniedUpgrade, ReadyUpgrade};
use libp2p::core::{Endpoint, Multiaddr, transport::PortUse};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::handler::{ConnectionEvent, FullyNegotiatedOutbound};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
    NetworkBehaviour, Stream, StreamProtocol, SubstreamProtocol, ToSwarm,
};

/// Opens the streams on every connection, or on every one over a relay.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    relayed_only: bool,
    written: Arc<AtomicUsize>,
}

impl Flood {
    pub(crate) fn over_relays() -> Self {
        Self { relayed_only: true, ..Self::default() }
    }

    /// How many bytes the streams have taken.
    pub(crate) fn written(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.written)
    }

    fn handler(&self, address: &Multiaddr) -> Handler {
        let relayed = address.iter().any(|part| part == Protocol::P2pCircuit);
        let to_open = if relayed || !self.relayed_only { STREAMS } else { 0 };
        Handler { to_open, streams: FuturesUnordered::new(), written: self.written() }
    }
}

impl NetworkBehaviour for Flood {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        address: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(address))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        address: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(address))
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: Infallible) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, Infallible>> {
        Poll::Pending
    }
}

/// The streams of one connection.
pub(crate) struct Handler {
    to_open: usize,
    streams: FuturesUnordered<BoxFuture<'static, ()>>,
    written: Arc<AtomicUsize>,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = DeniedUpgrade;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<DeniedUpgrade> {
        SubstreamProtocol::new(DeniedUpgrade, ())
    }

    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn on_behaviour_event(&mut self, event: Infallible) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<'_, DeniedUpgrade, ReadyUpgrade<StreamProtocol>>,
    ) {
        if let ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
            protocol: stream,
            ..
        }) = event
        {
            let written = Arc::clone(&self.written);
            self.streams.push(write(stream, written).boxed());
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<ReadyUpgrade<StreamProtocol>, (), Infallible>> {
        if let Some(rest) = self.to_open.checked_sub(1) {
            self.to_open = rest;
            let protocol = ReadyUpgrade::new(StreamProtocol::new("/flood"));
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(protocol, ()),
            });
        }
        while let Poll::Ready(Some(())) = self.streams.poll_next_unpin(cx) {}
        Poll::Pending
    }
}

async fn write(mut stream: Stream, written: Arc<AtomicUsize>) {
    let bytes = vec![7; BYTES_A_STREAM];
    let mut rest = bytes.as_slice();
    while let Ok(taken @ 1..) = stream.write(rest).await {
        written.fetch_add(taken, Ordering::Relaxed);
        rest = rest.get(taken..).unwrap();
    }
    // The stream stays open, whether or not it took everything.
    pending().await
}

const BYTES_A_STREAM: usize = 300_000;
const STREAMS: usize = 100;
