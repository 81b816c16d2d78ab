//! Recordings in the settings.

use super::Settings;
use crate::recording::RecordingOptions;

#[test]
fn a_recording_has_a_file_and_pseudonyms_if_that_is_said() {
    let plain = Settings::from_toml("[recording]\nfile = 'day.zst'").unwrap();
    let hidden =
        Settings::from_toml("redial = true\n[recording]\nfile = '/a.zst'\npseudonyms = true")
            .unwrap();
    let none = Settings::from_toml("recording = 'none'").unwrap();

    assert_eq!(plain.options.recording(), Some(&RecordingOptions::new("day.zst")));
    let options = RecordingOptions::new("/a.zst").with_pseudonyms(true);
    assert_eq!(hidden.options.recording(), Some(&options));
    assert_eq!(none.options.recording(), None);
    let plain = plain.in_directory("/etc/node");
    assert_eq!(plain.options.recording(), Some(&RecordingOptions::new("/etc/node/day.zst")));
}

#[test]
fn what_is_wrong_with_a_recording_is_named() {
    let example = "give \"none\", or a table such as { file = \"/var/lib/node/day.jsonl.zst\" }";
    for (text, error) in [
        ("recording = 'yes'", format!("line 1: recording is 'yes': {example}")),
        ("[recording]\npseudonyms = true", format!("line 1: recording is [recording]: {example}")),
        (
            "[recording]\nfile = ''",
            "line 2: recording.file is '': give a path, such as \"/var/lib/node/peerwarden.redb\""
                .to_owned(),
        ),
        (
            "[recording]\nfile = 'a'\nsize = 3",
            "line 3: recording.size is size: a recording has file and pseudonyms, and nothing else"
                .to_owned(),
        ),
    ] {
        assert_eq!(Settings::from_toml(text).unwrap_err().to_string(), error);
    }
}
