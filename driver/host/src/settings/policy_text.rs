//! Policy as the text of a settings file.

use std::fmt::{Display, Write};
use std::time::Duration;

use humantime::format_duration;
use peerwarden_core::{Config, PlaceLevel, Score};

use super::Settings;
use super::merge::Unlogged;

/// Every setting of a policy with its value, as a settings file has them, in the order of the example file;
/// last the weights, as `weights.kind`.
pub(crate) fn policy_values(config: &Config) -> Vec<(String, String)> {
    let durations = |all: &[Duration]| list(all.iter().map(|each| duration(*each)));
    let levels_v4 = list(config.places_v4().map(level));
    let levels_v6 = list(config.places_v6().map(level));
    let exempt = list(config.exempt().iter().map(|net| format!("\"{net}\"")));
    let values: [(&str, String); 36] = [
        ("penalties", config.penalties().to_string()),
        ("threshold", config.threshold().to_string()),
        ("default_penalty", config.default_penalty().to_string()),
        ("decay", list(config.decay().iter().map(ToString::to_string))),
        ("slow_accrual", config.slow_accrual().to_string()),
        ("max_sentence", or_none(config.max_sentence().map(duration))),
        ("warning", or_none(config.warning())),
        ("long_budget", or_none(config.long_budget())),
        ("hearsay", config.hearsay().to_string()),
        ("scores", config.scores().to_string()),
        ("min_score", score(config.min_score())),
        ("ban_durations", durations(config.ban_durations())),
        ("confirmations", config.confirmations().to_string()),
        ("confirm_within", or_none(config.confirm_within().map(duration))),
        ("checks_per_tick", config.checks_per_tick().to_string()),
        ("max_cycle_ticks", or_none(config.max_cycle_ticks())),
        ("check_on_leave", config.check_on_leave().to_string()),
        ("places_v4", levels_v4),
        ("places_v6", levels_v6),
        ("place_durations", durations(config.place_durations())),
        ("exempt", exempt),
        ("places", config.places().to_string()),
        ("standing_for", duration(config.standing_for())),
        ("standing_after", or_none(config.standing_after().map(duration))),
        ("incident", config.incident().to_string()),
        ("min_connected", or_none(config.min_connected())),
        ("forgive_after", or_none(config.forgive_after().map(duration))),
        ("unban_grace", or_none(config.unban_grace().map(duration))),
        ("redial", config.redial().to_string()),
        ("dry_run", config.dry_run().to_string()),
        ("max_remote_ban", duration(config.max_remote_ban())),
        ("max_records", config.max_records().to_string()),
        ("max_places", config.max_places().to_string()),
        ("max_standing", config.max_standing().to_string()),
        ("max_addr_bans", config.max_addr_bans().to_string()),
        ("max_remote_bans", config.max_remote_bans().to_string()),
    ];
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value));
    let weights = config.weights();
    values
        .chain(weights.map(|(kind, points)| (format!("weights.{kind}"), points.to_string())))
        .collect()
}

/// The text of a settings file that gives this policy: the preset that it is nearest to, and what differs.
///
/// A value that a settings file could not have, such as a duration of a nanosecond, is written as it is.
pub(crate) fn policy_text(config: &Config) -> String {
    let wanted = policy_values(config);
    let texts = PRESETS.map(|preset| from_preset(preset, &wanted));
    texts.into_iter().min_by_key(|(lines, _)| *lines).map(|(_, text)| text).unwrap_or_default()
}

/// How many settings differ from a preset, and the text.
fn from_preset(preset: &str, wanted: &[(String, String)]) -> (usize, String) {
    let mut differing: Vec<&str> = Vec::new();
    // What is set can turn its rule on, and what is left out can follow the threshold: so it is read back until
    // nothing differs any more.
    loop {
        let text = text(preset, wanted, &differing);
        let read: Result<Unlogged<String, _>, _> = toml::from_str(&text);
        let Ok(Unlogged(Settings::<String> { config, .. })) = read else {
            return (differing.len(), text);
        };
        let there = policy_values(&config);
        let differs = |(key, value): &&(String, String)| {
            !differing.contains(&key.as_str())
                && !there.iter().any(|it| it.0 == *key && it.1 == *value)
        };
        let more: Vec<_> = wanted.iter().filter(differs).map(|(key, _)| key.as_str()).collect();
        if more.is_empty() {
            return (differing.len(), text);
        }
        // The threshold first: others follow it.
        match more.iter().find(|key| **key == "threshold") {
            Some(threshold) => differing.push(threshold),
            None => differing.extend(more),
        }
    }
}

fn text(preset: &str, wanted: &[(String, String)], differing: &[&str]) -> String {
    let mut text = format!("preset = \"{preset}\"\n");
    let chosen = |key: &str| differing.contains(&key);
    let mut weights = "\n[weights]\n";
    for (key, value) in wanted.iter().filter(|(key, _)| chosen(key)) {
        // Writing to a string does not fail.
        let _ = match key.strip_prefix("weights.") {
            None => writeln!(text, "{key} = {value}"),
            Some(kind) => writeln!(text, "{}{kind} = {value}", std::mem::take(&mut weights)),
        };
    }
    text
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}

fn duration(duration: Duration) -> String {
    format!("\"{}\"", format_duration(duration))
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "\"none\"".to_owned(), |value| value.to_string())
}

/// Large ones with an exponent: an integer in TOML has 64 bits.
fn score(score: Score) -> String {
    let score = f64::from(score);
    if score.abs() < 1e15 { score.to_string() } else { format!("{score:?}") }
}

fn level(level: PlaceLevel) -> String {
    let PlaceLevel { length, debts, crowd } = level;
    format!("{{ length = {length}, debts = {debts}, crowd = {crowd} }}")
}

const PRESETS: [&str; 3] = ["default", "flow", "op-node"];

#[cfg(test)]
mod tests {
    use peerwarden_core::{DecayRate, Misbehavior, Penalty, Points};

    use super::*;

    /// What a policy says, whether it says so itself or follows another value.
    fn read(text: &str) -> Vec<(String, String)> {
        policy_values(&Settings::<String>::from_toml(text).unwrap().config)
    }

    #[test]
    fn a_preset_is_a_line() {
        let presets = [Config::default(), Config::flow(), Config::op_node()];
        for (config, name) in presets.iter().zip(PRESETS) {
            assert_eq!(policy_text(config), format!("preset = \"{name}\"\n"));
        }
    }

    #[test]
    fn what_differs_from_the_preset_is_there_and_nothing_else() {
        let config = Config::flow()
            .with_threshold(Points::from_points(500))
            .with_ban_durations(&[Duration::from_secs(90), Duration::from_millis(86_400_500)])
            .unwrap()
            .with_weights([(Misbehavior::INVALID_MESSAGE, Penalty::from_points(20).unwrap())]);

        let text = "preset = \"flow\"\nthreshold = 500\nban_durations = [\"1m 30s\", \"1day 500ms\"]\n\n\
                    [weights]\ninvalid-message = 20\n";
        assert_eq!(policy_text(&config), text);
    }

    #[test]
    fn a_policy_is_read_again_as_it_was() {
        let level =
            |length, debts| PlaceLevel { length, debts: Points::from_points(debts), crowd: 2 };
        for preset in [Config::default(), Config::flow(), Config::op_node()] {
            let set = preset.clone();
            let all = [
                set.clone().with_penalties(!set.penalties()),
                set.clone().with_threshold(Points::from_points(7)),
                set.clone().with_threshold(Points::from_micros(1)),
                set.clone().with_threshold(Points::from_points(7)).with_warning(None),
                set.clone().with_warning(Some(Points::from_points(43_200))),
                set.clone().with_long_budget(None),
                set.clone().with_long_budget(Some(Points::from_micros(1_500_001))),
                set.clone().with_default_penalty(Penalty::from_points(3).unwrap()),
                set.clone().with_decay(&[DecayRate::from_points_per_second(3).unwrap()]).unwrap(),
                set.clone().with_slow_accrual(!set.slow_accrual()),
                set.clone().with_max_sentence(None).unwrap(),
                set.clone().with_max_sentence(Some(Duration::from_secs(61))).unwrap(),
                set.clone().with_hearsay(!set.hearsay()),
                set.clone().with_scores(!set.scores()),
                set.clone().with_min_score(Score::try_from(-1e300).unwrap()),
                set.clone().with_min_score(Score::try_from(0.125).unwrap()),
                set.clone().with_confirm_within(None).unwrap(),
                set.clone().with_max_cycle_ticks(None),
                set.clone().with_check_on_leave(!set.check_on_leave()),
                set.clone().with_min_connected(std::num::NonZeroUsize::new(4)),
                set.clone().with_places(true),
                set.clone().with_places(false),
                set.clone().with_places_v4(&[level(24, 9), level(32, 864_000)]).unwrap(),
                set.clone().with_places_v4(&[level(24, 9)]).unwrap().with_places(false),
                set.clone().with_places_v6(&[]).unwrap(),
                set.clone().with_place_durations(&[Duration::from_secs(1)]).unwrap(),
                set.clone().with_exempt(&[]),
                set.clone().with_exempt(&["192.0.2.0/24".parse().unwrap()]).with_places(false),
                set.clone().with_max_places(3).with_places(false),
                set.clone().with_standing_after(None),
                set.clone().with_standing_for(Duration::from_secs(5)),
                set.clone().with_standing_for(Duration::from_secs(5)).with_standing_after(None),
                set.clone().with_max_standing(3).with_standing_after(None),
                set.clone().with_standing_after(None).with_incident(!set.incident()),
                set.clone().with_incident(!set.incident()),
                set.clone().with_forgive_after(None).unwrap(),
                set.clone().with_unban_grace(None).unwrap(),
                set.clone().with_redial(!set.redial()),
                set.clone().with_dry_run(true),
                set.clone().with_max_remote_ban(Duration::from_secs(5)).unwrap(),
                set.clone().with_max_records(std::num::NonZeroUsize::MIN),
                set.clone().with_max_addr_bans(std::num::NonZeroUsize::MIN),
                set.clone().with_max_remote_bans(0),
            ];
            for config in all {
                let text = policy_text(&config);
                assert_eq!(read(&text), policy_values(&config), "{text}");
            }
        }
    }
}
