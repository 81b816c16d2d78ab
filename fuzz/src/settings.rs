//! Policies with numbers small enough that every rule comes into play.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use peerwarden_core::{Config, ConfigError, DecayRate, PlaceLevel, Points};

/// An arbitrary policy for histories about few peers in short times.
#[derive(Clone, Debug)]
pub struct SmallConfig(pub(crate) Config);

impl<'a> Arbitrary<'a> for SmallConfig {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let config = penalties(u)?;
        let config = scores(u, config)?;
        let config = bans(u, config)?;
        bounds(u, config).map(Self)
    }
}

fn penalties(u: &mut Unstructured<'_>) -> Result<Config> {
    let threshold = *u.choose(&[10_000_000, 3_000_000, 10_000_001, 1_000_000, 0])?;
    let rates = [1.0, 10.0, 1_000.0, 0.7, 0.1, 3.0, 1e-3, 1e13];
    let mut decay = Vec::new();
    for _ in 0..u.int_in_range(1..=4)? {
        decay.push(valid(DecayRate::try_from(*u.choose(&rates)?))?);
    }
    let longest =
        *u.choose(&[None, Some(1_000_000_000), Some(2_500_000_001), Some(20_000_000_000)])?;
    let config = Config::default()
        .with_penalties(!u.ratio(1, 16)?)
        .with_threshold(Points::from_micros(threshold))
        .with_slow_accrual(u.arbitrary()?);
    allowed(config.with_decay(&decay))
        .and_then(|config| allowed(config.with_max_sentence(longest.map(Duration::from_nanos))))
}

fn scores(u: &mut Unstructured<'_>, config: Config) -> Result<Config> {
    let mut durations = Vec::new();
    for _ in 0..u.int_in_range(1..=3)? {
        durations.push(Duration::from_secs(*u.choose(&[5, 1, 10, 60])?));
    }
    let config = config
        .with_scores(!u.ratio(1, 16)?)
        .with_confirmations(few(u)?)
        .with_checks_per_tick(few(u)?)
        .with_max_cycle_ticks(if u.arbitrary()? { Some(few(u)?) } else { None })
        .with_check_on_leave(u.arbitrary()?)
        .with_min_connected(NonZeroUsize::new(u.int_in_range(0..=3)?));
    allowed(config.with_ban_durations(&durations))
}

fn bans(u: &mut Unstructured<'_>, config: Config) -> Result<Config> {
    let some = |u: &mut Unstructured<'_>| -> Result<Option<Duration>> {
        let millis = u.choose(&[None, Some(1_000), Some(7_500), Some(30_000)])?;
        Ok(millis.map(Duration::from_millis))
    };
    let (forgive, grace) = (some(u)?, some(u)?);
    let remote = some(u)?.unwrap_or(Duration::from_secs(60));
    let config = config.with_redial(u.arbitrary()?).with_dry_run(u.ratio(1, 16)?);
    allowed(config.with_forgive_after(forgive))
        .and_then(|config| allowed(config.with_unban_grace(grace)))
        .and_then(|config| allowed(config.with_max_remote_ban(remote)))
}

fn bounds(u: &mut Unstructured<'_>, config: Config) -> Result<Config> {
    let (v4, v6) = *u.choose(&[(32, 64), (24, 48), (0, 0), (16, 128)])?;
    let (points, crowd) = (u.int_in_range(0..=20)?, u.int_in_range(0..=2)?);
    let level = |length| PlaceLevel { length, debts: Points::from_points(points), crowd };
    let seconds = u.int_in_range(1..=10)?;
    let most = |u: &mut Unstructured<'_>| u.choose(&[usize::MAX, 1, 2, 3]).copied();
    let at_least_one = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
    let config = config
        .with_max_records(at_least_one(most(u)?))
        .with_max_addr_bans(at_least_one(most(u)?))
        .with_max_remote_bans(most(u)?)
        .with_max_places(most(u)?)
        .with_max_standing(most(u)?)
        .with_standing_after(*u.choose(&[
            None,
            Some(Duration::ZERO),
            Some(Duration::from_secs(5)),
        ])?)
        .with_standing_for(Duration::from_secs(*u.choose(&[0, 5, 604_800])?))
        .with_hearsay(u.arbitrary()?)
        .with_incident(u.arbitrary()?)
        .with_long_budget(u.choose(&[None, Some(5), Some(50)])?.map(Points::from_points))
        .with_warning(u.choose(&[None, Some(1), Some(5)])?.map(Points::from_points));
    let wider = level(v6 / 2);
    let v6 = if v6 > 0 { vec![level(v6), wider] } else { vec![wider] };
    let places = allowed(config.with_places_v4(&[level(v4)]))
        .and_then(|config| allowed(config.with_places_v6(&v6)));
    let durations = [seconds, 2 * seconds].map(Duration::from_secs);
    places.and_then(|config| allowed(config.with_place_durations(&durations)))
}

fn few(u: &mut Unstructured<'_>) -> Result<NonZeroU32> {
    Ok(NonZeroU32::new(u.int_in_range(1..=3)?).unwrap_or(NonZeroU32::MIN))
}

fn allowed(config: std::result::Result<Config, ConfigError>) -> Result<Config> {
    valid(config)
}

/// These values are all valid: an error says that the bytes were not understood.
fn valid<T, E>(value: std::result::Result<T, E>) -> Result<T> {
    value.map_err(|_| arbitrary::Error::IncorrectFormat)
}
