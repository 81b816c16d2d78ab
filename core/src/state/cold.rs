//! Rarely used fields of a record, boxed only when needed.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::evidence::NotedMisdeed;
use crate::state::deadlines::Due;
use crate::state::eviction::EvictionRank;
use crate::state::peer_numbers::BoxedNumbers;
use crate::state::standing::Away;
use crate::time::Instant;

/// Fields that few peers have, or that are rarely read, kept away from those that every report
/// reads.
///
/// A connected peer that behaves has none of them: with the names of misbehaviors interned, that is
/// 84 bytes less for each (benches, `memory`).
#[derive(Clone, Debug, Default)]
pub(crate) struct ColdFields {
    /// The misdeeds before the latest, most recent last.
    pub(crate) earlier: Vec<NotedMisdeed>,
    /// Its one entry among the deadlines.
    pub(crate) due: Option<Due>,
    /// Its rank among those that can be displaced (evicted).
    pub(crate) rank: Option<EvictionRank>,
    /// Until when automatic bans are withheld after a pardon.
    pub(crate) grace: Option<Instant>,
    /// Low scores in a row.
    pub(crate) low_scores: u32,
    /// When the last of them came.
    pub(crate) last_low: Instant,
    /// Whether a ban by score was withheld, and announced once.
    pub(crate) score_withheld: bool,
    /// Whether it is listed by address among the spared peers that are not here.
    pub(crate) spared: bool,
    /// Of a peer here: when it came, if it is not clean since then.
    pub(crate) came: Option<Instant>,
    /// Of a peer that is not here: its standing.
    pub(crate) away: Option<Away>,
    /// Its numbers besides the penalty points.
    pub(crate) numbers: BoxedNumbers,
}

/// The cold fields, which take no memory while all have their default.
#[derive(Clone, Debug, Default)]
pub(crate) struct BoxedCold(Option<Box<ColdFields>>);

impl BoxedCold {
    pub(crate) fn get(&self) -> Option<&ColdFields> {
        self.0.as_deref()
    }

    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut ColdFields) -> T) -> T {
        let Some(cold) = &mut self.0 else {
            let mut cold = ColdFields::default();
            let out = change(&mut cold);
            self.0 = cold.is_needed().then(|| Box::new(cold));
            return out;
        };
        let out = change(cold);
        if !cold.is_needed() {
            self.0 = None;
        }
        out
    }
}

impl ColdFields {
    /// Resets the low scores in a row, and that a ban for them was withheld.
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
