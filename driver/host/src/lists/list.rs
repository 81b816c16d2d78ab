//! One list in memory: which subjects it names, and until when.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peerwarden_core::{IpNet, Subject};

use super::file::ListEntry;
use super::format::ListFormat;

/// When an entry ends, in milliseconds of the wall clock since 1970.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct End(u64);

impl End {
    /// For as long as the list has the entry.
    pub(super) const NEVER: Self = Self(u64::MAX);

    pub(super) fn new(until: Option<SystemTime>) -> Self {
        let Some(until) = until else {
            return Self::NEVER;
        };
        let since = until.duration_since(UNIX_EPOCH).unwrap_or_default();
        if since >= LAST_DAY {
            return Self::NEVER;
        }
        Self(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn moment(self) -> Option<SystemTime> {
        let since = (self != Self::NEVER).then_some(Duration::from_millis(self.0))?;
        UNIX_EPOCH.checked_add(since)
    }

    pub(super) fn is_over(self, now: Self) -> bool {
        self <= now
    }

    /// How much is left; `None` if there is no end.
    pub(super) fn left(self, now: Self) -> Option<Duration> {
        (self != Self::NEVER).then(|| Duration::from_millis(self.0.saturating_sub(now.0)))
    }
}

/// What one list names. Networks and peers apart, which halves the memory for networks.
#[derive(Clone, Debug)]
pub(super) struct Claims<P> {
    networks: BTreeMap<IpNet, End>,
    peers: BTreeMap<P, End>,
}

impl<P> Default for Claims<P> {
    fn default() -> Self {
        Self { networks: BTreeMap::new(), peers: BTreeMap::new() }
    }
}

impl<P: Clone + Ord> Claims<P> {
    /// Of entries with the same subject, the one that ends last counts.
    pub(super) fn new<'a>(entries: impl Iterator<Item = &'a ListEntry<P>>) -> Self
    where
        P: 'a,
    {
        let (mut networks, mut peers) = (Vec::new(), Vec::new());
        for entry in entries {
            let end = End::new(entry.until);
            match &entry.subject {
                Subject::Addr(net) => networks.push((*net, end)),
                Subject::Peer(peer) => peers.push((peer.clone(), end)),
            }
        }
        // Of equal keys the map keeps the last.
        networks.sort_unstable();
        peers.sort_unstable();
        Self { networks: networks.into_iter().collect(), peers: peers.into_iter().collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.networks.len().saturating_add(self.peers.len())
    }

    pub(super) fn get(&self, subject: &Subject<P>) -> Option<End> {
        match subject {
            Subject::Addr(net) => self.networks.get(net).copied(),
            Subject::Peer(peer) => self.peers.get(peer).copied(),
        }
    }

    pub(super) fn insert(&mut self, subject: &Subject<P>, end: End) -> Option<End> {
        match subject {
            Subject::Addr(net) => self.networks.insert(*net, end),
            Subject::Peer(peer) => self.peers.insert(peer.clone(), end),
        }
    }

    pub(super) fn remove(&mut self, subject: &Subject<P>) -> Option<End> {
        match subject {
            Subject::Addr(net) => self.networks.remove(net),
            Subject::Peer(peer) => self.peers.remove(peer),
        }
    }

    /// Drops what is over.
    pub(super) fn expire(&mut self, now: End) {
        self.networks.retain(|_, end| !end.is_over(now));
        self.peers.retain(|_, end| !end.is_over(now));
    }

    /// The entries after this subject, networks first.
    pub(super) fn after<'a>(
        &'a self,
        after: Option<&Subject<P>>,
    ) -> impl Iterator<Item = (Subject<P>, End)> + 'a {
        use std::ops::Bound::{Excluded, Unbounded};
        let (networks, peers) = match after {
            None => (Some(Unbounded), Unbounded),
            Some(Subject::Addr(net)) => (Some(Excluded(*net)), Unbounded),
            Some(Subject::Peer(peer)) => (None, Excluded(peer.clone())),
        };
        let networks = networks.map(|from| self.networks.range((from, Unbounded)));
        let networks = networks.into_iter().flatten();
        let peers = self.peers.range((peers, Unbounded));
        networks
            .map(|(net, end)| (Subject::Addr(*net), *end))
            .chain(peers.map(|(peer, end)| (Subject::Peer(peer.clone()), *end)))
    }
}

/// A list: what it names, where it is from, and how its last loading went.
#[derive(Debug)]
pub(super) struct List<P> {
    pub(super) claims: Claims<P>,
    /// How many subjects it names that no list can ban: they are not kept.
    pub(super) turned_away: usize,
    pub(super) source: ListSource,
    pub(super) format: Option<ListFormat>,
    /// When it was last read or changed.
    pub(super) loaded: Option<SystemTime>,
    /// Why it could not be read the last time.
    pub(super) error: Option<String>,
}

impl<P> List<P> {
    pub(super) fn new(source: ListSource) -> Self {
        Self {
            claims: Claims::default(),
            turned_away: 0,
            source,
            format: None,
            loaded: None,
            error: None,
        }
    }

    /// Returns how many subjects it names.
    pub(super) fn entries(&self) -> usize
    where
        P: Clone + Ord,
    {
        self.claims.len().saturating_add(self.turned_away)
    }
}

/// Where a list is from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum ListSource {
    /// Calls of a `RemoteLists` whose changes are not kept.
    Fed,
    /// A file that the settings name.
    File(PathBuf),
    /// Calls of `RemoteLists`.
    Given,
}

/// The end of the year 9999, the last that has a date in RFC 3339: what comes later never ends.
pub(crate) const LAST_DAY: Duration = Duration::from_secs(253_402_300_799);
