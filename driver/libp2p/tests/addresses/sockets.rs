//! Sockets at several IPs of this machine that tell who is dialled.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};

/// One port for TCP and UDP at each of [`IPV4`], and at `::1` if the machine has it.
pub(crate) struct Sockets {
    pub(crate) port: u16,
    streams: UnboundedReceiver<SocketAddr>,
    datagrams: UnboundedReceiver<(SocketAddr, SocketAddr)>,
    /// Who has sent a datagram before, and may do so again.
    known: BTreeSet<SocketAddr>,
}

impl Sockets {
    /// Their threads end with the test.
    pub(crate) fn open() -> Self {
        let (listeners, sockets, port) = (0..100).find_map(|_| bind().ok()).unwrap();
        let (stream, streams) = unbounded();
        let (datagram, datagrams) = unbounded();
        for listener in listeners {
            let stream = stream.clone();
            thread::spawn(move || accept(&listener, &stream));
        }
        for socket in sockets {
            let datagram = datagram.clone();
            thread::spawn(move || receive(&socket, &datagram));
        }
        Self { port, streams, datagrams, known: BTreeSet::new() }
    }

    /// Runs a dial over TCP to its end; the IPs that were connected to.
    pub(crate) async fn connected<T, E>(
        &mut self,
        dial: impl Future<Output = Result<T, E>>,
    ) -> BTreeSet<IpAddr> {
        let mut ips = BTreeSet::new();
        // The other end is told before its socket is closed; a dial that fails later has been seen.
        if dial.await.is_ok() {
            ips.extend(self.streams.next().await.map(|at| at.ip()));
        }
        while let Some(Some(at)) = self.streams.next().now_or_never() {
            ips.insert(at.ip());
        }
        ips
    }

    /// Runs a dial over UDP until it has sent something; the IP that was sent to.
    pub(crate) async fn sent<T, E>(
        &mut self,
        dial: impl Future<Output = Result<T, E>> + Unpin,
    ) -> BTreeSet<IpAddr> {
        let Self { datagrams, known, .. } = self;
        let seen = async {
            loop {
                let (at, from) = datagrams.next().await.unwrap();
                if known.insert(from) {
                    return at.ip();
                }
            }
        };
        match select(dial, Box::pin(seen)).await {
            Either::Left(_) => BTreeSet::new(),
            Either::Right((ip, _)) => BTreeSet::from([ip]),
        }
    }
}

fn bind() -> io::Result<(Vec<TcpListener>, Vec<UdpSocket>, u16)> {
    let first = TcpListener::bind((IPV4[0], 0))?;
    let port = first.local_addr()?.port();
    let mut listeners = vec![first];
    let mut sockets = vec![UdpSocket::bind((IPV4[0], port))?];
    for ip in &IPV4[1..] {
        listeners.push(TcpListener::bind((*ip, port))?);
        sockets.push(UdpSocket::bind((*ip, port))?);
    }
    if let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        listeners.push(listener);
        sockets.push(UdpSocket::bind((Ipv6Addr::LOCALHOST, port))?);
    }
    Ok((listeners, sockets, port))
}

fn accept(listener: &TcpListener, told: &UnboundedSender<SocketAddr>) {
    let at = listener.local_addr().unwrap();
    while let Ok((_stream, _)) = listener.accept() {
        if told.unbounded_send(at).is_err() {
            return;
        }
    }
}

fn receive(socket: &UdpSocket, told: &UnboundedSender<(SocketAddr, SocketAddr)>) {
    let at = socket.local_addr().unwrap();
    let mut buffer = [0; 2_048];
    while let Ok((_, from)) = socket.recv_from(&mut buffer) {
        if told.unbounded_send((at, from)).is_err() {
            return;
        }
    }
}

pub(crate) const IPV4: [Ipv4Addr; 5] = [
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 0, 0, 3),
    Ipv4Addr::new(127, 0, 0, 4),
    Ipv4Addr::new(127, 0, 0, 5),
];
