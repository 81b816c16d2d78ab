//! What most records have no use for.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::evidence::Misdeed;
use crate::state::deadlines::Due;
use crate::state::numbers::Few;
use crate::state::ranks::Rank;
use crate::state::standing::Away;
use crate::time::Instant;

/// What is remembered of few peers, or looked at seldom, out of the way of what every report
/// looks at.
///
/// A peer that is connected and behaves has none of it: with the names of misdeeds in a place of
/// their own, that is 84 bytes less for each (benches, `memory`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Aside {
    /// The kinds of misdeeds before the latest, most recent last.
    pub(crate) earlier: Vec<Misdeed>,
    /// Its one entry among the deadlines.
    pub(crate) due: Option<Due>,
    /// Its rank among those that can be displaced.
    pub(crate) rank: Option<Rank>,
    /// Until when automatic bans are withheld after a pardon.
    pub(crate) grace: Option<Instant>,
    /// Low scores in a row.
    pub(crate) low_scores: u32,
    /// When the last of them came.
    pub(crate) last_low: Instant,
    /// Whether a ban by score was withheld and that is not to be said again.
    pub(crate) score_withheld: bool,
    /// Whether it is listed by address among the spared peers that are not here.
    pub(crate) spared: bool,
    /// Of a peer here: when it came, if it is not clean since then.
    pub(crate) came: Option<Instant>,
    /// Of a peer that is not here: its standing.
    pub(crate) away: Option<Away>,
    /// Numbers besides what it owes.
    pub(crate) numbers: Few,
}

/// Takes no place in memory while all of it is as it is for everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lazily(Option<Box<Aside>>);

impl Lazily {
    pub(crate) fn get(&self) -> Option<&Aside> {
        self.0.as_deref()
    }

    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Aside) -> T) -> T {
        let Some(aside) = &mut self.0 else {
            let mut aside = Aside::default();
            let out = change(&mut aside);
            self.0 = aside.is_needed().then(|| Box::new(aside));
            return out;
        };
        let out = change(aside);
        if !aside.is_needed() {
            self.0 = None;
        }
        out
    }
}

impl Aside {
    /// No low scores in a row any more, and none that was withheld.
    pub(crate) fn end_low_scores(&mut self) {
        self.low_scores = 0;
        self.score_withheld = false;
    }

    fn is_needed(&self) -> bool {
        !self.earlier.is_empty()
            || self.due.is_some()
            || self.rank.is_some()
            || self.grace.is_some()
            || self.low_scores > 0
            || self.score_withheld
            || self.spared
            || self.came.is_some()
            || self.away.is_some()
            || !self.numbers.is_empty()
    }
}
