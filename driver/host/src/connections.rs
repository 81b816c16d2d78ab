//! Table of the connections that are up.

use std::collections::BTreeSet;
use std::hash::{Hash, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{Bound, RangeInclusive};

use hashbrown::HashMap;
use peerwarden_core::{Direction, Instant, IpNet, Subject};

use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// Every connection that is up, with the peer, IP and direction of each, indexed by peer and by IP.
///
/// The engine knows peers, and of each only the IP last seen. Bans of networks are about
/// connections, of which a peer can have several over several IPs. The table holds as many entries
/// as the driver has connections. `I` is what the driver calls a connection.
#[derive(Debug)]
pub struct Connections<P, I> {
    /// No connection comes before the first of these or after the second.
    bounds: (I, I),
    all: HashMap<I, Connection<P>, RandomState>,
    by_peer: BTreeSet<(P, I)>,
    /// A NAT64 address is in it twice: as itself and as the IPv4 address inside.
    by_ip: BTreeSet<(IpAddr, I)>,
    /// Of each peer the connection whose IP the engine was last told.
    seen: HashMap<P, I, RandomState>,
}

/// One connection that is up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Connection<P> {
    /// The remote peer.
    pub peer: P,
    /// Its IP. `None` if the connection is relayed, was dialled by name, or has no IP by nature.
    pub ip: Option<IpAddr>,
    /// Which side wanted it.
    pub direction: Direction,
    /// Whether it is being closed already.
    pub closing: bool,
}

/// Which connections to look at. Exhaustive: a ban is of a peer or of a network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Scope<P> {
    /// All of them.
    All,
    /// Those over IPs in this network.
    Network(IpNet),
    /// Those with this peer.
    Peer(P),
}

/// Some connections of a walk, and the cursor to go on from; `None` once the walk is over.
type Slice<P, I> = (Vec<(I, Connection<P>)>, Option<SliceCursor<P, I>>);

/// Where the next slice of a walk begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum SliceCursor<P, I> {
    /// After this connection, in the order of IPs.
    Ip(IpAddr, I),
    /// After this connection, in the order of peers.
    Peer(P, I),
}

impl<P: PeerName, I: Copy + Eq + Hash + Ord> Connections<P, I> {
    /// Returns an empty table for connections from `first` to `last`: the least and the greatest id
    /// there can be.
    #[must_use]
    pub fn new(first: I, last: I) -> Self {
        Self {
            bounds: (first, last),
            all: HashMap::default(),
            by_peer: BTreeSet::new(),
            by_ip: BTreeSet::new(),
            seen: HashMap::default(),
        }
    }

    /// Returns what is known of a connection that is up.
    pub fn get(&self, id: I) -> Option<&Connection<P>> {
        self.all.get(&id)
    }

    /// Returns how many connections are up.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns whether none is up.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Returns whether a connection with `peer` is up.
    pub fn has_peer(&self, peer: &P) -> bool {
        self.by_peer.range(self.of(peer)).next().is_some()
    }

    /// Returns the connections with `peer`.
    pub fn with_peer(&self, peer: &P) -> impl Iterator<Item = I> + '_ {
        self.by_peer.range(self.of(peer)).map(|(_, id)| *id)
    }

    /// Takes note that a connection is up, or has moved to another IP, and that the engine is told so.
    pub fn insert(&mut self, id: I, peer: P, ip: Option<IpAddr>, direction: Direction) {
        let closing = self.remove(id).is_some_and(|before| before.closing);
        self.by_peer.insert((peer.clone(), id));
        for key in ip.into_iter().flat_map(keys) {
            self.by_ip.insert((key, id));
        }
        if ip.is_some() {
            self.seen.insert(peer.clone(), id);
        }
        self.all.insert(id, Connection { peer, ip, direction, closing });
    }

    /// Takes note that a connection is gone, and returns what was known of it.
    pub fn remove(&mut self, id: I) -> Option<Connection<P>> {
        let gone = self.all.remove(&id)?;
        self.by_peer.remove(&(gone.peer.clone(), id));
        for key in gone.ip.into_iter().flat_map(keys) {
            self.by_ip.remove(&(key, id));
        }
        Some(gone)
    }

    /// Takes note that the last connection with `peer` is gone.
    pub fn remove_peer(&mut self, peer: &P) {
        self.seen.remove(peer);
        while let Some((_, id)) = self.by_peer.range(self.of(peer)).next() {
            let _ = self.remove(*id);
        }
    }

    /// Takes note that the engine was told that `peer` is at the IP of this connection.
    pub fn set_seen(&mut self, peer: P, id: I) {
        self.seen.insert(peer, id);
    }

    /// Returns whether this is the connection whose IP the engine was last told of its peer.
    pub fn is_seen(&self, peer: &P, id: I) -> bool {
        self.seen.get(peer) == Some(&id)
    }

    /// Takes note that this connection is being closed, and returns whether that is news.
    pub fn set_closing(&mut self, id: I) -> bool {
        let connection = self.all.get_mut(&id);
        connection.is_some_and(|connection| !std::mem::replace(&mut connection.closing, true))
    }

    /// Takes note that every connection with `peer` is being closed.
    pub fn set_all_closing(&mut self, peer: &P) {
        for (_, id) in self.by_peer.range(self.of(peer)) {
            if let Some(connection) = self.all.get_mut(id) {
                connection.closing = true;
            }
        }
    }

    /// Returns a connection with `peer` over an IP that `engine` has nothing against: what it is to be
    /// told when the one over the IP last seen is gone. At most 16 are looked at, the latest first.
    ///
    /// One whose IP is banned meanwhile, but that the ban spares, is passed over: the engine takes
    /// it for a new connection, and would have it closed.
    pub fn allowed(
        &self,
        peer: &P,
        engine: &Engine<P, impl EngineKey<P>>,
        now: Instant,
    ) -> Option<(I, Connection<P>)> {
        let placed = self.staying(peer).filter(|(_, connection)| connection.ip.is_some());
        placed.take(MOST_LOOKED_AT).find(|(_, connection)| !connection.is_refused(engine, now))
    }

    /// Returns a connection with `peer` that stays, for choice one that `engine` has nothing against and
    /// that has an IP. At most 16 are looked at, the latest first.
    pub fn best(
        &self,
        peer: &P,
        engine: &Engine<P, impl EngineKey<P>>,
        now: Instant,
    ) -> Option<(I, Connection<P>)> {
        self.staying(peer).take(MOST_LOOKED_AT).min_by_key(|(_, connection)| {
            (connection.is_refused(engine, now), connection.ip.is_none())
        })
    }

    /// The connections with `peer` that stay, latest first.
    fn staying(&self, peer: &P) -> impl Iterator<Item = (I, Connection<P>)> + '_ {
        let ids = self.by_peer.range(self.of(peer)).rev();
        let known = ids.filter_map(|(_, id)| Some((*id, self.all.get(id)?)));
        known.filter(|(_, each)| !each.closing).map(|(id, each)| (id, each.clone()))
    }

    /// Returns the next `at_most` connections of `scope` after `cursor`. Connections that come and go between two slices do no harm.
    pub(crate) fn slice(
        &self,
        scope: &Scope<P>,
        cursor: Option<SliceCursor<P, I>>,
        at_most: usize,
    ) -> Slice<P, I> {
        let (first, last) = self.bounds;
        let places: Vec<SliceCursor<P, I>> = match scope {
            Scope::Network(net) => {
                let start = match cursor {
                    Some(SliceCursor::Ip(ip, id)) => Bound::Excluded((ip, id)),
                    Some(SliceCursor::Peer(..)) | None => Bound::Included((net.network(), first)),
                };
                let rest = self.by_ip.range((start, Bound::Included((net.broadcast(), last))));
                rest.take(at_most).map(|(ip, id)| SliceCursor::Ip(*ip, *id)).collect()
            }
            Scope::All | Scope::Peer(_) => {
                let (start, end) = match scope {
                    Scope::Peer(peer) => (
                        Bound::Included((peer.clone(), first)),
                        Bound::Included((peer.clone(), last)),
                    ),
                    Scope::All | Scope::Network(_) => (Bound::Unbounded, Bound::Unbounded),
                };
                let start = match cursor {
                    Some(SliceCursor::Peer(peer, id)) => Bound::Excluded((peer, id)),
                    Some(SliceCursor::Ip(..)) | None => start,
                };
                let rest = self.by_peer.range((start, end));
                rest.take(at_most).map(|(peer, id)| SliceCursor::Peer(peer.clone(), *id)).collect()
            }
        };
        let next = places.last().cloned().filter(|_| places.len() >= at_most);
        let known = places.iter().filter_map(|place| {
            let (SliceCursor::Ip(_, id) | SliceCursor::Peer(_, id)) = place;
            Some((*id, self.all.get(id)?.clone()))
        });
        (known.collect(), next)
    }

    fn of(&self, peer: &P) -> RangeInclusive<(P, I)> {
        let (first, last) = self.bounds;
        (peer.clone(), first)..=(peer.clone(), last)
    }
}

impl<P: PeerName> Connection<P> {
    /// Returns whether `engine` would refuse it if it came now.
    pub fn is_refused(&self, engine: &Engine<P, impl EngineKey<P>>, now: Instant) -> bool {
        engine.check_peer(&self.peer, self.ip, now).denial(self.direction).is_some()
    }
}

impl<P: PeerName> Scope<P> {
    /// Returns the connections that a change of this subject can concern.
    #[must_use]
    pub fn from_subject(subject: &Subject<P>) -> Self {
        // In the form in which IPs are indexed.
        match subject.clone().canonical() {
            Subject::Addr(net) => Self::Network(net),
            Subject::Peer(peer) => Self::Peer(peer),
        }
    }
}

/// The keys of an IP in the index, in the form in which the engine compares: the IP itself, which
/// is IPv4 if it is IPv4-mapped, and the IPv4 address inside a NAT64 one.
fn keys(ip: IpAddr) -> impl Iterator<Item = IpAddr> {
    let ip = ip.to_canonical();
    let inside = match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => inside_nat64(v6),
    };
    std::iter::once(ip).chain(inside.map(IpAddr::V4))
}

/// The IPv4 address inside an address of `64:ff9b::/96`.
fn inside_nat64(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0x64, 0xff9b, 0, 0, 0, 0, _, _] = ip.segments() else {
        return None;
    };
    let [.., a, b, c, d] = ip.octets();
    Some(Ipv4Addr::new(a, b, c, d))
}

/// How many connections with one peer are looked at for one that may stay. Which it is hardly
/// matters, and a peer may have thousands.
const MOST_LOOKED_AT: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_peer::Peer;

    fn found(connections: &Connections<Peer, usize>, scope: &str) -> Vec<usize> {
        let scope = Scope::from_subject(&Subject::Addr(scope.parse().unwrap()));
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let (slice, next) = connections.slice(&scope, cursor, 2);
            found.extend(slice.into_iter().map(|(id, _)| id));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        (0..10).filter(|n| found.contains(n)).collect()
    }

    fn of_several_families() -> Connections<Peer, usize> {
        let ips = [
            "10.0.0.1",
            "10.0.0.1",
            "10.255.255.255",
            "11.0.0.0",
            "::ffff:10.0.0.2",
            "64:ff9b::10.0.0.3",
            "2001:db8::1",
        ];
        let mut connections = Connections::new(0, usize::MAX);
        for (n, ip) in ips.iter().enumerate() {
            let ip = ip.parse().ok();
            connections.insert(n, Peer::random(), ip, Direction::Inbound);
        }
        connections.insert(9, Peer::random(), None, Direction::Inbound);
        connections
    }

    #[test]
    fn a_network_is_walked_in_slices_whatever_form_its_ips_have() {
        let connections = of_several_families();

        assert_eq!(found(&connections, "10.0.0.0/8"), [0, 1, 2, 4, 5]);
        assert_eq!(found(&connections, "::ffff:10.0.0.0/104"), [0, 1, 2, 4, 5]);
        assert_eq!(found(&connections, "10.0.0.1/32"), [0, 1]);
        assert_eq!(found(&connections, "64:ff9b::/95"), [5]);
        assert_eq!(found(&connections, "2001:db8::/32"), [6]);
        assert_eq!(found(&connections, "192.0.2.0/24"), [0; 0]);
    }

    #[test]
    fn everything_is_walked_in_slices_those_without_an_ip_too() {
        let connections = of_several_families();
        let (mut count, mut cursor) = (0, None);
        loop {
            let (slice, next) = connections.slice(&Scope::All, cursor, 3);
            count += slice.len();
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }

        assert_eq!(count, 8);
    }

    #[test]
    fn a_walk_goes_on_where_it_was_although_connections_come_and_go() {
        let mut connections = of_several_families();
        let scope = Scope::Network("10.0.0.0/8".parse().unwrap());
        let (_, cursor) = connections.slice(&scope, None, 2);
        let _ = connections.remove(1);
        connections.insert(7, Peer::random(), "10.9.9.9".parse().ok(), Direction::Inbound);

        let (rest, end) = connections.slice(&scope, cursor, 9);

        let mut rest: Vec<_> = rest.into_iter().map(|(id, _)| id).collect();
        rest.sort_unstable();
        assert_eq!((rest, end), (vec![2, 4, 5, 7], None));
    }

    #[test]
    fn nothing_is_left_of_a_connection_that_moved_or_is_gone() {
        let mut connections = Connections::new(0, usize::MAX);
        let peer = Peer::random();
        let ip = |text: &str| text.parse().ok();
        connections.insert(1, peer, ip("64:ff9b::10.0.0.3"), Direction::Inbound);
        assert!(connections.set_closing(1));
        connections.insert(1, peer, ip("192.0.2.1"), Direction::Inbound);

        assert_eq!(found(&connections, "10.0.0.0/8"), [0; 0]);
        assert_eq!(found(&connections, "192.0.2.0/24"), [1]);
        assert!(!connections.set_closing(1), "it is closing as before");

        connections.insert(2, peer, None, Direction::Outbound);
        connections.remove_peer(&peer);
        assert!(connections.all.is_empty() && connections.seen.is_empty());
        assert!(connections.by_ip.is_empty() && connections.by_peer.is_empty());
    }
}
