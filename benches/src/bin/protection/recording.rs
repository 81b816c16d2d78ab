//! Recordings of runs, for `peerwarden replay`.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use peerwarden_core::scenario::{ActionHash, Entry, Header, Input, Step};
use peerwarden_core::{Action, Config, Event, Instant};

use crate::peer::{Class, PeerNo};

/// A recording that a policy writes and a run ends.
pub(crate) type Shared = Rc<RefCell<Recording>>;

/// What the engine is told, as lines of a file.
#[derive(Debug)]
pub(crate) struct Recording {
    path: PathBuf,
    file: BufWriter<File>,
    /// What cannot be written any more.
    error: Option<String>,
    /// Names by the peers' numbers.
    names: Vec<String>,
    hash: ActionHash,
    inputs: u64,
    hashed: u64,
    /// The last input, which may come again at the same moment.
    pending: Option<(Instant, Event<PeerNo>, u32)>,
}

impl Recording {
    /// Begins a file whose engine knows nobody yet.
    pub(crate) fn begin(folder: &Path, name: &str, config: &Config) -> Result<Shared, String> {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let file: String = name.chars().map(plain).collect();
        let path = folder.join(file).with_extension("jsonl");
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let file = File::create(&path).map_err(|error| failed(&error))?;
        let mut header = Header::<String>::new(Instant::ORIGIN, ORIGIN.to_owned(), config);
        header.name = name.to_owned();
        let header = header.write().map_err(|error| failed(&error))?;
        let mut recording = Self {
            path,
            file: BufWriter::new(file),
            error: None,
            names: Vec::new(),
            hash: ActionHash::default(),
            inputs: 0,
            hashed: 0,
            pending: None,
        };
        recording.line(&header);
        Ok(Rc::new(RefCell::new(recording)))
    }

    /// Names a peer by what it is.
    pub(crate) fn meet(&mut self, PeerNo(number): PeerNo, class: Class) {
        let class = match class {
            Class::Attacker => "attacker",
            Class::Newcomer => "newcomer",
            Class::Resident => "resident",
        };
        // They come in order.
        self.names.push(format!("{class}-{number}"));
    }

    /// Writes down an input and what came of it.
    ///
    /// A heartbeat of which nothing came is left out: a driver gives one only when there is something to do.
    pub(crate) fn input(&mut self, at: Instant, event: &Event<PeerNo>, actions: &[Action<PeerNo>]) {
        if *event == Event::Heartbeat && actions.is_empty() {
            return;
        }
        match &mut self.pending {
            Some((same_at, same, times)) if *same_at == at && same == event => {
                *times = times.saturating_add(1);
            }
            _ => {
                self.flush();
                self.pending = Some((at, event.clone(), 1));
            }
        }
        self.inputs += 1;
        for action in actions {
            let named = action.clone().map_peer(|peer| self.name(peer));
            self.hash.add(at, &named);
        }
        if self.inputs.is_multiple_of(1_000) {
            self.hash(at);
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// Something could not be written.
    pub(crate) fn end(&mut self) -> Result<(), String> {
        if let Some((at, ..)) = self.pending
            && self.hashed < self.inputs
        {
            self.hash(at);
        }
        if let Err(error) = self.file.flush() {
            self.error.get_or_insert_with(|| error.to_string());
        }
        match &self.error {
            Some(error) => Err(format!("{}: {error}", self.path.display())),
            None => Ok(()),
        }
    }

    fn name(&self, PeerNo(number): PeerNo) -> String {
        let name = usize::try_from(number).ok().and_then(|at| self.names.get(at));
        name.cloned().unwrap_or_else(|| format!("peer-{number}"))
    }

    fn hash(&mut self, at: Instant) {
        self.flush();
        let (hash, inputs) = (self.hash, self.inputs);
        self.hashed = inputs;
        self.line(&Step::<String> { at, entry: Entry::Hash { hash, inputs } });
    }

    /// Writes the last input.
    fn flush(&mut self) {
        if let Some((at, event, times)) = self.pending.take() {
            let input = Input::Event(event.map_peers(|peer| self.name(peer)));
            self.line(&Step { at, entry: Entry::Input { input, times, expect: None } });
        }
    }

    fn line(&mut self, line: &impl std::fmt::Display) {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{line}");
        if self.error.is_none()
            && let Err(error) = self.file.write_all(text.as_bytes())
        {
            self.error = Some(error.to_string());
        }
    }
}

/// The time of day at which every run begins.
const ORIGIN: &str = "2026-01-01T00:00:00Z";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policies::Peerwarden;
    use crate::policy::{Policy, Report};

    #[test]
    fn inputs_are_lines_and_the_same_again_at_once_is_one() {
        let folder = std::env::temp_dir().join(format!("protection-{}", std::process::id()));
        let recording = Recording::begin(&folder, "a b", &Config::default()).unwrap();
        let mut policy =
            Peerwarden::new(Config::default().with_scores(false)).recorded(Rc::clone(&recording));
        let (peer, addr, now) = (PeerNo(0), [192, 0, 2, 1].into(), Instant::from_secs(1));
        let mut orders = Vec::new();
        policy.meet(peer, Class::Attacker);
        policy.connected(peer, addr, now, &mut orders);
        for _ in 0..101 {
            policy.report(Report { peer, addr, via: None }, now, &mut orders);
        }
        policy.second(Instant::from_secs(2), &mut orders);
        policy.second(Instant::from_secs(89), &mut orders);
        recording.borrow_mut().end().unwrap();

        let text = std::fs::read_to_string(folder.join("a-b.jsonl")).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("{\"recording\":1,\"engine\":\""), "{}", lines[0]);
        assert_eq!(
            lines[1..4],
            [
                "{\"at\":1,\"connect\":\"attacker-0\",\"addr\":\"192.0.2.1\",\"inbound\":true}",
                "{\"at\":1,\"report\":\"attacker-0\",\"misbehavior\":\"invalid-message\",\"points\":864,\
                 \"times\":101}",
                "{\"at\":89,\"heartbeat\":true}",
            ]
        );
        assert_eq!(lines.len(), 5);
        assert!(lines[4].starts_with("{\"at\":89,\"hash\":\""), "{}", lines[4]);
        assert!(lines[4].ends_with("\",\"inputs\":103}"), "{}", lines[4]);
    }
}
