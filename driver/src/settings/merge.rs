//! Settings made of what a file says and what it leaves out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use peerwarden_core::{Config, ConfigError};
use serde::de::{Deserialize, Deserializer, Error};

use super::Settings;
use super::keys::Values;
use super::scalars::Trusted;
use super::value::{Interval, Value};
use super::warning;
use super::weights::Weights;
use crate::bounds::OutOfBounds;
use crate::options::Options;

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

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Unlogged(mut settings) = Unlogged::deserialize(deserializer)?;
        settings.warned = warning::log(&settings.warnings);
        Ok(settings)
    }
}

/// Settings whose warnings have yet to be logged.
pub(super) struct Unlogged(pub(super) Settings);

impl<'de> Deserialize<'de> for Unlogged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = Values::deserialize(deserializer)?;
        // What a setter refuses, reading has refused before, where it is known which value it is.
        let options = options(&mut values).map_err(D::Error::custom)?;
        let config = config(values).map_err(D::Error::custom)?;
        let warnings = warning::of(&config, &options);
        Ok(Self(Settings { config, options, warnings, warned: false }))
    }
}

fn config(given: Values) -> Result<Config, ConfigError> {
    let base = or(given.preset, Preset::Default).config();
    let config = base
        .clone()
        // Penalties.
        .with_penalties(or(given.penalties, base.penalties()))
        .with_threshold(or(given.threshold, base.threshold()))
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
        .with_checks_per_tick(or(given.checks_per_tick, base.checks_per_tick()))
        .with_max_cycle_ticks(or(given.max_cycle_ticks, base.max_cycle_ticks()))
        .with_check_on_leave(or(given.check_on_leave, base.check_on_leave()))
        .with_min_connected(or(given.min_connected, base.min_connected()))
        // Colocation.
        .with_max_banned_peers(or(given.max_banned_peers, base.max_banned_peers()))
        .with_colocation_duration(or(given.colocation_duration, base.colocation_duration()))?
        .with_colocation_prefixes(
            given.colocation_prefix_v4.map_or_else(|| base.colocation_prefix(V4), |bits| bits.0.0),
            given.colocation_prefix_v6.map_or_else(|| base.colocation_prefix(V6), |bits| bits.0.0),
        )?
        .with_colocation_exempt(
            &given
                .colocation_exempt
                .map_or_else(|| base.colocation_exempt().to_vec(), |list| list.0),
        )
        // Bans of every kind.
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

fn options(given: &mut Values) -> Result<Options, OutOfBounds> {
    let base = Options::default();
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
    Ok(base
        .clone()
        .with_heartbeat_interval(interval(
            given.heartbeat_interval.take(),
            base.heartbeat_interval(),
        ))?
        .with_tick_interval(interval(given.tick_interval.take(), base.tick_interval()))?
        .with_close_timeout(interval(given.close_timeout.take(), base.close_timeout()))?
        .with_max_redials(or(given.max_redials.take(), base.max_redials()))
        .with_redial_attempts(or(given.redial_attempts.take(), base.redial_attempts()))
        .with_data_file(or(given.data_file.take(), file))
        .with_protect(protect)
        .with_static_peers(static_peers)
        .with_ban(given.ban.take().map(|list| list.0).unwrap_or_default()))
}

fn or<T>(given: Option<Value<T>>, default: T) -> T {
    given.map_or(default, |Value(value)| value)
}

/// Any address of its kind, to ask for a setting of the kind.
const V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
