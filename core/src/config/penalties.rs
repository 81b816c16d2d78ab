//! Settings for penalties.

use core::time::Duration;

use super::Config;
use super::error::{ConfigError, non_empty, optional};
use crate::misbehavior::Misbehavior;
use crate::penalty::{Amplification, DecayRate, Penalty, Points};

impl Config {
    /// Sets whether reports count. Off, they are ignored. On by default; off in op-node's preset.
    #[must_use]
    pub fn with_penalties(mut self, on: bool) -> Self {
        self.penalties = on;
        self
    }

    /// Sets the penalty points above which a peer is banned: **strictly** above.
    ///
    /// 86 400 points by default, Flow's: 100 default reports are not over it, 101 at once are.
    #[must_use]
    pub fn with_threshold(mut self, threshold: Points) -> Self {
        self.threshold = threshold;
        self
    }

    /// Sets the penalty of a misbehavior without a weight of its own. 864 points by default,
    /// Flow's.
    #[must_use]
    pub fn with_default_penalty(mut self, penalty: Penalty) -> Self {
        self.default_penalty = penalty;
        self
    }

    /// Sets the penalty of this misbehavior. One above the threshold bans at once.
    ///
    /// Where there are thousands, [`with_weights`](Self::with_weights) is faster.
    #[must_use]
    pub fn with_weight(mut self, misbehavior: Misbehavior, penalty: Penalty) -> Self {
        match self.weights.binary_search_by_key(&misbehavior, |(kind, _)| *kind) {
            Ok(at) => {
                if let Some((_, weight)) = self.weights.get_mut(at) {
                    *weight = penalty;
                }
            }
            Err(at) => self.weights.insert(at, (misbehavior, penalty)),
        }
        self
    }

    /// Sets the penalty of each of these misbehaviors, as [`with_weight`](Self::with_weight) does
    /// one after the other: of one that occurs twice the last weight counts. Takes O(*n* log *n*).
    #[must_use]
    pub fn with_weights(
        mut self,
        weights: impl IntoIterator<Item = (Misbehavior, Penalty)>,
    ) -> Self {
        self.weights.extend(weights);
        // Stable, so that of one misbehavior the last weight given stays last.
        self.weights.sort_by_key(|(kind, _)| *kind);
        self.weights.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = next.1;
            }
            same
        });
        self
    }

    /// Sets how fast penalty points decay: entry *n* in the ban for the *n*-th offence, the last
    /// entry for all further ones, and the first also for peers that are not banned.
    ///
    /// 1000, 100, 10 and 1 points a second by default, Flow's: a first ban lasts a minute and a
    /// half, a fourth one a day.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Empty`] without entries.
    pub fn with_decay(mut self, rates: &[DecayRate]) -> Result<Self, ConfigError> {
        self.decay = non_empty("decay", rates)?;
        Ok(self)
    }

    /// Sets whether penalty points of peers that are not banned decay as slowly as they would in a
    /// ban, by the number of offences.
    ///
    /// Off by default; on in Flow's preset, where the decay of a repeat offender stays slow.
    #[must_use]
    pub fn with_slow_accrual(mut self, on: bool) -> Self {
        self.slow_accrual = on;
        self
    }

    /// Sets the longest that a ban by penalty can last from the last report on, if there is to be
    /// such a bound.
    ///
    /// 7 days by default. Without one, reports about a banned peer lengthen its ban without limit,
    /// as they do in Flow.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_max_sentence(mut self, longest: Option<Duration>) -> Result<Self, ConfigError> {
        self.max_sentence = optional("max_sentence", longest)?;
        Ok(self)
    }

    /// Sets the penalty points above which, **strictly**, a peer causes a
    /// [`Warn`](crate::Action::Warn); `None` for no warnings.
    ///
    /// Half of the threshold by default. Off in the other presets.
    #[must_use]
    pub fn with_warning(mut self, points: Option<Points>) -> Self {
        self.warning = points.into();
        self
    }

    /// Sets what a peer may be reported for in about a day, less what its valid messages pay for;
    /// **strictly** more bans it. `None` for no such budget.
    ///
    /// Ten thresholds by default, and in force from the first [`Valid`](crate::Event::Valid) on:
    /// only a ratio distinguishes a polite spammer from a busy honest peer. Off in the other
    /// presets.
    #[must_use]
    pub fn with_long_budget(mut self, points: Option<Points>) -> Self {
        self.long_budget = points.into();
        self
    }

    /// Sets whether reports with a deliverer count within bounds only. Off, the deliverer is not
    /// looked at. On by default; off in the other presets.
    #[must_use]
    pub fn with_hearsay(mut self, on: bool) -> Self {
        self.hearsay = on;
        self
    }

    /// Returns the penalty of this misbehavior: its weight, or the default penalty, times
    /// `amplification`.
    #[must_use]
    pub fn penalty(&self, misbehavior: Misbehavior, amplification: Amplification) -> Penalty {
        self.weights
            .binary_search_by_key(&misbehavior, |(kind, _)| *kind)
            .ok()
            .and_then(|at| self.weights.get(at))
            .map_or(self.default_penalty, |(_, penalty)| *penalty)
            .amplified(amplification)
    }

    /// Returns whether reports count.
    #[must_use]
    pub const fn penalties(&self) -> bool {
        self.penalties
    }

    /// Returns the penalty points above which a peer is banned.
    #[must_use]
    pub const fn threshold(&self) -> Points {
        self.threshold
    }

    /// Returns the penalty of a misbehavior without a weight of its own.
    #[must_use]
    pub const fn default_penalty(&self) -> Penalty {
        self.default_penalty
    }

    /// Returns the misbehaviors that have a weight of their own, and the weights.
    pub fn weights(&self) -> impl Iterator<Item = (Misbehavior, Penalty)> + '_ {
        self.weights.iter().copied()
    }

    /// Returns how fast penalty points decay; never empty.
    #[must_use]
    pub fn decay(&self) -> &[DecayRate] {
        &self.decay
    }

    /// Returns whether penalty points of peers that are not banned decay slowly after offences.
    #[must_use]
    pub const fn slow_accrual(&self) -> bool {
        self.slow_accrual
    }

    /// Returns the penalty points above which a peer causes a warning. A share of the threshold is
    /// rounded down, which changes no comparison.
    #[must_use]
    pub const fn warning(&self) -> Option<Points> {
        self.warning.under(self.threshold)
    }

    /// Returns what a peer may be reported for in about a day, less what its valid messages pay
    /// for.
    #[must_use]
    pub const fn long_budget(&self) -> Option<Points> {
        self.long_budget.under(self.threshold)
    }

    /// Returns whether reports with a deliverer count within bounds only.
    #[must_use]
    pub const fn hearsay(&self) -> bool {
        self.hearsay
    }

    /// Returns the longest that a ban by penalty can last from the last report on.
    #[must_use]
    pub const fn max_sentence(&self) -> Option<Duration> {
        self.max_sentence
    }

    /// Returns the points above which a peer causes a warning, unless they are a share of the threshold.
    #[cfg(feature = "scenario")]
    pub(crate) const fn fixed_warning(&self) -> Option<Option<Points>> {
        self.warning.fixed()
    }

    /// Returns the long budget, unless it is so many thresholds.
    #[cfg(feature = "scenario")]
    pub(crate) const fn fixed_long_budget(&self) -> Option<Option<Points>> {
        self.long_budget.fixed()
    }
}
