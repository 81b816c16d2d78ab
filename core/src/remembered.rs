//! Pages of remembered subjects, for stores.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::state::canonical;
use crate::status::PeerStatus;
use crate::subject::Subject;
use crate::time::Instant;
use crate::warden::Warden;

/// Position of a reader of [`Warden::remembered`]. The default is the beginning.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Slot {
    part: Part,
    at: usize,
}

/// Position of a reader of [`Warden::peers`]. The default is the beginning; one of another engine means
/// nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct PeerCursor(usize);

/// The tables that are read, in this order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Part {
    #[default]
    Networks,
    Places,
    Peers,
}

impl Part {
    const fn next(self) -> Option<Self> {
        match self {
            Self::Networks => Some(Self::Places),
            Self::Places => Some(Self::Peers),
            Self::Peers => None,
        }
    }
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns whether anything is remembered of `subject`: whether [`save`](Self::save) or, of a
    /// place, [`save_place`](Self::save_place) gives something. A place that has nothing left to
    /// answer for may still count for a short while.
    #[must_use]
    pub fn remembers(&self, subject: &Subject<P>) -> bool {
        match subject {
            Subject::Addr(net) => {
                let net = canonical::canonical_net(*net);
                self.networks.table.find(&self.hasher, &net).is_some()
                    || self.places.find(&self.hasher, &net).is_some()
            }
            Subject::Peer(peer) => self.records.find(&self.hasher, peer).is_some(),
        }
    }

    /// Returns the places of the IP at which `peer` was last seen, longest first, whether they have
    /// something to answer for or not.
    pub fn places_of(&self, peer: &P) -> impl Iterator<Item = IpNet> + '_ {
        let record = self.records.find(&self.hasher, peer).and_then(|key| self.records.get(key));
        let ip = record.and_then(|record| record.addr).and_then(|addr| self.ip_of_places(addr));
        let level = move |at| ip.and_then(|ip| Some((ip, self.config.place_level(ip, at)?)));
        let nets = (0..).map_while(level).map(|(ip, level)| canonical::prefix(ip, level.length));
        nets.filter(|net| !self.config.touches_exempt(net))
    }

    /// Returns a page of the subjects of which anything is remembered, and where the next page
    /// begins; `None` after the last one.
    ///
    /// Looks at `slots` slots, of which any number may be empty, so that a page costs the same
    /// however much is remembered. Reading page after page returns each subject once that is
    /// remembered all the while, whatever else comes and goes between two pages; a place that is
    /// also banned, protected or pardoned as a network is returned twice.
    #[must_use]
    pub fn remembered(&self, from: Slot, slots: usize) -> (Vec<Subject<P>>, Option<Slot>) {
        let Slot { part, at } = from;
        let next = at.saturating_add(slots.max(1));
        let (page, end): (Vec<_>, _) = match part {
            Part::Networks => {
                let page = self.networks.table.slots(at..next).map(|each| Subject::Addr(each.net));
                (page.collect(), self.networks.table.end())
            }
            Part::Places => {
                let page = self.places.table.slots(at..next).map(|each| Subject::Addr(each.net));
                (page.collect(), self.places.table.end())
            }
            Part::Peers => {
                let page = self.records.slots(at..next);
                let page = page.map(|each| Subject::Peer(each.peer.clone()));
                (page.collect(), self.records.end())
            }
        };
        let next = if next < end {
            Some(Slot { part, at: next })
        } else {
            part.next().map(|part| Slot { part, at: 0 })
        };
        (page, next)
    }

    /// Returns a page of the peers of which something is held at `now`, in no particular order, and where
    /// the next page begins; `None` after the last one.
    ///
    /// Looks at `slots` slots, of which any number may be empty, as [`remembered`](Self::remembered)
    /// does. Reading page after page returns each peer once that is remembered all the while.
    #[must_use]
    pub fn peers(
        &self,
        from: PeerCursor,
        slots: usize,
        now: Instant,
    ) -> (Vec<(P, PeerStatus)>, Option<PeerCursor>) {
        let PeerCursor(at) = from;
        let (next, now) = (at.saturating_add(slots.max(1)), now.max(self.now));
        let page = self.records.slots(at..next).filter_map(|record| {
            let status = record.status(now, &self.config, &self.misbehaviors)?;
            Some((record.peer.clone(), status))
        });
        (page.collect(), (next < self.records.end()).then_some(PeerCursor(next)))
    }

    /// Returns the banned networks that lie inside `outer` or are it, in the order of their
    /// addresses.
    ///
    /// To find the first takes O(log *n*). Bans that are over count until an input lets time pass.
    pub fn banned_within(&self, outer: IpNet) -> impl Iterator<Item = IpNet> + '_ {
        self.networks.banned.within(canonical::canonical_net(outer))
    }
}
