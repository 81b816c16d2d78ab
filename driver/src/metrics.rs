//! What an operator's graphs are drawn from.
//!
#![doc = include_str!("../METRICS.md")]

mod begun;
mod gauges;
mod series;

use std::sync::Weak;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use libp2p::PeerId;
use peerwarden_core::{Cause, Config, Event, Misbehavior, Subject, Withheld};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::{Registry, Unit};

use crate::gate::Gate;
use crate::notes::{Note, NoteKind, Notes};
use crate::refusal::Refusal;
use crate::shared::Shared;
pub(crate) use begun::Begun;
use begun::Seen;
use gauges::Gauges;
use series::Series;

/// Everything that is counted as it happens; [`Gauges`] asks for the rest.
///
/// All label values are known from the start, so that the number of series is bounded, each of
/// them is there from the first scrape, and to count is one atomic addition.
#[derive(Debug)]
pub(crate) struct Metrics {
    reports: Series<Misbehavior>,
    other_reports: Counter,
    bans: Series<(Cause, Kind)>,
    unbans: Series<(Cause, Kind)>,
    withheld: Series<(Cause, Withheld)>,
    denials: Series<(Gate, Cause)>,
    refused_addresses: Series<Gate>,
    score_requests: Counter,
    scores: Counter,
    scores_unavailable: Counter,
    inputs: Counter,
    seconds: Counter<f64, AtomicU64>,
}

/// What kind of subject a ban is on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Network,
    Peer,
}

impl Metrics {
    /// Kinds of misdeeds have a series of their own if `config` weighs them or they are
    /// peerwarden's.
    pub(crate) fn new(config: &Config) -> Self {
        let kinds = config.weights().map(|(kind, _)| kind).chain(Misbehavior::KNOWN);
        let reports = Series::new(kinds, |kind| vec![("misbehavior", kind.to_string())]);
        let by_cause_and_kind = || {
            Series::new(causes_and_kinds(), |(cause, kind)| {
                vec![("cause", cause.to_string()), ("subject", kind.as_str().to_owned())]
            })
        };
        let withheld = pairs(&CAUSES_WITHHELD, &WITHHELD);
        let denials = pairs(&Gate::ALL, &Cause::ALL);
        Self {
            other_reports: reports.another(vec![("misbehavior", OTHER.to_owned())]),
            reports,
            bans: by_cause_and_kind(),
            unbans: by_cause_and_kind(),
            withheld: Series::new(withheld, |(cause, why)| {
                vec![("cause", cause.to_string()), ("reason", why.to_string())]
            }),
            denials: Series::new(denials, |(gate, cause)| {
                vec![("gate", gate.to_string()), ("cause", cause.to_string())]
            }),
            refused_addresses: Series::new(Gate::ALL, |gate| vec![("gate", gate.to_string())]),
            score_requests: Counter::default(),
            scores: Counter::default(),
            scores_unavailable: Counter::default(),
            inputs: Counter::default(),
            seconds: Counter::default(),
        }
    }

    /// Makes these, and the gauges of `shared`, part of `registry`.
    pub(crate) fn register(&self, registry: &mut Registry, shared: Weak<Shared>) {
        let registry = registry.sub_registry_with_prefix("peerwarden");
        self.reports.register(registry, "reports", "Reports of misbehavior");
        self.bans.register(registry, "bans", "Bans that began, counted for each cause");
        self.unbans.register(registry, "unbans", "Bans that ended, by the cause that ended last");
        self.withheld.register(registry, "withheld_bans", "Bans that were due but not carried out");
        self.denials.register(registry, "denials", "Connections refused");
        let help = "Connections refused for an address that can be read in more than one way";
        self.refused_addresses.register(registry, "refused_addresses", help);
        for (name, help, counter) in [
            ("score_requests", "Scores asked for", &self.score_requests),
            ("scores", "Scores given, asked for or not", &self.scores),
            (
                "scores_unavailable",
                "Scores asked for that could not be had",
                &self.scores_unavailable,
            ),
            ("engine_inputs", "Events handed to the engine", &self.inputs),
        ] {
            registry.register(name, help, counter.clone());
        }
        let help = "Time spent on events by the engine";
        registry.register_with_unit("engine", help, Unit::Seconds, self.seconds.clone());
        registry.register_collector(Box::new(Gauges::new(shared)));
    }

    /// The engine gets to work on `event`.
    ///
    /// To look at a clock twice takes as long as a report does, so that of what comes in floods
    /// only a sample is timed.
    pub(crate) fn begin(&self, event: &Event<PeerId>) -> Begun {
        let seen = Seen::of(event);
        let is_timed = !seen.comes_in_floods() || self.inputs.get().is_multiple_of(SAMPLED);
        Begun { seen, start: is_timed.then(Instant::now) }
    }

    /// The engine has made this of an input.
    pub(crate) fn input(&self, Begun { seen, start }: Begun, notes: &Notes) {
        self.inputs.inc();
        if let Some(start) = start {
            let stands_for = if seen.comes_in_floods() { SAMPLED } else { 1 };
            self.seconds.inc_by(start.elapsed().as_secs_f64() * stands_for as f64);
        }
        match seen {
            Seen::Report(kind) => {
                self.reports.get(&kind).unwrap_or(&self.other_reports).inc();
            }
            Seen::Score => {
                self.scores.inc();
            }
            Seen::ScoreUnavailable => {
                self.scores_unavailable.inc();
            }
            Seen::Other => {}
        }
        if notes.asked > 0 {
            self.score_requests.inc_by(notes.asked);
        }
        for note in &notes.notes {
            self.note(note);
        }
    }

    pub(crate) fn refused(&self, gate: Gate, refusal: &Refusal) {
        let counter = match refusal {
            Refusal::Address(_) => self.refused_addresses.get(&gate),
            Refusal::Banned(denied) => self.denials.get(&(gate, denied.denial.cause)),
        };
        if let Some(counter) = counter {
            counter.inc();
        }
    }

    fn note(&self, note: &Note) {
        let kind = match note.subject {
            Subject::Addr(_) => Kind::Network,
            Subject::Peer(_) => Kind::Peer,
        };
        let counter = match note.kind {
            NoteKind::Amended { .. } => None,
            NoteKind::Banned { .. } => self.bans.get(&(note.cause, kind)),
            NoteKind::Unbanned => self.unbans.get(&(note.cause, kind)),
            NoteKind::Withheld { why } => self.withheld.get(&(note.cause, why)),
        };
        if let Some(counter) = counter {
            counter.inc();
        }
    }
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Peer => "peer",
        }
    }
}

/// The causes that each kind of subject can be banned for.
fn causes_and_kinds() -> Vec<(Cause, Kind)> {
    let mut all = pairs(&Cause::ALL, &[Kind::Network, Kind::Peer]);
    all.retain(|(cause, kind)| match cause {
        Cause::Address => *kind == Kind::Network,
        Cause::Operator | Cause::Remote => true,
        Cause::Penalty | Cause::Score => *kind == Kind::Peer,
    });
    all
}

fn pairs<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))).collect()
}

/// One in how many reports and scores is timed.
const SAMPLED: u64 = 16;

/// The operator's own bans are always carried out.
const CAUSES_WITHHELD: [Cause; 4] = [Cause::Address, Cause::Penalty, Cause::Remote, Cause::Score];

const WITHHELD: [Withheld; 5] =
    [Withheld::Limit, Withheld::Protected, Withheld::DryRun, Withheld::Grace, Withheld::Guard];

/// Stands for every kind of misdeed that has no series of its own.
const OTHER: &str = "other";
