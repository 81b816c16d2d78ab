//! Settings put on a preset.

use alloc::vec::Vec;
use core::num::NonZeroUsize;
use core::time::Duration;

use super::Settings;
use super::values::{Cost, Level, Limit, Net, Rate};
use crate::config::{Config, ConfigError, PlaceLevel};
use crate::scenario::number::{Amount, Span};

impl Settings {
    /// Returns the policy with each of these settings that is given.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if one has a value that no policy can have.
    pub fn apply(&self, config: Config) -> Result<Config, ConfigError> {
        let config = self.set_scores(self.set_penalties(config)?)?;
        self.set_bans(self.set_places(self.set_standing(config))?)
    }

    fn set_penalties(&self, mut config: Config) -> Result<Config, ConfigError> {
        if let Some(on) = self.penalties {
            config = config.with_penalties(on);
        }
        if let Some(Amount(points)) = self.threshold {
            config = config.with_threshold(points);
        }
        if let Some(Cost(penalty)) = self.default_penalty {
            config = config.with_default_penalty(penalty);
        }
        if let Some(weights) = &self.weights {
            let weights = weights.iter().map(|(kind, Cost(weight))| (*kind, *weight));
            config = config.with_weights(weights);
        }
        if let Some(rates) = &self.decay {
            let rates: Vec<_> = rates.iter().map(|Rate(rate)| *rate).collect();
            config = config.with_decay(&rates)?;
        }
        if let Some(on) = self.slow_accrual {
            config = config.with_slow_accrual(on);
        }
        if let Some(longest) = self.max_sentence {
            config = config.with_max_sentence(duration(longest))?;
        }
        if let Some(points) = self.warning {
            config = config.with_warning(points.map(|Amount(points)| points));
        }
        if let Some(points) = self.long_budget {
            config = config.with_long_budget(points.map(|Amount(points)| points));
        }
        if let Some(on) = self.hearsay {
            config = config.with_hearsay(on);
        }
        Ok(config)
    }

    fn set_scores(&self, mut config: Config) -> Result<Config, ConfigError> {
        if let Some(on) = self.scores {
            config = config.with_scores(on);
        }
        if let Some(Limit(score)) = self.min_score {
            config = config.with_min_score(score);
        }
        if let Some(list) = &self.ban_durations {
            config = config.with_ban_durations(&durations(list))?;
        }
        if let Some(scores) = self.confirmations {
            config = config.with_confirmations(scores);
        }
        if let Some(within) = self.confirm_within {
            config = config.with_confirm_within(duration(within))?;
        }
        if let Some(peers) = self.checks_per_tick {
            config = config.with_checks_per_tick(peers);
        }
        if let Some(ticks) = self.max_cycle_ticks {
            config = config.with_max_cycle_ticks(ticks);
        }
        if let Some(on) = self.check_on_leave {
            config = config.with_check_on_leave(on);
        }
        if let Some(peers) = self.min_connected {
            config = config.with_min_connected(peers.and_then(NonZeroUsize::new));
        }
        Ok(config)
    }

    fn set_places(&self, mut config: Config) -> Result<Config, ConfigError> {
        if let Some(list) = &self.places_v4 {
            config = config.with_places_v4(&levels(list))?;
        }
        if let Some(list) = &self.places_v6 {
            config = config.with_places_v6(&levels(list))?;
        }
        if let Some(list) = &self.place_durations {
            config = config.with_place_durations(&durations(list))?;
        }
        if let Some(networks) = &self.exempt {
            let networks: Vec<_> = networks.iter().map(|Net(net)| *net).collect();
            config = config.with_exempt(&networks);
        }
        if let Some(most) = self.max_places {
            config = config.with_max_places(most);
        }
        // The others turn places on.
        if let Some(on) = self.places {
            config = config.with_places(on);
        }
        Ok(config)
    }

    fn set_standing(&self, mut config: Config) -> Config {
        if let Some(after) = self.standing_after {
            config = config.with_standing_after(duration(after));
        }
        if let Some(Span(duration)) = self.standing_for {
            config = config.with_standing_for(duration);
        }
        if let Some(most) = self.max_standing {
            config = config.with_max_standing(most);
        }
        if let Some(on) = self.incident {
            config = config.with_incident(on);
        }
        config
    }

    fn set_bans(&self, mut config: Config) -> Result<Config, ConfigError> {
        if let Some(most) = self.max_records {
            config = config.with_max_records(most);
        }
        if let Some(most) = self.max_addr_bans {
            config = config.with_max_addr_bans(most);
        }
        if let Some(most) = self.max_remote_bans {
            config = config.with_max_remote_bans(most);
        }
        if let Some(period) = self.forgive_after {
            config = config.with_forgive_after(duration(period))?;
        }
        if let Some(grace) = self.unban_grace {
            config = config.with_unban_grace(duration(grace).filter(|grace| !grace.is_zero()))?;
        }
        if let Some(on) = self.redial {
            config = config.with_redial(on);
        }
        if let Some(on) = self.dry_run {
            config = config.with_dry_run(on);
        }
        if let Some(Span(longest)) = self.max_remote_ban {
            config = config.with_max_remote_ban(longest)?;
        }
        Ok(config)
    }
}

fn duration(span: Option<Span>) -> Option<Duration> {
    span.map(|Span(duration)| duration)
}

fn durations(spans: &[Span]) -> Vec<Duration> {
    spans.iter().map(|Span(duration)| *duration).collect()
}

fn levels(levels: &[Level]) -> Vec<PlaceLevel> {
    levels.iter().copied().map(PlaceLevel::from).collect()
}
