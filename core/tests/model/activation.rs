//! Causes that become active.

use peerwarden_core::{Action, Cause, IpNet, Subject, Until};

use super::ban::Ban;
use super::{Model, Peer};

impl Model {
    /// A ban by an automatic cause that was not active.
    pub(crate) fn ban_automatically(
        &mut self,
        at: usize,
        cause: Cause,
        until: Until,
    ) -> Vec<Action<Peer>> {
        let offence = !self.records[at].banned_automatically(self.now);
        let offences = self.offences_after_a_ban(at);
        let mut actions = self.activate(at, cause, until, offences);
        if offence {
            actions.extend(self.count_offence(at));
        }
        actions
    }

    /// "`Ban` is given when a cause becomes active." "`Disconnect` comes with the first `Ban` of a
    /// connected peer."
    pub(crate) fn activate(
        &mut self,
        at: usize,
        cause: Cause,
        until: Until,
        offences: u32,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let serial = self.next_serial();
        let config = &self.config;
        let record = &mut self.records[at];
        // "`p0` and `t0` set anew at each [...] automatic ban".
        record.settle(now, config);
        if cause.is_automatic() {
            record.set_owed(record.owes(now, config), now);
            // "Until `p` is zero".
            if record.has(Cause::Penalty, now) {
                record.move_end(now, config);
            }
        }
        record.change(now, config, |record| {
            record.offences = offences;
            let dialled = record.up && record.dialled;
            let ban = record.ban.get_or_insert_with(|| Ban {
                began: now,
                serial,
                dialled,
                causes: Vec::new(),
            });
            ban.set(cause, until);
        });
        // "It is lost at once [...] when it is banned, by whatever cause."
        record.lose_standing();
        let mut actions = vec![Action::Ban { subject: Subject::Peer(record.peer), cause, until }];
        actions.extend(self.tell_to_disconnect(at));
        actions
    }

    /// "`Ban` is given when a cause becomes active." The newest word replaces the earlier one.
    pub(crate) fn ban_network(
        &mut self,
        net: IpNet,
        cause: Cause,
        until: Until,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let serial = self.next_serial();
        let subject = Subject::Addr(net);
        let network = self.network_mut(net);
        if network.has(cause, now) {
            let ban = network.ban.as_mut().expect("it has a cause");
            return amend(subject, ban, cause, until);
        }
        let ban = network.ban.get_or_insert_with(|| Ban {
            began: now,
            serial,
            dialled: false,
            causes: Vec::new(),
        });
        ban.set(cause, until);
        let mut actions = vec![Action::Ban { subject, cause, until }];
        // "A ban of a network [...] disconnects every peer here that is now refused".
        let refused = self.here_and_refused(net);
        actions.extend(self.tell_all_to_disconnect(&refused));
        actions
    }
}

/// "The newest word of each origin replaces its earlier one (`Amend` if the end moves)."
pub(crate) fn amend(
    subject: Subject<Peer>,
    ban: &mut Ban,
    cause: Cause,
    until: Until,
) -> Vec<Action<Peer>> {
    let moves = ban.end_of(cause) != Some(until);
    ban.set(cause, until);
    if moves { vec![Action::Amend { subject, cause, until }] } else { Vec::new() }
}
