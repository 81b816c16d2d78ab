//! Shadow policies in the settings.

use peerwarden_core::{Config, Misbehavior, Penalty, Points};

use super::Settings;

#[test]
fn each_table_is_a_policy_of_its_own() {
    let text = "
        threshold = 500
        [shadow.strict]
        threshold = 43200
        weights = { stale-message = 7 }
        [shadow.as-flow]
        preset = 'flow'
    ";
    let settings = Settings::from_toml(text).unwrap();

    let points = Points::from_points;
    let weight = (Misbehavior::STALE_MESSAGE, Penalty::from_points(7).unwrap());
    let strict = Config::default().with_threshold(points(43_200)).with_weights([weight]);
    assert_eq!(settings.config, Config::default().with_threshold(points(500)));
    let mut shadows = settings.options.shadows().to_vec();
    shadows.sort_by(|(one, _), (other, _)| one.cmp(other));
    let name = |name: &str| name.parse().unwrap();
    assert_eq!(shadows, [(name("as-flow"), Config::flow()), (name("strict"), strict)]);
}

#[test]
fn what_is_wrong_with_a_shadow_policy_is_named() {
    let many: String = (0..9).map(|n| format!("[shadow.p{n}]\n")).collect();
    for (text, error) in [
        (
            "[shadow.strict]\ntreshold = 5",
            "line 2: unknown setting treshold: did you mean threshold?",
        ),
        (
            "[shadow.strict]\nthreshold = -5",
            "line 2: shadow.strict.threshold is -5: give a number of points, 0 or more, such as 86400",
        ),
        (
            "[shadow.Strict]\nthreshold = 5",
            "line 1: shadow.Strict is Strict: the name of a shadow policy has 1 to 64",
        ),
        (
            "[shadow.strict]\ndata_file = 'x'",
            "leave data_file out, which is no setting of a policy",
        ),
        ("shadow = 5", "line 1: shadow is 5: "),
        (&many, "leave some out: there may be 8 shadow policies"),
    ] {
        let got = Settings::from_toml(text).unwrap_err().to_string();
        assert!(got.contains(error), "{got}\n{error}");
    }
}
