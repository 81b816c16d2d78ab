//! `peerwarden demo --record`.

use std::borrow::Cow;
use std::hash::RandomState;

use peerwarden_host::peerwarden_core::Warden;
use peerwarden_host::peerwarden_core::scenario::{Entry, Step};
use peerwarden_host::recording::RecordingReader;

use crate::program::peerwarden;

#[test]
fn the_demo_is_recorded_and_replays_to_the_action() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("demo.jsonl.zst");
    let path = file.to_str().expect("a text");

    let output = peerwarden(&["demo", "--json", "--speed", "3", "--honest", "2", "--record", path]);

    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let mut reader = RecordingReader::open(&file).expect("it can be read");
    let header = reader.header().clone();
    let config = header.policy().config().expect("a policy that was in force");
    let live = header.live.expect("it was recorded");
    let warden = Warden::resume(config, RandomState::new(), header.snapshot, live, header.at);
    let mut warden = warden.expect("it was running");
    let (mut hash, mut inputs, mut hashed, mut bans) = (header.hash, 0, 0, 0);
    while let Some(step) = reader.next_step().expect("it is whole") {
        let Step { at, entry } = step.map_peers(Cow::into_owned);
        if let Entry::Hash { hash: recorded, inputs } = entry {
            assert_eq!(recorded, hash, "after {inputs} inputs");
            hashed = inputs;
        } else if let Entry::Input { input, .. } = entry {
            inputs += 1;
            for action in warden.handle_input(input.into_event(&warden.config().clone()), at) {
                bans += usize::from(action.to_string().starts_with("ban "));
                hash.add(at, &action);
            }
        }
    }
    assert!(!reader.is_cut());
    assert!(bans > 0, "the spammer was banned");
    assert_eq!((inputs, inputs > 100), (hashed, true), "the last hash is of everything");
}
