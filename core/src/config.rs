//! Policy of the engine.

mod amount;
mod bans;
mod bounds;
mod error;
mod penalties;
mod places;
mod presets;
mod scores;
mod standing;

use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroUsize};
use core::time::Duration;

use ipnet::IpNet;

use amount::Amount;
pub use error::ConfigError;
use places::Level;
pub use places::PlaceLevel;

use crate::misbehavior::Misbehavior;
use crate::penalty::{DecayRate, Penalty, Points};
use crate::score::Score;

/// The policy: thresholds, durations and bounds.
///
/// Every `Config` is valid: a setter that could be handed nonsense returns a [`ConfigError`], so
/// there is no separate validation to forget. Start from a preset, [`Config::default`],
/// [`Config::flow`] or [`Config::op_node`], and change what differs.
///
/// ```
/// use core::time::Duration;
/// use peerwarden_core::{Config, Points};
///
/// let config = Config::default()
///     .with_threshold(Points::from_points(10_000))
///     .with_forgive_after(Some(Duration::from_secs(3_600)))?;
/// assert!(config.with_ban_durations(&[]).is_err());
/// # Ok::<(), peerwarden_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Config {
    // Penalties.
    penalties: bool,
    threshold: Points,
    default_penalty: Penalty,
    weights: Vec<(Misbehavior, Penalty)>,
    decay: Vec<DecayRate>,
    slow_accrual: bool,
    max_sentence: Option<Duration>,
    warning: Amount,
    long_budget: Amount,
    hearsay: bool,
    // Scores.
    scores: bool,
    min_score: Score,
    ban_durations: Vec<Duration>,
    confirmations: NonZeroU32,
    confirm_within: Option<Duration>,
    checks_per_tick: NonZeroU32,
    max_cycle_ticks: Option<NonZeroU32>,
    check_on_leave: bool,
    min_connected: Option<NonZeroUsize>,
    // Places.
    places: bool,
    places_v4: Vec<Level>,
    places_v6: Vec<Level>,
    place_durations: Vec<Duration>,
    exempt: Vec<IpNet>,
    // Standing and incidents.
    standing: bool,
    standing_after: Option<Duration>,
    standing_for: Duration,
    incident: bool,
    // Bounds.
    max_records: NonZeroUsize,
    max_addr_bans: NonZeroUsize,
    max_remote_bans: usize,
    max_places: usize,
    max_standing: usize,
    // Bans of every kind.
    forgive_after: Option<Duration>,
    unban_grace: Option<Duration>,
    redial: bool,
    dry_run: bool,
    max_remote_ban: Duration,
}

impl Config {
    /// Returns whether records and their indexes are kept alike under both policies.
    pub(crate) fn keeps_records_like(&self, other: &Self) -> bool {
        self.decay == other.decay
            && self.slow_accrual == other.slow_accrual
            && self.max_sentence == other.max_sentence
            && self.forgive_after == other.forgive_after
            && self.confirm_within == other.confirm_within
            && self.default_penalty == other.default_penalty
            && self.long_budget() == other.long_budget()
            && self.standing_after() == other.standing_after()
    }
}
