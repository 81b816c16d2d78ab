//! Policies to start from.

use alloc::vec;
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroUsize};
use core::time::Duration;

use super::{Config, colocation};
use crate::penalty::{DecayRate, Penalty, Points};
use crate::score::Score;

impl Config {
    /// Flow's ALSP manager: penalties alone, with an ever slower decay that is never forgiven.
    ///
    /// 864 points a report, banned above 86 400, decay of 1000, 100, 10 and 1 points a second that
    /// stays slow between bans too, dialled again afterwards. No scores, no grace after a pardon.
    #[must_use]
    pub fn flow() -> Self {
        Self {
            slow_accrual: true,
            max_sentence: None,
            scores: false,
            max_banned_peers: None,
            forgive_after: None,
            unban_grace: None,
            ..Self::default()
        }
    }

    /// op-node's peer monitor: scores alone, one peer a tick, an hour for whoever is below -100.
    ///
    /// No penalties, no forgiving, no grace after a pardon, no redial.
    #[must_use]
    pub fn op_node() -> Self {
        Self {
            penalties: false,
            ban_durations: vec![HOUR],
            max_cycle_ticks: None,
            max_banned_peers: None,
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
            scores: true,
            min_score: Score::DEFAULT_MIN,
            ban_durations: vec![HOUR, HOUR.saturating_mul(6), DAY, DAY.saturating_mul(7)],
            confirmations: NonZeroU32::MIN,
            checks_per_tick: NonZeroU32::MIN,
            max_cycle_ticks: NonZeroU32::new(30),
            check_on_leave: false,
            min_connected: None,
            max_banned_peers: Some(5),
            colocation_duration: HOUR,
            colocation_prefixes: (32, 64),
            colocation_exempt: colocation::shared_for_good_reasons(),
            max_records: or_one(100_000),
            max_addr_bans: or_one(10_000),
            max_remote_bans: 100_000,
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

const fn or_one(number: usize) -> NonZeroUsize {
    match NonZeroUsize::new(number) {
        Some(number) => number,
        None => NonZeroUsize::MIN,
    }
}
