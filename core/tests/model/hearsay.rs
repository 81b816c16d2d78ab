//! Hearsay: reports of what another peer delivered.

use peerwarden_core::{Action, Misbehavior};

use super::record::{deliveries_fall, hearsay_fall};
use super::{Model, Peer};

impl Model {
    /// "`via` is the peer that delivered what is reported, if it is another (else, and with
    /// `hearsay` off, it is not looked at)."
    pub(crate) fn deliverer(&self, peer: Peer, via: Option<Peer>) -> Option<Peer> {
        via.filter(|via| *via != peer && self.config.hearsay())
    }

    pub(crate) fn report_hearsay(
        &mut self,
        peer: Peer,
        kind: Misbehavior,
        penalty: u64,
        deliverer: Peer,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let delivered = deliveries_fall(&self.config);
        let before =
            self.find(deliverer).map_or(0, |at| self.records[at].deliveries.at(now, delivered));

        // "If with it the deliverer's deliveries [...] would be more than 10 `default_penalty`, the
        // accused is not touched, and the deliverer, unless protected, is reported instead: same
        // misbehavior, no `via`, a tenth of the penalty to the nearest micro-point (halves up), at
        // least one."
        let most = u128::from(self.config.default_penalty().as_micros()) * 10;
        if u128::from(before) + u128::from(penalty) > most {
            if self.find(deliverer).is_some_and(|at| self.records[at].protected) {
                return Vec::new();
            }
            let tenth = (u128::from(penalty) * 2 + 10) / 20;
            let tenth = u64::try_from(tenth).expect("it is less than the whole").max(1);
            return self.report_directly(deliverer, kind, tenth);
        }

        // "And if with it the accused's hearsay [...] is at most T/2, that and `p` rise too, with all
        // that follows from `p`, and nothing else does".
        let said = hearsay_fall(&self.config);
        let before = self.find(peer).map_or(0, |at| self.records[at].hearsay.at(now, said));
        let with_it = u128::from(before) + u128::from(penalty);
        let counts = with_it * 2 <= u128::from(self.config.threshold().as_micros());
        // A record is made "of the accused if it counts, then of the deliverer".
        let accused = counts.then(|| self.find_or_make(peer));
        // "Else the deliveries rise".
        let at = self.find_or_make(deliverer);
        self.records[at].deliveries.add(penalty, now, delivered);
        let Some(at) = accused else {
            return Vec::new();
        };
        self.records[at].hearsay.add(penalty, now, said);
        self.raise_penalty(at, kind, penalty, 0)
    }
}
