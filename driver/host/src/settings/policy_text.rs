//! Policy as the text of a settings file.

use std::fmt::{Display, Write};
use std::time::Duration;

use humantime::format_duration;
use peerwarden_core::{Config, PlaceLevel};

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
        ("min_score", config.min_score().to_string()),
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

fn level(level: PlaceLevel) -> String {
    let PlaceLevel { length, debts, crowd } = level;
    format!("{{ length = {length}, debts = {debts}, crowd = {crowd} }}")
}

const PRESETS: [&str; 3] = ["default", "flow", "op-node"];
