//! `peerwarden demo`, as a program that reads its output sees it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic, helpers included"
)]

mod data_dir;
mod metrics;
mod program;
mod record;

use program::{Program, event, peerwarden};

#[test]
fn every_line_is_json_and_the_story_is_complete() {
    let output = peerwarden(&["demo", "--json", "--speed", "2", "--honest", "3"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors, "");

    let lines = program::lines(&output.stdout);

    // Told in the order in which it happened: what must come before what.
    let at = |event: &str, who: &str| {
        lines
            .iter()
            .position(|line| line["event"] == event && line["who"] == who)
            .unwrap_or_else(|| panic!("no {event} of {who}"))
    };
    assert_eq!(lines[0]["event"], "opening");
    let story = [
        at("reported", "spammer"),
        at("banned", "spammer"),
        at("disconnected", "spammer"),
        at("refused", "spammer"),
        at("unbanned", "spammer"),
        at("redialled", "spammer"),
    ];
    assert!(story.is_sorted(), "{story:?}");
    assert_eq!(lines[at("banned", "sneak")]["cause"], "score");
    assert_eq!(lines[at("withheld", "friend")]["why"], "protected");

    let summary = lines.last().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["complete"], true);
    assert_eq!(summary["missing"].as_array().map(Vec::len), Some(0));
    let traffic = summary["traffic"].as_object().unwrap();
    assert_eq!(traffic.len(), 3);
    for (who, counts) in traffic {
        assert!(counts["published"].as_u64() > Some(0), "{who}");
        assert_eq!(counts["published"], counts["delivered"], "{who}");
    }
}

#[test]
fn the_same_seed_is_the_same_cast() {
    let first_peer = || {
        let mut demo = Program::start(&["demo", "--json", "--seed", "7"]);
        let line = demo.until(event("listening"));
        demo.stop_reading();
        (line["peer"].clone(), demo.wait())
    };

    let (peer, code) = first_peer();
    assert!(peer.is_string());
    assert_eq!(code, Some(141), "nobody reads any more, and that is no panic");
    assert_eq!(first_peer().0, peer);
}

#[test]
fn wrong_arguments_are_refused_with_the_value_in_the_message() {
    for (arguments, wanted) in [
        (["--honest", "0"], "0 is not in 1..=20"),
        (["--honest", "21"], "21 is not in 1..=20"),
        (["--speed", "0"], "0 is not between 0.5 and 3"),
        (["--speed", "NaN"], "NaN is not between 0.5 and 3"),
        (["--speed", "fast"], "\"fast\" is not a number"),
        (["--seed", "-1"], "--seed"),
        (
            ["--metrics", "localhost:1"],
            "\"localhost:1\" is no IP address with a port: give one such as 127.0.0.1:9464",
        ),
        (["--data-dir", ""], "a value is required for '--data-dir <DIR>'"),
    ] {
        let output = peerwarden(&["demo", arguments[0], arguments[1]]);
        let errors = String::from_utf8_lossy(&output.stderr);

        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(errors.contains(wanted), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty());
    }
}
