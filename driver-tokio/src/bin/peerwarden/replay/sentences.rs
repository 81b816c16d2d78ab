//! Sentences about a replay.

use std::path::PathBuf;
use std::time::Duration;

use peerwarden_tokio::peerwarden_host::replay::{
    BannedSubject, InexactReason, PolicyOutcome, Replay, ReplayReport,
};
use peerwarden_tokio::{Config, Instant};
use serde_json::Value;

use super::{as_json, ended, replayed};
use crate::client::clock::short;
use crate::client::failure::Failure;
use crate::client::output::Output;
use crate::client::text::brief;
use crate::words::count;

/// What a policy would have done to a recording.
#[derive(Clone, Debug)]
pub(crate) struct TriedPolicy {
    /// Three of them.
    pub(crate) sentences: Vec<String>,
    /// Everything.
    pub(crate) json: Value,
    /// Exit code.
    pub(crate) code: u8,
}

/// Replays a recording under one policy.
pub(crate) fn try_policy(
    config: Config,
    files: &[PathBuf],
    output: &Output,
) -> Result<TriedPolicy, Failure> {
    let replay = Replay::new(files.iter().cloned()).with_policy("it", config);
    let report = replayed(replay, output)?;
    Ok(TriedPolicy {
        sentences: three(&report),
        json: as_json(&report),
        code: ended(&report, output),
    })
}

fn three(report: &ReplayReport) -> Vec<String> {
    let [recorded, tried, ..] = report.policies.as_slice() else { return Vec::new() };
    let first = format!(
        "In {} of recording this policy bans {}, the recorded one {}.",
        span(report),
        whom(tried),
        whom(recorded),
    );
    let second = match report.differences.first() {
        Some(difference)
            if !difference.only_other.is_empty() || !difference.only_recorded.is_empty() =>
        {
            format!(
                "Banned by this one alone: {}; by the recorded one alone: {}.",
                names(&difference.only_other),
                names(&difference.only_recorded)
            )
        }
        Some(_) | None => "Both ban the same peers and networks.".to_owned(),
    };
    vec![first, second, format!("{CAVEAT} {}.", capital(&exactness(report)))]
}

/// `2h 3m`.
pub(super) fn span(report: &ReplayReport) -> String {
    time(report.until.saturating_duration_since(report.from))
}

/// A duration in two units.
pub(super) fn time(duration: Duration) -> String {
    short(duration.as_secs())
}

/// `after 3m 11s`, from the beginning of the recording on.
pub(super) fn after(report: &ReplayReport, moment: Instant) -> String {
    format!("after {}", time(moment.saturating_duration_since(report.clock.now)))
}

/// `7 peers and 1 network`.
pub(super) fn whom(outcome: &PolicyOutcome) -> String {
    match (outcome.peers, outcome.networks) {
        (0, 0) => "nobody".to_owned(),
        (peers, 0) => number(peers, "peer"),
        (0, networks) => number(networks, "network"),
        (peers, networks) => {
            format!("{} and {}", number(peers, "peer"), number(networks, "network"))
        }
    }
}

/// `1 peer`, `2 peers`.
pub(super) fn number(number: usize, one: &str) -> String {
    count(u64::try_from(number).unwrap_or(u64::MAX), one)
}

fn names(banned: &[BannedSubject]) -> String {
    let shown: Vec<_> =
        banned.iter().take(NAMED).map(|banned| brief(&banned.subject.to_string())).collect();
    match (shown.as_slice(), banned.len().saturating_sub(NAMED)) {
        ([], _) => "none".to_owned(),
        (shown, 0) => and(shown),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

fn and(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.concat(),
    }
}

/// How far the replay can be relied upon, without a full stop.
pub(super) fn exactness(report: &ReplayReport) -> String {
    let exact = &report.exactness;
    let so_far = match exact.until {
        Some(_) => format!("exact for the first {} of {}", exact.inputs, inputs(report.inputs)),
        None => "exact nowhere".to_owned(),
    };
    match exact.broken {
        None if exact.until.is_none() => {
            "whether it is exact is not known: there is no hash in the recording".to_owned()
        }
        None => {
            let rest = report.inputs.saturating_sub(exact.inputs);
            let all = "exact: the recorded policy comes to the recorded actions";
            match rest {
                0 => all.to_owned(),
                rest => format!(
                    "{all}, as far as there are hashes: the last {} have none",
                    inputs(rest)
                ),
            }
        }
        Some(broken) => {
            let after = after(report, broken.at);
            let why = match broken.reason {
                InexactReason::Actions => format!(
                    "up to {after} it came to other actions than the node, which ran version {}",
                    report.engine
                ),
                InexactReason::Lost { inputs: lost } => {
                    format!("{after} the node lost {}", inputs(lost))
                }
                InexactReason::Missing => format!("{after} a file ends before its end"),
                _ => format!("not exact {after}"),
            };
            format!("{so_far}: {why}")
        }
    }
}

fn inputs(number: u64) -> String {
    count(number, "input")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What no replay can say.
pub(super) const CAVEAT: &str = "What peers would have done after another verdict is not known: one that \
     only the other policy bans goes on here as recorded, and one that only the recorded one banned stays \
     away.";

/// How many are named in a sentence.
const NAMED: usize = 3;
