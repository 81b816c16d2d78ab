//! Expands a wildcard address as interfaces come and go.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Stream;
use if_watch::{IfEvent, IpNet};

/// What happened to an address of this machine's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    Came(IpAddr),
    Went(IpAddr),
}

/// The addresses of this machine's interfaces, as they come and go.
pub(crate) struct Interfaces {
    ipv4: bool,
    watcher: Option<Pin<Box<dyn Watcher>>>,
    watch: fn() -> io::Result<Pin<Box<dyn Watcher>>>,
    /// Several interfaces can have the same address, with prefixes of different lengths.
    nets: BTreeSet<IpNet>,
}

/// What tells of interfaces: if-watch, or a test.
pub(crate) trait Watcher: Stream<Item = io::Result<IfEvent>> + Send {}

impl<W: Stream<Item = io::Result<IfEvent>> + Send> Watcher for W {}

impl Interfaces {
    /// Those of IPv4, or those of IPv6.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub(crate) fn watch(ipv4: bool) -> io::Result<Self> {
        Self::watch_by(ipv4, || Ok(Box::pin(if_watch::smol::IfWatcher::new()?)))
    }

    fn watch_by(ipv4: bool, watch: fn() -> io::Result<Pin<Box<dyn Watcher>>>) -> io::Result<Self> {
        Ok(Self { ipv4, watcher: Some(watch()?), watch, nets: BTreeSet::new() })
    }

    /// The next change.
    ///
    /// After an error it is for the caller to wait before it asks again: then somebody else is asked
    /// what there is, and what is known already is not told again.
    pub(crate) fn poll_change(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Change>> {
        loop {
            let watcher = match &mut self.watcher {
                Some(watcher) => watcher,
                none => none.insert((self.watch)()?),
            };
            let event = match ready!(watcher.as_mut().poll_next(cx)) {
                Some(Ok(event)) => event,
                // It says the same again for ever.
                Some(Err(error)) => {
                    self.watcher = None;
                    return Poll::Ready(Err(error));
                }
                None => {
                    self.watcher = None;
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
            };
            if let Some(change) = self.take_note(event) {
                return Poll::Ready(Ok(change));
            }
        }
    }

    /// What an event changes, if anything.
    fn take_note(&mut self, event: IfEvent) -> Option<Change> {
        let (IfEvent::Up(net) | IfEvent::Down(net)) = event;
        let ip = net.addr();
        if ip.is_ipv4() != self.ipv4 {
            return None;
        }
        let before = self.has(ip);
        match event {
            IfEvent::Up(net) => self.nets.insert(net),
            IfEvent::Down(net) => self.nets.remove(&net),
        };
        match (before, self.has(ip)) {
            (false, true) => Some(Change::Came(ip)),
            (true, false) => Some(Change::Went(ip)),
            (false, false) | (true, true) => None,
        }
    }

    fn has(&self, ip: IpAddr) -> bool {
        self.nets.iter().any(|net| net.addr() == ip)
    }
}

impl fmt::Debug for Interfaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interfaces").field("nets", &self.nets).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use futures::{StreamExt, stream};

    use super::*;

    /// All that is told until there is nothing for now, or an error.
    fn told(interfaces: &mut Interfaces) -> (Vec<Change>, bool) {
        let mut changes = Vec::new();
        loop {
            match interfaces.poll_change(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Ok(change)) => changes.push(change),
                Poll::Ready(Err(_)) => return (changes, true),
                Poll::Pending => return (changes, false),
            }
        }
    }

    fn up(net: &str) -> IfEvent {
        IfEvent::Up(net.parse().unwrap())
    }

    fn down(net: &str) -> IfEvent {
        IfEvent::Down(net.parse().unwrap())
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Tells this, and nothing after it for now.
    fn telling<const N: usize>(events: [io::Result<IfEvent>; N]) -> Pin<Box<dyn Watcher>> {
        Box::pin(stream::iter(Vec::from(events)).chain(stream::pending()))
    }

    #[test]
    fn addresses_of_the_family_come_and_go() {
        let mut interfaces = Interfaces::watch_by(true, || {
            Ok(telling([
                Ok(up("127.0.0.1/8")),
                Ok(up("::1/128")),
                Ok(up("192.0.2.1/24")),
                Ok(down("::1/128")),
                Ok(down("192.0.2.1/24")),
            ]))
        })
        .unwrap();

        let (changes, failed) = told(&mut interfaces);

        let expected = ["127.0.0.1", "192.0.2.1"].map(|text| Change::Came(ip(text)));
        assert_eq!(changes, [&expected[..], &[Change::Went(ip("192.0.2.1"))]].concat());
        assert!(!failed);
    }

    #[test]
    fn an_address_that_two_interfaces_have_is_one_address() {
        let mut interfaces = Interfaces::watch_by(false, || {
            Ok(telling([
                Ok(up("2001:db8::1/64")),
                Ok(up("2001:db8::1/128")),
                Ok(down("2001:db8::1/64")),
                Ok(down("2001:db8::9/64")),
                Ok(down("2001:db8::1/128")),
            ]))
        })
        .unwrap();

        let (changes, _) = told(&mut interfaces);

        let address = ip("2001:db8::1");
        assert_eq!(changes, [Change::Came(address), Change::Went(address)]);
    }

    #[test]
    fn a_watcher_that_fails_is_replaced_and_what_is_known_is_not_told_again() {
        let mut interfaces = Interfaces::watch_by(true, || {
            Ok(telling([
                Ok(up("192.0.2.1/24")),
                Err(io::ErrorKind::BrokenPipe.into()),
                Ok(up("192.0.2.2/24")),
            ]))
        })
        .unwrap();

        assert_eq!(told(&mut interfaces), (vec![Change::Came(ip("192.0.2.1"))], true));
        assert_eq!(told(&mut interfaces), (vec![], true));
    }
}
