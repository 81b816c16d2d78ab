//! Policies: presets, and settings that are refused.

use std::num::NonZeroU32;
use std::time::Duration;

use peerwarden_core::{
    Amplification, BanDuration, BanDurationError, Config, ConfigError, Misbehavior, Penalty,
    PlaceLevel, Points, Score,
};

#[test]
fn a_list_that_needs_an_entry_is_refused_without_one() {
    let decay = Config::default().with_decay(&[]).unwrap_err();
    let durations = Config::default().with_ban_durations(&[]).unwrap_err();

    assert_eq!(decay.to_string(), "decay is an empty list: give at least one entry");
    assert_eq!(durations, ConfigError::Empty { field: "ban_durations" });
}

#[test]
fn a_duration_of_nothing_is_refused_wherever_it_would_mean_nothing() {
    let zero = Duration::ZERO;
    let config = Config::default;

    let refused = [
        config().with_max_sentence(Some(zero)),
        config().with_ban_durations(&[Duration::from_secs(1), zero]),
        config().with_forgive_after(Some(zero)),
        config().with_unban_grace(Some(zero)),
        config().with_max_remote_ban(zero),
        config().with_confirm_within(Some(zero)),
        config().with_place_durations(&[zero]),
    ];

    assert_eq!(
        refused.map(|refused| refused.unwrap_err().to_string()),
        [
            "max_sentence is 0s: give a longer duration",
            "ban_durations[1] is 0s: give a longer duration",
            "forgive_after is 0s: give a longer duration",
            "unban_grace is 0s: give a longer duration",
            "max_remote_ban is 0s: give a longer duration",
            "confirm_within is 0s: give a longer duration",
            "place_durations[0] is 0s: give a longer duration",
        ]
    );
    assert_eq!(BanDuration::try_from(zero), Err(BanDurationError));
    let minute = BanDuration::try_from(Duration::from_secs(60)).unwrap();
    assert_eq!((minute.get(), Duration::from(minute)), (Duration::from_secs(60), minute.get()));
    assert!(BanDurationError.to_string().contains("0s"));
}

#[test]
fn a_prefix_longer_than_an_address_is_refused_by_its_length() {
    let v4 = Config::default().with_places_v4(&[level(33)]).unwrap_err();
    let v6 = Config::default().with_places_v6(&[level(64), level(129)]).unwrap_err();

    assert_eq!(v4.to_string(), "places_v4 has a prefix of 33 bits: give at most 32");
    assert_eq!(v6.to_string(), "places_v6 has a prefix of 129 bits: give at most 128");
}

#[test]
fn a_level_of_places_is_refused_a_second_time() {
    let levels = [level(64), level(48), level(64)];

    let twice = Config::default().with_places_v6(&levels).unwrap_err();

    assert_eq!(twice.to_string(), "places_v6 has /64 twice: give each prefix length once");
}

#[test]
fn levels_are_read_longest_first_in_whatever_order_they_are_given() {
    let config = Config::default().with_places_v6(&[level(48), level(64), level(56)]).unwrap();

    assert_eq!(config.places_v6().map(|level| level.length).collect::<Vec<_>>(), [64, 56, 48]);
}

#[test]
fn the_default_preset_is_as_documented() {
    let config = Config::default();
    let hours = |hours: u64| Duration::from_secs(hours * 3_600);

    assert!(config.penalties() && config.scores() && config.redial());
    assert!(!config.slow_accrual() && !config.dry_run() && config.check_on_leave());
    assert_eq!(config.threshold(), Points::from_points(86_400));
    assert_eq!(config.default_penalty(), Penalty::from_points(864).unwrap());
    assert_eq!(rates(&config), ["1000", "100", "10", "1"]);
    assert_eq!(config.max_sentence(), Some(hours(7 * 24)));
    assert_eq!(config.min_score(), Score::try_from(-100.0).unwrap());
    assert_eq!(config.ban_durations(), [hours(1)]);
    assert_eq!((config.confirmations().get(), config.checks_per_tick().get()), (2, 1));
    assert_eq!(config.confirm_within(), Some(hours(1)));
    assert_eq!(config.max_cycle_ticks(), NonZeroU32::new(30));
    assert!(config.places() && config.incident() && config.hearsay());
    assert_eq!(levels(config.places_v4()), [(32, 864_000, 5)]);
    let v6 = [(64, 864_000, 5), (56, 3_456_000, 20), (48, 6_912_000, 40)];
    assert_eq!(levels(config.places_v6()), v6);
    let minutes = config.place_durations().iter().map(|duration| duration.as_secs() / 60);
    assert_eq!(minutes.collect::<Vec<_>>(), [10, 40, 80]);
    assert_eq!(config.exempt().len(), 11);
    assert_eq!(config.standing_after(), Some(Duration::from_secs(1_800)));
    assert_eq!(config.standing_for(), hours(7 * 24));
    assert_eq!(config.warning(), Some(Points::from_points(43_200)));
    assert_eq!(config.long_budget(), Some(Points::from_points(864_000)));
    assert_eq!(config.min_connected(), None);
    assert_eq!(config.unban_grace(), Some(Duration::from_secs(600)));
    assert_eq!(config.forgive_after(), Some(hours(24)));
    assert_eq!(config.max_remote_ban(), hours(7 * 24));
    assert_eq!(config.max_records().get(), 100_000);
    assert_eq!(config.max_addr_bans().get(), 10_000);
    assert_eq!(config.max_remote_bans(), 100_000);
    assert_eq!((config.max_places(), config.max_standing()), (100_000, 10_000));
}

#[test]
fn a_share_of_the_threshold_follows_it_until_it_is_set() {
    let config = Config::default().with_threshold(Points::from_micros(3));

    assert_eq!(config.warning(), Some(Points::from_micros(1)));
    assert_eq!(config.long_budget(), Some(Points::from_micros(30)));
    assert_eq!(config.places_v4().next().unwrap().debts, Points::from_micros(30));

    let set = config
        .with_warning(Some(Points::from_points(7)))
        .with_long_budget(None)
        .with_places_v4(&[level(24)])
        .unwrap()
        .with_threshold(Points::from_points(5));
    assert_eq!((set.warning(), set.long_budget()), (Some(Points::from_points(7)), None));
    assert_eq!(set.places_v4().next(), Some(level(24)));
}

#[test]
fn what_is_set_turns_its_rule_on_in_every_preset() {
    for preset in [Config::flow(), Config::op_node()] {
        let places = preset.clone().with_places_v4(&[level(32)]).unwrap();
        let standing = preset.clone().with_standing_for(Duration::from_secs(1));

        assert!(places.places() && !preset.places());
        assert_eq!(preset.standing_after(), None);
        assert_eq!(standing.standing_after(), Some(Duration::from_secs(1_800)));
        assert_eq!(standing.with_standing_after(None).standing_after(), None);
        assert!(preset.with_hearsay(true).with_incident(true).hearsay());
    }
}

#[test]
fn the_flow_preset_differs_as_documented() {
    let flow = Config::flow();

    assert!(flow.penalties() && flow.slow_accrual() && !flow.scores() && flow.redial());
    assert_eq!(rates(&flow), ["1000", "100", "10", "1"]);
    assert_eq!(flow.max_sentence(), None);
    is_without_the_rules_of_its_neighbours(&flow);
    assert_eq!(flow.unban_grace(), None);
    assert_eq!(flow.forgive_after(), None);
}

#[test]
fn the_op_node_preset_differs_as_documented() {
    let op_node = Config::op_node();

    assert!(!op_node.penalties() && op_node.scores() && !op_node.redial());
    assert_eq!(op_node.ban_durations(), [Duration::from_secs(3_600)]);
    assert_eq!(op_node.checks_per_tick().get(), 1);
    assert_eq!(op_node.max_cycle_ticks(), None);
    assert!(op_node.check_on_leave());
    assert_eq!(op_node.confirmations().get(), 1);
    is_without_the_rules_of_its_neighbours(&op_node);
    assert_eq!(op_node.unban_grace(), None);
    assert_eq!(op_node.forgive_after(), None);
}

#[test]
fn a_misdeed_with_a_weight_of_its_own_costs_that() {
    let points = |points| Penalty::from_points(points).unwrap();
    let fatal = Misbehavior::new("fatal").unwrap();
    let config = Config::default()
        .with_weight(fatal, points(1))
        .with_weight(Misbehavior::STALE_MESSAGE, points(2))
        .with_weight(fatal, points(100_000));

    let twice = Amplification::try_from(2.0).unwrap();

    assert_eq!(config.penalty(fatal, Amplification::ONE), points(100_000));
    assert_eq!(config.penalty(Misbehavior::STALE_MESSAGE, twice), points(4));
    assert_eq!(config.penalty(Misbehavior::INVALID_MESSAGE, twice), points(1_728));
    assert_eq!(
        config.weights().collect::<Vec<_>>(),
        [(fatal, points(100_000)), (Misbehavior::STALE_MESSAGE, points(2))]
    );
}

#[test]
fn many_weights_at_once_are_what_they_are_one_by_one() {
    let kind = |each: u64| Misbehavior::new(&format!("kind-{}", each * 7 % 10)).unwrap();
    let weights: Vec<_> =
        (1..100).map(|each| (kind(each), Penalty::from_points(each).unwrap())).collect();
    let before = Config::default().with_weight(kind(3), Penalty::DEFAULT);

    let one_by_one = weights
        .iter()
        .fold(before.clone(), |config, (kind, penalty)| config.with_weight(*kind, *penalty));
    let at_once = before.with_weights(weights);

    assert_eq!(at_once, one_by_one);
    assert_eq!(at_once.weights().count(), 10);
    assert_eq!(at_once.penalty(kind(9), Amplification::ONE), Penalty::from_points(99).unwrap());
}

/// Both older systems judge each peer by itself, and by what it does now.
fn is_without_the_rules_of_its_neighbours(config: &Config) {
    assert!(!config.places() && !config.incident() && !config.hearsay());
    assert_eq!(
        (config.standing_after(), config.warning(), config.long_budget()),
        (None, None, None)
    );
}

fn level(length: u8) -> PlaceLevel {
    PlaceLevel { length, debts: Points::from_points(1), crowd: 2 }
}

fn levels(levels: impl Iterator<Item = PlaceLevel>) -> Vec<(u8, u64, u32)> {
    let points = |points: Points| points.as_micros() / 1_000_000;
    levels.map(|level| (level.length, points(level.debts), level.crowd)).collect()
}

fn rates(config: &Config) -> Vec<String> {
    config.decay().iter().map(ToString::to_string).collect()
}
