//! Messages that arrive, and what the application says of them.

use super::World;
use crate::peer::{Peer, PeerNo};
use crate::policy::Report;

impl World {
    /// A bad message of this peer, which is blamed for it. Whether it was accepted.
    pub(crate) fn bad(&mut self, peer: PeerNo) -> bool {
        self.bad_by(peer, peer)
    }

    /// A bad message of this peer that names its author: the application blames the author, and says
    /// who delivered it. Whether it was accepted.
    pub(crate) fn bad_by(&mut self, deliverer: PeerNo, author: PeerNo) -> bool {
        let accepted = self.arrives(deliverer);
        if accepted {
            self.scorer.invalid(deliverer, self.now);
            self.report(author, (deliverer != author).then_some(deliverer));
        }
        accepted
    }

    /// The same, but the application does not say who delivered it.
    pub(crate) fn bad_unsigned(&mut self, deliverer: PeerNo, author: PeerNo) -> bool {
        let accepted = self.arrives(deliverer);
        if accepted {
            self.scorer.invalid(deliverer, self.now);
            self.report(author, None);
        }
        accepted
    }

    /// A payload of this peer that the application rejects. Whether it was accepted.
    pub(crate) fn rejected(&mut self, peer: PeerNo) -> bool {
        let accepted = self.arrives(peer);
        if accepted {
            self.scorer.rejected(peer, self.now);
            self.report(peer, None);
        }
        accepted
    }

    /// So many valid messages of this peer.
    pub(crate) fn valid(&mut self, peer: PeerNo, count: u64) {
        if self.feeds_valid && count > 0 {
            let now = self.clock.read(self.now);
            self.policy.valid(peer, count, now, &mut self.orders);
            self.carry_out();
        }
    }

    fn arrives(&mut self, peer: PeerNo) -> bool {
        let Some(Peer { class, .. }) = self.peer(peer).filter(|peer| peer.link.carries()) else {
            return false;
        };
        if !class.is_honest() {
            self.ledger.harmed(self.now);
        }
        true
    }

    fn report(&mut self, peer: PeerNo, via: Option<PeerNo>) {
        if let Some(Peer { addr, .. }) = self.peer(peer) {
            let now = self.clock.read(self.now);
            self.policy.report(Report { peer, addr, via }, now, &mut self.orders);
            self.carry_out();
        }
    }
}
