//! Expulsions: bans that the application asks for.

use peerwarden_core::{Action, BanDuration, Cause, Instant, Misbehavior, Subject, Until};

use super::withholding::withhold;
use super::{Model, Peer, nanos};

impl Model {
    /// "A ban with cause `Application` until `now + duration`, or without one for
    /// `ban_durations[offence]`; the misbehavior is evidence."
    pub(crate) fn expel(
        &mut self,
        peer: Peer,
        kind: Misbehavior,
        duration: Option<BanDuration>,
    ) -> Vec<Action<Peer>> {
        let (subject, cause) = (Subject::Peer(peer), Cause::Application);
        let at = self.find_or_make(peer);
        self.records[at].note(kind, self.now);
        let offences = self.offences_after_a_ban(at);
        let lasts = duration.map_or_else(|| self.ban_duration(offences), |each| nanos(each.get()));
        let until = Until::At(Instant::from_nanos(self.now.saturating_add(lasts)));

        // "While it is active, another one changes only the end, and only to a later one (`Amend`)."
        if self.records[at].has(cause, self.now) {
            let Some(ban) = self.records[at].ban.as_mut() else {
                return Vec::new();
            };
            if ban.end_of(cause) >= Some(until) {
                return Vec::new();
            }
            ban.set(cause, until);
            return vec![Action::Amend { subject, cause, until }];
        }
        match self.withheld_from_peer(at, cause).why {
            Some(why) => vec![withhold(subject, cause, why)],
            None => self.ban_automatically(at, cause, until),
        }
    }
}
