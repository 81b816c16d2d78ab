//! Events as lines.

use serde::Deserialize;
use serde_json::Value;

use crate::client::clock::short;
use crate::client::text::{brief, plain, points};

/// `2026-11-28T01:00:00Z banned    203.0.113.0/24 by operator for 1h: "scanner" (ana)`.
pub(super) fn of(name: &str, data: &Value) -> String {
    let time = text(data, "time").unwrap_or_default();
    let time = time.split('.').next().unwrap_or_default();
    let time = if time.is_empty() { String::new() } else { format!("{}Z ", plain(time)) };
    format!("{time}{:<9} {}", plain(name), what(name, data)).trim_end().to_owned()
}

fn what(name: &str, data: &Value) -> String {
    let subject = text(data, "subject").map(brief).unwrap_or_default();
    let cause = text(data, "cause").map(plain).unwrap_or_default();
    let peer = || text(data, "peer").map(|peer| brief(&format!("peer:{peer}")));
    match name {
        "banned" | "amended" => {
            format!("{subject} by {cause} {}{}", end(data), grounds(data))
        }
        "shadow" => shadow(data, &subject, &cause),
        "unbanned" => format!("{subject}, no longer banned by {cause}"),
        "withheld" => {
            let why = text(data, "why").map(plain).unwrap_or_default();
            format!("{subject} by {cause}, not carried out: {why}{}", grounds(data))
        }
        "warned" => {
            let owes = data.get("owes").and_then(Value::as_f64).map(points).unwrap_or_default();
            format!("{} owes {owes} points{}", peer().unwrap_or_default(), grounds(data))
        }
        "denied" => denied(data, peer()),
        "incident" => match data.get("on").and_then(Value::as_bool) {
            Some(true) => "on: most peers misbehave at once, bans are withheld".to_owned(),
            Some(false) | None => "over".to_owned(),
        },
        "policy" => "another policy is in force: peerwarden policy show".to_owned(),
        "refused-address" => {
            let part = |key| text(data, key).map(plain).unwrap_or_default();
            format!("{}: {}", part("address"), part("fault"))
        }
        "list" => {
            let number = |key| data.get(key).and_then(Value::as_u64).unwrap_or_default();
            let part = |key| text(data, key).map(plain).unwrap_or_default();
            let (list, kind, entries) = (part("list"), part("kind"), number("entries"));
            let (new, gone) = (number("new"), number("gone"));
            format!("{list} {kind}: {entries} entries, {new} new, {gone} gone")
        }
        "missed" => {
            let number = data.get("missed").and_then(Value::as_u64);
            let number = number.map_or_else(|| "some".to_owned(), |number| number.to_string());
            let denials = data.get("missed_denials").and_then(Value::as_u64).unwrap_or_default();
            format!("{number} events and {denials} denials: this program reads too slowly")
        }
        _ => plain(&data.to_string()),
    }
}

fn denied(data: &Value, peer: Option<String>) -> String {
    let denial = data.get("denial").unwrap_or(&Value::Null);
    let part = |from: &Value, key| text(from, key).map(plain);
    let who = peer.unwrap_or_else(|| "a peer".to_owned());
    let at = part(data, "addr").map_or_else(String::new, |addr| format!(" at {addr}"));
    let network = part(denial, "network").map_or_else(String::new, |net| format!(" of {net}"));
    let direction = part(data, "direction").unwrap_or_default();
    let cause = part(denial, "cause").unwrap_or_default();
    format!("{who}{at}, {direction}, for the ban{network} by {cause}")
}

/// What a policy would have done that is not in force.
fn shadow(data: &Value, subject: &str, cause: &str) -> String {
    let policy = text(data, "policy").map(plain).unwrap_or_default();
    if data.get("until").is_some_and(Value::is_null) {
        return format!("{policy} would lift {subject}, no longer banned by {cause}");
    }
    let too = data.get("banned_in_force").and_then(Value::as_bool).unwrap_or_default();
    let too = if too { ", which is banned" } else { "" };
    format!("{policy} would ban {subject}{too} by {cause} {}{}", end(data), grounds(data))
}

/// `for 1h`, or `forever`.
fn end(data: &Value) -> String {
    let moment = |key: &str| data.get(key).and_then(Value::as_f64);
    match (moment("until"), moment("at")) {
        (Some(until), Some(at)) => {
            let left = std::time::Duration::try_from_secs_f64((until - at).max(0.0));
            format!("for {}", short(left.unwrap_or_default().as_secs_f64().round() as u64))
        }
        _ => "forever".to_owned(),
    }
}

/// Evidence, offences and note, after what happened.
fn grounds(data: &Value) -> String {
    #[derive(Deserialize)]
    struct Grounds {
        evidence: Value,
        offences: Option<u64>,
        #[serde(default)]
        note: Option<crate::client::answers::Note>,
    }
    let Ok(Grounds { evidence, offences, note }) = Grounds::deserialize(data) else {
        return String::new();
    };
    let mut parts = Vec::new();
    let misdeeds = evidence.get("misdeeds").and_then(Value::as_array);
    for misdeed in misdeeds.into_iter().flatten() {
        let times = misdeed.get("times").and_then(Value::as_u64).unwrap_or_default();
        parts.push(format!(
            "{times} {}",
            text(misdeed, "misbehavior").map(plain).unwrap_or_default()
        ));
    }
    parts.extend(
        evidence.get("score").and_then(Value::as_f64).map(|score| format!("score {score:.1}")),
    );
    parts.extend(offences.filter(|number| *number > 0).map(|number| format!("offence {number}")));
    parts.extend(note.map(|note| note.to_string()));
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

fn text<'a>(data: &'a Value, key: &str) -> Option<&'a str> {
    data.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_strangers_chose_stays_on_its_line() {
        let data = json!({
            "peer": null, "address": "/dns4/a\n\u{1b}[2Jb/tcp/1", "direction": "inbound",
            "fault": "two hosts", "at": 1.0, "time": "2026-11-28T01:00:00.123Z"
        });
        let line = of("refused-address", &data);
        assert_eq!(
            line,
            "2026-11-28T01:00:00Z refused-address /dns4/a\\n\\u{1b}[2Jb/tcp/1: two hosts"
        );
    }

    #[test]
    fn a_ban_is_told_with_its_end_and_its_grounds() {
        let data = json!({
            "subject": "peer:12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc", "cause": "penalty",
            "until": 161.2, "addr": null, "direction": null, "offences": 2, "note": null, "at": 100.0,
            "evidence": { "misdeeds": [{ "misbehavior": "invalid-message", "times": 4, "last": 99.0 }] },
            "time": "2026-11-28T01:00:00.123Z"
        });
        assert_eq!(
            of("banned", &data),
            "2026-11-28T01:00:00Z banned    12D3KooW…wG6cJc by penalty for 1m 1s: 4 invalid-message, \
             offence 2"
        );
    }
}
