//! Gateway through which connections come from an IP of its own.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use socket2::{Domain, Socket, Type};

/// Passes connections on to one address, from its own IP, until it is dropped.
///
/// libp2p leaves it to the system which IP a connection comes from, and that is always the same one
/// on loopback.
pub(crate) struct Gateway {
    pub(crate) addr: Multiaddr,
    listening: SocketAddr,
    over: Arc<AtomicBool>,
}

impl Gateway {
    pub(crate) fn open(ip: Ipv4Addr, target: &Multiaddr) -> Self {
        let target = socket_addr(target);
        let socket = bound(ip).unwrap();
        socket.listen(128).unwrap();
        let listener = TcpListener::from(socket);
        let listening = listener.local_addr().unwrap();
        let addr = Multiaddr::from(IpAddr::V4(ip)).with(Protocol::Tcp(listening.port()));
        let over = Arc::<AtomicBool>::default();
        let gateway = Self { addr, listening, over: over.clone() };
        thread::spawn(move || {
            for inner in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                // The node may refuse, or be gone.
                let _ = pass_on(inner, ip, target);
            }
        });
        gateway
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.listening);
    }
}

fn pass_on(inner: TcpStream, ip: Ipv4Addr, target: SocketAddr) -> io::Result<()> {
    let outer = bound(ip)?;
    outer.connect(&target.into())?;
    let outer = TcpStream::from(outer);
    for (mut from, mut to) in [(inner.try_clone()?, outer.try_clone()?), (outer, inner)] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}

/// A socket at a port that others may use at their IPs: libp2p dials from the ports that it listens
/// to, at any IP, and cannot where a socket without these options has been within the last minute.
fn bound(ip: Ipv4Addr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddr::from((ip, 0)).into())?;
    Ok(socket)
}

fn socket_addr(addr: &Multiaddr) -> SocketAddr {
    let mut parts = addr.iter();
    match (parts.next(), parts.next()) {
        (Some(Protocol::Ip4(ip)), Some(Protocol::Tcp(port))) => (ip, port).into(),
        _ => panic!("{addr} is no TCP address"),
    }
}
