//! Withheld bans: due, but not carried out, and the reasons.

use peerwarden_core::{Action, Cause, IpNet, Subject, Until, Withheld};

use super::address::holds;
use super::{Model, Peer};

/// Why an automatic ban of a peer is withheld, if it is, and what that begins.
#[derive(Debug, Default)]
pub(crate) struct Withholding {
    pub(crate) why: Option<Withheld>,
    /// "`Incident { on: true }`, before the `Withhold` if that is told".
    pub(crate) begins: Vec<Action<Peer>>,
}

impl Model {
    /// What stands against an automatic ban of the peer: "the first that fits: `Limit`, `Exempt`,
    /// `Protected`, `DryRun`, `Grace`, `Incident`, `Guard`".
    pub(crate) fn withheld_from_peer(&mut self, at: usize, cause: Cause) -> Withholding {
        let record = &self.records[at];
        let here = usize::from(record.is_here());
        let why = if record.protected {
            Some(Withheld::Protected)
        } else if self.config.dry_run() {
            Some(Withheld::DryRun)
        } else if self.now < record.grace_until {
            Some(Withheld::Grace)
        } else if self.is_incident(at, cause) {
            let begins = self.withhold_as_incident();
            return Withholding { why: Some(Withheld::Incident), begins };
        } else if cause != Cause::Application && self.guard_refuses(here) {
            Some(Withheld::Guard)
        } else {
            None
        };
        Withholding { why, begins: Vec::new() }
    }

    /// What stands against a ban of the place by `Address`.
    pub(crate) fn withheld_from_place(&self, place: IpNet) -> Option<Withheld> {
        // "`Protected`: the place lies inside a protected network, or a protected peer was last
        // seen in it."
        let protected_peer = self
            .records
            .iter()
            .any(|record| record.protected && record.last_seen.is_some_and(|ip| holds(place, ip)));
        let in_grace = self.network(place).is_some_and(|network| self.now < network.grace_until);
        if protected_peer || self.lies_inside_a_protected_network(place) {
            Some(Withheld::Protected)
        } else if self.config.dry_run() {
            Some(Withheld::DryRun)
        } else if in_grace {
            Some(Withheld::Grace)
        } else if self.guard_refuses(self.disconnected_by_banning(place)) {
            Some(Withheld::Guard)
        } else {
            None
        }
    }

    /// "`Guard` [...]: fewer than that many peers would be left here, and the ban would disconnect
    /// at least one."
    fn guard_refuses(&self, disconnected: usize) -> bool {
        let left = self.here() - disconnected;
        self.config.min_connected().is_some_and(|least| disconnected > 0 && left < least.get())
    }

    /// How many peers a ban of the place would disconnect.
    fn disconnected_by_banning(&self, place: IpNet) -> usize {
        let mut trial = self.clone();
        let actions = trial.ban_network(place, Cause::Address, Until::Forever);
        actions.iter().filter(|action| matches!(action, Action::Disconnect { .. })).count()
    }
}

pub(crate) fn withhold(subject: Subject<Peer>, cause: Cause, why: Withheld) -> Action<Peer> {
    Action::Withhold { subject, cause, why }
}
