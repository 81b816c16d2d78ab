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
/// A name is dialled by name, and the dialler resolves it anew; what the thread finds out is only where
/// the peer is expected to come from.
#[derive(Debug)]
pub(crate) struct NameResolver {
    _stop: Sender<()>,
}

impl NameResolver {
    /// None if no static peer is reached by name.
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

/// A name by which a static peer is reached.
#[derive(Debug)]
struct Named<P> {
    peer: P,
    name: String,
    /// Of which families the IPs may be; all of them if none is said.
    families: Vec<IpFamily>,
    /// Where it led to the last time, if it was resolved.
    ips: Option<Vec<IpAddr>>,
    /// Whether the name could not be resolved the last time.
    failing: bool,
}

/// The names of each static peer, each of them once.
fn names<P: PeerName, A: KnownPeer<P>>(options: &DriverOptions<P, A>) -> Vec<Named<P>> {
    let mut names = Vec::new();
    for each in options.static_peers() {
        let first = names.len();
        for host in each.hosts() {
            let Host::Name { name, family } = host else {
                continue;
            };
            let mut of_peer = names.iter_mut().skip(first);
            if let Some(known) = of_peer.find(|known: &&mut Named<P>| known.name == name) {
                known.may_be(family);
            } else {
                let families = family.into_iter().collect();
                let (peer, ips, failing) = (each.peer().clone(), None, false);
                names.push(Named { peer, name, families, ips, failing });
            }
        }
    }
    names
}

fn run<P: PeerName, D: Driver<P>>(
    mut names: Vec<Named<P>>,
    shared: &Weak<Shared<P, D>>,
    stopped: &Receiver<()>,
) {
    loop {
        for named in &mut names {
            // No node is kept alive while the resolver is asked, which can take its time.
            if named.resolve(ask)
                && let (Some(ips), Some(shared)) = (&named.ips, shared.upgrade())
            {
                shared.expect(&named.peer, &named.name, ips);
            }
        }
        let failing = names.iter().any(|named| named.failing);
        let pause = if failing { RETRY } else { REFRESH };
        if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

impl<P> Named<P> {
    /// The name stands in an address of this family too, or in one of any.
    fn may_be(&mut self, family: Option<IpFamily>) {
        match family {
            Some(family) if !self.families.is_empty() => self.families.push(family),
            Some(_) => {}
            None => self.families.clear(),
        }
    }

    /// Asks where the name leads; whether that is news. One that cannot be resolved leads where it did.
    fn resolve(&mut self, ask: impl FnOnce(&str) -> io::Result<Vec<IpAddr>>) -> bool {
        let ips = match ask(&self.name) {
            Ok(ips) => ips,
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    log::unresolved(&self.name, &error);
                }
                return false;
            }
        };
        self.failing = false;
        let mut ips: Vec<_> = ips.into_iter().map(|ip| ip.to_canonical()).collect();
        let families = &self.families;
        ips.retain(|ip| families.is_empty() || families.iter().any(|family| family.holds(ip)));
        ips.sort_unstable();
        ips.dedup();
        ips.truncate(IPS_OF_NAME);
        let ips = Some(ips);
        let is_news = ips != self.ips;
        self.ips = ips;
        is_news
    }
}

fn ask(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

/// At how many IPs of one name a peer is expected at most: each is an open gate.
const IPS_OF_NAME: usize = 32;

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

    fn named(families: &[IpFamily]) -> Named<Peer> {
        let (name, families) = ("node.example".to_owned(), families.to_vec());
        Named { peer: Peer::random(), name, families, ips: None, failing: false }
    }

    #[test]
    fn a_peer_is_expected_wherever_its_name_leads_and_nowhere_else() {
        let mut named = named(&[IpFamily::V4]);
        let mut answer = |ips: &[IpAddr]| {
            named.resolve(|_| Ok(ips.to_vec())).then(|| named.ips.clone().unwrap_or_default())
        };

        assert_eq!(answer(&[SIXTH, SECOND, FIRST]), Some(vec![FIRST, SECOND]));
        assert_eq!(answer(&[FIRST, SECOND, FIRST]), None);
        assert_eq!(answer(&[SECOND]), Some(vec![SECOND]));
        assert_eq!(answer(&[SIXTH]), Some(vec![]));
        assert_eq!(answer(&[]), None);
    }

    #[test]
    fn a_name_that_cannot_be_resolved_changes_nothing() {
        let mut named = named(&[]);

        assert!(named.resolve(|_| Ok(vec![SIXTH])));
        assert!(!named.resolve(|_| Err(io::Error::other("no such name"))));
        assert!(named.failing);
        assert!(!named.resolve(|_| Ok(vec![SIXTH])));
        assert!(!named.failing);
    }

    #[test]
    fn each_name_of_a_static_peer_is_resolved_once_whatever_else_it_has() {
        let (one, two) = (Peer::random(), Peer::random());
        let peers = [
            format!("{one}@one.example"),
            format!("{one}@203.0.113.7"),
            format!("{two}@two.example"),
            format!("{two}@three.example"),
            format!("{two}@two.example"),
        ];
        let peers: Vec<PeerAt> = peers.iter().map(|peer| peer.parse().unwrap()).collect();

        let names = names(&DriverOptions::default().with_static_peers(peers));

        let names: Vec<_> = names.iter().map(|named| (named.peer, named.name.as_str())).collect();
        assert_eq!(names, [(one, "one.example"), (two, "two.example"), (two, "three.example")]);
    }

    #[test]
    fn a_name_in_addresses_of_both_families_leads_to_both() {
        let mut named = named(&[IpFamily::V4]);
        named.may_be(Some(IpFamily::V6));
        assert!(named.resolve(|_| Ok(vec![SIXTH, FIRST])));
        assert_eq!(named.ips, Some(vec![FIRST, SIXTH]));
        named.may_be(None);
        named.may_be(Some(IpFamily::V4));
        assert_eq!(named.families, []);
    }
}
