//! Bans lifted, and subjects spared.

use peerwarden_core::{Action, Cause, IpNet, Subject, Until};

use super::debt::nanos;
use super::orders::canonical;
use super::{Model, Peer};

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

    /// "The operator's pardon: every cause ends, `p` is zero, offences stay on record, and for
    /// `unban_grace` automatic bans of that subject are withheld."
    fn pardon_peer(&mut self, peer: Peer) -> Vec<Action<Peer>> {
        let now = self.now;
        // "On a subject that is not banned and owes nothing it does nothing."
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
        record.grace_until = now.saturating_add(grace);
        // "The count restarts [...] at the operator's pardon." A withheld score ban is given again
        // if a "pardon comes between".
        record.low_scores = 0;
        record.score_withheld = false;
        actions
    }

    fn pardon_network(&mut self, net: IpNet) -> Vec<Action<Peer>> {
        if !self.network(net).is_some_and(|each| each.banned(self.now)) {
            return Vec::new();
        }
        let grace_until = self.now.saturating_add(self.grace());
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
        if let Some(ban) = &mut record.ban {
            let lifted = last_of(&ban.causes, &ends);
            ban.causes.retain(|(cause, _)| !ends(*cause));
            if let Some(cause) = lifted.filter(|_| ban.causes.is_empty()) {
                actions = self.end_ban(at, now, cause);
            }
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
        if !self.network(net).is_some_and(|each| each.banned(self.now)) {
            return Vec::new();
        }
        let network = self.network_mut(net);
        if let Some(ban) = &mut network.ban {
            let lifted = last_of(&ban.causes, &ends);
            ban.causes.retain(|(cause, _)| !ends(*cause));
            if let Some(cause) = lifted.filter(|_| ban.causes.is_empty()) {
                network.ban = None;
                let subject = Subject::Addr(net);
                return vec![Action::Unban { subject, cause }];
            }
        }
        Vec::new()
    }

    /// "Protecting ends such causes that are active (networks: in the order their bans began); `p`
    /// is kept."
    pub(crate) fn protect(&mut self, subject: Subject<Peer>) -> Vec<Action<Peer>> {
        let spared = |cause: Cause| cause.is_automatic() || cause == Cause::Remote;
        match canonical(subject) {
            Subject::Peer(peer) => {
                let at = self.find_or_make(peer);
                self.records[at].protected = true;
                self.lift_from_peer(at, spared)
            }
            Subject::Addr(protected) => {
                self.network_mut(protected).protected = true;
                let mut inside = Vec::new();
                for network in &self.networks {
                    if let Some(ban) = &network.ban
                        && protected.contains(&network.net)
                    {
                        inside.push((ban.serial, network.net));
                    }
                }
                inside.sort_by_key(|(serial, _)| *serial);
                let mut actions = Vec::new();
                for (_, net) in inside {
                    actions.extend(self.lift_from_network(net, spared));
                }
                actions
            }
        }
    }

    /// "Unprotecting disconnects whom a network ban now refuses (under cause `Address` only those
    /// who owe penalty or have an offence)."
    pub(crate) fn unprotect(&mut self, subject: Subject<Peer>) -> Vec<Action<Peer>> {
        let refused = match canonical(subject) {
            Subject::Peer(peer) => {
                let Some(at) = self.find(peer).filter(|at| self.records[*at].protected) else {
                    return Vec::new();
                };
                self.records[at].protected = false;
                let seen_at = self.records[at].last_seen.map(IpNet::from);
                let mut refused =
                    seen_at.map_or_else(Vec::new, |ip| self.connected_and_refused(ip));
                refused.retain(|each| *each == at);
                refused
            }
            Subject::Addr(net) => {
                if !self.network(net).is_some_and(|network| network.protected) {
                    return Vec::new();
                }
                self.network_mut(net).protected = false;
                self.connected_and_refused(net)
            }
        };
        self.tell_all_to_disconnect(&refused)
    }
}

/// Of the causes that are lifted at once, the last by name.
fn last_of(causes: &[(Cause, Until)], ends: impl Fn(Cause) -> bool) -> Option<Cause> {
    causes.iter().map(|(cause, _)| *cause).filter(|cause| ends(*cause)).max()
}
