//! Thread that resolves the names of static peers.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::driver::Driver;
use crate::known_peer::{Host, IpFamily, KnownPeer};
use crate::log;
use crate::options::DriverOptions;
use crate::peer::PeerName;
use crate::shared::Shared;

/// Thread that resolves the names of static peers, now and again, with the operating system's
/// resolver. It ends when this is dropped, after the question that it is waiting for.
///
/// A name is dialled by name, and whoever dials it resolves it anew; what the thread finds out is only
/// where the peer is expected to come from.
#[derive(Debug)]
pub(crate) struct NameResolver {
    _stop: Sender<()>,
}

impl NameResolver {
    /// None if no static peer is reached by name alone.
    pub(crate) fn spawn<P: PeerName, A: KnownPeer<P>, D: Driver<P>>(
        options: &DriverOptions<P, A>,
        shared: &Arc<Shared<P, D>>,
    ) -> Option<Self> {
        let names = names(options);
        if names.is_empty() {
            return None;
        }
        let (stop, stopped) = channel();
        let shared = Arc::downgrade(shared);
        let thread = thread::Builder::new().name("peerwarden-names".to_owned());
        match thread.spawn(move || run(names, &shared, &stopped)) {
            Ok(_) => Some(Self { _stop: stop }),
            Err(error) => {
                log::no_resolver(&error);
                None
            }
        }
    }
}

/// A static peer that is reached by name.
#[derive(Debug)]
struct Named<P> {
    peer: P,
    name: String,
    family: Option<IpFamily>,
    /// Where it is expected.
    expected: Option<IpAddr>,
    /// Whether the name could not be resolved the last time.
    failing: bool,
}

/// The first name of each static peer that has no address with an IP.
fn names<P: PeerName, A: KnownPeer<P>>(options: &DriverOptions<P, A>) -> Vec<Named<P>> {
    let named = options.static_peers().iter().filter_map(|each| {
        let peer = each.peer();
        let mut first = None;
        for host in each.hosts() {
            match host {
                Host::Ip(_) => return None,
                Host::Name { name, family } => {
                    first.get_or_insert(Named {
                        peer: peer.clone(),
                        name,
                        family,
                        expected: None,
                        failing: false,
                    });
                }
                Host::Untold => {}
            }
        }
        first
    });
    named.collect()
}

fn run<P: PeerName, D: Driver<P>>(
    mut names: Vec<Named<P>>,
    shared: &Weak<Shared<P, D>>,
    stopped: &Receiver<()>,
) {
    loop {
        for named in &mut names {
            // Nobody is kept alive while the resolver is asked, which can take its time.
            let change = named.resolve(ask);
            let (Some(ip), Some(shared)) = (change, shared.upgrade()) else {
                continue;
            };
            shared.expect(named.peer.clone(), ip);
        }
        let failing = names.iter().any(|named| named.failing);
        let pause = if failing { RETRY } else { REFRESH };
        if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

impl<P> Named<P> {
    /// Where the peer is expected from here on, if that is news.
    ///
    /// Of several IPs the one that it was expected at already, or else the smallest, so that a resolver
    /// that shuffles them changes nothing.
    fn resolve(&mut self, ask: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>) -> Option<IpAddr> {
        let ips = match ask(&self.name) {
            Ok(ips) => ips,
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    log::unresolved(&self.name, &error);
                }
                return None;
            }
        };
        self.failing = false;
        let mut ips: Vec<_> = ips.into_iter().map(|ip| ip.to_canonical()).collect();
        ips.retain(|ip| self.family.is_none_or(|family| family.holds(ip)));
        if self.expected.is_some_and(|expected| ips.contains(&expected)) {
            return None;
        }
        let ip = ips.into_iter().min()?;
        self.expected = Some(ip);
        Some(ip)
    }
}

fn ask(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

/// How long an answer counts. libp2p's own resolver does not say for how long its answers are good.
const REFRESH: Duration = Duration::from_secs(300);

/// When to ask again for a name that could not be resolved.
const RETRY: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_peer::{Peer, PeerAt};

    const FIRST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
    const SECOND: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
    const SIXTH: IpAddr = IpAddr::V6(std::net::Ipv6Addr::LOCALHOST);

    fn named(family: Option<IpFamily>) -> Named<Peer> {
        let peer = Peer::random();
        Named { peer, name: "node.example".to_owned(), family, expected: None, failing: false }
    }

    #[test]
    fn a_peer_is_expected_where_its_name_leads_until_it_leads_elsewhere() {
        let mut named = named(Some(IpFamily::V4));
        let mut answer = |ips: &[IpAddr]| named.resolve(|_| Ok(ips.to_vec()));

        assert_eq!(answer(&[SIXTH, SECOND, FIRST]), Some(FIRST));
        assert_eq!(answer(&[SECOND, FIRST]), None);
        assert_eq!(answer(&[SECOND]), Some(SECOND));
        assert_eq!(answer(&[FIRST, SECOND]), None);
        assert_eq!(answer(&[SIXTH]), None);
    }

    #[test]
    fn a_name_that_cannot_be_resolved_changes_nothing() {
        let mut named = named(None);

        assert_eq!(named.resolve(|_| Ok(vec![SIXTH])), Some(SIXTH));
        assert_eq!(named.resolve(|_| Err(io::Error::other("no such name"))), None);
        assert!(named.failing);
        assert_eq!(named.resolve(|_| Ok(vec![SIXTH])), None);
        assert!(!named.failing);
    }

    #[test]
    fn a_peer_with_an_ip_is_expected_there_whatever_names_it_has() {
        let (at_ip, by_name) = (Peer::random(), Peer::random());
        let peers = [
            format!("{at_ip}@one.example"),
            format!("{at_ip}@203.0.113.7"),
            format!("{by_name}@two.example"),
            format!("{by_name}@three.example"),
        ];
        let peers: Vec<PeerAt> = peers.iter().map(|peer| peer.parse().unwrap()).collect();

        let names = names(&DriverOptions::default().with_static_peers(peers));

        let names: Vec<_> = names.iter().map(|named| (&named.peer, named.name.as_str())).collect();
        assert_eq!(names, [(&by_name, "two.example")]);
    }
}
