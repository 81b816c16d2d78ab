//! Random policies, with numbers small enough that every rule comes into play.

use peerwarden_core::{Config, DecayRate, Penalty, PlaceLevel, Points};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

pub(crate) fn any_config() -> impl Strategy<Value = Config> {
    penalties()
        .prop_flat_map(shares)
        .boxed()
        .prop_flat_map(scores)
        .boxed()
        .prop_flat_map(bans)
        .boxed()
        .prop_flat_map(places)
        .boxed()
        .prop_flat_map(standing)
        .boxed()
        .prop_flat_map(bounds)
        .boxed()
}

/// In a few points, or in thousands as by default.
fn penalties() -> impl Strategy<Value = Config> {
    (
        mostly(true),
        select(vec![0, 1_000_000, 3_000_000, 10_000_000, 10_000_001, LARGE, LARGE, LARGE]),
        prop_oneof![
            vec(select(vec![1_000.0, 10.0, 3.0, 1.0, 0.7, 0.1]), 1..4),
            Just(vec![1_000.0, 100.0, 10.0, 1.0]),
        ],
        any::<bool>(),
        option::of(select(vec![1_000_000_000, 2_500_000_001, 20_000_000_000, 604_800 * SECOND])),
        select(vec![1_000_000, 333_333, 864_000_000, 864_000_000]),
    )
        .prop_map(|(on, threshold, rates, slow, longest, penalty)| {
            let rates = rates.into_iter().map(DecayRate::try_from);
            let rates: Vec<_> = rates.map(Result::unwrap).collect();
            Config::default()
                .with_penalties(on)
                .with_threshold(Points::from_micros(threshold))
                .with_decay(&rates)
                .unwrap()
                .with_slow_accrual(slow)
                .with_max_sentence(longest.map(Duration::from_nanos))
                .unwrap()
                .with_default_penalty(Penalty::from_micros(penalty).unwrap())
        })
}

/// What is a share of the threshold by default.
fn shares(config: Config) -> impl Strategy<Value = Config> {
    let budgets = vec![0, 3_000_000, 10_000_001, 8_640_000_000, 86_400_000_000];
    (
        mostly(true),
        option::of(option::of(select(vec![0, 500_000, 2_000_000, 50_000_000_000]))),
        option::of(option::of(select(budgets))),
    )
        .prop_map(move |(hearsay, warning, budget)| {
            let mut config = config.clone().with_hearsay(hearsay);
            if let Some(points) = warning {
                config = config.with_warning(points.map(Points::from_micros));
            }
            if let Some(points) = budget {
                config = config.with_long_budget(points.map(Points::from_micros));
            }
            config
        })
}

fn scores(config: Config) -> impl Strategy<Value = Config> {
    (
        mostly(true),
        vec(select(vec![1_u64, 5, 10, 60]), 1..4),
        1_u32..4,
        option::of(select(vec![1_u64, 10, 3_600])),
        1_u32..4,
        option::of(1_u32..4),
        any::<bool>(),
    )
        .prop_map(move |(on, durations, confirmations, within, checks, ticks, leave)| {
            let durations: Vec<_> = durations.into_iter().map(Duration::from_secs).collect();
            config
                .clone()
                .with_scores(on)
                .with_ban_durations(&durations)
                .unwrap()
                .with_confirmations(NonZeroU32::new(confirmations).unwrap())
                .with_confirm_within(within.map(Duration::from_secs))
                .unwrap()
                .with_checks_per_tick(NonZeroU32::new(checks).unwrap())
                .with_max_cycle_ticks(ticks.and_then(NonZeroU32::new))
                .with_check_on_leave(leave)
        })
}

fn bans(config: Config) -> impl Strategy<Value = Config> {
    (
        option::of(select(vec![1_000, 7_500, 30_000])),
        option::of(select(vec![1_000, 5_000, 600_000])),
        any::<bool>(),
        mostly(false),
        select(vec![5_000, 60_000]),
    )
        .prop_map(move |(forgive, grace, redial, dry_run, remote)| {
            config
                .clone()
                .with_forgive_after(forgive.map(Duration::from_millis))
                .unwrap()
                .with_unban_grace(grace.map(Duration::from_millis))
                .unwrap()
                .with_redial(redial)
                .with_dry_run(dry_run)
                .with_max_remote_ban(Duration::from_millis(remote))
                .unwrap()
        })
}

fn places(config: Config) -> impl Strategy<Value = Config> {
    let lengths_v4 = vec![vec![], vec![32], vec![16, 32, 24], vec![8, 0]];
    let lengths_v6 = vec![vec![], vec![64], vec![48, 64, 32], vec![128, 16, 0]];
    let debts = vec![0, 1_000_000, 2_000_001, 864_000_000, 43_200_000_000];
    (
        mostly(true),
        option::of(select(lengths_v4)),
        option::of(select(lengths_v6)),
        vec((select(debts), 0_u32..4), 3),
        option::of(vec(select(vec![1_u64, 10, 600, 86_400]), 1..4)),
    )
        .prop_map(move |(on, v4, v6, limits, durations)| {
            let levels = |lengths: Vec<u8>| -> Vec<_> {
                let levels = lengths.into_iter().zip(&limits);
                let level = |(length, (debts, crowd)): (u8, &(u64, u32))| PlaceLevel {
                    length,
                    debts: Points::from_micros(*debts),
                    crowd: *crowd,
                };
                levels.map(level).collect()
            };
            let mut config = config.clone();
            if let Some(lengths) = v4 {
                config = config.with_places_v4(&levels(lengths)).unwrap();
            }
            if let Some(lengths) = v6 {
                config = config.with_places_v6(&levels(lengths)).unwrap();
            }
            if let Some(durations) = durations {
                let durations: Vec<_> = durations.into_iter().map(Duration::from_secs).collect();
                config = config.with_place_durations(&durations).unwrap();
            }
            config.with_places(on)
        })
}

fn standing(config: Config) -> impl Strategy<Value = Config> {
    (
        option::weighted(0.9, select(vec![0_u64, 10, 10, 1_800])),
        select(vec![1_u64, 20, 604_800]),
        mostly(true),
    )
        .prop_map(move |(after, lasts, incident)| {
            config
                .clone()
                .with_standing_after(after.map(Duration::from_secs))
                .with_standing_for(Duration::from_secs(lasts))
                .with_incident(incident)
        })
}

fn bounds(config: Config) -> impl Strategy<Value = Config> {
    let unbounded = usize::MAX;
    let few = || select(vec![0, 1, 2, unbounded, unbounded, unbounded]);
    (
        select(vec![1, 2, 3, unbounded, unbounded, unbounded]),
        select(vec![1, 2, unbounded]),
        few(),
        few(),
        few(),
        (0_usize..10).prop_map(|least| NonZeroUsize::new(least.saturating_sub(6))),
    )
        .prop_map(move |(records, addr_bans, remote_bans, places, standing, least)| {
            let judged = config.places();
            config
                .clone()
                .with_max_records(NonZeroUsize::new(records).unwrap())
                .with_max_addr_bans(NonZeroUsize::new(addr_bans).unwrap())
                .with_max_remote_bans(remote_bans)
                .with_max_places(places)
                .with_places(judged)
                .with_max_standing(standing)
                .with_min_connected(least)
        })
}

/// Seven times out of eight.
fn mostly(usual: bool) -> impl Strategy<Value = bool> {
    (0..8).prop_map(move |n| (n > 0) == usual)
}

/// The threshold by default.
const LARGE: u64 = 86_400_000_000;
const SECOND: u64 = 1_000_000_000;
