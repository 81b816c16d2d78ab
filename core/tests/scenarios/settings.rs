//! Settings that a scenario changes in its preset.

use peerwarden_core::{Config, DecayRate, Penalty, PlaceLevel, Points, Score};
use serde::Deserialize;
use std::error::Error;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use crate::number::{Micropoints, Number, Seconds, present};
use crate::scenario::Preset;

/// The key `set`: a value for each setting that differs from the preset.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    threshold: Option<Micropoints>,
    default_penalty: Option<Micropoints>,
    decay: Option<Vec<Number>>,
    slow_accrual: Option<bool>,
    #[serde(deserialize_with = "present")]
    max_sentence: Option<Option<Seconds>>,
    #[serde(deserialize_with = "present")]
    warning: Option<Option<Micropoints>>,
    #[serde(deserialize_with = "present")]
    long_budget: Option<Option<Micropoints>>,
    hearsay: Option<bool>,
    #[serde(deserialize_with = "present")]
    forgive_after: Option<Option<Seconds>>,
    min_score: Option<Number>,
    ban_durations: Option<Vec<Seconds>>,
    confirmations: Option<NonZeroU32>,
    #[serde(deserialize_with = "present")]
    confirm_within: Option<Option<Seconds>>,
    checks_per_tick: Option<NonZeroU32>,
    #[serde(deserialize_with = "present")]
    max_cycle_ticks: Option<Option<NonZeroU32>>,
    #[serde(deserialize_with = "present")]
    min_connected: Option<Option<usize>>,
    places_v4: Option<Vec<Level>>,
    places_v6: Option<Vec<Level>>,
    place_durations: Option<Vec<Seconds>>,
    max_places: Option<usize>,
    #[serde(deserialize_with = "present")]
    standing_after: Option<Option<Seconds>>,
    standing_for: Option<Seconds>,
    max_standing: Option<usize>,
    incident: Option<bool>,
    #[serde(deserialize_with = "present")]
    unban_grace: Option<Option<Seconds>>,
    redial: Option<bool>,
    dry_run: Option<bool>,
    max_records: Option<NonZeroUsize>,
    check_on_leave: Option<bool>,
    max_remote_ban: Option<Seconds>,
}

/// A level of places: `[length, debts in points, crowd]`.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Level(u8, Micropoints, u32);

impl From<&Level> for PlaceLevel {
    fn from(Level(length, debts, crowd): &Level) -> Self {
        Self { length: *length, debts: Points::from_micros(debts.0), crowd: *crowd }
    }
}

impl Settings {
    /// The policy that `preset` and these settings make.
    pub(crate) fn config(&self, preset: Preset) -> Result<Config, Box<dyn Error>> {
        let config = match preset {
            Preset::Default => Config::default(),
            Preset::Flow => Config::flow(),
            Preset::OpNode => Config::op_node(),
        };
        let config = self.set_scores(self.set_penalties(config)?)?;
        self.set_bans(self.set_places(self.set_standing(config))?)
    }

    fn set_penalties(&self, mut config: Config) -> Result<Config, Box<dyn Error>> {
        if let Some(Micropoints(micros)) = self.threshold {
            config = config.with_threshold(Points::from_micros(micros));
        }
        if let Some(Micropoints(micros)) = self.default_penalty {
            config = config.with_default_penalty(Penalty::from_micros(micros)?);
        }
        if let Some(rates) = &self.decay {
            let rates: Result<Vec<_>, _> = rates.iter().map(|r| DecayRate::try_from(r.0)).collect();
            config = config.with_decay(&rates?)?;
        }
        if let Some(on) = self.slow_accrual {
            config = config.with_slow_accrual(on);
        }
        if let Some(longest) = self.max_sentence {
            config = config.with_max_sentence(longest.map(Seconds::duration))?;
        }
        if let Some(points) = self.warning {
            config = config.with_warning(points.map(|points| Points::from_micros(points.0)));
        }
        if let Some(points) = self.long_budget {
            config = config.with_long_budget(points.map(|points| Points::from_micros(points.0)));
        }
        if let Some(on) = self.hearsay {
            config = config.with_hearsay(on);
        }
        Ok(config)
    }

    fn set_scores(&self, mut config: Config) -> Result<Config, Box<dyn Error>> {
        if let Some(Number(score)) = self.min_score {
            config = config.with_min_score(Score::try_from(score)?);
        }
        if let Some(durations) = &self.ban_durations {
            let durations: Vec<_> = durations.iter().map(|d| d.duration()).collect();
            config = config.with_ban_durations(&durations)?;
        }
        if let Some(scores) = self.confirmations {
            config = config.with_confirmations(scores);
        }
        if let Some(within) = self.confirm_within {
            config = config.with_confirm_within(within.map(Seconds::duration))?;
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

    fn set_places(&self, mut config: Config) -> Result<Config, Box<dyn Error>> {
        if let Some(levels) = &self.places_v4 {
            let levels: Vec<_> = levels.iter().map(PlaceLevel::from).collect();
            config = config.with_places_v4(&levels)?;
        }
        if let Some(levels) = &self.places_v6 {
            let levels: Vec<_> = levels.iter().map(PlaceLevel::from).collect();
            config = config.with_places_v6(&levels)?;
        }
        if let Some(durations) = &self.place_durations {
            let durations: Vec<_> = durations.iter().map(|d| d.duration()).collect();
            config = config.with_place_durations(&durations)?;
        }
        if let Some(most) = self.max_records {
            config = config.with_max_records(most);
        }
        if let Some(most) = self.max_places {
            config = config.with_max_places(most);
        }
        Ok(config)
    }

    fn set_standing(&self, mut config: Config) -> Config {
        if let Some(duration) = self.standing_after {
            config = config.with_standing_after(duration.map(Seconds::duration));
        }
        if let Some(duration) = self.standing_for {
            config = config.with_standing_for(duration.duration());
        }
        if let Some(most) = self.max_standing {
            config = config.with_max_standing(most);
        }
        if let Some(on) = self.incident {
            config = config.with_incident(on);
        }
        config
    }

    fn set_bans(&self, mut config: Config) -> Result<Config, Box<dyn Error>> {
        if let Some(period) = self.forgive_after {
            config = config.with_forgive_after(period.map(Seconds::duration))?;
        }
        if let Some(grace) = self.unban_grace {
            let grace = grace.map(Seconds::duration).filter(|g| *g > Duration::ZERO);
            config = config.with_unban_grace(grace)?;
        }
        if let Some(on) = self.redial {
            config = config.with_redial(on);
        }
        if let Some(on) = self.dry_run {
            config = config.with_dry_run(on);
        }
        if let Some(longest) = self.max_remote_ban {
            config = config.with_max_remote_ban(longest.duration())?;
        }
        Ok(config)
    }
}
