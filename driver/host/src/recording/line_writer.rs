//! Lines of a recording.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use peerwarden_core::scenario::{ActionHash, Entry, Header, Step};
use peerwarden_core::{Config, Instant, Live, Saved};

use super::names::Names;
use super::status::rfc3339;
use super::tap::{Recorded, Tapped};
use crate::peer::PeerName;

/// Makes lines of inputs, and keeps the hash of the engine's answers.
pub(super) struct LineWriter<P> {
    names: Names<P>,
    hash: ActionHash,
    inputs: u64,
    /// The moment of the last input.
    last: Instant,
    /// How many inputs the last line with a hash was about.
    hashed: u64,
    text: String,
}

/// What a file begins with.
pub(super) struct Beginning<P> {
    pub(super) at: Instant,
    pub(super) wall: SystemTime,
    pub(super) config: Arc<Config>,
    pub(super) saved: Vec<Saved<P>>,
    pub(super) live: Live<P>,
    pub(super) part: u32,
    pub(super) continues: Option<String>,
}

impl<P: PeerName> LineWriter<P> {
    pub(super) fn new(config: &Config, pseudonyms: bool) -> Self {
        Self {
            names: Names::new(config, pseudonyms),
            hash: ActionHash::default(),
            inputs: 0,
            last: Instant::ORIGIN,
            hashed: 0,
            text: String::new(),
        }
    }

    /// Returns how many inputs there were.
    pub(super) const fn inputs(&self) -> u64 {
        self.inputs
    }

    /// Returns the first line of a file.
    pub(super) fn header(&mut self, name: &str, begin: Beginning<P>) -> io::Result<String> {
        let Beginning { at, wall, config, saved, live, part, continues } = begin;
        let config = self.names.config(&config);
        let mut header = Header::<String>::new(at, rfc3339(wall).to_string(), &config);
        header.name = name.to_owned();
        header.snapshot = saved.into_iter().map(|saved| self.names.saved(saved)).collect();
        header.live = Some(self.names.live(live));
        header.pseudonymised = self.names.are_replaced();
        (header.part, header.continues) = (part, continues);
        (header.hash, header.inputs) = (self.hash, self.inputs);
        self.last = at;
        let mut line = header.write().map_err(io::Error::other)?;
        line.push('\n');
        Ok(line)
    }

    /// Returns the lines of what was taken; the buffer is empty afterwards.
    pub(super) fn lines(&mut self, tapped: &mut Tapped<P>) -> &str {
        self.text.clear();
        for input in tapped.inputs.drain(..) {
            self.input(input);
        }
        if tapped.lost > 0 {
            let inputs = std::mem::take(&mut tapped.lost);
            self.step(&Step { at: self.last, entry: Entry::Gap { inputs } });
        }
        &self.text
    }

    /// Returns the last line of a file: the hash of everything, unless that is there already.
    pub(super) fn end(&mut self) -> &str {
        self.text.clear();
        if self.hashed < self.inputs {
            self.hash_so_far();
        }
        &self.text
    }

    fn input(&mut self, input: Recorded<P>) {
        let Recorded { at, event, actions } = input;
        let event = self.names.event(event);
        self.step(&Step::of(at, event));
        for action in actions {
            let action = self.names.action(action);
            self.hash.add(at, &action);
        }
        self.last = at;
        self.inputs = self.inputs.saturating_add(1);
        if self.inputs.is_multiple_of(INPUTS_PER_HASH) {
            self.hash_so_far();
        }
    }

    fn hash_so_far(&mut self) {
        self.hashed = self.inputs;
        let entry = Entry::Hash { hash: self.hash, inputs: self.inputs };
        self.step(&Step { at: self.last, entry });
    }

    fn step(&mut self, step: &Step<Arc<str>>) {
        // A string takes everything, and names can be printed.
        let _ = writeln!(self.text, "{step}");
    }
}

/// After how many inputs there is a line with the hash of the actions so far.
const INPUTS_PER_HASH: u64 = 1_000;
