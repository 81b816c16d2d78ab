//! Listening ports, for TCP port reuse.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the listeners of a transport listen at. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ports {
    /// How often each address is listened at: with `SO_REUSEPORT` it can be more than once.
    listened: Arc<Mutex<BTreeMap<SocketAddr, usize>>>,
}

impl Ports {
    /// Takes note that `address` is listened at, for as long as the answer is kept.
    pub(crate) fn listen(&self, address: SocketAddr) -> Listened {
        *self.lock().entry(address).or_default() += 1;
        Listened { ports: self.clone(), address }
    }

    /// What to bind a socket to that is to reuse a port for a dial to `remote`, if there is one
    /// that can reach it: one of the same family, on the loopback interface or not like `remote`.
    pub(crate) fn for_dial(&self, remote: SocketAddr) -> Option<SocketAddr> {
        let listened = self.lock();
        // From this very port it would connect to itself instead of to its listener.
        if listened.contains_key(&remote) {
            return None;
        }
        let can_reach = |local: &&SocketAddr| {
            local.is_ipv4() == remote.is_ipv4()
                && local.ip().is_loopback() == remote.ip().is_loopback()
        };
        let port = listened.keys().find(can_reach)?.port();
        // The system knows best which of its addresses leads there.
        let any = match remote.ip() {
            IpAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
            IpAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
        };
        Some(SocketAddr::new(any, port))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SocketAddr, usize>> {
        self.listened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address that is listened at until this is dropped.
#[derive(Debug)]
pub(crate) struct Listened {
    ports: Ports,
    address: SocketAddr,
}

impl Drop for Listened {
    fn drop(&mut self) {
        let mut listened = self.ports.lock();
        if let Some(times) = listened.get_mut(&self.address) {
            *times -= 1;
            if *times == 0 {
                listened.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(socket: &str) -> SocketAddr {
        socket.parse().unwrap()
    }

    #[test]
    fn a_port_is_reused_where_it_can_lead() {
        let ports = Ports::default();
        let kept = ["127.0.0.1:1", "192.0.2.1:2", "[::1]:3", "[2001:db8::1]:4"]
            .map(|socket| ports.listen(at(socket)));

        assert_eq!(ports.for_dial(at("127.0.0.9:9")), Some(at("0.0.0.0:1")));
        assert_eq!(ports.for_dial(at("203.0.113.9:9")), Some(at("0.0.0.0:2")));
        assert_eq!(ports.for_dial(at("[::1]:9")), Some(at("[::]:3")));
        assert_eq!(ports.for_dial(at("[2001:db8::9]:9")), Some(at("[::]:4")));
        drop(kept);
        assert_eq!(ports.for_dial(at("127.0.0.9:9")), None);
    }

    #[test]
    fn a_port_that_is_listened_on_twice_is_there_until_both_listeners_are_gone() {
        let ports = Ports::default();
        let (one, other) = (ports.listen(at("127.0.0.1:1")), ports.listen(at("127.0.0.1:1")));

        drop(one);
        assert_eq!(ports.for_dial(at("127.0.0.9:9")), Some(at("0.0.0.0:1")));
        drop(other);
        assert_eq!(ports.for_dial(at("127.0.0.9:9")), None);
    }

    #[test]
    fn a_dial_to_ourselves_takes_another_port() {
        let ports = Ports::default();
        let _kept = ports.listen(at("127.0.0.1:1"));

        assert_eq!(ports.for_dial(at("127.0.0.1:1")), None);
    }
}
