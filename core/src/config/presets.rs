//! Presets: policies to start from.

use alloc::vec;
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroUsize};
use core::time::Duration;

use super::Config;
use super::amount::Amount;
use super::places::{self, Level};
use crate::penalty::{DecayRate, Penalty, Points};
use crate::score::Score;

impl Config {
    /// Returns the policy of Flow's ALSP manager: penalties alone, with an ever slower decay that
    /// is never forgiven.
    ///
    /// 864 points a report, banned above 86 400, decay of 1000, 100, 10 and 1 points a second that
    /// stays slow between bans too, dialled again afterwards. No scores, no grace after a pardon.
    #[must_use]
    pub fn flow() -> Self {
        Self {
            slow_accrual: true,
            max_sentence: None,
            scores: false,
            warning: Amount::Off,
            long_budget: Amount::Off,
            hearsay: false,
            places: false,
            standing: false,
            incident: false,
            forgive_after: None,
            unban_grace: None,
            ..Self::default()
        }
    }

    /// Returns the policy of op-node's peer monitor: scores alone, one peer a tick, an hour for a
    /// peer below -100.
    ///
    /// No penalties, no forgiving, no grace after a pardon, no redial.
    #[must_use]
    pub fn op_node() -> Self {
        Self {
            penalties: false,
            confirmations: NonZeroU32::MIN,
            max_cycle_ticks: None,
            warning: Amount::Off,
            long_budget: Amount::Off,
            hearsay: false,
            places: false,
            standing: false,
            incident: false,
            forgive_after: None,
            unban_grace: None,
            redial: false,
            ..Self::default()
        }
    }
}

/// Penalties and scores, longer each time, forgiven with time.
impl Default for Config {
    fn default() -> Self {
        Self {
            penalties: true,
            threshold: Points::from_points(86_400),
            default_penalty: Penalty::DEFAULT,
            weights: Vec::new(),
            decay: [1000, 100, 10, 1]
                .into_iter()
                .filter_map(|rate| DecayRate::from_points_per_second(rate).ok())
                .collect(),
            slow_accrual: false,
            max_sentence: Some(DAY.saturating_mul(7)),
            warning: Amount::Half,
            long_budget: Amount::Times(10),
            hearsay: true,
            scores: true,
            min_score: Score::DEFAULT_MIN,
            ban_durations: vec![HOUR],
            confirmations: NonZeroU32::MIN.saturating_add(1),
            confirm_within: Some(HOUR),
            checks_per_tick: NonZeroU32::MIN,
            max_cycle_ticks: NonZeroU32::new(30),
            check_on_leave: true,
            min_connected: None,
            places: true,
            places_v4: vec![Level::of_thresholds(32, 10, 5)],
            places_v6: vec![
                Level::of_thresholds(64, 10, 5),
                Level::of_thresholds(56, 40, 20),
                Level::of_thresholds(48, 80, 40),
            ],
            place_durations: [10, 40, 80].map(minutes).into(),
            exempt: places::shared_for_good_reasons(),
            standing: true,
            standing_after: Some(minutes(30)),
            standing_for: DAY.saturating_mul(7),
            incident: true,
            max_records: or_one(100_000),
            max_addr_bans: or_one(10_000),
            max_remote_bans: 100_000,
            max_places: 100_000,
            max_standing: 10_000,
            forgive_after: Some(DAY),
            unban_grace: Some(Duration::from_secs(600)),
            redial: true,
            dry_run: false,
            max_remote_ban: DAY.saturating_mul(7),
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3_600);

const fn minutes(number: u64) -> Duration {
    Duration::from_secs(number.saturating_mul(60))
}

const fn or_one(number: usize) -> NonZeroUsize {
    match NonZeroUsize::new(number) {
        Some(number) => number,
        None => NonZeroUsize::MIN,
    }
}
