//! Time first: the ends of bans, and forgotten records.

use peerwarden_core::{Action, Cause, Subject, Until};

use super::ban::over;
use super::{Model, Nanos, Peer};

/// Something that ends in its turn.
enum Ending {
    Ban { subject: Subject<Peer>, cause: Cause },
    Incident,
}

impl Model {
    pub(crate) fn let_time_pass(&mut self) -> Vec<Action<Peer>> {
        let now = self.now;
        let mut actions = Vec::new();
        for (end, _, ending) in self.endings() {
            match ending {
                Ending::Ban { subject: Subject::Peer(peer), cause } => {
                    let at = self.find(peer).expect("it was just seen");
                    self.drop_causes_over_by(at, now);
                    actions.extend(self.end_ban(at, end, cause));
                }
                Ending::Ban { subject: Subject::Addr(net), cause } => {
                    self.network_mut(net).ban = None;
                    actions.push(Action::Unban { subject: Subject::Addr(net), cause });
                }
                Ending::Incident => {
                    self.incident.on = false;
                    actions.push(Action::Incident { on: false });
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
        self.places.retain(|place| now < place.dropped_from(config));
        actions
    }

    /// "Each ban whose last cause is over (`until <= now`) ends, in order of its end, ties in the
    /// order the bans began: `Unban`, then `Dial` where due; an incident's end takes its turn among
    /// them, last of a tie".
    fn endings(&self) -> Vec<(Nanos, u64, Ending)> {
        let peers = self.records.iter().map(|each| (Subject::Peer(each.peer), &each.ban));
        let networks = self.networks.iter().map(|each| (Subject::Addr(each.net), &each.ban));
        let mut endings = Vec::new();
        for (subject, ban) in peers.chain(networks) {
            let Some(ban) = ban.as_ref().filter(|ban| !ban.holds(self.now)) else { continue };
            let Until::At(end) = ban.end() else { continue };
            let ending = Ending::Ban { subject, cause: ban.longest() };
            endings.push((end.as_nanos(), ban.serial, ending));
        }
        if let Some(end) = self.incident.ends().filter(|end| *end <= self.now) {
            endings.push((end, u64::MAX, Ending::Incident));
        }
        endings.sort_by_key(|(end, serial, _)| (*end, *serial));
        endings
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
        // "With it `Dial`, if `redial` is on, the peer has no connection now (a `Disconnected` that
        // comes later is too late), and one of the connections that were up when the ban began had
        // been dialled by us."
        if redial && !record.up && ban.dialled {
            actions.push(Action::Dial { peer: record.peer });
        }
        actions
    }

    /// Drops causes that are over; the ban stays.
    fn drop_causes_over_by(&mut self, at: usize, now: Nanos) {
        let config = &self.config;
        let record = &mut self.records[at];
        let Some(ban) = &record.ban else { return };
        // "When a penalty ban ends, `p` is zero."
        if ban.end_of(Cause::Penalty).is_some_and(|until| over(until, now)) {
            let owed = record.owes(now, config);
            record.set_owed(owed, now);
        }
        if let Some(ban) = &mut record.ban {
            let end = ban.end();
            ban.causes.retain(|(_, until)| *until == end || !over(*until, now));
        }
    }
}
