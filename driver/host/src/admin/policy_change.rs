//! Differences between two policies, in words.

use std::fmt;

use peerwarden_core::Config;
use serde::Serialize;

use crate::settings::policy_values;

/// A setting that differs.
#[derive(Debug, Eq, PartialEq, Serialize)]
pub(super) struct Change {
    key: String,
    /// The value before, as a settings file has it; `None` if there was none.
    from: Option<String>,
    /// The value now; `None` if there is none.
    to: Option<String>,
    /// What that means.
    words: String,
}

/// `threshold: 86400 -> 43200`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_default =
            |value: &Option<String>| value.clone().unwrap_or_else(|| "default".to_owned());
        write!(f, "{}: {} -> {}", self.key, or_default(&self.from), or_default(&self.to))
    }
}

/// What is different in `after`, in the order of the example file.
pub(super) fn changes(before: &Config, after: &Config) -> Vec<Change> {
    let (before, after) = (policy_values(before), policy_values(after));
    let find = |all: &[(String, String)], key: &str| {
        all.iter().find(|(each, _)| each == key).map(|(_, value)| value.clone())
    };
    let gone = before.iter().filter(|(key, _)| find(&after, key).is_none());
    let keys = after.iter().chain(gone).map(|(key, _)| key);
    keys.filter_map(|key| {
        let (from, to) = (find(&before, key), find(&after, key));
        (from != to).then(|| {
            let words = words(key, from.as_deref(), to.as_deref());
            Change { key: key.clone(), from, to, words }
        })
    })
    .collect()
}

fn words(key: &str, from: Option<&str>, to: Option<&str>) -> String {
    let meaning = match key.strip_prefix("weights.") {
        Some(kind) => format!("points that a report of {kind} adds"),
        None => {
            let known = MEANINGS.iter().find(|(each, _)| *each == key);
            known.map_or_else(|| key.to_owned(), |(_, meaning)| (*meaning).to_owned())
        }
    };
    let plain = |value: Option<&str>| {
        value.map_or_else(|| "the default penalty".to_owned(), |value| value.replace('"', ""))
    };
    match (from, to) {
        (Some("false"), Some("true")) => format!("{meaning}: now on"),
        (Some("true"), Some("false")) => format!("{meaning}: now off"),
        (from, to) => format!("{meaning}: {} instead of {}", plain(to), plain(from)),
    }
}

/// What each setting is, for a sentence.
const MEANINGS: [(&str, &str); 36] = [
    ("penalties", "penalties for reported misbehavior"),
    ("threshold", "points above which a peer is banned"),
    ("default_penalty", "points that a report without a weight of its own adds"),
    ("decay", "points that fall off each second, by the number of the ban"),
    ("slow_accrual", "slow decay for peers that were banned before"),
    ("max_sentence", "longest ban by penalty"),
    ("warning", "points above which a peer is warned of"),
    ("long_budget", "points that a peer may be reported for over a day"),
    ("hearsay", "bounds on reports of what others delivered"),
    ("scores", "bans by score"),
    ("min_score", "score below which a peer is banned"),
    ("ban_durations", "durations of bans by score, by the number of the ban"),
    ("confirmations", "low scores in a row that ban"),
    ("confirm_within", "time within which the next low score counts"),
    ("checks_per_tick", "least number of scores checked each tick"),
    ("max_cycle_ticks", "ticks within which every score is checked"),
    ("check_on_leave", "check of the score of a peer that leaves"),
    ("places", "bans of networks for what their peers did"),
    ("places_v4", "IPv4 networks that are judged"),
    ("places_v6", "IPv6 networks that are judged"),
    ("place_durations", "durations of bans of networks, by the number of the ban"),
    ("exempt", "networks that are never judged and that no list can ban"),
    ("standing_after", "time without fault after which a peer is in standing"),
    ("standing_for", "time for which a peer that left keeps its standing"),
    ("incident", "sparing peers when most misbehave at once"),
    ("min_connected", "connected peers that automatic bans leave"),
    ("forgive_after", "time without a ban after which an offence is forgiven"),
    ("unban_grace", "time after a pardon without automatic bans"),
    ("redial", "dialling peers again after their bans"),
    ("dry_run", "dry run, in which automatic bans are only logged"),
    ("max_remote_ban", "longest ban by a list"),
    ("max_records", "peers that are remembered"),
    ("max_places", "networks that are remembered"),
    ("max_standing", "absent peers that are kept in standing"),
    ("max_addr_bans", "networks that are banned automatically"),
    ("max_remote_bans", "bans that lists can have"),
];
