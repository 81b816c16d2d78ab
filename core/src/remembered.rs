//! Questions about which subjects are remembered, for a store that keeps rows of them.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use ipnet::IpNet;

use crate::state::address;
use crate::subject::Subject;
use crate::warden::Warden;

/// How far a reader of [`Warden::remembered`] has come. The default is the beginning.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Slot {
    /// Whether it is through with the networks and among the peers.
    peers: bool,
    at: usize,
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Whether anything is remembered of `subject`: whether [`save`](Self::save) gives something.
    #[must_use]
    pub fn remembers(&self, subject: &Subject<P>) -> bool {
        match subject {
            Subject::Addr(net) => {
                self.networks.table.find(&self.hasher, &address::canonical_net(*net)).is_some()
            }
            Subject::Peer(peer) => self.records.find(&self.hasher, peer).is_some(),
        }
    }

    /// A page of the subjects of which anything is remembered, and where the next page begins;
    /// `None` after the last one.
    ///
    /// Looks at `slots` slots, of which any number may be empty, so that a page costs the same
    /// however much is remembered. Whoever reads page after page reads each subject once that is
    /// remembered all the while, whatever else comes and goes between two pages.
    #[must_use]
    pub fn remembered(&self, from: Slot, slots: usize) -> (Vec<Subject<P>>, Option<Slot>) {
        let Slot { peers, at } = from;
        let next = at.saturating_add(slots.max(1));
        let (page, end): (Vec<_>, _) = if peers {
            let page = self.records.slots(at..next).map(|each| Subject::Peer(each.peer.clone()));
            (page.collect(), self.records.end())
        } else {
            let page = self.networks.table.slots(at..next).map(|each| Subject::Addr(each.net));
            (page.collect(), self.networks.table.end())
        };
        let next = if next < end {
            Some(Slot { peers, at: next })
        } else {
            (!peers).then_some(Slot { peers: true, at: 0 })
        };
        (page, next)
    }

    /// The banned networks that lie inside `outer` or are it, in the order of their addresses.
    ///
    /// To find the first takes O(log *n*). Bans that are over count until an input lets time pass.
    pub fn banned_within(&self, outer: IpNet) -> impl Iterator<Item = IpNet> + '_ {
        self.networks.banned.within(address::canonical_net(outer))
    }
}
