//! Penalties, amplifications, rates and scores.

use std::hash::RandomState;

use peerwarden_core::{
    Amplification, Config, DecayRate, Event, Instant, Misbehavior, Penalty, Points, Score, Warden,
};

#[test]
fn a_penalty_that_is_no_more_than_nothing_is_refused_by_its_value() {
    let refused = [0.0, -0.0, -864.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

    let errors = refused.map(|value| Penalty::try_from(value).unwrap_err().to_string());

    assert_eq!(
        errors,
        [
            "penalty 0 is not a number above 0",
            "penalty -0 is not a number above 0",
            "penalty -864 is not a number above 0",
            "penalty NaN is not a number above 0",
            "penalty inf is not a number above 0",
            "penalty -inf is not a number above 0",
        ]
    );
    assert!(Penalty::from_points(0).is_err() && Penalty::from_micros(0).is_err());
}

#[test]
fn an_amplification_outside_its_range_is_refused_by_its_value() {
    let refused = [0.0, -1.0, 100.000_000_1, f64::NAN, f64::INFINITY];

    let errors = refused.map(|value| Amplification::try_from(value).unwrap_err().to_string());

    assert_eq!(
        errors,
        [
            "amplification 0 is not a number above 0 and at most 100",
            "amplification -1 is not a number above 0 and at most 100",
            "amplification 100.0000001 is not a number above 0 and at most 100",
            "amplification NaN is not a number above 0 and at most 100",
            "amplification inf is not a number above 0 and at most 100",
        ]
    );
    assert_eq!(Amplification::try_from(100.0).unwrap().to_string(), "100");
}

#[test]
fn a_decay_of_nothing_is_refused_by_its_value() {
    let errors = [0.0, -1.0, f64::NAN].map(|value| DecayRate::try_from(value).unwrap_err());

    assert_eq!(
        errors.map(|error| error.to_string()),
        [
            "decay rate 0 is not a number above 0",
            "decay rate -1 is not a number above 0",
            "decay rate NaN is not a number above 0",
        ]
    );
    assert!(DecayRate::from_points_per_second(0).is_err());
}

#[test]
fn a_score_that_is_no_finite_number_is_refused_by_its_value() {
    let errors = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY]
        .map(|value| Score::try_from(value).unwrap_err().to_string());

    assert_eq!(
        errors,
        [
            "score NaN is not a finite number",
            "score inf is not a finite number",
            "score -inf is not a finite number",
        ]
    );
}

#[test]
fn amplified_penalties_are_rounded_to_the_nearest_millionth_halves_up() {
    let amplified = |micros, factor| {
        let amplification = Amplification::try_from(factor).unwrap();
        Penalty::from_micros(micros).unwrap().amplified(amplification).as_micros()
    };

    assert_eq!(amplified(864_000_000, 100.0), 86_400_000_000);
    assert_eq!(amplified(10, 0.15), 2);
    assert_eq!(amplified(10, 0.149), 1);
    assert_eq!(amplified(3, 0.5), 2);
    assert_eq!(amplified(1, 0.000_000_001), 1);
    assert_eq!(amplified(1, 1e-300), 1);
    assert_eq!(amplified(86_400_000_000, 1.0 / 3.0), 28_800_000_000);
    assert_eq!(amplified(3_000_000_000_000, 1.0 / 3.0), 1_000_000_000_000);
    assert_eq!(amplified(u64::MAX, 100.0), u64::MAX);
}

#[test]
fn a_deliverer_is_charged_a_tenth_to_the_nearest_millionth_halves_up() {
    for (whole, tenth) in [
        (100_000_004, 10_000_000),
        (100_000_005, 10_000_001),
        (u64::MAX - 1, 1_844_674_407_370_955_161),
        (u64::MAX, 1_844_674_407_370_955_162),
    ] {
        let penalty = Penalty::from_micros(whole).unwrap();
        let config = Config::default().with_default_penalty(Penalty::from_micros(1).unwrap());
        let config = config.with_dry_run(true);
        let mut engine = Warden::new(config, RandomState::new());
        let misbehavior = Misbehavior::INVALID_MESSAGE;
        let via = Some("deliverer");
        let report = Event::Report { peer: "accused", misbehavior, penalty, via };
        let _ = engine.handle_input(report, Instant::ORIGIN);

        let charged = engine.status(&"deliverer", Instant::ORIGIN).map(|status| status.penalty);
        assert_eq!(charged, Some(Points::from_micros(tenth)), "of {whole}");
    }
}

#[test]
fn points_are_written_with_as_many_decimals_as_it_takes() {
    let written = [0, 1, 100_000, 1_000_000, 86_400_500_000]
        .map(|micros| Points::from_micros(micros).to_string());

    assert_eq!(written, ["0", "0.000001", "0.1", "1", "86400.5"]);
    assert_eq!(Penalty::from_micros(864_500_000).unwrap().to_string(), "864.5");
    assert_eq!(Points::from_points(u64::MAX).as_micros(), u64::MAX);
    assert_eq!(Points::try_from(0.0), Ok(Points::ZERO));
    assert_eq!(
        Points::try_from(-1.0).unwrap_err().to_string(),
        "amount of points -1 is not a number of at least 0"
    );
}

#[test]
fn scores_compare_as_numbers_and_zero_has_no_sign() {
    let score = |value| Score::try_from(value).unwrap();

    assert!(score(-100.000_001) < score(-100.0));
    assert_eq!(score(0.0), score(-0.0));
    assert_ne!(score(1.0), score(2.0));
    assert_eq!((score(-12.5).get(), f64::from(score(-12.5))), (-12.5, -12.5));
    assert_eq!(score(-12.5).to_string(), "-12.5");
}
