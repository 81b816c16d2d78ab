//! Settings made of what a file says and what it leaves out.

use std::path::Path;
use std::time::Duration;

use peerwarden_core::{Config, ConfigError, PlaceLevel};
use serde::de::{Deserialize, Deserializer, Error};

use super::Settings;
use super::keys::Values;
use super::list::{List, NonEmpty};
use super::lists::Lists;
use super::place_levels::PlaceLevels;
use super::recording::Recording;
use super::scalars::{Listed, Trusted};
use super::shadows::Shadows;
use super::value::{Interval, Value};
use super::warning;
use super::weights::Weights;
use crate::bounds::OutOfBounds;
use crate::known_peer::KnownPeer;
use crate::options::DriverOptions;
use crate::peer::PeerName;

/// The policies to start from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Preset {
    #[default]
    Default,
    Flow,
    OpNode,
}

impl Preset {
    fn config(self) -> Config {
        match self {
            Self::Default => Config::default(),
            Self::Flow => Config::flow(),
            Self::OpNode => Config::op_node(),
        }
    }
}

impl<'de, P: PeerName, A: KnownPeer<P>> Deserialize<'de> for Settings<P, A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Unlogged(mut settings) = Unlogged::deserialize(deserializer)?;
        settings.warned = warning::log(&settings.warnings);
        Ok(settings)
    }
}

/// Settings whose warnings have yet to be logged.
pub(super) struct Unlogged<P, A>(pub(super) Settings<P, A>);

impl<'de, P: PeerName, A: KnownPeer<P>> Deserialize<'de> for Unlogged<P, A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = Values::<P, A>::deserialize(deserializer)?;
        // What a setter refuses, reading has refused before, where it is known which value it is.
        let options = options(&mut values).map_err(D::Error::custom)?;
        let config = config(values).map_err(D::Error::custom)?;
        let warnings = warning::of(&config, &options);
        Ok(Self(Settings { config, options, warnings, warned: false }))
    }
}

/// The policy that values give, whatever else they say.
pub(super) fn config<P: PeerName, A: KnownPeer<P>>(
    mut given: Values<P, A>,
) -> Result<Config, ConfigError> {
    let preset = or(given.preset.take(), Preset::Default).config();
    let threshold = or(given.threshold.take(), preset.threshold());
    let base = rules(preset.with_threshold(threshold), &mut given)?;
    let config = base
        .clone()
        // Penalties.
        .with_penalties(or(given.penalties, base.penalties()))
        .with_default_penalty(or(given.default_penalty, base.default_penalty()))
        .with_decay(&given.decay.map_or_else(|| base.decay().to_vec(), |list| list.0))?
        .with_slow_accrual(or(given.slow_accrual, base.slow_accrual()))
        .with_max_sentence(or(given.max_sentence, base.max_sentence()))?
        // Scores.
        .with_scores(or(given.scores, base.scores()))
        .with_min_score(or(given.min_score, base.min_score()))
        .with_ban_durations(
            &given.ban_durations.map_or_else(|| base.ban_durations().to_vec(), |list| list.0),
        )?
        .with_confirmations(or(given.confirmations, base.confirmations()))
        .with_confirm_within(or(given.confirm_within, base.confirm_within()))?
        .with_checks_per_tick(or(given.checks_per_tick, base.checks_per_tick()))
        .with_max_cycle_ticks(or(given.max_cycle_ticks, base.max_cycle_ticks()))
        .with_check_on_leave(or(given.check_on_leave, base.check_on_leave()))
        // Bans of every kind.
        .with_min_connected(or(given.min_connected, base.min_connected()))
        .with_forgive_after(or(given.forgive_after, base.forgive_after()))?
        .with_unban_grace(or(given.unban_grace, base.unban_grace()))?
        .with_redial(or(given.redial, base.redial()))
        .with_dry_run(or(given.dry_run, base.dry_run()))
        .with_max_remote_ban(or(given.max_remote_ban, base.max_remote_ban()))?
        // Bounds.
        .with_max_records(or(given.max_records, base.max_records()))
        .with_max_addr_bans(or(given.max_addr_bans, base.max_addr_bans()))
        .with_max_remote_bans(or(given.max_remote_bans, base.max_remote_bans()));

    Ok(config.with_weights(given.weights.into_iter().flat_map(|Weights(weights)| weights)))
}

/// The settings that turn their rule on, in every preset, and those that follow the threshold.
///
/// What is as it would be anyway is left alone, so that it goes on following the threshold.
fn rules<P, A>(mut config: Config, given: &mut Values<P, A>) -> Result<Config, ConfigError> {
    if let Some(Value(points)) = given.warning.take()
        && points != config.warning()
    {
        config = config.with_warning(points);
    }
    if let Some(Value(points)) = given.long_budget.take()
        && points != config.long_budget()
    {
        config = config.with_long_budget(points);
    }
    if let Some(Value(on)) = given.hearsay.take() {
        config = config.with_hearsay(on);
    }
    if let Some(PlaceLevels(levels)) = given.places_v4.take()
        && !(config.places() && same(&levels, config.places_v4()))
    {
        config = config.with_places_v4(&levels)?;
    }
    if let Some(PlaceLevels(levels)) = given.places_v6.take()
        && !(config.places() && same(&levels, config.places_v6()))
    {
        config = config.with_places_v6(&levels)?;
    }
    if let Some(NonEmpty(list)) = given.place_durations.take() {
        config = config.with_place_durations(&list)?;
    }
    if let Some(List(networks)) = given.exempt.take() {
        config = config.with_exempt(&networks);
    }
    if let Some(Value(places)) = given.max_places.take() {
        config = config.with_max_places(places);
    }
    if let Some(Value(on)) = given.places.take() {
        config = config.with_places(on);
    }
    if let Some(Value(duration)) = given.standing_for.take() {
        config = config.with_standing_for(duration);
    }
    if let Some(Value(peers)) = given.max_standing.take() {
        config = config.with_max_standing(peers);
    }
    if let Some(Value(duration)) = given.standing_after.take() {
        config = config.with_standing_after(duration);
    }
    if let Some(Value(on)) = given.incident.take() {
        config = config.with_incident(on);
    }
    Ok(config)
}

/// Whether two lists say the same, in whatever order.
fn same(given: &[PlaceLevel], there: impl Iterator<Item = PlaceLevel>) -> bool {
    let there: Vec<_> = there.collect();
    given.len() == there.len() && given.iter().all(|level| there.contains(level))
}

fn options<P: PeerName, A: KnownPeer<P>>(
    given: &mut Values<P, A>,
) -> Result<DriverOptions<P, A>, OutOfBounds> {
    let base = DriverOptions::default();
    let file = base.data_file().map(Path::to_owned);
    let interval =
        |given: Option<Value<Interval>>, base| given.map_or(base, |Value(given)| given.0);
    let (mut protect, mut static_peers) = (Vec::new(), Vec::new());
    for trusted in given.protect.take().map(|list| list.0).unwrap_or_default() {
        match trusted {
            Trusted::Static(peer) => static_peers.push(peer),
            Trusted::Subject(subject) => protect.push(subject),
        }
    }
    let farewell = given.farewell.take().and_then(|Value(farewell)| farewell);
    let banned = given.ban.take().map(|list| list.0).unwrap_or_default();
    Ok(base
        .clone()
        .with_heartbeat_interval(interval(
            given.heartbeat_interval.take(),
            base.heartbeat_interval(),
        ))?
        .with_tick_interval(interval(given.tick_interval.take(), base.tick_interval()))?
        .with_close_timeout(interval(given.close_timeout.take(), base.close_timeout()))?
        .with_farewell(farewell.map_or(Duration::ZERO, |Interval(farewell)| farewell))?
        .with_max_redials(or(given.max_redials.take(), base.max_redials()))
        .with_redial_attempts(or(given.redial_attempts.take(), base.redial_attempts()))
        .with_data_file(or(given.data_file.take(), file))
        .with_protect(protect)
        .with_static_peers(static_peers)
        .with_recording(given.recording.take().and_then(|Recording(recording)| recording))
        .with_lists(given.list.take().map_or_else(Vec::new, |Lists(lists)| lists))
        .with_shadows(given.shadow.take().map_or_else(Vec::new, |Shadows(shadows)| shadows))
        .with_ban(banned.into_iter().map(Listed::into_subject).collect()))
}

fn or<T>(given: Option<Value<T>>, default: T) -> T {
    given.map_or(default, |Value(value)| value)
}
