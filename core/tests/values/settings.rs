//! Setters: each changes its own setting and no other.

use std::error::Error;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use peerwarden_core::{Config, DecayRate, IpNet, Misbehavior, Penalty, PlaceLevel, Points, Score};

/// Every setting differs from the default, so one that is lost to a later one shows.
#[test]
fn every_setting_is_kept_whatever_is_set_after_it() {
    let config = everything_else().unwrap();

    assert!(!config.penalties() && !config.scores() && !config.redial());
    assert!(config.slow_accrual() && !config.check_on_leave() && config.dry_run());
    assert_eq!(config.threshold(), Points::from_points(1));
    assert_eq!(config.default_penalty(), points(2));
    assert_eq!(config.weights().collect::<Vec<_>>(), [(Misbehavior::STALE_MESSAGE, points(3))]);
    assert_eq!(config.decay(), [rate(4), rate(5)]);
    assert_eq!(config.max_sentence(), Some(secs(6)));
    assert_eq!(config.min_score(), Score::try_from(-7.0).unwrap());
    assert_eq!(config.ban_durations(), [secs(8), secs(9)]);
    assert_eq!((config.confirmations(), config.checks_per_tick()), (few(10), few(11)));
    assert_eq!(config.max_cycle_ticks(), Some(few(12)));
    assert_eq!(config.min_connected(), Some(many(13)));
    assert!(config.places() && !config.hearsay() && !config.incident());
    assert_eq!(config.places_v4().collect::<Vec<_>>(), [level(14)]);
    assert_eq!(config.places_v6().collect::<Vec<_>>(), [level(17), level(16)]);
    assert_eq!(config.place_durations(), [secs(15)]);
    assert_eq!(config.exempt(), [net("203.0.113.0/24")]);
    assert_eq!((config.standing_after(), config.standing_for()), (Some(secs(24)), secs(25)));
    assert_eq!((config.max_places(), config.max_standing()), (26, 27));
    assert_eq!(config.confirm_within(), Some(secs(28)));
    assert_eq!(config.warning(), Some(Points::from_points(29)));
    assert_eq!(config.long_budget(), Some(Points::from_points(30)));
    assert_eq!((config.max_records(), config.max_addr_bans()), (many(18), many(19)));
    assert_eq!(config.max_remote_bans(), 20);
    assert_eq!(config.forgive_after(), Some(secs(21)));
    assert_eq!(config.unban_grace(), Some(secs(22)));
    assert_eq!(config.max_remote_ban(), secs(23));
}

#[test]
fn what_can_be_switched_off_can_be_switched_on_again() {
    let off = Config::default().with_penalties(false).with_scores(false).with_redial(false);
    let on = off.clone().with_penalties(true).with_scores(true).with_redial(true);

    assert_ne!(off, Config::default());
    assert_eq!(on, Config::default());
}

/// An exempt network is compared in the same form as every other.
#[test]
fn an_exempt_network_is_masked_and_ipv4_where_it_is_written_as_ipv6() {
    let nets = [net("203.0.113.7/24"), net("::ffff:198.51.100.7/120")];

    let config = Config::default().with_exempt(&nets);

    assert_eq!(config.exempt(), [net("203.0.113.0/24"), net("198.51.100.0/24")]);
}

fn everything_else() -> Result<Config, Box<dyn Error>> {
    let config = Config::default()
        .with_penalties(false)
        .with_threshold(Points::from_points(1))
        .with_default_penalty(points(2))
        .with_weight(Misbehavior::STALE_MESSAGE, points(3))
        .with_decay(&[rate(4), rate(5)])?
        .with_slow_accrual(true)
        .with_max_sentence(Some(secs(6)))?
        .with_scores(false)
        .with_min_score(Score::try_from(-7.0)?)
        .with_ban_durations(&[secs(8), secs(9)])?
        .with_confirmations(few(10))
        .with_checks_per_tick(few(11))
        .with_max_cycle_ticks(Some(few(12)))
        .with_check_on_leave(false)
        .with_min_connected(Some(many(13)))
        .with_places_v4(&[level(14)])?
        .with_places_v6(&[level(16), level(17)])?
        .with_place_durations(&[secs(15)])?
        .with_exempt(&[net("203.0.113.0/24")])
        .with_standing_after(Some(secs(24)))
        .with_standing_for(secs(25))
        .with_max_places(26)
        .with_max_standing(27)
        .with_incident(false)
        .with_hearsay(false)
        .with_confirm_within(Some(secs(28)))?
        .with_warning(Some(Points::from_points(29)))
        .with_long_budget(Some(Points::from_points(30)))
        .with_max_records(many(18))
        .with_max_addr_bans(many(19))
        .with_max_remote_bans(20)
        .with_forgive_after(Some(secs(21)))?
        .with_unban_grace(Some(secs(22)))?
        .with_redial(false)
        .with_dry_run(true)
        .with_max_remote_ban(secs(23))?;
    Ok(config)
}

fn level(length: u8) -> PlaceLevel {
    PlaceLevel { length, debts: Points::from_points(u64::from(length)), crowd: 3 }
}

fn points(points: u64) -> Penalty {
    Penalty::from_points(points).unwrap()
}

fn rate(points: u64) -> DecayRate {
    DecayRate::from_points_per_second(points).unwrap()
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn few(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn many(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

fn net(net: &str) -> IpNet {
    net.parse().unwrap()
}
