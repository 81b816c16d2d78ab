//! Connections that stay up for a while after a ban, so that the application can say good-bye.

use std::collections::{BTreeSet, VecDeque};
use std::hash::RandomState;
use std::time::Duration;

use hashbrown::HashMap;
use peerwarden_core::Instant;

use super::{Close, CloseQueue};
use crate::connections::Scope;
use crate::peer::PeerName;

/// Closes and reviews that wait for their time: at most one close for each connected peer, and
/// [`MAX_REVIEWS`](CloseQueue::MAX_REVIEWS) reviews.
///
/// What a close covers is looked up when its time has come, so that a peer whose ban is over by then
/// stays.
#[derive(Debug)]
pub(super) struct Farewells<P> {
    duration: Duration,
    closes: HashMap<P, Farewell, RandomState>,
    /// The peers in `closes`, in the order of their times.
    order: BTreeSet<(Instant, P)>,
    /// In the order of their times.
    reviews: VecDeque<(Instant, Scope<P>)>,
}

/// A close that waits.
#[derive(Clone, Copy, Debug)]
struct Farewell {
    due: Instant,
    close: Close,
}

impl<P: PeerName> Farewells<P> {
    /// Closes come so much after their bans from here on.
    pub(super) fn set_duration(&mut self, duration: Duration) {
        self.duration = duration;
    }

    /// Whether closes come later than bans.
    pub(super) fn is_on(&self) -> bool {
        !self.duration.is_zero()
    }

    /// `peer` is to be disconnected for a ban that has begun now.
    pub(super) fn delay_close(&mut self, peer: P, close: Close, now: Instant) {
        if self.merge(&peer, close) {
            return;
        }
        let due = now.saturating_add(self.duration);
        self.closes.insert(peer.clone(), Farewell { due, close: judged_later(close) });
        self.order.insert((due, peer));
    }

    /// Adds to the close of `peer` that waits. Returns whether one does.
    pub(super) fn merge(&mut self, peer: &P, close: Close) -> bool {
        let Some(waiting) = self.closes.get_mut(peer) else {
            return false;
        };
        waiting.close.merge(judged_later(close));
        true
    }

    /// The connections of `scope` are refused from now on. Beyond [`MAX_REVIEWS`](CloseQueue::MAX_REVIEWS) every connection is
    /// looked at instead, when the first of them is due.
    pub(super) fn delay_review(&mut self, scope: Scope<P>, now: Instant) {
        let is_covered = self.reviews.front().is_some_and(|(_, first)| *first == Scope::All);
        if is_covered {
            return;
        }
        if self.reviews.len() >= CloseQueue::<P>::MAX_REVIEWS
            && let Some((first, _)) = self.reviews.pop_front()
        {
            self.reviews.clear();
            self.reviews.push_back((first, Scope::All));
        } else {
            self.reviews.push_back((now.saturating_add(self.duration), scope));
        }
    }

    /// Returns the close of `peer` that waits, which waits no longer.
    pub(super) fn end(&mut self, peer: &P) -> Option<Close> {
        let Farewell { due, close } = self.closes.remove(peer)?;
        self.order.remove(&(due, peer.clone()));
        Some(close)
    }

    /// Hands on what has come due.
    pub(super) fn release(&mut self, now: Instant, mut ready: impl FnMut(Ready<P>)) {
        while let Some((_, peer)) = self.order.first().filter(|(due, _)| *due <= now).cloned() {
            if let Some(close) = self.end(&peer) {
                ready(Ready::Close(peer, close));
            }
        }
        while self.reviews.front().is_some_and(|(due, _)| *due <= now)
            && let Some((_, scope)) = self.reviews.pop_front()
        {
            ready(Ready::Review(scope));
        }
    }

    /// When the next one comes due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let close = self.order.first().map(|(due, _)| *due);
        close.into_iter().chain(self.reviews.front().map(|(due, _)| *due)).min()
    }
}

impl<P> Default for Farewells<P> {
    fn default() -> Self {
        Self {
            duration: Duration::ZERO,
            closes: HashMap::default(),
            order: BTreeSet::new(),
            reviews: VecDeque::new(),
        }
    }
}

/// Work that has come due.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Ready<P> {
    Close(P, Close),
    Review(Scope<P>),
}

/// The same close, of what is refused once it is carried out.
fn judged_later(close: Close) -> Close {
    Close { whole: false, unplaced: false, ..close }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use peerwarden_core::IpNet;

    use super::*;
    use crate::test_peer::Peer;

    #[test]
    fn more_reviews_than_are_kept_become_one_of_everything_when_the_first_is_due() {
        let mut farewells = Farewells::<Peer>::default();
        farewells.set_duration(Duration::from_secs(5));
        for n in 0..5_000 {
            let net = IpNet::from(IpAddr::V4(Ipv4Addr::from_bits(n)));
            farewells.delay_review(Scope::Network(net), Instant::from_secs(n.into()));
        }

        assert_eq!(farewells.deadline(), Some(Instant::from_secs(5)));
        let mut ready = Vec::new();
        farewells.release(Instant::from_secs(5), |each| ready.push(each));

        assert_eq!(ready, [Ready::Review(Scope::All)]);
        assert_eq!(farewells.deadline(), None);
    }
}
