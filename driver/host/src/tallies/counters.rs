//! Counters of everything that happens.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use peerwarden_core::{Cause, Config, Counts, Event, Misbehavior, Subject, Withheld};

use super::{PlaceName, SubjectKind, Tallies};
use crate::engine::{Engine, EngineKey};
use crate::gate::Gate;
use crate::outcome::{Answered, BanEvent, BanEventKind, Outcome};
use crate::peer::PeerName;

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
    hearsay: AtomicU64,
    valid: AtomicU64,
    warnings: AtomicU64,
    expulsions: AtomicU64,
    waivers: AtomicU64,
    incidents: AtomicU64,
    refused_addresses: Counters<Gate>,
    score_requests: AtomicU64,
    scores: AtomicU64,
    scores_unavailable: AtomicU64,
    inputs: AtomicU64,
    nanos: AtomicU64,
    /// The levels of places that there is a gauge for.
    places: Vec<PlaceName>,
}

/// What the engine holds, as far as it is told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    counts: Counts,
    places: Vec<(PlaceName, usize)>,
}

/// What an input is, and when the engine got to work on it, if that is measured.
///
/// In real time and not by the behaviour's timer: it is for the cost of things.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub(crate) struct InputTimer {
    kind: InputKind,
    start: Option<Instant>,
}

/// What an input was, as far as it is counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum InputKind {
    Expel,
    Report { kind: Misbehavior, hearsay: bool },
    Score,
    ScoreUnavailable,
    Valid { count: u64 },
    Waive,
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
            hearsay: AtomicU64::default(),
            valid: AtomicU64::default(),
            warnings: AtomicU64::default(),
            expulsions: AtomicU64::default(),
            waivers: AtomicU64::default(),
            incidents: AtomicU64::default(),
            refused_addresses: Counters::new(Gate::ALL),
            score_requests: AtomicU64::default(),
            scores: AtomicU64::default(),
            scores_unavailable: AtomicU64::default(),
            inputs: AtomicU64::default(),
            nanos: AtomicU64::default(),
            places: levels(config),
        }
    }

    /// The engine gets to work on `event`.
    ///
    /// To look at a clock twice takes as long as a report does, so that of what comes in floods only
    /// a sample is timed.
    pub(crate) fn begin<P: PeerName>(&self, event: &Event<P>) -> InputTimer {
        let kind = InputKind::from_event(event);
        let is_timed = !kind.comes_in_floods() || read(&self.inputs).is_multiple_of(SAMPLED);
        InputTimer { kind, start: is_timed.then(Instant::now) }
    }

    /// The engine has made this of an input.
    pub(crate) fn input<P: PeerName>(
        &self,
        InputTimer { kind, start }: InputTimer,
        outcome: &Outcome<P>,
    ) {
        add(&self.inputs, 1);
        if let Some(start) = start {
            let stands_for = if kind.comes_in_floods() { SAMPLED } else { 1 };
            let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
            add(&self.nanos, nanos.saturating_mul(stands_for));
        }
        match kind {
            InputKind::Expel => add(&self.expulsions, 1),
            InputKind::Report { kind, hearsay } => {
                add(self.reports.get(&kind).unwrap_or(&self.other_reports), 1);
                if hearsay {
                    add(&self.hearsay, 1);
                }
            }
            InputKind::Score => add(&self.scores, 1),
            InputKind::ScoreUnavailable => add(&self.scores_unavailable, 1),
            InputKind::Valid { count } => add(&self.valid, count),
            InputKind::Waive => add(&self.waivers, 1),
            InputKind::Other => {}
        }
        self.answered(outcome.answered);
        if !outcome.warned.is_empty() {
            add(&self.warnings, number(outcome.warned.len()));
        }
        if outcome.incidents.contains(&true) {
            add(&self.incidents, 1);
        }
        if outcome.score_requests > 0 {
            add(&self.score_requests, outcome.score_requests);
        }
        for event in &outcome.ban_events {
            self.ban_event(event);
        }
    }

    pub(crate) fn denied(&self, gate: Gate, cause: Cause) {
        if let Some(counter) = self.denials.get(&(gate, cause)) {
            add(counter, 1);
        }
    }

    pub(crate) fn refused_address(&self, gate: Gate) {
        if let Some(counter) = self.refused_addresses.get(&gate) {
            add(counter, 1);
        }
    }

    /// What was counted so far, of a node that holds this.
    pub(crate) fn read(&self, held: Held) -> Tallies {
        let banned = |place: &PlaceName| {
            held.places.iter().find(|(each, _)| each == place).map_or(0, |(_, count)| *count)
        };
        let others = held.places.iter().filter(|(each, _)| !self.places.contains(each));
        Tallies {
            reports: self.reports.read(|kind, count| (kind, count)),
            other_reports: read(&self.other_reports),
            bans: self.bans.read(|(cause, kind), count| (cause, kind, count)),
            unbans: self.unbans.read(|(cause, kind), count| (cause, kind, count)),
            withheld: self.withheld.read(|(cause, why), count| (cause, why, count)),
            denials: self.denials.read(|(gate, cause), count| (gate, cause, count)),
            hearsay_reports: read(&self.hearsay),
            valid_messages: read(&self.valid),
            warnings: read(&self.warnings),
            expulsions: read(&self.expulsions),
            waivers: read(&self.waivers),
            incidents: read(&self.incidents),
            refused_addresses: self.refused_addresses.read(|gate, count| (gate, count)),
            score_requests: read(&self.score_requests),
            scores: read(&self.scores),
            scores_unavailable: read(&self.scores_unavailable),
            engine_inputs: read(&self.inputs),
            engine_time: Duration::from_nanos(read(&self.nanos)),
            banned_places: self.places.iter().map(|place| (*place, banned(place))).collect(),
            other_banned_places: others.map(|(_, count)| *count).sum(),
            counts: held.counts,
            store: None,
            shadows: Vec::new(),
            #[cfg(feature = "lists")]
            lists: crate::lists::ListTallies::default(),
            #[cfg(all(feature = "admin", unix))]
            admin: crate::admin::AdminTallies::default(),
        }
    }

    /// The driver's own answer is an input as well.
    fn answered(&self, answered: Answered) {
        match answered {
            Answered::No => {}
            Answered::Score => {
                add(&self.inputs, 1);
                add(&self.scores, 1);
            }
            Answered::Unavailable => add(&self.scores_unavailable, 1),
        }
    }

    fn ban_event<P>(&self, event: &BanEvent<P>) {
        let kind = match event.subject {
            Subject::Addr(_) => SubjectKind::Network,
            Subject::Peer(_) => SubjectKind::Peer,
        };
        let counter = match event.kind {
            BanEventKind::Amended { .. } => None,
            BanEventKind::Banned { .. } => self.bans.get(&(event.cause, kind)),
            BanEventKind::Unbanned => self.unbans.get(&(event.cause, kind)),
            BanEventKind::Withheld { why } => self.withheld.get(&(event.cause, why)),
        };
        if let Some(counter) = counter {
            add(counter, 1);
        }
    }
}

impl InputKind {
    fn from_event<P: PeerName>(event: &Event<P>) -> Self {
        match event {
            Event::Expel { .. } => Self::Expel,
            Event::Report { misbehavior, peer, via, .. } => Self::Report {
                kind: *misbehavior,
                hearsay: via.as_ref().is_some_and(|via| via != peer),
            },
            Event::Score { .. } => Self::Score,
            Event::ScoreUnavailable { .. } => Self::ScoreUnavailable,
            Event::Valid { count, .. } => Self::Valid { count: *count },
            Event::Waive { .. } => Self::Waive,
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Disconnected { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Unprotect { .. }
            | _ => Self::Other,
        }
    }

    /// Whether there can be thousands of them a second.
    const fn comes_in_floods(self) -> bool {
        match self {
            Self::Report { .. } | Self::Score | Self::ScoreUnavailable | Self::Valid { .. } => true,
            Self::Expel | Self::Waive | Self::Other => false,
        }
    }
}

impl Held {
    pub(crate) fn new<P: PeerName, K: EngineKey<P>>(engine: &Engine<P, K>) -> Self {
        let v4 = engine.banned_places_v4().map(|(length, count)| (PlaceName::V4(length), count));
        let v6 = engine.banned_places_v6().map(|(length, count)| (PlaceName::V6(length), count));
        Self { counts: engine.counts(), places: v4.chain(v6).collect() }
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

/// The levels of places in a policy.
fn levels(config: &Config) -> Vec<PlaceName> {
    let v4 = config.places_v4().map(|level| PlaceName::V4(level.length));
    v4.chain(config.places_v6().map(|level| PlaceName::V6(level.length))).collect()
}

fn number(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// The causes that each kind of subject can be banned for.
fn causes_and_kinds() -> Vec<(Cause, SubjectKind)> {
    let mut all = pairs(&Cause::ALL, &[SubjectKind::Network, SubjectKind::Peer]);
    all.retain(|(cause, kind)| match cause {
        Cause::Address => *kind == SubjectKind::Network,
        Cause::Operator | Cause::Remote => true,
        Cause::Application | Cause::Penalty | Cause::Score => *kind == SubjectKind::Peer,
        _ => true,
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
