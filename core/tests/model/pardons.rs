//! Bans that are lifted.

use peerwarden_core::{Action, Cause, IpNet, Subject};

use super::falling::Falling;
use super::orders::canonical;
use super::place::{crowd_fall, debts_fall};
use super::{Model, Peer, nanos};

impl Model {
    pub(crate) fn unban(
        &mut self,
        subject: Subject<Peer>,
        cause: Option<Cause>,
    ) -> Vec<Action<Peer>> {
        match (canonical(subject), cause) {
            (Subject::Peer(peer), None) => self.pardon_peer(peer),
            (Subject::Addr(net), None) => self.pardon_network(net),
            // "With a cause it ends that cause only, if it is active (`Penalty`: `p` is zero), and
            // gives no grace."
            (Subject::Peer(peer), Some(cause)) => {
                let known = self.find(peer);
                let Some(at) = known.filter(|at| self.records[*at].has(cause, self.now)) else {
                    return Vec::new();
                };
                let actions = self.lift_from_peer(at, |each| each == cause);
                if cause == Cause::Penalty {
                    self.records[at].set_owed(0, self.now);
                }
                actions
            }
            (Subject::Addr(net), Some(cause)) => self.lift_from_network(net, |each| each == cause),
        }
    }

    /// "The operator's pardon: every cause ends; a peer's `p` and long number, a place's debts and
    /// crowd become zero; offences and the bans counted so far stay; and for `unban_grace` (10 min)
    /// automatic bans of that subject are withheld".
    fn pardon_peer(&mut self, peer: Peer) -> Vec<Action<Peer>> {
        let now = self.now;
        // "On a subject that is not banned and owes nothing (a peer: `p` is zero; [...]) it does
        // nothing at all."
        let Some(at) = self.find(peer).filter(|at| {
            let record = &self.records[*at];
            record.banned(now) || record.owes(now, &self.config) > 0
        }) else {
            return Vec::new();
        };
        let actions = self.lift_from_peer(at, |_| true);
        let grace = self.grace();
        let record = &mut self.records[at];
        record.set_owed(0, now);
        record.long = Falling::default();
        record.grace_until = now.saturating_add(grace);
        // "The count restarts [...] at the operator's pardon." A withheld score ban is told again
        // if a "pardon comes between".
        record.low_scores = 0;
        record.score_withheld = false;
        actions
    }

    fn pardon_network(&mut self, net: IpNet) -> Vec<Action<Peer>> {
        let now = self.now;
        let grace_until = now.saturating_add(self.grace());
        let crowd_fall = crowd_fall(net, &self.config);
        let place = self.places.iter_mut().find(|place| place.net == net);
        let owing = place.filter(|place| {
            place.debts.at(now, debts_fall()) > 0 || place.crowd.at(now, crowd_fall) > 0
        });
        let banned = self.networks.iter().any(|each| each.net == net && each.banned(now));
        // "(A place: both numbers zero)".
        if !banned && owing.is_none() {
            return Vec::new();
        }
        if let Some(place) = owing {
            place.debts = Falling::default();
            place.crowd = Falling::default();
        }
        self.network_mut(net).grace_until = grace_until;
        self.lift_from_network(net, |_| true)
    }

    fn grace(&self) -> u64 {
        self.config.unban_grace().map_or(0, nanos)
    }

    /// Ends these causes. "`Unban` when the last one ends."
    pub(crate) fn lift_from_peer(
        &mut self,
        at: usize,
        ends: impl Fn(Cause) -> bool,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let config = &self.config;
        let record = &mut self.records[at];
        if !record.banned(now) {
            return Vec::new();
        }
        let mut actions = Vec::new();
        record.settle(now, config);
        let (owed, rate) = (record.owes(now, config), record.rate(now, config));
        if let Some(cause) = record.ban.as_mut().and_then(|ban| ban.lift(&ends)) {
            actions = self.end_ban(at, now, cause);
        }
        // "`p0` and `t0` set anew at each [...] change of rate."
        let record = &mut self.records[at];
        if record.rate(now, &self.config) != rate {
            record.set_owed(owed, now);
        }
        actions
    }

    pub(crate) fn lift_from_network(
        &mut self,
        net: IpNet,
        ends: impl Fn(Cause) -> bool,
    ) -> Vec<Action<Peer>> {
        let Some(network) = self.network(net).filter(|each| each.banned(self.now)) else {
            return Vec::new();
        };
        if network.has(Cause::Address, self.now) && ends(Cause::Address) {
            self.place_ban_is_over(net);
        }
        let network = self.network_mut(net);
        let Some(cause) = network.ban.as_mut().and_then(|ban| ban.lift(ends)) else {
            return Vec::new();
        };
        network.ban = None;
        vec![Action::Unban { subject: Subject::Addr(net), cause }]
    }
}
