//! A file of a recording, played back.

use std::borrow::Cow;
use std::hash::RandomState;
use std::path::Path;

use peerwarden_core::scenario::{ActionHash, Entry, Header, Step};
use peerwarden_core::{Event, Warden};
use peerwarden_host::recording::{ReadRecordingError, RecordingReader};

/// What came of playing a file.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) header: Header<String>,
    pub(crate) inputs: u64,
    /// How many hashes there were, all of them right.
    pub(crate) hashes: usize,
    pub(crate) gaps: Vec<u64>,
    pub(crate) is_cut: bool,
    pub(crate) hash: ActionHash,
    pub(crate) events: Vec<Event<String>>,
    /// Every line of an action.
    pub(crate) actions: Vec<String>,
}

impl Played {
    /// Plays the file from its first line on.
    ///
    /// # Panics
    ///
    /// If an action is not as it was, up to the first gap.
    pub(crate) fn of(path: &Path) -> Result<Self, ReadRecordingError> {
        let mut reader = RecordingReader::open(path)?;
        let mut steps = Vec::new();
        while let Some(step) = reader.next_step()? {
            steps.push(step.map_peers(Cow::into_owned));
        }
        Ok(Self::play(reader.header().clone(), steps, reader.is_cut()))
    }

    fn play(header: Header<String>, steps: Vec<Step<String>>, is_cut: bool) -> Self {
        let config = header.policy().config().expect("a policy that was in force");
        let (saved, live) =
            (header.snapshot.clone(), header.live.clone().expect("it was recorded"));
        let warden = Warden::resume(config, RandomState::new(), saved, live, header.at);
        let mut warden = warden.expect("it was running");
        let hash = header.hash;
        let (hashes, inputs, gaps, events, actions) = (0, 0, vec![], vec![], vec![]);
        let mut played = Self { header, inputs, hashes, gaps, is_cut, hash, events, actions };
        for Step { at, entry } in steps {
            match entry {
                Entry::Input { input, times, expect } => {
                    assert_eq!((times, expect), (1, None));
                    let event = input.into_event(warden.config());
                    played.events.push(event.clone());
                    played.inputs += 1;
                    for action in warden.handle_input(event, at) {
                        played.hash.add(at, &action);
                        played.actions.push(format!("{at} {action}"));
                    }
                }
                Entry::Hash { hash, inputs } => {
                    assert_eq!(inputs, played.header.inputs + played.inputs);
                    if played.gaps.is_empty() {
                        assert_eq!(hash, played.hash, "after {inputs} inputs");
                        played.hashes += 1;
                    }
                }
                Entry::Gap { inputs } => played.gaps.push(inputs),
                Entry::Question(_) => panic!("a question in a recording"),
                _ => panic!("something new in a recording"),
            }
        }
        played
    }
}
