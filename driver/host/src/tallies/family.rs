//! Counts by name and label.

use peerwarden_core::Cause;

use super::Tallies;
use crate::shadow::ShadowTallies;
use crate::store::StoreHealth;

/// A metric: its name, what it says, and its values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Family {
    /// What it says, a sentence.
    pub help: &'static str,
    /// Whether it only ever grows.
    pub kind: FamilyKind,
    /// One value for each set of labels; just one without labels for many. Never empty.
    pub samples: Vec<Sample>,
    /// The name without prefix, unit and suffix.
    pub(crate) stem: &'static str,
    /// Whether the values are seconds.
    pub(crate) seconds: bool,
}

/// What a metric's values do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FamilyKind {
    /// They only ever grow.
    Counter,
    /// They go up and down.
    Gauge,
}

/// One value of a metric.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Names and values of its labels.
    pub labels: Vec<(&'static str, String)>,
    /// The value.
    pub value: SampleValue,
}

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SampleValue {
    /// So many.
    Count(u64),
    /// So many seconds.
    Seconds(f64),
}

impl Family {
    /// The whole name, as in the table of `METRICS.md`: `peerwarden_reports_total`.
    #[must_use]
    pub fn name(&self) -> String {
        let unit = if self.seconds { "_seconds" } else { "" };
        let suffix = match self.kind {
            FamilyKind::Counter => "_total",
            FamilyKind::Gauge => "",
        };
        format!("peerwarden_{}{unit}{suffix}", self.stem)
    }
}

impl SampleValue {
    /// The value as a float, exact up to 2^53.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Seconds(seconds) => seconds,
        }
    }
}

/// All metrics; of a node that is gone, those that counted.
pub(super) fn all(tallies: &Tallies, live: bool) -> Vec<Family> {
    let mut all = counted(tallies);
    if live {
        all.extend(held(tallies));
        all.extend(tallies.store.iter().flat_map(stored));
        #[cfg(feature = "lists")]
        all.extend(listed(&tallies.lists));
        if !tallies.shadows.is_empty() {
            all.extend(shadowed(&tallies.shadows));
        }
        #[cfg(all(feature = "admin", unix))]
        all.extend(administered(tallies.admin));
    }
    all
}

fn counted(tallies: &Tallies) -> Vec<Family> {
    let mut reports: Vec<_> = tallies
        .reports
        .iter()
        .map(|(kind, count)| sample(vec![("misbehavior", kind.to_string())], *count))
        .collect();
    reports.push(sample(vec![("misbehavior", OTHER.to_owned())], tallies.other_reports));
    let bans = |bans: &[(Cause, super::SubjectKind, u64)]| {
        let labels = |cause: &Cause, kind: &super::SubjectKind| {
            vec![("cause", cause.to_string()), ("subject", kind.as_str().to_owned())]
        };
        bans.iter().map(|(cause, kind, count)| sample(labels(cause, kind), *count)).collect()
    };
    let withheld = tallies.withheld.iter().map(|(cause, why, count)| {
        sample(vec![("cause", cause.to_string()), ("reason", why.to_string())], *count)
    });
    let denials = tallies.denials.iter().map(|(gate, cause, count)| {
        sample(vec![("gate", gate.to_string()), ("cause", cause.to_string())], *count)
    });
    let refused_addresses = tallies
        .refused_addresses
        .iter()
        .map(|(gate, count)| sample(vec![("gate", gate.to_string())], *count));
    let seconds = Sample {
        labels: Vec::new(),
        value: SampleValue::Seconds(tallies.engine_time.as_secs_f64()),
    };
    vec![
        counter("reports", "Reports of misbehavior.", reports),
        counter(
            "hearsay_reports",
            "Reports of what another peer delivered.",
            one(tallies.hearsay_reports),
        ),
        counter("valid_messages", "Good messages.", one(tallies.valid_messages)),
        counter("warnings", "Peers that came to owe more than warning.", one(tallies.warnings)),
        counter("expulsions", "Peers that the application expelled.", one(tallies.expulsions)),
        counter("waivers", "Times that points were waived.", one(tallies.waivers)),
        counter("incidents", "Incidents that began.", one(tallies.incidents)),
        counter("bans", "Bans that began, counted for each cause.", bans(&tallies.bans)),
        counter("unbans", "Bans that ended, by the cause that ended last.", bans(&tallies.unbans)),
        counter("withheld_bans", "Bans that were due but not carried out.", withheld.collect()),
        counter("denials", "Connections refused.", denials.collect()),
        counter(
            "refused_addresses",
            "Connections refused for an address that can be read in more than one way.",
            refused_addresses.collect(),
        ),
        counter("score_requests", "Scores asked for.", one(tallies.score_requests)),
        counter("scores", "Scores given, asked for or not.", one(tallies.scores)),
        counter(
            "scores_unavailable",
            "Scores asked for that could not be had.",
            one(tallies.scores_unavailable),
        ),
        counter("engine_inputs", "Events handed to the engine.", one(tallies.engine_inputs)),
        in_seconds(counter("engine", "Time spent on events by the engine.", vec![seconds])),
    ]
}

fn held(tallies: &Tallies) -> Vec<Family> {
    let counts = &tallies.counts;
    let active = Cause::ALL
        .map(|cause| sample(vec![("cause", cause.to_string())], number(counts.bans(cause))));
    let mut places: Vec<_> = tallies
        .banned_places
        .iter()
        .map(|(place, count)| sample(vec![("place", place.to_string())], number(*count)))
        .collect();
    let others = number(tallies.other_banned_places);
    places.push(sample(vec![("place", OTHER.to_owned())], others));
    vec![
        gauge("tracked_peers", "Peers with a record.", one(number(counts.records))),
        gauge(
            "connected_peers",
            "Connected peers not told to leave.",
            one(number(counts.connected)),
        ),
        counter(
            "displaced_records",
            "Records evicted because max_records was reached.",
            one(counts.displaced),
        ),
        counter(
            "hearsay_charged",
            "Reports that were charged to their deliverer.",
            one(counts.hearsay_charged),
        ),
        gauge("incident", "Whether an incident is on.", one(counts.incident.into())),
        gauge(
            "standing_peers",
            "Peers in standing that are not connected.",
            one(number(counts.standing_away)),
        ),
        gauge(
            "tracked_places",
            "Places that have something to answer for.",
            one(number(counts.places)),
        ),
        gauge("banned_places", "Places that are banned, by level.", places),
        gauge("active_bans", "Bans in force, counted for each cause.", active.into()),
    ]
}

fn stored(store: &StoreHealth) -> Vec<Family> {
    let lag = Sample { labels: Vec::new(), value: SampleValue::Seconds(store.lag.as_secs_f64()) };
    vec![
        counter("store_writes", "Groups of changes made durable.", one(store.writes)),
        counter("store_errors", "Failures of the store.", one(store.errors)),
        gauge(
            "store_failing",
            "Whether nothing can be written at present.",
            one(u64::from(store.failing.is_some())),
        ),
        in_seconds(gauge(
            "store_lag",
            "Time that the last urgent change took to become durable.",
            vec![lag],
        )),
    ]
}

#[cfg(feature = "lists")]
fn listed(lists: &crate::lists::ListTallies) -> Vec<Family> {
    let entries = lists.entries.iter();
    let entries: Vec<_> = entries
        .map(|(list, count)| sample(vec![("list", list.to_string())], number(*count)))
        .collect();
    let refusals = lists.refusals.iter();
    let refusals = refusals.map(|(why, count)| sample(vec![("reason", why.to_string())], *count));
    let refused = "Entries of lists that were not carried out, again with each loading.";
    let mut all = vec![counter("list_refusals", refused, refusals.collect())];
    if !entries.is_empty() {
        all.push(gauge("list_entries", "Subjects that each list names.", entries));
        let failing = lists.failing.iter();
        let failing = failing
            .map(|(list, failing)| sample(vec![("list", list.to_string())], u64::from(*failing)));
        let what = "Whether a list could not be read the last time.";
        all.push(gauge("list_failing", what, failing.collect()));
    }
    all
}

fn shadowed(shadows: &[ShadowTallies]) -> Vec<Family> {
    let policy = |shadow: &ShadowTallies| ("policy", shadow.name.to_string());
    let bans = shadows.iter().flat_map(|shadow| {
        let automatic = Cause::ALL.into_iter().filter(|cause| cause.is_automatic());
        automatic.map(move |cause| {
            let labels = vec![policy(shadow), ("cause", cause.to_string())];
            sample(labels, shadow.bans.get(cause))
        })
    });
    let banned = shadows.iter().map(|shadow| sample(vec![policy(shadow)], number(shadow.banned)));
    let lost = shadows.iter().map(|shadow| sample(vec![policy(shadow)], shadow.lost));
    vec![
        counter("shadow_bans", "Bans that a shadow policy would have begun.", bans.collect()),
        gauge(
            "shadow_banned",
            "Subjects that a shadow policy would have banned now.",
            banned.collect(),
        ),
        counter(
            "shadow_lost_inputs",
            "Inputs that a shadow policy has not judged.",
            lost.collect(),
        ),
    ]
}

#[cfg(all(feature = "admin", unix))]
fn administered(admin: crate::admin::AdminTallies) -> Vec<Family> {
    let refused = [("busy", admin.busy), ("denied", admin.denied)]
        .map(|(why, count)| sample(vec![("reason", why.to_owned())], count));
    vec![
        gauge("admin_connections", "Open connections to the admin API.", one(admin.connections)),
        counter(
            "admin_refusals",
            "Connections and requests that the admin API refused.",
            refused.into(),
        ),
    ]
}

fn counter(stem: &'static str, help: &'static str, samples: Vec<Sample>) -> Family {
    Family { help, kind: FamilyKind::Counter, samples, stem, seconds: false }
}

fn gauge(stem: &'static str, help: &'static str, samples: Vec<Sample>) -> Family {
    Family { kind: FamilyKind::Gauge, ..counter(stem, help, samples) }
}

fn in_seconds(family: Family) -> Family {
    Family { seconds: true, ..family }
}

fn sample(labels: Vec<(&'static str, String)>, count: u64) -> Sample {
    Sample { labels, value: SampleValue::Count(count) }
}

fn one(count: u64) -> Vec<Sample> {
    vec![sample(Vec::new(), count)]
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Stands for every kind of misdeed that has no count of its own.
const OTHER: &str = "other";
