//! Recordings replay to the action.

use std::time::Duration;

use peerwarden_core::Event;
use peerwarden_host::recording::{RecordError, RecordingState};
use peerwarden_host::{Config, Points};

use crate::played::Played;
use crate::running::Running;

#[test]
fn a_busy_node_replays_to_the_action() {
    let node = Running::new();
    let status = node.warden.record(node.options().with_name("a busy day")).expect("it can begin");
    assert_eq!(status.state, RecordingState::Recording);
    assert_eq!(status.file, node.path("day.jsonl.zst"));
    assert_eq!((status.inputs, status.files, status.lost), (0, 1, 0));

    node.busy_rounds(400);
    let status = node.stop();

    let played = Played::of(&status.file).expect("it can be read");
    assert_eq!(played.header.name, "a busy day");
    assert_eq!(played.inputs, status.inputs);
    assert!(played.inputs > 3_000, "{}", played.inputs);
    assert!(played.hashes > 3, "{}", played.hashes);
    assert!(!played.is_cut);
    assert!(played.actions.iter().any(|line| line.contains(" ban peer:")), "somebody was banned");
    assert!(played.actions.iter().any(|line| line.contains(" unban peer:")));
    assert_eq!(status.state, RecordingState::Stopped);
    let length = std::fs::metadata(&status.file).expect("it is there").len();
    assert_eq!(status.bytes, length);
    assert_eq!(node.warden.recording().expect("the node is there"), Some(status));
}

#[test]
fn a_policy_that_comes_into_force_on_the_way_is_in_it() {
    let node = Running::new();
    let _status = node.warden.record(node.options()).expect("it can begin");
    node.busy_rounds(60);
    let config = Config::flow().with_threshold(Points::from_points(2_000));
    node.warden.reconfigure(config.clone()).expect("the node is there");
    node.busy_rounds(60);
    let status = node.stop();

    let played = Played::of(&status.file).expect("it can be read");

    let news = Event::Reconfigure { config: Box::new(config) };
    assert!(played.events.contains(&news), "the policy is in it");
}

#[test]
fn a_recording_that_begins_later_goes_on_from_what_was_remembered() {
    let node = Running::new();
    node.busy_rounds(100);
    node.timer.advance(Duration::from_secs(1));
    let _status = node.warden.record(node.options()).expect("it can begin");
    node.busy_rounds(100);
    let status = node.stop();

    let played = Played::of(&status.file).expect("it can be read");

    assert!(played.hashes > 0);
    assert_eq!(played.inputs, status.inputs);
}

#[test]
fn there_is_one_recording_at_a_time_and_another_file_for_the_next() {
    let node = Running::new();
    assert_eq!(node.warden.recording(), Ok(None));
    assert_eq!(node.warden.stop_recording(), Ok(None));
    let _status = node.warden.record(node.options()).expect("it can begin");

    let error = node.warden.record(node.options()).expect_err("there is one already");
    assert!(
        matches!(&error, RecordError::AlreadyRecording { file } if *file == node.path("day.jsonl.zst"))
    );

    node.busy_rounds(1);
    let first = node.stop();
    assert_eq!(node.warden.stop_recording(), Ok(None));
    let second = node.warden.record(node.options()).expect("it can begin");
    assert_eq!(second.file, node.path("day.2.jsonl.zst"));
    node.busy_rounds(2);
    let second = node.stop();

    for status in [first, second] {
        let played = Played::of(&status.file).expect("it can be read");
        assert_eq!(played.inputs, status.inputs);
        assert_eq!((played.header.part, played.header.continues), (1, None));
    }
}

#[test]
fn a_node_that_ends_ends_its_recording() {
    let node = Running::new();
    let status = node.warden.record(node.options()).expect("it can begin");
    node.busy_rounds(20);
    let Running { directory, doorman, warden, tasks, .. } = node;

    drop((doorman, tasks));

    let played = Played::of(&status.file).expect("it can be read");
    assert!(!played.is_cut, "its end is there");
    assert!(played.hashes > 0);
    assert!(warden.record(peerwarden_host::recording::RecordingOptions::new("x")).is_err());
    drop(directory);
}
