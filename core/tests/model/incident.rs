//! Incidents: so many peers misbehave at once that the fault is likely this node's.

use peerwarden_core::{Action, Cause};

use super::falling::{DAY, HOUR, MINUTE};
use super::reckoning::Reckoning;
use super::{Model, Nanos, Peer};

/// Bans withheld as `Incident`, of the whole engine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incident {
    /// When the last ban was withheld so.
    pub(crate) last: Option<Nanos>,
    /// Whether `Incident { on: true }` was the last word.
    pub(crate) on: bool,
    /// The last reckoning.
    pub(crate) reckoning: Option<Reckoning>,
    /// When a ban by score was last withheld with low scores in at least half of the groups.
    pub(crate) half_low: Option<Nanos>,
    pub(crate) window: Option<Window>,
}

/// The budget: "2 h within a window of 24 h (while `now` is before its end)".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) end: Nanos,
    pub(crate) left: Nanos,
}

impl Incident {
    /// "Until 10 min after the last".
    pub(crate) fn ends(&self) -> Option<Nanos> {
        self.last.filter(|_| self.on).map(|last| last.saturating_add(LASTS))
    }

    fn budget(&self, now: Nanos) -> Nanos {
        self.window.filter(|window| now < window.end).map_or(BUDGET, |window| window.left)
    }

    /// "Each ban withheld so, told or not, uses up the time since the one before, 60 s at most (the
    /// first ever: 60 s)."
    fn use_up(&mut self, now: Nanos) {
        let used = self.last.map_or(MINUTE, |last| (now - last).min(MINUTE));
        let left = self.budget(now).saturating_sub(used);
        // "The first ban withheld so after the last window begins the next."
        let running = self.window.filter(|window| now < window.end);
        let end = running.map_or_else(|| now.saturating_add(DAY), |window| window.end);
        self.window = Some(Window { end, left });
        self.last = Some(now);
    }
}

impl Model {
    /// Whether a ban of the peer that is due, and that nothing earlier withholds, is withheld as
    /// `Incident`. Reckoning "is asked for when a ban of a tenured peer by `Penalty` or `Score` is
    /// due, nothing earlier withholds it, and there is budget left; the report or score at hand is
    /// in it".
    pub(crate) fn is_incident(&mut self, at: usize, cause: Cause) -> bool {
        let now = self.now;
        let judged = matches!(cause, Cause::Penalty | Cause::Score);
        let budget = self.incident.budget(now) > 0;
        if !self.config.incident() || !judged || !self.is_tenured(at) || !budget {
            return false;
        }
        let reckoning = self.reckon();
        // "With n of at least 8 the ban is withheld as `Incident`".
        if reckoning.groups < 8 {
            return false;
        }
        match cause {
            // "If the element is strictly over T/4 and the peer's own heat, as of now, is at most
            // three times it."
            Cause::Penalty => {
                let threshold = u128::from(self.config.threshold().as_micros());
                let heat = u128::from(self.records[at].heat(now, &self.config));
                let element = u128::from(reckoning.element);
                element * 4 > threshold && heat <= element * 3
            }
            // "If at least n/2 groups have such a peer, or had less than 10 min ago when a score
            // ban was withheld for it."
            Cause::Score => {
                if reckoning.low * 2 >= reckoning.groups {
                    self.incident.half_low = Some(now);
                    return true;
                }
                self.incident.half_low.is_some_and(|then| now - then < LASTS)
            }
            Cause::Address | Cause::Application | Cause::Operator | Cause::Remote => false,
            _ => panic!("is a ban by {cause} one of an incident?"),
        }
    }

    /// "*On* from the first ban withheld so (`Incident { on: true }` [...])".
    pub(crate) fn withhold_as_incident(&mut self) -> Vec<Action<Peer>> {
        self.incident.use_up(self.now);
        if self.incident.on {
            return Vec::new();
        }
        self.incident.on = true;
        vec![Action::Incident { on: true }]
    }

    /// "Less than 60 s after a ban was withheld as `Incident`".
    pub(crate) fn withheld_as_incident_lately(&self) -> bool {
        self.incident.last.is_some_and(|last| self.now - last < MINUTE)
    }
}

/// "10 min after the last".
pub(crate) const LASTS: Nanos = 10 * MINUTE;
const BUDGET: Nanos = 2 * HOUR;
