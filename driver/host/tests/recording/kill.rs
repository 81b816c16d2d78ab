//! `kill -9` at any moment, and disks that are full.

use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::recording::ReadRecordingError;

use crate::child::Child;
use crate::played::Played;

#[test]
fn a_node_killed_at_any_moment_leaves_a_file_that_can_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut most = 0;
    for kill in 0..12_u64 {
        let file = directory.path().join(format!("{kill}.zst"));
        let mut child = Child::run(&file);
        if kill % 4 != 0 {
            child.until("recording");
        }
        // Moments all over the second between two blocks.
        thread::sleep(Duration::from_millis(kill * 173 % 1_300));
        let _said = child.kill();

        match Played::of(&file) {
            Ok(played) => most = most.max(played.inputs),
            // It was killed before the header was written, or before there was a file.
            Err(ReadRecordingError::Empty { .. } | ReadRecordingError::Unreadable { .. }) => {
                assert!(kill % 4 == 0, "kill {kill}");
            }
            Err(error) => panic!("kill {kill}: {error}"),
        }
    }
    assert!(most > 0, "some lived long enough to write inputs");
}

#[test]
fn what_was_given_a_second_before_the_kill_is_in_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("day.zst");
    let mut child = Child::run(&file);
    child.until("recording");
    let given: u64 = child.until("given 64").parse().unwrap_or(64);
    // A machine that does other things besides may take longer than a second.
    let begun = Instant::now();
    while Played::of(&file).is_ok_and(|played| played.inputs < given) {
        assert!(begun.elapsed() < Duration::from_secs(30), "it is not written");
        thread::sleep(Duration::from_millis(20));
    }

    let _said = child.kill();

    let played = Played::of(&file).expect("it can be read");
    assert!(played.inputs >= given);
    assert!(played.is_cut);
}

#[test]
fn a_full_disk_ends_the_recording_and_not_the_node() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("day.zst");
    let mut child = Child::run_with_room(&file, 512);

    let error = child.until("Failed");

    assert!(error.contains("File too large"), "{error}");
    assert_eq!(child.until("reports"), "Ok(())");
    let _said = child.kill();
    let played = Played::of(&file).expect("what fitted can be read");
    assert!(played.inputs > 0);
    assert!(played.is_cut);
}
