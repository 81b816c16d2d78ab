//! What the passing of time brings to an end.

use peerwarden_core::{Action, Cause, Subject, Until};

use super::record::over;
use super::{Model, Nanos, Peer};

impl Model {
    pub(crate) fn let_time_pass(&mut self) -> Vec<Action<Peer>> {
        let now = self.now;
        let mut actions = Vec::new();

        // "Each ban whose last cause is over (`until <= now`) ends, in order of its end, ties in
        // the order the bans began: `Unban`, then `Dial` where due."
        let mut ended = Vec::new();
        for record in &self.records {
            if let Some(ban) = record.ban.as_ref().filter(|ban| !ban.holds(now)) {
                ended.push((ban.end(), ban.serial, ban.longest(), Subject::Peer(record.peer)));
            }
        }
        for network in &self.networks {
            if let Some(ban) = network.ban.as_ref().filter(|ban| !ban.holds(now)) {
                ended.push((ban.end(), ban.serial, ban.longest(), Subject::Addr(network.net)));
            }
        }
        ended.sort_by_key(|(end, serial, _, _)| (*end, *serial));
        for (end, _, cause, subject) in ended {
            let Until::At(end) = end else { continue };
            match subject {
                Subject::Peer(peer) => {
                    let at = self.find(peer).expect("it was just seen");
                    self.drop_causes_over_by(at, now);
                    actions.extend(self.end_ban(at, end.as_nanos(), cause));
                }
                Subject::Addr(net) => {
                    let network = self.network_mut(net);
                    network.ban = None;
                    actions.push(Action::Unban { subject: Subject::Addr(net), cause });
                }
            }
        }

        for at in 0..self.records.len() {
            self.drop_causes_over_by(at, now);
        }
        for network in &mut self.networks {
            if let Some(ban) = &mut network.ban {
                ban.causes.retain(|(_, until)| !over(*until, now));
            }
        }

        // "Then records with nothing left in them are dropped: `Forget`, in order of creation."
        let config = &self.config;
        self.records.retain(|record| {
            let dropped = record.has_nothing_left(now, config);
            if dropped {
                actions.push(Action::Forget { peer: record.peer });
            }
            !dropped
        });
        self.networks.retain(|network| !network.has_nothing_left(now));
        actions
    }

    /// The ban of the record at `at` is over since `end`.
    pub(crate) fn end_ban(&mut self, at: usize, end: Nanos, cause: Cause) -> Vec<Action<Peer>> {
        let redial = self.config.redial();
        let record = &mut self.records[at];
        let Some(ban) = record.ban.take() else {
            return Vec::new();
        };
        record.last_ban_ended = Some(end);
        let mut actions = vec![Action::Unban { subject: Subject::Peer(record.peer), cause }];
        // "With it `Dial`, if `redial` is on, `Disconnected` has come (later is too late), and one
        // of the connections that were up when the ban began had been dialled by us."
        if redial && !record.up && ban.dialled {
            actions.push(Action::Dial { peer: record.peer });
        }
        actions
    }

    /// Drops causes that are over; the ban stays.
    fn drop_causes_over_by(&mut self, at: usize, now: Nanos) {
        let config = &self.config;
        let record = &mut self.records[at];
        if record.ban.is_none() {
            return;
        }
        let owed = record.owes(now, config);
        let penalty_over = record
            .ban
            .iter()
            .flat_map(|ban| &ban.causes)
            .any(|(cause, until)| *cause == Cause::Penalty && over(*until, now));
        // "When a penalty ban ends, `p` is zero."
        if penalty_over {
            record.set_owed(owed, now);
        }
        if let Some(ban) = &mut record.ban {
            let end = ban.end();
            ban.causes.retain(|(_, until)| *until == end || !over(*until, now));
        }
    }
}
