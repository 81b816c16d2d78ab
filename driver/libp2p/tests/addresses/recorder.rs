//! A transport that takes note of the addresses it is handed.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::{Multiaddr, Transport};

/// Addresses, in the order they were dialled.
pub(crate) type Record = Arc<Mutex<Vec<Multiaddr>>>;

/// Hands on everything to the transport in it.
pub(crate) struct Recorder<T> {
    transport: T,
    record: Record,
}

impl<T> Recorder<T> {
    pub(crate) fn new(transport: T, record: Record) -> Self {
        Self { transport, record }
    }
}

impl<T: Transport + Unpin> Transport for Recorder<T> {
    type Output = T::Output;
    type Error = T::Error;
    type ListenerUpgrade = T::ListenerUpgrade;
    type Dial = T::Dial;

    fn listen_on(
        &mut self,
        id: ListenerId,
        address: Multiaddr,
    ) -> Result<(), TransportError<T::Error>> {
        self.transport.listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.transport.remove_listener(id)
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        opts: DialOpts,
    ) -> Result<T::Dial, TransportError<T::Error>> {
        self.record.lock().unwrap().push(address.clone());
        self.transport.dial(address, opts)
    }

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<TransportEvent<T::ListenerUpgrade, T::Error>> {
        Pin::new(&mut self.transport).poll(cx)
    }
}
