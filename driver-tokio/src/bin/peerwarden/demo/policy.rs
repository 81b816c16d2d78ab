//! Policy of the guarded node: an ordinary one, with smaller numbers.

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use peerwarden_tokio::peerwarden_core::DecayRate;
use peerwarden_tokio::{Config, Penalty, Points};

use crate::demo::message::INVALID_BLOCK;
use crate::demo::speed::Speed;

/// The default policy, with bans of seconds where it has hours.
pub(crate) fn policy(speed: Speed) -> Result<Config, Box<dyn Error + Send + Sync>> {
    let decay = [
        DecayRate::try_from(FIRST_DECAY * speed.factor())?,
        DecayRate::try_from(SECOND_DECAY * speed.factor())?,
        DecayRate::try_from(THIRD_DECAY * speed.factor())?,
    ];
    let ban_durations = [speed.scale(Duration::from_secs(6)), speed.scale(Duration::from_secs(12))];
    let config = Config::default()
        .with_threshold(Points::from_points(THRESHOLD))
        .with_default_penalty(Penalty::from_points(100)?)
        .with_weight(INVALID_BLOCK, Penalty::from_points(30)?)
        .with_decay(&decay)?
        .with_ban_durations(&ban_durations)?
        // With a handful of peers, every one is judged at every tick.
        .with_max_cycle_ticks(Some(NonZeroU32::MIN));
    Ok(config)
}

/// Points a second that a debt falls by, outside of bans and during the first one.
const FIRST_DECAY: f64 = 150.0;
/// The same during the second ban: it lasts twice as long.
const SECOND_DECAY: f64 = 75.0;
/// The same during all further bans, which takes a second start: three times as long.
const THIRD_DECAY: f64 = 50.0;
/// Eleven bad messages, were they sent at once.
const THRESHOLD: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::policy;
    use crate::demo::speed::Speed;

    #[test]
    fn every_pace_makes_a_policy() {
        for factor in [Speed::SLOWEST, 1.0, Speed::FASTEST] {
            let speed = Speed::try_from(factor).unwrap();
            assert!(policy(speed).is_ok());
        }
    }
}
