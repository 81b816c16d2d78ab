//! Counters of everything that happens.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use libp2p::PeerId;
use peerwarden_core::{Cause, Config, Counts, Event, Misbehavior, Subject, Withheld};

use super::{SubjectKind, Tallies};
use crate::gate::Gate;
use crate::notes::{Note, NoteKind, Notes};
use crate::refusal::Refusal;

/// Counts as it happens. All counters are there from the start, so that how many there are is
/// bounded, and to count is to look one up and one atomic addition.
#[derive(Debug)]
pub(crate) struct Tally {
    reports: Counters<Misbehavior>,
    other_reports: AtomicU64,
    bans: Counters<(Cause, SubjectKind)>,
    unbans: Counters<(Cause, SubjectKind)>,
    withheld: Counters<(Cause, Withheld)>,
    denials: Counters<(Gate, Cause)>,
    refused_addresses: Counters<Gate>,
    score_requests: AtomicU64,
    scores: AtomicU64,
    scores_unavailable: AtomicU64,
    inputs: AtomicU64,
    nanos: AtomicU64,
}

/// What an input is, and when the engine got to work on it, if that is measured.
///
/// In real time and not by the behaviour's timer: it is for the cost of things.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub(crate) struct Begun {
    seen: Seen,
    start: Option<Instant>,
}

/// What an input was, as far as it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Seen {
    Report(Misbehavior),
    Score,
    ScoreUnavailable,
    Other,
}

impl Tally {
    /// Kinds of misdeeds have a count of their own if `config` weighs them or they are peerwarden's.
    pub(crate) fn new(config: &Config) -> Self {
        let weighed = config.weights().map(|(kind, _)| kind).take(Tallies::MAX_KINDS);
        Self {
            reports: Counters::new(weighed.chain(Misbehavior::KNOWN)),
            other_reports: AtomicU64::default(),
            bans: Counters::new(causes_and_kinds()),
            unbans: Counters::new(causes_and_kinds()),
            withheld: Counters::new(pairs(&CAUSES_WITHHELD, &WITHHELD)),
            denials: Counters::new(pairs(&Gate::ALL, &Cause::ALL)),
            refused_addresses: Counters::new(Gate::ALL),
            score_requests: AtomicU64::default(),
            scores: AtomicU64::default(),
            scores_unavailable: AtomicU64::default(),
            inputs: AtomicU64::default(),
            nanos: AtomicU64::default(),
        }
    }

    /// The engine gets to work on `event`.
    ///
    /// To look at a clock twice takes as long as a report does, so that of what comes in floods only
    /// a sample is timed.
    pub(crate) fn begin(&self, event: &Event<PeerId>) -> Begun {
        let seen = Seen::of(event);
        let is_timed = !seen.comes_in_floods() || read(&self.inputs).is_multiple_of(SAMPLED);
        Begun { seen, start: is_timed.then(Instant::now) }
    }

    /// The engine has made this of an input.
    pub(crate) fn input(&self, Begun { seen, start }: Begun, notes: &Notes) {
        add(&self.inputs, 1);
        if let Some(start) = start {
            let stands_for = if seen.comes_in_floods() { SAMPLED } else { 1 };
            let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
            add(&self.nanos, nanos.saturating_mul(stands_for));
        }
        match seen {
            Seen::Report(kind) => {
                add(self.reports.get(&kind).unwrap_or(&self.other_reports), 1);
            }
            Seen::Score => add(&self.scores, 1),
            Seen::ScoreUnavailable => add(&self.scores_unavailable, 1),
            Seen::Other => {}
        }
        if notes.asked > 0 {
            add(&self.score_requests, notes.asked);
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
            add(counter, 1);
        }
    }

    /// What was counted so far, of a node that holds so much.
    pub(crate) fn read(&self, counts: Counts) -> Tallies {
        Tallies {
            reports: self.reports.read(|kind, count| (kind, count)),
            other_reports: read(&self.other_reports),
            bans: self.bans.read(|(cause, kind), count| (cause, kind, count)),
            unbans: self.unbans.read(|(cause, kind), count| (cause, kind, count)),
            withheld: self.withheld.read(|(cause, why), count| (cause, why, count)),
            denials: self.denials.read(|(gate, cause), count| (gate, cause, count)),
            refused_addresses: self.refused_addresses.read(|gate, count| (gate, count)),
            score_requests: read(&self.score_requests),
            scores: read(&self.scores),
            scores_unavailable: read(&self.scores_unavailable),
            engine_inputs: read(&self.inputs),
            engine_time: Duration::from_nanos(read(&self.nanos)),
            counts,
            store: None,
        }
    }

    fn note(&self, note: &Note) {
        let kind = match note.subject {
            Subject::Addr(_) => SubjectKind::Network,
            Subject::Peer(_) => SubjectKind::Peer,
        };
        let counter = match note.kind {
            NoteKind::Amended { .. } => None,
            NoteKind::Banned { .. } => self.bans.get(&(note.cause, kind)),
            NoteKind::Unbanned => self.unbans.get(&(note.cause, kind)),
            NoteKind::Withheld { why } => self.withheld.get(&(note.cause, why)),
        };
        if let Some(counter) = counter {
            add(counter, 1);
        }
    }
}

impl Seen {
    fn of(event: &Event<PeerId>) -> Self {
        match event {
            Event::Report { misbehavior, .. } => Self::Report(*misbehavior),
            Event::Score { .. } => Self::Score,
            Event::ScoreUnavailable { .. } => Self::ScoreUnavailable,
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Expel { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Unprotect { .. }
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => Self::Other,
        }
    }

    /// Whether there can be thousands of them a second.
    const fn comes_in_floods(self) -> bool {
        match self {
            Self::Report(_) | Self::Score | Self::ScoreUnavailable => true,
            Self::Other => false,
        }
    }
}

/// A counter for each of some keys that are known from the start, in their order.
#[derive(Debug)]
struct Counters<K>(Vec<(K, AtomicU64)>);

impl<K: Copy + Ord> Counters<K> {
    fn new(keys: impl IntoIterator<Item = K>) -> Self {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self(keys.into_iter().map(|key| (key, AtomicU64::default())).collect())
    }

    fn get(&self, key: &K) -> Option<&AtomicU64> {
        let at = self.0.binary_search_by(|(each, _)| each.cmp(key)).ok()?;
        self.0.get(at).map(|(_, counter)| counter)
    }

    fn read<T>(&self, entry: impl Fn(K, u64) -> T) -> Vec<T> {
        self.0.iter().map(|(key, counter)| entry(*key, read(counter))).collect()
    }
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// The causes that each kind of subject can be banned for.
fn causes_and_kinds() -> Vec<(Cause, SubjectKind)> {
    let mut all = pairs(&Cause::ALL, &[SubjectKind::Network, SubjectKind::Peer]);
    all.retain(|(cause, kind)| match cause {
        Cause::Address => *kind == SubjectKind::Network,
        Cause::Operator | Cause::Remote => true,
        Cause::Application | Cause::Penalty | Cause::Score => *kind == SubjectKind::Peer,
    });
    all
}

fn pairs<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|a| second.iter().map(|b| (*a, *b))).collect()
}

/// One in how many reports and scores is timed.
const SAMPLED: u64 = 16;

/// The operator's own bans are always carried out.
const CAUSES_WITHHELD: [Cause; 5] =
    [Cause::Address, Cause::Application, Cause::Penalty, Cause::Remote, Cause::Score];

const WITHHELD: [Withheld; 7] = [
    Withheld::Limit,
    Withheld::Exempt,
    Withheld::Protected,
    Withheld::DryRun,
    Withheld::Grace,
    Withheld::Incident,
    Withheld::Guard,
];
