//! Random policies: any preset, and any settings put on it in any order.

use peerwarden_core::{Config, DecayRate, PlaceLevel, Points};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use crate::values::{any_addr, any_duration, any_misbehavior, any_number, any_penalty, any_score};

pub(crate) fn any_config() -> impl Strategy<Value = Config> {
    let presets = vec![Config::default(), Config::flow(), Config::op_node()];
    (select(presets), vec(any_change(), 0..12))
        .prop_map(|(preset, changes)| changes.iter().fold(preset, |config, each| each.on(config)))
}

/// One call of a setter.
#[derive(Clone, Debug)]
enum Change {
    Cost(peerwarden_core::Misbehavior, peerwarden_core::Penalty),
    Decay(Vec<u64>),
    DefaultPenalty(peerwarden_core::Penalty),
    Durations(u8, Vec<Duration>),
    Exempt(Vec<std::net::IpAddr>),
    Levels(bool, Vec<(u8, u64, u32)>),
    MinScore(peerwarden_core::Score),
    Number(u8, u64),
    Points(u8, Option<u64>),
    Switch(u8, bool),
    Time(u8, Option<Duration>),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any_misbehavior(), any_penalty()).prop_map(|(kind, weight)| Change::Cost(kind, weight)),
        vec(1..u64::MAX, 1..4).prop_map(Change::Decay),
        any_penalty().prop_map(Change::DefaultPenalty),
        (0_u8..2, vec(any_duration(), 1..4)).prop_map(|(n, list)| Change::Durations(n, list)),
        vec(any_addr(), 0..3).prop_map(Change::Exempt),
        (any::<bool>(), vec((0_u8..=32, any_number(), any::<u32>()), 0..3))
            .prop_map(|(v4, levels)| Change::Levels(v4, levels)),
        any_score().prop_map(Change::MinScore),
        (0_u8..9, any_number()).prop_map(|(n, value)| Change::Number(n, value)),
        (0_u8..3, option::of(any_number())).prop_map(|(n, value)| Change::Points(n, value)),
        (0_u8..9, any::<bool>()).prop_map(|(n, on)| Change::Switch(n, on)),
        (0_u8..7, option::of(any_duration())).prop_map(|(n, value)| Change::Time(n, value)),
    ]
}

impl Change {
    fn on(&self, config: Config) -> Config {
        match self {
            Self::Cost(kind, weight) => config.with_weight(*kind, *weight),
            Self::Decay(rates) => {
                let rate = |micros: &u64| DecayRate::from_micros_per_second(*micros).unwrap();
                config.with_decay(&rates.iter().map(rate).collect::<Vec<_>>()).unwrap()
            }
            Self::DefaultPenalty(penalty) => config.with_default_penalty(*penalty),
            Self::Durations(0, list) => config.with_ban_durations(list).unwrap(),
            Self::Durations(_, list) => config.with_place_durations(list).unwrap(),
            Self::Exempt(addrs) => {
                let networks: Vec<_> = addrs.iter().map(|addr| (*addr).into()).collect();
                config.with_exempt(&networks)
            }
            Self::Levels(v4, levels) => {
                let mut levels: Vec<_> = levels
                    .iter()
                    .map(|(length, debts, crowd)| PlaceLevel {
                        length: *length,
                        debts: Points::from_micros(*debts),
                        crowd: *crowd,
                    })
                    .collect();
                levels.sort_by_key(|level| level.length);
                levels.dedup_by_key(|level| level.length);
                if *v4 {
                    config.with_places_v4(&levels).unwrap()
                } else {
                    config.with_places_v6(&levels).unwrap()
                }
            }
            Self::MinScore(score) => config.with_min_score(*score),
            Self::Number(which, value) => number(config, *which, *value),
            Self::Points(0, points) => {
                config.with_threshold(Points::from_micros(points.unwrap_or_default()))
            }
            Self::Points(1, points) => config.with_warning(points.map(Points::from_micros)),
            Self::Points(_, points) => config.with_long_budget(points.map(Points::from_micros)),
            Self::Switch(which, on) => switch(config, *which, *on),
            Self::Time(which, time) => with_time(config, *which, *time),
        }
    }
}

fn number(config: Config, which: u8, value: u64) -> Config {
    let size = usize::try_from(value).unwrap();
    let many = NonZeroUsize::new(size).unwrap_or(NonZeroUsize::MIN);
    let few = u32::try_from(value).ok().and_then(NonZeroU32::new);
    match which {
        0 => config.with_checks_per_tick(few.unwrap_or(NonZeroU32::MAX)),
        1 => config.with_confirmations(few.unwrap_or(NonZeroU32::MAX)),
        2 => config.with_max_addr_bans(many),
        3 => config.with_max_cycle_ticks(few),
        4 => config.with_max_places(size),
        5 => config.with_max_records(many),
        6 => config.with_max_remote_bans(size),
        7 => config.with_max_standing(size),
        _ => config.with_min_connected(NonZeroUsize::new(size)),
    }
}

fn switch(config: Config, which: u8, on: bool) -> Config {
    match which {
        0 => config.with_check_on_leave(on),
        1 => config.with_dry_run(on),
        2 => config.with_hearsay(on),
        3 => config.with_incident(on),
        4 => config.with_penalties(on),
        5 => config.with_places(on),
        6 => config.with_redial(on),
        7 => config.with_scores(on),
        _ => config.with_slow_accrual(on),
    }
}

fn with_time(config: Config, which: u8, time: Option<Duration>) -> Config {
    let or_one = time.unwrap_or(Duration::from_secs(1));
    match which {
        0 => config.with_confirm_within(time).unwrap(),
        1 => config.with_forgive_after(time).unwrap(),
        2 => config.with_max_remote_ban(or_one).unwrap(),
        3 => config.with_max_sentence(time).unwrap(),
        4 => config.with_standing_after(time),
        5 => config.with_standing_for(time.unwrap_or_default()),
        _ => config.with_unban_grace(time).unwrap(),
    }
}
