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
    /// 1 h, 6 h, 24 h and 7 days by default; op-node's is 1 h every time.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Empty`] without entries, [`ConfigError::ZeroEntry`] for one of 0 seconds.
    pub fn with_ban_durations(mut self, list: &[Duration]) -> Result<Self, ConfigError> {
        self.ban_durations = durations("ban_durations", list)?;
        Ok(self)
    }

    /// Sets how many low scores in a row it takes to ban. 1 by default, op-node's.
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
    /// Off by default: scorers such as gossipsub forget the good half of a score when a peer
    /// leaves. Where the scorer can answer with the last score from before, it keeps peers from
    /// escaping their turn by leaving.
    #[must_use]
    pub fn with_check_on_leave(mut self, on: bool) -> Self {
        self.check_on_leave = on;
        self
    }

    /// Sets how many connected peers bans by score and by colocation must leave, if there is to be
    /// such a guard.
    ///
    /// None by default. It is the brake for the day when the fault is ours: with the network
    /// down, every peer scores low.
    #[must_use]
    pub fn with_min_connected(mut self, peers: Option<NonZeroUsize>) -> Self {
        self.min_connected = peers;
        self
    }

    /// Whether scores are asked for and count.
    #[must_use]
    pub const fn scores(&self) -> bool {
        self.scores
    }

    /// The lowest score that a peer may have.
    #[must_use]
    pub const fn min_score(&self) -> Score {
        self.min_score
    }

    /// How long a ban by score lasts; never empty.
    #[must_use]
    pub fn ban_durations(&self) -> &[Duration] {
        &self.ban_durations
    }

    /// How many low scores in a row it takes to ban.
    #[must_use]
    pub const fn confirmations(&self) -> NonZeroU32 {
        self.confirmations
    }

    /// How long after a low score the next one still counts as the next in a row.
    #[must_use]
    pub const fn confirm_within(&self) -> Option<Duration> {
        self.confirm_within
    }

    /// How many peers each tick asks about, at least.
    #[must_use]
    pub const fn checks_per_tick(&self) -> NonZeroU32 {
        self.checks_per_tick
    }

    /// In how many ticks every connected peer is to have been asked about.
    #[must_use]
    pub const fn max_cycle_ticks(&self) -> Option<NonZeroU32> {
        self.max_cycle_ticks
    }

    /// Whether a peer's score is asked for when it disconnects.
    #[must_use]
    pub const fn check_on_leave(&self) -> bool {
        self.check_on_leave
    }

    /// How many connected peers bans by score and by colocation must leave.
    #[must_use]
    pub const fn min_connected(&self) -> Option<NonZeroUsize> {
        self.min_connected
    }
}
