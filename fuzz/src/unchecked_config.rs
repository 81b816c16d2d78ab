//! Policies from any numbers: setters accept or refuse, and never panic.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use peerwarden_core::{
    Amplification, Config, ConfigError, DecayRate, IpNet, Misbehavior, Penalty, PlaceLevel, Points,
    Score, Subject,
};

/// One call of a setter.
#[derive(Arbitrary, Clone, Debug)]
pub enum Setting {
    /// Where to start from instead.
    Preset(Preset),
    /// Any of those that take a switch.
    Switch(Switch, bool),
    /// Any of those that take a duration, or none.
    Time(Time, Option<Duration>),
    /// Any of those that take a number.
    Number(Number, Option<usize>),
    /// What misdeeds cost.
    Cost(Misbehavior, f64, f64),
    /// How fast debts fall.
    Decay(Vec<f64>),
    /// How long bans by score last.
    BanDurations(Vec<Duration>),
    /// The lowest score.
    MinScore(f64),
    /// The debt above which a peer is banned.
    Threshold(f64),
    /// What a place is: lengths, debts and crowds.
    Places(Vec<(u8, f64, u32)>, Vec<(u8, f64, u32)>),
    /// How long bans of places last.
    PlaceDurations(Vec<Duration>),
    /// What a peer may owe for no warning, and be reported for in the long run.
    Limits(Option<f64>, Option<f64>),
    /// Where there are no places.
    Exempt(Vec<Net>),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Preset {
    Default,
    Flow,
    OpNode,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Switch {
    CheckOnLeave,
    DryRun,
    Hearsay,
    Incident,
    Penalties,
    Places,
    Redial,
    Scores,
    SlowAccrual,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Time {
    ConfirmWithin,
    ForgiveAfter,
    MaxRemoteBan,
    MaxSentence,
    StandingAfter,
    StandingFor,
    UnbanGrace,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Number {
    ChecksPerTick,
    Confirmations,
    MaxAddrBans,
    MaxCycleTicks,
    MaxPlaces,
    MaxRecords,
    MaxRemoteBans,
    MaxStanding,
    MinConnected,
}

/// A network, written in any way.
#[derive(Clone, Copy, Debug)]
pub struct Net(IpNet);

impl<'a> Arbitrary<'a> for Net {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        match u.arbitrary::<Subject<u8>>()? {
            Subject::Addr(net) => Ok(Self(net)),
            Subject::Peer(_) => Err(arbitrary::Error::IncorrectFormat),
        }
    }
}

impl Setting {
    /// The policy with this setting, or as it was if that is refused.
    pub(crate) fn apply(self, config: Config) -> Config {
        let before = config.clone();
        match self {
            Self::Preset(Preset::Default) => Config::default(),
            Self::Preset(Preset::Flow) => Config::flow(),
            Self::Preset(Preset::OpNode) => Config::op_node(),
            Self::Switch(switch, on) => switch.apply(config, on),
            Self::Time(time, duration) => time.apply(config, duration).unwrap_or(before),
            Self::Number(number, value) => number.apply(config, value),
            Self::Cost(misbehavior, points, factor) => cost(config, misbehavior, points, factor),
            Self::Decay(rates) => {
                let rates: Vec<_> = rates.into_iter().flat_map(DecayRate::try_from).collect();
                config.with_decay(&rates).unwrap_or(before)
            }
            Self::BanDurations(durations) => {
                config.with_ban_durations(&durations).unwrap_or(before)
            }
            Self::MinScore(score) => match Score::try_from(score) {
                Ok(score) => config.with_min_score(score),
                Err(_) => config,
            },
            Self::Threshold(points) => match Points::try_from(points) {
                Ok(points) => config.with_threshold(points),
                Err(_) => config,
            },
            Self::Places(v4, v6) => {
                let level = |(length, points, crowd)| {
                    Points::try_from(points).map(|debts| PlaceLevel { length, debts, crowd })
                };
                let v4: Vec<_> = v4.into_iter().flat_map(level).collect();
                let v6: Vec<_> = v6.into_iter().flat_map(level).collect();
                let config = config.with_places_v4(&v4).unwrap_or(before);
                let before = config.clone();
                config.with_places_v6(&v6).unwrap_or(before)
            }
            Self::PlaceDurations(durations) => {
                config.with_place_durations(&durations).unwrap_or(before)
            }
            Self::Limits(warning, long_budget) => {
                let points = |points: Option<f64>| points.map(Points::try_from).transpose();
                match (points(warning), points(long_budget)) {
                    (Ok(warning), Ok(long_budget)) => {
                        config.with_warning(warning).with_long_budget(long_budget)
                    }
                    (Err(_), _) | (_, Err(_)) => config,
                }
            }
            Self::Exempt(networks) => {
                let networks: Vec<_> = networks.into_iter().map(|net| net.0).collect();
                config.with_exempt(&networks)
            }
        }
    }
}

impl Switch {
    fn apply(self, config: Config, on: bool) -> Config {
        match self {
            Self::CheckOnLeave => config.with_check_on_leave(on),
            Self::DryRun => config.with_dry_run(on),
            Self::Hearsay => config.with_hearsay(on),
            Self::Incident => config.with_incident(on),
            Self::Places => config.with_places(on),
            Self::Penalties => config.with_penalties(on),
            Self::Redial => config.with_redial(on),
            Self::Scores => config.with_scores(on),
            Self::SlowAccrual => config.with_slow_accrual(on),
        }
    }
}

impl Time {
    fn apply(
        self,
        config: Config,
        duration: Option<Duration>,
    ) -> std::result::Result<Config, ConfigError> {
        let or_zero = duration.unwrap_or_default();
        match self {
            Self::ConfirmWithin => config.with_confirm_within(duration),
            Self::StandingAfter => Ok(config.with_standing_after(duration)),
            Self::StandingFor => Ok(config.with_standing_for(or_zero)),
            Self::ForgiveAfter => config.with_forgive_after(duration),
            Self::MaxRemoteBan => config.with_max_remote_ban(or_zero),
            Self::MaxSentence => config.with_max_sentence(duration),
            Self::UnbanGrace => config.with_unban_grace(duration),
        }
    }
}

impl Number {
    fn apply(self, config: Config, value: Option<usize>) -> Config {
        let size = value.and_then(NonZeroUsize::new);
        let count = value.and_then(|value| u32::try_from(value).ok()).and_then(NonZeroU32::new);
        match self {
            Self::ChecksPerTick => config.with_checks_per_tick(count.unwrap_or(NonZeroU32::MAX)),
            Self::Confirmations => config.with_confirmations(count.unwrap_or(NonZeroU32::MAX)),
            Self::MaxAddrBans => config.with_max_addr_bans(size.unwrap_or(NonZeroUsize::MIN)),
            Self::MaxPlaces => config.with_max_places(value.unwrap_or_default()),
            Self::MaxStanding => config.with_max_standing(value.unwrap_or_default()),
            Self::MaxCycleTicks => config.with_max_cycle_ticks(count),
            Self::MaxRecords => config.with_max_records(size.unwrap_or(NonZeroUsize::MIN)),
            Self::MaxRemoteBans => config.with_max_remote_bans(value.unwrap_or_default()),
            Self::MinConnected => config.with_min_connected(size),
        }
    }
}

/// Weighs this kind of misdeed, and what has no weight of its own.
fn cost(config: Config, misbehavior: Misbehavior, points: f64, factor: f64) -> Config {
    let Ok(penalty) = Penalty::try_from(points) else {
        return config;
    };
    let factor = Amplification::try_from(factor).unwrap_or_default();
    let default = config.penalty(misbehavior, factor);
    config.with_weight(misbehavior, penalty).with_default_penalty(default.amplified(factor))
}
