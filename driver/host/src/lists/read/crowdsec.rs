//! CrowdSec's decisions.

use std::borrow::Cow;
use std::time::SystemTime;

use humantime::parse_rfc3339;
use serde::{Deserialize, Deserializer};

use super::json::{Items, Locator, entry};
use super::plain::note;
use super::sink::{About, End, Sink};
use crate::lists::file::{LineProblem, SkipReason};
use crate::lists::go_duration::GoDuration;
use crate::peer::PeerName;

/// Reads decisions, and alerts with decisions inside.
pub(super) fn read<'a, P: PeerName>(
    items: &Items<'a>,
    locator: &mut Locator<'a>,
    sink: &mut Sink<'_, P>,
) {
    items.read_each(locator, sink, |line, item, locator, sink| {
        let written: Written<'_> = entry(item)?;
        match &written.decisions {
            // An alert from which nothing followed.
            Some(None) => {}
            Some(Some(inner)) => {
                inner.read_each(locator, sink, |line, item, _, sink| {
                    add(line, item.get(), &entry::<Written<'_>>(item)?.decision(), sink);
                    Ok(())
                });
            }
            None => add(line, item.get(), &written.decision(), sink),
        }
        Ok(())
    });
}

/// Tells a field that is null from one that is not there.
fn given<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Items<'de>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A decision or an alert, as far as it matters here.
#[derive(Deserialize)]
#[serde(expecting = "an object with value and duration")]
struct Written<'a> {
    #[serde(borrow, default, deserialize_with = "given")]
    decisions: Option<Option<Items<'a>>>,
    #[serde(borrow)]
    value: Option<Cow<'a, str>>,
    #[serde(borrow)]
    scope: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    duration: Option<Cow<'a, str>>,
    #[serde(borrow)]
    until: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    scenario: Option<Cow<'a, str>>,
    simulated: Option<bool>,
}

impl Written<'_> {
    fn decision(&self) -> Decision<'_> {
        Decision {
            value: self.value.as_deref(),
            scope: self.scope.as_deref(),
            kind: self.kind.as_deref(),
            duration: self.duration.as_deref(),
            until: self.until.as_deref(),
            reason: self.reason.as_deref().or(self.scenario.as_deref()),
            simulated: self.simulated.unwrap_or(false),
        }
    }
}

/// One decision, of JSON or CSV.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    pub(super) value: Option<&'a str>,
    pub(super) scope: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) duration: Option<&'a str>,
    pub(super) until: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) simulated: bool,
}

pub(super) fn add<P: PeerName>(
    line: usize,
    shown: &str,
    decision: &Decision<'_>,
    sink: &mut Sink<'_, P>,
) {
    let Some(value) = decision.value.map(str::trim) else {
        sink.fault(line, shown, LineProblem::Form("has no value"));
        return;
    };
    if decision.kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("ban")) {
        sink.skip(SkipReason::Kind);
        return;
    }
    if decision.simulated {
        sink.skip(SkipReason::Simulated);
        return;
    }
    // cscli writes `Ip:192.0.2.55` where there is no column for the scope.
    let (scope, value) = match (decision.scope, value.split_once(':')) {
        (Some(scope), _) => (Some(scope), value),
        (None, Some((scope, value))) if is_scope(scope) => (Some(scope), value),
        (None, _) => (None, value),
    };
    let until = match end(decision) {
        Ok(until) => until,
        Err(problem) => {
            sink.fault(line, decision.duration.or(decision.until).unwrap_or(shown), problem);
            return;
        }
    };
    let about = About { line, until, note: decision.reason.and_then(note), ..About::default() };
    let added = match scope {
        None => sink.network(value, about),
        Some(scope) if is_any_of(scope, &["ip", "range"]) => sink.network(value, about),
        Some(scope) if is_any_of(scope, &["peerid", "peer"]) => sink.peer(value, about),
        Some(_) => {
            sink.skip(SkipReason::Scope);
            return;
        }
    };
    if let Err(problem) = added {
        sink.fault(line, value, problem);
    }
}

/// A moment is exact; what is left counts from when the list was written.
fn end(decision: &Decision<'_>) -> Result<End, LineProblem> {
    match (decision.until, decision.duration) {
        (Some(until), _) if !until.is_empty() => {
            moment(until).map(End::At).ok_or(LineProblem::Time)
        }
        (_, Some(duration)) => {
            let left: GoDuration = duration.parse().map_err(LineProblem::Duration)?;
            Ok(left.left().map_or(End::Over, End::In))
        }
        (_, None) => Ok(End::Unsaid),
    }
}

/// A moment such as `2026-11-28T12:00:00Z`.
pub(super) fn moment(text: &str) -> Option<SystemTime> {
    parse_rfc3339(text).ok()
}

fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.len() <= 16 && !is_hex(text)
        || is_any_of(text, &["ip", "range", "peerid", "as", "country"])
}

/// Whether a text may be the first part of an IPv6 address.
fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_any_of(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| text.eq_ignore_ascii_case(name))
}
