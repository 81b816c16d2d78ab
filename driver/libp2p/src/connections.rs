//! Table of the connections that are up.

use std::collections::BTreeSet;
use std::hash::RandomState;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Bound;

use hashbrown::HashMap;
use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use peerwarden_core::{Direction, IpNet, Subject};

/// Every connection that is up, with the peer, IP and direction of each, indexed by peer and by IP.
///
/// The engine knows peers, and of each only the IP last seen. Bans of networks are about
/// connections, of which a peer can have several over several IPs. The table holds as many entries
/// as the swarm holds connections; only the behaviour uses it, so it is behind no lock.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    all: HashMap<ConnectionId, Connection, RandomState>,
    by_peer: BTreeSet<(PeerId, ConnectionId)>,
    /// A NAT64 address is in it twice: as itself and as the IPv4 address inside.
    by_ip: BTreeSet<(IpAddr, ConnectionId)>,
    /// Of each peer the connection whose IP the engine was last told.
    seen: HashMap<PeerId, ConnectionId, RandomState>,
}

/// One connection that is up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Connection {
    pub(crate) peer: PeerId,
    /// `None` if it is relayed, was dialled by name, or has no IP by nature.
    pub(crate) ip: Option<IpAddr>,
    pub(crate) direction: Direction,
    /// Whether the swarm has been told to close it.
    pub(crate) closing: bool,
    /// Whether other behaviours missed something that it delivered, so that it has to close.
    pub(crate) incomplete: bool,
}

/// Which connections to look at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// All of them.
    All,
    /// Those over IPs in this network.
    Network(IpNet),
    /// Those with this peer.
    Peer(PeerId),
}

/// Where the next slice of a walk begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cursor {
    Ip(IpAddr, ConnectionId),
    Peer(PeerId, ConnectionId),
}

impl Connections {
    /// What is known of a connection that is up.
    pub(crate) fn get(&self, id: ConnectionId) -> Option<&Connection> {
        self.all.get(&id)
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A connection is up, or has moved to another IP.
    pub(crate) fn insert(
        &mut self,
        id: ConnectionId,
        peer: PeerId,
        ip: Option<IpAddr>,
        direction: Direction,
    ) {
        let (closing, incomplete) =
            self.remove(id).map_or((false, false), |before| (before.closing, before.incomplete));
        self.all.insert(id, Connection { peer, ip, direction, closing, incomplete });
        self.by_peer.insert((peer, id));
        for key in ip.into_iter().flat_map(keys) {
            self.by_ip.insert((key, id));
        }
        if ip.is_some() {
            self.seen.insert(peer, id);
        }
    }

    /// A connection is gone. Returns what was known of it.
    pub(crate) fn remove(&mut self, id: ConnectionId) -> Option<Connection> {
        let gone = self.all.remove(&id)?;
        self.by_peer.remove(&(gone.peer, id));
        for key in gone.ip.into_iter().flat_map(keys) {
            self.by_ip.remove(&(key, id));
        }
        Some(gone)
    }

    /// The last connection with `peer` is gone.
    pub(crate) fn remove_peer(&mut self, peer: &PeerId) {
        self.seen.remove(peer);
        while let Some((_, id)) = self.by_peer.range(of(peer)).next().copied() {
            let _ = self.remove(id);
        }
    }

    /// The engine was told that `peer` is at the IP of this connection.
    pub(crate) fn set_seen(&mut self, peer: PeerId, id: ConnectionId) {
        self.seen.insert(peer, id);
    }

    /// Whether this is the connection whose IP the engine was last told of its peer.
    pub(crate) fn is_seen(&self, peer: &PeerId, id: ConnectionId) -> bool {
        self.seen.get(peer) == Some(&id)
    }

    /// The swarm is told to close this connection. Whether it is news.
    pub(crate) fn set_closing(&mut self, id: ConnectionId) -> bool {
        let connection = self.all.get_mut(&id);
        connection.is_some_and(|connection| !std::mem::replace(&mut connection.closing, true))
    }

    /// Something that this connection delivered is kept from other behaviours.
    pub(crate) fn set_incomplete(&mut self, id: ConnectionId) {
        if let Some(connection) = self.all.get_mut(&id) {
            connection.incomplete = true;
        }
    }

    /// The swarm is told to close every connection with `peer`.
    pub(crate) fn set_all_closing(&mut self, peer: &PeerId) {
        for (_, id) in self.by_peer.range(of(peer)) {
            if let Some(connection) = self.all.get_mut(id) {
                connection.closing = true;
            }
        }
    }

    /// The connections with `peer`.
    pub(crate) fn of_peer(&self, peer: &PeerId) -> impl Iterator<Item = ConnectionId> + '_ {
        self.by_peer.range(of(peer)).map(|(_, id)| *id)
    }

    /// The connections with `peer` that stay, latest first.
    pub(crate) fn staying(
        &self,
        peer: &PeerId,
    ) -> impl Iterator<Item = (ConnectionId, Connection)> + '_ {
        let ids = self.by_peer.range(of(peer)).rev();
        let known = ids.filter_map(|(_, id)| Some((*id, *self.all.get(id)?)));
        known.filter(|(_, connection)| !connection.closing)
    }

    /// The next `at_most` connections of `scope` after `cursor`, and the cursor to go on from;
    /// `None` once the walk is over. Connections that come and go between two slices do no harm.
    pub(crate) fn slice(
        &self,
        scope: &Scope,
        cursor: Option<Cursor>,
        at_most: usize,
    ) -> (Vec<(ConnectionId, Connection)>, Option<Cursor>) {
        let places: Vec<Cursor> = match scope {
            Scope::Network(net) => {
                let start = match cursor {
                    Some(Cursor::Ip(ip, id)) => Bound::Excluded((ip, id)),
                    Some(Cursor::Peer(..)) | None => Bound::Included((net.network(), first())),
                };
                let rest = self.by_ip.range((start, Bound::Included((net.broadcast(), last()))));
                rest.take(at_most).map(|(ip, id)| Cursor::Ip(*ip, *id)).collect()
            }
            Scope::All | Scope::Peer(_) => {
                let (start, end) = match scope {
                    Scope::Peer(peer) => {
                        (Bound::Included((*peer, first())), Bound::Included((*peer, last())))
                    }
                    Scope::All | Scope::Network(_) => (Bound::Unbounded, Bound::Unbounded),
                };
                let start = match cursor {
                    Some(Cursor::Peer(peer, id)) => Bound::Excluded((peer, id)),
                    Some(Cursor::Ip(..)) | None => start,
                };
                let rest = self.by_peer.range((start, end));
                rest.take(at_most).map(|(peer, id)| Cursor::Peer(*peer, *id)).collect()
            }
        };
        let next = places.last().copied().filter(|_| places.len() >= at_most);
        let known = places.iter().filter_map(|place| {
            let (Cursor::Ip(_, id) | Cursor::Peer(_, id)) = place;
            Some((*id, *self.all.get(id)?))
        });
        (known.collect(), next)
    }
}

impl Scope {
    /// The connections that a change of this subject can concern.
    pub(crate) fn from_subject(subject: &Subject<PeerId>) -> Self {
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

fn of(peer: &PeerId) -> std::ops::RangeInclusive<(PeerId, ConnectionId)> {
    (*peer, first())..=(*peer, last())
}

/// Before every connection there can be.
fn first() -> ConnectionId {
    ConnectionId::new_unchecked(usize::MIN)
}

/// After every connection there can be.
fn last() -> ConnectionId {
    ConnectionId::new_unchecked(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> ConnectionId {
        ConnectionId::new_unchecked(n)
    }

    fn found(connections: &Connections, scope: &str) -> Vec<usize> {
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
        (0..10).filter(|n| found.contains(&id(*n))).collect()
    }

    fn of_several_families() -> Connections {
        let ips = [
            "10.0.0.1",
            "10.0.0.1",
            "10.255.255.255",
            "11.0.0.0",
            "::ffff:10.0.0.2",
            "64:ff9b::10.0.0.3",
            "2001:db8::1",
        ];
        let mut connections = Connections::default();
        for (n, ip) in ips.iter().enumerate() {
            let ip = ip.parse().ok();
            connections.insert(id(n), PeerId::random(), ip, Direction::Inbound);
        }
        connections.insert(id(9), PeerId::random(), None, Direction::Inbound);
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
        let _ = connections.remove(id(1));
        connections.insert(id(7), PeerId::random(), "10.9.9.9".parse().ok(), Direction::Inbound);

        let (rest, end) = connections.slice(&scope, cursor, 9);

        let mut rest: Vec<_> = rest.into_iter().map(|(id, _)| id).collect();
        rest.sort_unstable();
        assert_eq!((rest, end), (vec![id(2), id(4), id(5), id(7)], None));
    }

    #[test]
    fn nothing_is_left_of_a_connection_that_moved_or_is_gone() {
        let mut connections = Connections::default();
        let peer = PeerId::random();
        let ip = |text: &str| text.parse().ok();
        connections.insert(id(1), peer, ip("64:ff9b::10.0.0.3"), Direction::Inbound);
        assert!(connections.set_closing(id(1)));
        connections.insert(id(1), peer, ip("192.0.2.1"), Direction::Inbound);

        assert_eq!(found(&connections, "10.0.0.0/8"), [0; 0]);
        assert_eq!(found(&connections, "192.0.2.0/24"), [1]);
        assert!(!connections.set_closing(id(1)), "it is closing as before");

        connections.insert(id(2), peer, None, Direction::Outbound);
        connections.remove_peer(&peer);
        assert!(connections.all.is_empty() && connections.seen.is_empty());
        assert!(connections.by_ip.is_empty() && connections.by_peer.is_empty());
    }
}
