//! Run of a replay.

use std::collections::BTreeSet;

use peerwarden_core::scenario::{Entry, Header, Input, Step};
use peerwarden_core::{Config, Event, Instant, Subject};

use super::difference::Difference;
use super::engine::{Memory, PolicyEngine};
use super::error::ReplayError;
use super::exactness::{Checker, InexactReason};
use super::files::Files;
use super::names::{Names, PeerNo};
use super::report::{ReplayClock, ReplayProgress, ReplayReport};
use super::{Replay, Since, pricing};
use crate::recording::RecordingReader;

/// Replays it.
pub(super) fn run(
    replay: Replay,
    mut progress: impl FnMut(ReplayProgress),
) -> Result<ReplayReport, ReplayError> {
    let mut files = Files::open(replay.files)?;
    let mut reader = files.next().ok_or(ReplayError::NoFile)??;
    let header = reader.header();
    let report = Outline::of(header);
    let location = reader.location().to_owned();
    let since = since(header, replay.since).ok_or(ReplayError::TimeOfDay { location })?;
    let mut running = Running::begin(&mut reader, replay.policies, replay.peer.as_deref())?;
    running.counts_from = since.filter(|since| *since > running.now);

    let stopped = loop {
        let told = |inputs| ReplayProgress { inputs, bytes: files.read(), of_bytes: files.bytes };
        if let Err(error) = running.file(&mut reader, |inputs| progress(told(inputs))) {
            break Some(error.to_string());
        }
        let cut = reader.is_cut().then(|| {
            let location = crate::one_line::OneLine(reader.location());
            format!("{location}: its end is missing: what comes before is replayed")
        });
        match files.next() {
            None => break cut,
            Some(next) => {
                reader = next?;
                running.next_part(reader.header(), cut.is_some());
            }
        }
    };
    progress(ReplayProgress {
        inputs: running.checker.replayed(),
        bytes: files.read(),
        of_bytes: files.bytes,
    });
    Ok(running.close(report, replay.peer, replay.honest.as_ref(), stopped, files.count))
}

/// From when on it counts; `None` if the time of day cannot be told.
fn since(header: &Header<String>, since: Option<Since>) -> Option<Option<Instant>> {
    match since {
        None => Some(None),
        Some(Since::After(duration)) => Some(Some(header.at.saturating_add(duration))),
        Some(Since::At(time)) => {
            let origin = humantime::parse_rfc3339_weak(&header.origin).ok()?;
            let after = time.duration_since(origin).unwrap_or_default();
            Some(Some(header.at.saturating_add(after)))
        }
    }
}

/// What the first line says of the recording.
struct Outline {
    name: String,
    engine: String,
    pseudonymised: bool,
    clock: ReplayClock,
}

impl Outline {
    fn of(header: &Header<String>) -> Self {
        Self {
            name: header.name.clone(),
            engine: header.engine.clone(),
            pseudonymised: header.pseudonymised,
            clock: ReplayClock { now: header.at, time: header.origin.clone() },
        }
    }
}

/// A replay under way.
struct Running {
    names: Names,
    recorded: PolicyEngine,
    others: Vec<PolicyEngine>,
    checker: Checker,
    from: Instant,
    /// The latest moment.
    now: Instant,
    /// The moment from which on it counts, while that lies ahead.
    counts_from: Option<Instant>,
}

impl Running {
    fn begin(
        reader: &mut RecordingReader,
        policies: Vec<(String, Config)>,
        peer: Option<&str>,
    ) -> Result<Self, ReplayError> {
        let location = reader.location().to_owned();
        let saved = reader.take_snapshot();
        let header = reader.header();
        let config = header.policy().config().map_err(|error| ReplayError::Policy {
            location: location.clone(),
            why: error.to_string(),
        })?;
        let mut names = Names::default();
        let memory = Memory {
            saved: saved
                .into_iter()
                .map(|saved| saved.map_peer(|peer| names.number(&peer)))
                .collect(),
            live: header.live.clone().unwrap_or_default().map_peers(|peer| names.number(&peer)),
        };
        let at = header.at;
        let followed = peer.map(|peer| names.number(peer));
        let engine = |name: String, config: Config| {
            let mut engine = PolicyEngine::new(name, config, memory.clone(), at, &names)
                .map_err(|why| ReplayError::Snapshot { location: location.clone(), why })?;
            if let Some(peer) = followed {
                engine.trace(peer, at);
            }
            Ok::<_, ReplayError>(engine)
        };
        let recorded = engine(Replay::RECORDED.to_owned(), config)?;
        let others: Result<_, _> =
            policies.into_iter().map(|(name, config)| engine(name, config)).collect();
        Ok(Self {
            others: others?,
            recorded,
            names,
            checker: Checker::new(header.hash, header.inputs),
            from: at,
            now: at,
            counts_from: None,
        })
    }

    /// Goes on with the next file.
    fn next_part(&mut self, header: &Header<String>, end_is_missing: bool) {
        if end_is_missing {
            self.checker.breaks(self.now, InexactReason::Missing);
        }
        self.checker.check(header.at, header.hash, header.inputs);
    }

    /// Replays one file to its end.
    fn file(
        &mut self,
        reader: &mut RecordingReader,
        mut progress: impl FnMut(u64),
    ) -> Result<(), crate::recording::ReadRecordingError> {
        while let Some(step) = reader.next_step()? {
            let step = step.map_peers(|name| self.names.number(&name));
            self.step(step);
            if self.checker.replayed().is_multiple_of(INPUTS_PER_WORD) {
                progress(self.checker.replayed());
            }
        }
        Ok(())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what else there will be is no input")]
    fn step(&mut self, Step { at, entry }: Step<PeerNo>) {
        match entry {
            Entry::Gap { inputs } => self.checker.breaks(at, InexactReason::Lost { inputs }),
            Entry::Hash { hash, inputs } => self.checker.check(at, hash, inputs),
            Entry::Input { input, times, expect: _ } => {
                self.count_from(at);
                for _ in 1..times {
                    self.input(input.clone(), at);
                }
                if times > 0 {
                    self.input(input, at);
                }
            }
            // Scenarios ask questions; what they expect is for their own runner to compare.
            _ => {}
        }
    }

    /// Begins to count if it is time.
    fn count_from(&mut self, at: Instant) {
        if let Some(from) = self.counts_from.filter(|from| *from <= at) {
            self.counts_from = None;
            self.from = from;
            for engine in &mut self.others {
                engine.pass(from);
            }
            for engine in std::iter::once(&mut self.recorded).chain(&mut self.others) {
                engine.begin(from);
            }
        }
    }

    fn input(&mut self, input: Input<PeerNo>, at: Instant) {
        self.now = self.now.max(at);
        let peer = peer_of(&input);
        let recorded = self.recorded.config();
        for other in &mut self.others {
            other.pass(self.now);
            let event = match &input {
                Input::Event(event) => pricing::under(event.clone(), recorded, other.config()),
                Input::Report { .. } => input.clone().into_event(other.config()),
            };
            let _ = other.feed(event, peer, at);
        }
        let event = input.into_event(recorded);
        let actions = self.recorded.feed(event, peer, at);
        self.checker.input();
        for action in actions {
            self.checker.add(at, &action.map_peer(|peer| self.names.name(peer)));
        }
    }

    fn close(
        mut self,
        outline: Outline,
        peer: Option<String>,
        honest: Option<&BTreeSet<String>>,
        stopped: Option<String>,
        files: usize,
    ) -> ReplayReport {
        let end = self.now.max(self.counts_from.unwrap_or(Instant::ORIGIN));
        self.count_from(end);
        for other in &mut self.others {
            other.pass(end);
        }
        let recorded = self.recorded.close(end, honest, &self.names);
        let others = self.others.into_iter().map(|other| other.close(end, honest, &self.names));
        let mut policies = vec![recorded];
        policies.extend(others);
        let (recorded, others) =
            policies.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
        let differences = recorded
            .into_iter()
            .flat_map(|recorded| others.iter().map(|other| Difference::between(recorded, other)));
        ReplayReport {
            name: outline.name,
            engine: outline.engine,
            pseudonymised: outline.pseudonymised,
            clock: outline.clock,
            from: self.from,
            until: end,
            files,
            inputs: self.checker.replayed(),
            exactness: self.checker.found(),
            stopped,
            differences: differences.collect(),
            policies,
            peer,
        }
    }
}

/// Returns the peer that an input is about, if it is about one.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are about none")]
fn peer_of(input: &Input<PeerNo>) -> Option<PeerNo> {
    match input {
        Input::Report { peer, .. } => Some(*peer),
        Input::Event(event) => match event {
            Event::Connected { peer, .. }
            | Event::Disconnected { peer }
            | Event::Expel { peer, .. }
            | Event::Report { peer, .. }
            | Event::Score { peer, .. }
            | Event::ScoreUnavailable { peer }
            | Event::Valid { peer, .. }
            | Event::Waive { peer, .. } => Some(*peer),
            Event::Ban { subject, .. }
            | Event::Protect { subject, .. }
            | Event::Unban { subject, .. }
            | Event::Unprotect { subject } => match subject {
                Subject::Peer(peer) => Some(*peer),
                Subject::Addr(_) => None,
            },
            _ => None,
        },
    }
}

/// How often it is told how far it is.
const INPUTS_PER_WORD: u64 = 4096;
