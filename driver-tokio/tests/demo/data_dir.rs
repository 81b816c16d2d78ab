//! Bans outlive the program.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::program::{Program, event, event_of, lines, peerwarden};

#[test]
fn a_second_start_goes_on_from_where_the_first_one_ended() {
    let parent = tempdir().unwrap();
    let directory = parent.path().join("not/there/yet");
    let run = || {
        let output = peerwarden(&[
            "demo",
            "--json",
            "--speed",
            "1.5",
            "--honest",
            "2",
            "--data-dir",
            text(&directory),
        ]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        lines(&output.stdout)
    };

    let first = run();
    let second = run();

    let file = directory.join("bans.redb");
    assert_eq!(only(&first, event("opened"))["rows"], 0);
    assert_eq!(only(&first, event("opened"))["file"], text(&file));
    assert!(!first.iter().any(event("remembered")));
    assert_eq!(only(&first, event("kept"))["error"], Value::Null);
    assert_eq!(only(&first, event("kept"))["waiting"], 0);

    // The spammer, the sneak and the friend, each with a row of its own.
    assert_eq!(only(&second, event("opened"))["rows"], 3);
    let longest = first
        .iter()
        .filter(|line| event_of("banned", "spammer")(line))
        .filter_map(|line| line["lasts"].as_f64())
        .fold(0.0, f64::max);
    let spammer = only(&second, event_of("remembered", "spammer"));
    assert_eq!(spammer["banned_by"], json!(["penalty"]));
    assert_eq!(spammer["offences"], 2);
    let left = spammer["left"].as_f64().unwrap();
    assert!(left > 0.0 && left < longest, "{left} of {longest}");
    assert_eq!(only(&second, event_of("remembered", "friend"))["protected"], true);

    let at = |name, who| second.iter().position(event_of(name, who)).unwrap();
    let story = [
        at("remembered", "spammer"),
        at("refused", "spammer"),
        at("unbanned", "spammer"),
        at("joined", "spammer"),
        at("banned", "spammer"),
        at("disconnected", "spammer"),
    ];
    assert!(story.is_sorted(), "{story:?}");
    assert_eq!(second[at("unbanned", "spammer")]["after"], Value::Null);
    let banned = &second[at("banned", "spammer")];
    assert_eq!(banned["offence"], 3);
    assert!(banned["lasts"].as_f64().unwrap() > longest, "{banned} after {longest} s");
    assert_eq!(second.last().unwrap()["complete"], true);
}

#[test]
fn ctrl_c_in_the_middle_forgets_nothing() {
    let directory = tempdir().unwrap();
    let arguments = ["demo", "--json", "--data-dir", text(directory.path())];

    let mut interrupted = Program::start(&arguments);
    interrupted.until(event_of("banned", "spammer"));
    interrupted.interrupt();
    let (rest, code) = interrupted.end();

    assert_eq!(code, Some(130));
    assert_eq!(interrupted.errors(), "peerwarden demo: interrupted\n");
    assert_eq!(rest.last().unwrap()["event"], "kept");
    assert_eq!(rest.last().unwrap()["error"], Value::Null);
    let remembered = Program::start(&arguments).until(event_of("remembered", "spammer"));
    assert_eq!(remembered["banned_by"], json!(["penalty"]));
    assert_eq!(remembered["offences"], 1);
}

#[test]
fn another_seed_is_another_cast_and_bans_of_the_old_one_are_told() {
    let directory = tempdir().unwrap();
    let start = |seed| {
        Program::start(&["demo", "--json", "--seed", seed, "--data-dir", text(directory.path())])
    };

    let mut first = start("1");
    let spammer = first.until(event_of("banned", "spammer"))["peer"].clone();
    first.interrupt();
    first.end();
    let mut second = start("2");
    let before = second.collect_until(event_of("joined", "spammer"));

    assert!(!before.iter().any(event("remembered")));
    let stranger = only(&before, event("remembered-stranger"));
    assert_eq!(stranger["subject"], spammer);
    assert_eq!(stranger["banned_by"], json!(["penalty"]));
}

#[test]
fn a_full_disk_stops_no_story_but_is_told_at_its_end() {
    let directory = tempdir().unwrap();
    let arguments =
        ["demo", "--json", "--speed", "3", "--honest", "2", "--data-dir", text(directory.path())];
    let mut first = Program::start(&arguments);
    first.until(event("opened"));
    first.interrupt();
    first.end();

    let mut demo = Program::start_without_room(&arguments);
    let (lines, code) = demo.end();

    let file = directory.path().join("bans.redb");
    let error = format!("no room to write {} (", file.display());
    let kept = only(&lines, event("kept"));
    assert!(kept["error"].as_str().unwrap().starts_with(&error), "{kept}");
    assert!(kept["waiting"].as_u64() > Some(0), "{kept}");
    assert_eq!(lines.last().unwrap()["complete"], true);
    assert_eq!(code, Some(1));
    let errors = demo.errors();
    let complaint = format!("peerwarden demo: bans could not be written: {error}");
    assert!(errors.starts_with(&complaint), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[test]
fn two_demos_do_not_share_a_directory() {
    let directory = tempdir().unwrap();
    let mut first = Program::start(&["demo", "--json", "--data-dir", text(directory.path())]);
    first.until(event("opened"));

    let error = refusal(directory.path());

    assert_eq!(
        error,
        format!(
            "peerwarden demo: {} is in use by another process, or opened twice by this one: stop \
             that, or give each node a path of its own\n",
            directory.path().join("bans.redb").display(),
        )
    );
}

#[test]
fn what_cannot_be_used_is_refused_by_name_before_anything_is_told() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("bans.redb");

    fs::write(&file, "no database").unwrap();
    let foreign = refusal(directory.path());
    fs::write(&file, "").unwrap();
    let empty = refusal(directory.path());
    let no_directory = refusal(&file);

    let file = file.display();
    assert_eq!(
        foreign,
        format!(
            "peerwarden demo: {file} is not a store of peerwarden's: it is no redb database at \
             all; give another path, or move it away\n"
        )
    );
    assert_eq!(
        empty,
        format!(
            "peerwarden demo: {file} is damaged: it is empty, as no store ever is; put a copy \
             back, or move it away to start without the bans in it\n"
        )
    );
    assert!(
        no_directory.starts_with(&format!("peerwarden demo: {file} cannot be made a directory"))
    );
}

/// Damage that redb panics at, where its own assertions are compiled in.
#[test]
fn of_a_damaged_file_there_is_one_line_and_no_panic() {
    let directory = tempdir().unwrap();
    let arguments = ["demo", "--json", "--data-dir", text(directory.path())];
    let mut demo = Program::start(&arguments);
    demo.until(event_of("banned", "spammer"));
    demo.interrupt();
    demo.end();
    let file = directory.path().join("bans.redb");
    let mut bytes = fs::read(&file).unwrap();
    bytes.iter_mut().skip(4_096).take(64).for_each(|byte| *byte = !*byte);
    fs::write(&file, bytes).unwrap();

    let error = refusal(directory.path());

    let start = format!("peerwarden demo: {} is damaged: ", file.display());
    assert!(error.starts_with(&start), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

/// Why the demo does not begin.
fn refusal(directory: &Path) -> String {
    let output = peerwarden(&["demo", "--data-dir", text(directory)]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr).unwrap()
}

fn only(lines: &[Value], wanted: impl Fn(&Value) -> bool) -> &Value {
    let mut found = lines.iter().filter(|line| wanted(line));
    let first = found.next().unwrap();
    assert_eq!(found.next(), None);
    first
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
