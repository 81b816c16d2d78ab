//! Settings of a policy.

use alloc::vec::Vec;
use core::num::NonZeroUsize;
use core::time::Duration;

use super::Settings;
use super::values::{Cost, Level, Limit, Net, Rate};
use crate::config::{Config, PlaceLevel};
use crate::scenario::number::{Amount, Span};

impl Settings {
    /// Returns every setting of `config`, but those that are shares of the threshold as long as they
    /// follow it, and those of standing if there is none.
    ///
    /// On the preset that [`Policy::of`](crate::scenario::Policy::of) names beside them, they make the
    /// same policy.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let judged = config.judges_standing();
        Self {
            penalties: Some(config.penalties()),
            threshold: Some(Amount(config.threshold())),
            default_penalty: Some(Cost(config.default_penalty())),
            weights: Some(config.weights().map(|(kind, weight)| (kind, Cost(weight))).collect()),
            decay: Some(config.decay().iter().copied().map(Rate).collect()),
            slow_accrual: Some(config.slow_accrual()),
            max_sentence: Some(config.max_sentence().map(Span)),
            warning: config.fixed_warning().map(|points| points.map(Amount)),
            long_budget: config.fixed_long_budget().map(|points| points.map(Amount)),
            hearsay: Some(config.hearsay()),
            scores: Some(config.scores()),
            min_score: Some(Limit(config.min_score())),
            ban_durations: Some(spans(config.ban_durations())),
            confirmations: Some(config.confirmations()),
            confirm_within: Some(config.confirm_within().map(Span)),
            checks_per_tick: Some(config.checks_per_tick()),
            max_cycle_ticks: Some(config.max_cycle_ticks()),
            check_on_leave: Some(config.check_on_leave()),
            min_connected: Some(config.min_connected().map(NonZeroUsize::get)),
            places: Some(config.places()),
            places_v4: config.has_fixed_places_v4().then(|| levels(config.places_v4())),
            places_v6: config.has_fixed_places_v6().then(|| levels(config.places_v6())),
            place_durations: Some(spans(config.place_durations())),
            exempt: Some(config.exempt().iter().copied().map(Net).collect()),
            standing_after: judged.then(|| config.standing_after().map(Span)),
            standing_for: judged.then(|| Span(config.standing_for())),
            incident: Some(config.incident()),
            max_records: Some(config.max_records()),
            max_addr_bans: Some(config.max_addr_bans()),
            max_remote_bans: Some(config.max_remote_bans()),
            max_places: Some(config.max_places()),
            max_standing: judged.then(|| config.max_standing()),
            forgive_after: Some(config.forgive_after().map(Span)),
            unban_grace: Some(config.unban_grace().map(Span)),
            redial: Some(config.redial()),
            dry_run: Some(config.dry_run()),
            max_remote_ban: Some(Span(config.max_remote_ban())),
        }
    }
}

fn spans(durations: &[Duration]) -> Vec<Span> {
    durations.iter().copied().map(Span).collect()
}

fn levels(levels: impl Iterator<Item = PlaceLevel>) -> Vec<Level> {
    levels.map(Level::from).collect()
}
