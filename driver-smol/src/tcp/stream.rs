//! TCP connection.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{self, Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{AsyncRead, AsyncWrite};
use smol::Async;

/// A TCP connection of a [`Transport`](super::Transport).
///
/// Dropping it closes the socket; [`close`](futures::AsyncWriteExt::close) first tells the other
/// side that nothing more comes.
#[derive(Debug)]
pub struct TcpStream(Async<net::TcpStream>);

impl TcpStream {
    /// Takes a socket that is connected, or is going to be.
    pub(crate) fn new(socket: net::TcpStream) -> io::Result<Self> {
        Async::new(socket).map(Self)
    }

    /// Waits until the socket is connected, if it is not yet.
    pub(crate) async fn connected(self) -> io::Result<Self> {
        self.0.writable().await?;
        match self.0.get_ref().take_error()? {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// This side's address.
    ///
    /// # Errors
    ///
    /// If the system does not know it, as some do not once the other side has gone.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }

    /// The other side's address.
    ///
    /// # Errors
    ///
    /// If the system does not know it, as some do not once the other side has gone.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().peer_addr()
    }

    /// The socket itself, for options that [`Config`](super::Config) does not have.
    #[must_use]
    pub fn get_ref(&self) -> &net::TcpStream {
        self.0.get_ref()
    }
}

impl AsyncRead for TcpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }

    fn poll_read_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read_vectored(cx, bufs)
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // What was written is the system's already.
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.0.get_ref().shutdown(Shutdown::Write) {
            // The other side was faster.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        })
    }
}
