//! Files: names, rights, ends, and which stay.

use std::fs;
use std::num::{NonZeroU64, NonZeroUsize};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use peerwarden_host::recording::{RecordError, RecordingOptions, RecordingStatus};

use crate::played::Played;
use crate::running::{Running, files_in};

#[test]
fn a_file_is_for_its_owner_alone_and_no_other_is_touched() {
    let node = Running::new();
    fs::write(node.path("day.jsonl.zst"), "mine").expect("a file");
    fs::write(node.path("day.7.jsonl.zst"), "mine too").expect("a file");

    let status = node.warden.record(node.options()).expect("it can begin");
    let _status = node.stop();

    assert_eq!(status.file, node.path("day.8.jsonl.zst"));
    let mode = fs::metadata(&status.file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_to_string(node.path("day.jsonl.zst")).expect("a file"), "mine");
    assert_eq!(fs::read_to_string(node.path("day.7.jsonl.zst")).expect("a file"), "mine too");
}

#[test]
fn a_file_that_cannot_be_made_is_named() {
    let node = Running::new();
    let path = node.path("no-such-directory/day.jsonl.zst");

    let error =
        node.warden.record(RecordingOptions::new(&path)).expect_err("there is no directory");

    assert!(matches!(&error, RecordError::File { file, .. } if *file == path), "{error}");
    assert_eq!(node.warden.recording(), Ok(None));
    node.busy_rounds(1);
    let _status = node.warden.record(node.options()).expect("another can begin");
}

#[test]
fn each_of_several_files_replays_by_itself_and_together_they_are_one() {
    let node = Running::new();
    let options = node.options().with_max_file_age(Duration::from_secs(100));
    let _status = node.warden.record(options).expect("it can begin");
    for part in 1..=4 {
        node.busy_rounds(40);
        node.timer.advance(Duration::from_secs(100));
        wait_for_files(&node, part + 1);
    }
    node.busy_rounds(40);
    let status = node.stop();

    assert_eq!(status.files, 5);
    let names = [
        "day.2.jsonl.zst",
        "day.3.jsonl.zst",
        "day.4.jsonl.zst",
        "day.5.jsonl.zst",
        "day.jsonl.zst",
    ];
    assert_eq!(files_in(node.directory.path()), names);
    let (mut inputs, mut bytes, mut before) = (0, 0, None);
    for (part, name) in (1..).zip([names[4], names[0], names[1], names[2], names[3]]) {
        let path = node.path(name);
        let played = Played::of(&path).expect("it can be read");
        assert_eq!((played.header.part, played.header.inputs), (part, inputs));
        assert_eq!(played.header.continues, before.as_ref().map(|(name, _)| String::from(*name)));
        if let Some((_, hash)) = before {
            assert_eq!(played.header.hash, hash);
        }
        assert!(played.hashes > 0 && !played.is_cut);
        inputs += played.inputs;
        bytes += fs::metadata(&path).expect("it is there").len();
        before = Some((name, played.hash));
    }
    assert_eq!((inputs, bytes), (status.inputs, status.bytes));
}

#[test]
fn the_newest_files_stay_and_what_is_no_recording_does() {
    let node = Running::new();
    fs::write(node.path("day.2.jsonl.zst"), "notes").expect("a file");
    let options = node
        .options()
        .with_max_file_size(NonZeroU64::MIN)
        .with_max_files(NonZeroUsize::new(3).expect("it is not 0"));
    let _status = node.warden.record(options).expect("it can begin");
    wait_for_files(&node, 6);

    let status = node.stop();

    let mut newest: Vec<_> = (0..3).map(|back| u64::from(status.files) + 2 - back).collect();
    newest.sort_unstable();
    let mut expected: Vec<_> = newest.iter().map(|n| format!("day.{n}.jsonl.zst")).collect();
    expected.push("day.2.jsonl.zst".to_owned());
    expected.sort();
    assert_eq!(files_in(node.directory.path()), expected);
    assert_eq!(fs::read_to_string(node.path("day.2.jsonl.zst")).expect("a file"), "notes");
}

/// Waits until the recording has so many files, a minute at most.
fn wait_for_files(node: &Running, files: u32) -> RecordingStatus {
    let begun = Instant::now();
    loop {
        let status = node.warden.recording().expect("the node is there").expect("there is one");
        if status.files >= files {
            return status;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{status:?}");
        std::thread::yield_now();
    }
}
