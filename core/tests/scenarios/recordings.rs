//! Recordings, played as the scenarios that they are.

use foldhash::fast::RandomState;
use peerwarden_core::scenario::{ActionHash, Entry, Header, Step};
use peerwarden_core::{Config, Direction, Event, Instant, Misbehavior, Penalty, Warden};
use std::time::Duration;

use crate::judge::Engine;
use crate::replay::{Outcome, replay_recording};

#[test]
fn a_recording_plays_as_it_ran() {
    let recording = recording();

    assert_eq!(replay_recording::<Engine>(&recording), Ok(Outcome::Held));
}

#[test]
fn a_recording_with_something_changed_does_not_play_as_it_ran() {
    let recording = recording().replacen("\"points\":86400", "\"points\":1", 1);

    let outcome = replay_recording::<Engine>(&recording).expect("it can be read");

    let Outcome::Failed(why) = outcome else { panic!("it held") };
    assert!(why.starts_with("step 6 (at 104):\n  expected (ActionHash("), "{why}");
}

#[test]
fn a_header_reads_as_it_was_written() {
    let mut warden = engine();
    for (at, event) in history() {
        let _ = warden.handle_input(event, at);
    }
    let now = Instant::from_nanos(104_000_000_001);
    let mut header = Header::new(now, "2026-01-02T03:04:05Z".to_owned(), warden.config());
    header.snapshot = warden.snapshot(now).collect();
    header.live = Some(warden.live(now));
    header.name = "a \"quiet\" day".to_owned();
    header.pseudonymised = true;
    (header.part, header.continues) = (2, Some("day.1.jsonl.zst".to_owned()));
    (header.hash, header.inputs) = (ActionHash::from_value(7), 6);

    let line = header.write().expect("names are texts");

    assert_eq!(Header::read(&line).expect("it was written"), header);
    assert!(line.starts_with("{\"recording\":1,\"engine\":\""), "{line}");
    assert!(line.contains("\"at\":104.000000001,"), "{line}");
}

/// A recording that begins with a ban in force and goes on until it is over.
fn recording() -> String {
    let mut warden = engine();
    let mut history = history();
    let later = history.split_off(3);
    for (at, event) in history {
        let _ = warden.handle_input(event, at);
    }
    let begins = Instant::from_millis(2_500);
    let mut header = Header::new(begins, "2026-01-02T03:04:05Z".to_owned(), warden.config());
    header.snapshot = warden.snapshot(begins).collect();
    header.live = Some(warden.live(begins));

    let mut lines = vec![header.write().expect("names are texts")];
    let (mut hash, mut inputs) = (ActionHash::default(), 0);
    for (at, event) in later {
        lines.push(Step::of(at, event.clone()).to_string());
        inputs += 1;
        for action in warden.handle_input(event, at) {
            hash.add(at, &action);
        }
    }
    let at = Instant::from_secs(104);
    lines.push(Step::<String> { at, entry: Entry::Hash { hash, inputs } }.to_string());
    lines.join("\n")
}

/// Two peers, each reported until it is banned, and a new policy.
fn history() -> Vec<(Instant, Event<String>)> {
    let report = |peer: &str, points| Event::Report {
        peer: peer.to_owned(),
        misbehavior: Misbehavior::INVALID_MESSAGE,
        penalty: Penalty::from_points(points).expect("it is more than nothing"),
        via: None,
    };
    let connected = |peer: &str| Event::Connected {
        peer: peer.to_owned(),
        addr: Some([203, 0, 113, 7].into()),
        direction: Direction::Outbound,
    };
    let config = Config::default().with_forgive_after(Some(Duration::from_secs(1)));
    let config = Box::new(config.expect("a second is more than nothing"));
    vec![
        (Instant::from_secs(1), connected("a")),
        (Instant::from_secs(2), report("a", 90_000)),
        (Instant::from_millis(2_500), Event::Disconnected { peer: "a".to_owned() }),
        (Instant::from_millis(3_500), connected("b")),
        (Instant::from_secs(4), report("b", 86_400)),
        (Instant::from_secs(4), report("b", 1_000)),
        (Instant::from_secs(5), Event::Reconfigure { config }),
        (Instant::from_secs(104), Event::Heartbeat),
    ]
}

fn engine() -> Warden<String, RandomState> {
    Warden::new(Config::default(), RandomState::default())
}
