//! `peerwarden record`.

use peerwarden_host::recording::RecordingReader;

use crate::node::{ABSENT, Node, Ran};

#[test]
fn a_recording_is_begun_shown_and_ended() {
    let node = Node::start();
    let file = node.dir().join("data/recordings/raid.jsonl.zst");
    let shown = file.display();
    assert_eq!(
        node.run("record status"),
        Ran { code: 5, out: "none\n".to_owned(), err: String::new() }
    );
    assert!(node.done("status").contains("\nRecording  none\n"));

    assert_eq!(node.done("record start raid --pseudonymise"), format!("recording to {shown}\n"));
    node.done(&format!("ban {ABSENT}"));
    let status = node.done("record status");
    assert!(status.starts_with(&format!("to {shown}, with pseudonyms, since 20")), "{status}");
    assert!(node.done("status").contains(&format!("\nRecording  to {shown}, with pseudonyms, ")));

    let ended = node.done("record stop");
    assert!(ended.starts_with(&format!("recorded to {shown}: ")), "{ended}");
    assert!(ended.ends_with(" bytes in 1 file\n"), "{ended}");
    let status = node.done("record status");
    assert!(
        status.starts_with(&format!("none; the last one was to {shown}, with pseudonyms: ")),
        "{status}"
    );
    assert_eq!(node.json("record status")["recording"]["state"], "stopped");
    let mut reader = RecordingReader::open(&file).unwrap();
    let mut bans = 0;
    while let Some(step) = reader.next_step().unwrap() {
        let line = step.to_string();
        assert!(!line.contains("12D3Koo"), "{line}");
        bans += usize::from(line.contains("\"ban\":\"peer:"));
    }
    assert_eq!(bans, 1);
}

#[test]
fn what_cannot_be_done_is_said_with_the_way_out() {
    let node = Node::start();
    node.assert_fails(&[(
        "record stop",
        5,
        "peerwarden record: nothing is being recorded: peerwarden record start begins",
    )]);
    node.done("record start");
    node.assert_fails(&[
        (
            "record start",
            1,
            "peerwarden record: there is a recording already: peerwarden record status shows it, and \
             peerwarden record stop ends it",
        ),
        (
            "record start ../x",
            1,
            "peerwarden record: name is \"../x\": give 1 to 64 of the characters a-z, 0-9, - and _",
        ),
    ]);
}

#[test]
fn a_node_whose_settings_say_so_records_from_the_start() {
    let node = Node::with_settings("[policy.recording]\nfile = \"day.zst\"");

    let status = node.done("record status");

    assert!(status.starts_with(&format!("to {}, since ", node.dir().join("day.zst").display())));
}
