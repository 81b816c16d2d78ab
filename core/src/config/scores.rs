//! Settings for scores.

use core::num::{NonZeroU32, NonZeroUsize};
use core::time::Duration;

use super::Config;
use super::error::{ConfigError, durations, optional};
use crate::score::Score;

impl Config {
    /// Sets whether scores are asked for and count. Off, ticks and scores are ignored. On by
    /// default; off in Flow's preset.
    #[must_use]
    pub fn with_scores(mut self, on: bool) -> Self {
        self.scores = on;
        self
    }

    /// Sets the lowest score that a peer may have: **strictly** below it is low.
    ///
    /// -100 by default, op-node's.
    #[must_use]
    pub fn with_min_score(mut self, score: Score) -> Self {
        self.min_score = score;
        self
    }

    /// Sets how long a ban by score lasts: an entry for each offence, the last for all further
    /// ones.
    ///
    /// 1 h every time by default, as in op-node.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Empty`] without entries, [`ConfigError::ZeroEntry`] for one of 0 seconds.
    pub fn with_ban_durations(mut self, list: &[Duration]) -> Result<Self, ConfigError> {
        self.ban_durations = durations("ban_durations", list)?;
        Ok(self)
    }

    /// Sets how many low scores in a row it takes to ban. 2 by default; 1 in op-node's preset.
    #[must_use]
    pub fn with_confirmations(mut self, scores: NonZeroU32) -> Self {
        self.confirmations = scores;
        self
    }

    /// Sets how long after a low score the next one still counts as the next in a row; `None` for
    /// however long.
    ///
    /// 1 h by default.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_confirm_within(mut self, within: Option<Duration>) -> Result<Self, ConfigError> {
        self.confirm_within = optional("confirm_within", within)?;
        Ok(self)
    }

    /// Sets how many peers each tick asks about, at least. 1 by default, op-node's.
    #[must_use]
    pub fn with_checks_per_tick(mut self, peers: NonZeroU32) -> Self {
        self.checks_per_tick = peers;
        self
    }

    /// Sets in how many ticks every connected peer is to have been asked about, however many there
    /// are; `None` for as many as it takes.
    ///
    /// 30 by default. Without it, strangers who connect make every check come later, as in op-node.
    #[must_use]
    pub fn with_max_cycle_ticks(mut self, ticks: Option<NonZeroU32>) -> Self {
        self.max_cycle_ticks = ticks;
        self
    }

    /// Sets whether a peer's score is asked for when it disconnects.
    ///
    /// On by default: it keeps peers from escaping their turn by leaving. Scorers such as gossipsub
    /// drop the positive part of a score when a peer leaves, so answer with the last score from
    /// before, or with [`ScoreUnavailable`](crate::Event::ScoreUnavailable).
    #[must_use]
    pub fn with_check_on_leave(mut self, on: bool) -> Self {
        self.check_on_leave = on;
        self
    }

    /// Sets how many connected peers automatic bans must leave, if there is to be such a guard.
    /// Bans by the application are exempt from it.
    ///
    /// None by default. It limits the damage when the fault is this node's: with its network down,
    /// every peer scores low.
    #[must_use]
    pub fn with_min_connected(mut self, peers: Option<NonZeroUsize>) -> Self {
        self.min_connected = peers;
        self
    }

    /// Returns whether scores are asked for and count.
    #[must_use]
    pub const fn scores(&self) -> bool {
        self.scores
    }

    /// Returns the lowest score that a peer may have.
    #[must_use]
    pub const fn min_score(&self) -> Score {
        self.min_score
    }

    /// Returns how long a ban by score lasts; never empty.
    #[must_use]
    pub fn ban_durations(&self) -> &[Duration] {
        &self.ban_durations
    }

    /// Returns how many low scores in a row it takes to ban.
    #[must_use]
    pub const fn confirmations(&self) -> NonZeroU32 {
        self.confirmations
    }

    /// Returns how long after a low score the next one still counts as the next in a row.
    #[must_use]
    pub const fn confirm_within(&self) -> Option<Duration> {
        self.confirm_within
    }

    /// Returns how many peers each tick asks about, at least.
    #[must_use]
    pub const fn checks_per_tick(&self) -> NonZeroU32 {
        self.checks_per_tick
    }

    /// Returns in how many ticks every connected peer is to have been asked about.
    #[must_use]
    pub const fn max_cycle_ticks(&self) -> Option<NonZeroU32> {
        self.max_cycle_ticks
    }

    /// Returns whether a peer's score is asked for when it disconnects.
    #[must_use]
    pub const fn check_on_leave(&self) -> bool {
        self.check_on_leave
    }

    /// Returns how many connected peers automatic bans must leave.
    #[must_use]
    pub const fn min_connected(&self) -> Option<NonZeroUsize> {
        self.min_connected
    }
}
