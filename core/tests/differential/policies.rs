//! Random policies, with numbers small enough that every rule comes into play.

use peerwarden_core::{Config, DecayRate, Points};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

pub(crate) fn any_config() -> impl Strategy<Value = Config> {
    penalties()
        .prop_flat_map(scores)
        .prop_flat_map(bans)
        .prop_flat_map(colocation)
        .prop_flat_map(bounds)
}

fn penalties() -> impl Strategy<Value = Config> {
    (
        mostly(true),
        select(vec![0, 1_000_000, 3_000_000, 10_000_000, 10_000_001]),
        vec(select(vec![1_000.0, 10.0, 3.0, 1.0, 0.7, 0.1]), 1..4),
        any::<bool>(),
        option::of(select(vec![1_000_000_000, 2_500_000_001, 20_000_000_000])),
    )
        .prop_map(|(on, threshold, rates, slow, longest)| {
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
        })
}

fn scores(config: Config) -> impl Strategy<Value = Config> {
    (
        mostly(true),
        vec(select(vec![1_u64, 5, 10, 60]), 1..4),
        1_u32..4,
        1_u32..4,
        option::of(1_u32..4),
        any::<bool>(),
    )
        .prop_map(move |(on, durations, confirmations, checks, ticks, leave)| {
            let durations: Vec<_> = durations.into_iter().map(Duration::from_secs).collect();
            config
                .clone()
                .with_scores(on)
                .with_ban_durations(&durations)
                .unwrap()
                .with_confirmations(NonZeroU32::new(confirmations).unwrap())
                .with_checks_per_tick(NonZeroU32::new(checks).unwrap())
                .with_max_cycle_ticks(ticks.and_then(NonZeroU32::new))
                .with_check_on_leave(leave)
        })
}

fn bans(config: Config) -> impl Strategy<Value = Config> {
    (
        option::of(select(vec![1_000, 7_500, 30_000])),
        option::of(select(vec![1_000, 5_000, 30_000])),
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

fn colocation(config: Config) -> impl Strategy<Value = Config> {
    (
        option::weighted(0.8, 0_usize..3),
        select(vec![2_u64, 10]),
        select(vec![24_u8, 32]),
        select(vec![48_u8, 64]),
    )
        .prop_map(move |(most, duration, v4, v6)| {
            config
                .clone()
                .with_max_banned_peers(most)
                .with_colocation_duration(Duration::from_secs(duration))
                .unwrap()
                .with_colocation_prefixes(v4, v6)
                .unwrap()
        })
}

fn bounds(config: Config) -> impl Strategy<Value = Config> {
    let unbounded = usize::MAX;
    (
        select(vec![1, 2, 3, unbounded, unbounded, unbounded]),
        select(vec![1, 2, unbounded]),
        select(vec![0, 1, 2, unbounded, unbounded, unbounded]),
        (0_usize..4).prop_map(NonZeroUsize::new),
    )
        .prop_map(move |(records, addr_bans, remote_bans, least)| {
            config
                .clone()
                .with_max_records(NonZeroUsize::new(records).unwrap())
                .with_max_addr_bans(NonZeroUsize::new(addr_bans).unwrap())
                .with_max_remote_bans(remote_bans)
                .with_min_connected(least)
        })
}

/// Seven times out of eight.
fn mostly(usual: bool) -> impl Strategy<Value = bool> {
    (0..8).prop_map(move |n| (n > 0) == usual)
}
