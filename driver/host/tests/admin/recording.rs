//! `/v1/recording`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use peerwarden_host::recording::{RecordingOptions, RecordingReader};
use serde_json::json;

use crate::served::{Served, data, peer};

#[test]
fn a_recording_is_begun_shown_and_ended() {
    let served = Served::start();
    assert_eq!(served.get("/v1/recording").json()["recording"], json!(null));
    let directory = data(&served.directory).join("recordings");
    let file = directory.join("raid.jsonl.zst");

    let begun = served.put("/v1/recording", &json!({ "name": "raid", "pseudonyms": true }));
    served.report(peer(1), 3);
    let shown = served.get("/v1/node").json();
    let ended = served.delete("/v1/recording");
    let after = served.get("/v1/recording").json();

    assert_eq!(begun.status, 200);
    let begun = begun.json();
    assert_eq!(begun["message"], format!("recording to {}", file.display()));
    assert_eq!(begun["recording"]["state"], "recording");
    assert_eq!(begun["recording"]["since"], "2030-01-01T00:00:00.000000000Z");
    assert_eq!(shown["recording"]["pseudonyms"], true);
    let ended = ended.json();
    assert_eq!(ended["message"], format!("recorded to {}", file.display()));
    assert_eq!(
        (&ended["recording"]["state"], &ended["recording"]["inputs"]),
        (&json!("stopped"), &json!(3))
    );
    assert_eq!(after["recording"], ended["recording"]);
    let reader = RecordingReader::open(&file).expect("it can be read");
    assert_eq!((reader.header().name.as_str(), reader.header().pseudonymised), ("raid", true));
    let mode = fs::metadata(&directory).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn without_a_name_it_is_called_recording_and_no_file_is_overwritten() {
    let served = Served::start();

    let first = served.put("/v1/recording", &json!({})).json();
    let _ended = served.delete("/v1/recording");
    let second = served.put("/v1/recording", &json!({})).json();

    let directory = data(&served.directory).join("recordings");
    let path = |name: &str| json!(directory.join(name).display().to_string());
    assert_eq!(first["recording"]["file"], path("recording.jsonl.zst"));
    assert_eq!(second["recording"]["file"], path("recording.2.jsonl.zst"));
}

#[test]
fn what_cannot_be_done_is_said() {
    let served = Served::start();
    let (status, error, message, field) = served.delete("/v1/recording").error();
    assert_eq!((status, error.as_str(), field), (404, "not_recording", None));
    assert_eq!(message, "nothing is being recorded; nothing was changed");

    fs::write(data(&served.directory).join("recordings"), "in the way").expect("a file");
    let (status, error, message, _) = served.put("/v1/recording", &json!({})).error();
    assert_eq!((status, error.as_str()), (503, "no_file"));
    assert!(message.contains("cannot be recorded to"), "{message}");
    fs::remove_file(data(&served.directory).join("recordings")).expect("a file");

    for name in ["", "../bans", "a/b", "A", "a.b", &"a".repeat(65)] {
        let answer = served.put("/v1/recording", &json!({ "name": name }));
        let (status, error, _, field) = answer.error();
        assert_eq!((status, error.as_str()), (400, "bad_value"), "{name}");
        assert_eq!(field.as_deref(), Some("name"));
    }
    let unknown = served.put("/v1/recording", &json!({ "file": "/etc/passwd" })).error();
    assert_eq!((unknown.0, unknown.1.as_str()), (400, "bad_body"));

    let file = served.directory.path().join("own.zst");
    let _status = served.handle.record(RecordingOptions::new(&file)).expect("it can begin");
    let (status, error, message, _) = served.put("/v1/recording", &json!({})).error();
    assert_eq!((status, error.as_str()), (409, "already_recording"));
    assert_eq!(message, format!("{} is being recorded already: stop that first", file.display()));
    let _status = served.handle.stop_recording();
}
