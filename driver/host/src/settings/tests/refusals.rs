//! Settings that are wrong, and what operators are told of them.

use std::path::Path;

use super::super::ReadSettingsError;
use super::super::keys::KEYS;
use super::Settings;

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    for (text, error) in [
        ("treshold = 1", "line 1: unknown setting treshold: did you mean threshold?"),
        (
            "\nban-durations = 1",
            "line 2: unknown setting ban-durations: did you mean ban_durations?",
        ),
        ("MaxSentence = 1", "line 1: unknown setting MaxSentence: did you mean max_sentence?"),
        ("wieghts = {}", "line 1: unknown setting wieghts: did you mean weights?"),
        ("[weight]\na = 1", "line 1: unknown setting weight: did you mean weights?"),
        ("datafile = 1", "line 1: unknown setting datafile: did you mean data_file?"),
    ] {
        assert_eq!(said(text), error);
    }
    let said = said("# here\n\nlog_level = 'info'");
    let all = KEYS.join(", ");
    assert_eq!(said, format!("line 3: unknown setting log_level: there are {all}"));
}

#[test]
fn a_bad_value_is_named_with_its_key_and_what_would_be_right() {
    let duration =
        "a duration from 10ms to 100years, such as \"90s\", \"10m\", \"1h 30m\" or \"7d\"";
    let interval = "a duration from 10ms to 1h, such as \"500ms\", \"1s\" or \"1m 30s\"";
    for (text, error) in [
        ("preset = 'geth'", "line 1: preset is 'geth': give \"default\", \"flow\" or \"op-node\""),
        (
            "redial = false\nthreshold = 'many'",
            "line 2: threshold is 'many': give a number of points, 0 or more, such as 86400",
        ),
        (
            "threshold = -1",
            "line 1: threshold is -1: give a number of points, 0 or more, such as 86400",
        ),
        (
            "default_penalty = 0",
            "line 1: default_penalty is 0: give a number of points above 0, such as 864",
        ),
        (
            "decay = [\n  1000,\n  0,\n]",
            "line 3: decay is 0: give points a second, above 0, such as 1000",
        ),
        ("decay = []", "line 1: decay is []: give at least one entry"),
        (
            "decay = 1000",
            "line 1: decay is 1000: invalid type: integer `1000`, expected a list, each entry points \
             a second, above 0, such as 1000",
        ),
        ("min_score = nan", "line 1: min_score is nan: give a finite number, such as -100"),
        ("redial = 1", "line 1: redial is 1: give true or false"),
        ("max_records = 0", "line 1: max_records is 0: give a whole number, at least 1"),
        ("max_records = 0.5", "line 1: max_records is 0.5: give a whole number, at least 1"),
        ("max_redials = 0", "line 1: max_redials is 0: give a whole number from 1 to 65535"),
        (
            "redial_attempts = 65536",
            "line 1: redial_attempts is 65536: give a whole number from 1 to 65535",
        ),
        (
            "confirmations = 4294967296",
            "line 1: confirmations is 4294967296: give a whole number from 1 to 4294967295",
        ),
        (
            "warning = 'half'",
            "line 1: warning is 'half': give a number of points, 0 or more, such as 86400, or \
             \"none\"",
        ),
        ("max_places = -1", "line 1: max_places is -1: give a whole number, 0 or more"),
        (
            "exempt = ['10.0.0.0/8', '10.0.0.0/33']",
            "line 1: exempt is '10.0.0.0/33': give a network or an address, such as \
             \"10.0.0.0/8\" or \"192.0.2.1\"",
        ),
        (
            "protect = ['bootnode']",
            "line 1: protect is 'bootnode': give an address such as \"peer-7@203.0.113.7\", \
             a peer such as \"peer-7\", or a network or an address, such as \"10.0.0.0/8\" or \"192.0.2.1\"",
        ),
        (
            "protect = ['10.0.0.0/8', 'bob@203.0.113.7']",
            "line 1: protect is 'bob@203.0.113.7': it is not called peer- and a number; give one such \
             as \"peer-7@203.0.113.7\"",
        ),
        (
            "ban = ['peer-7@203.0.113.7']",
            "line 1: ban is 'peer-7@203.0.113.7': give the peer's id or its IP alone, without \
             the rest of the address",
        ),
        (
            "[weights]\ninvalid-message = 0",
            "line 2: weights.invalid-message is 0: give a number of points above 0, such as 864",
        ),
        (
            "[weights]\n'Invalid Message' = 1",
            "line 2: invalid misbehavior name 'Invalid Message': give a name of 1 to 63 characters, \
             all of them a-z, 0-9 or -",
        ),
        (
            "[weights]\na = 1\nthreshold = 5000",
            "line 3: invalid misbehavior name threshold: as a setting it belongs above [weights]",
        ),
        (
            "weights = 1",
            "line 1: weights is 1: invalid type: integer `1`, expected a table such as \
             { invalid-message = 864 }",
        ),
    ] {
        assert_eq!(said(text), error);
    }
    for bad in ["0s", "soon", "", "-1h", "1x", "1ns", "9ms", "101years", "500years"] {
        let error = format!("line 1: unban_grace is '{bad}': give {duration}, or \"none\"");
        assert_eq!(said(&format!("unban_grace = '{bad}'")), error);
        let error = format!("line 1: ban_durations is '{bad}': give {duration}");
        assert_eq!(said(&format!("ban_durations = ['1h', '{bad}']")), error);
    }
    for bad in ["3600", "true", "1.5", "[]", "{}", "2026-01-01", "99999999999999999999"] {
        let said = said(&format!("tick_interval = {bad}"));
        assert!(said.starts_with("line 1: "), "{said}");
    }
    for key in ["heartbeat_interval", "tick_interval", "close_timeout"] {
        for bad in ["3600", "'1ns'", "'9ms'", "'1h 1s'", "'500years'"] {
            let error = format!("line 1: {key} is {bad}: give {interval}");
            assert_eq!(said(&format!("{key} = {bad}")), error);
        }
        for good in ["10ms", "1h"] {
            assert!(Settings::from_toml(&format!("{key} = '{good}'")).is_ok());
        }
    }
    for bad in ["3600", "'9ms'", "'1h 1s'"] {
        let error = format!("line 1: farewell is {bad}: give {interval}, or \"none\"");
        assert_eq!(said(&format!("farewell = {bad}")), error);
    }
}

#[test]
fn a_level_of_places_is_checked_part_by_part() {
    let table = "give a table such as { length = 32, debts = 864000, crowd = 5 }";
    for (text, error) in [
        (
            "places_v4 = [\n{ length = 33, debts = 1, crowd = 1 }]",
            "line 2: places_v4 is 33: give a number of bits, 0 to 32".to_owned(),
        ),
        (
            "places_v6 = [{ length = 129, debts = 1, crowd = 1 }]",
            "line 1: places_v6 is 129: give a number of bits, 0 to 128".to_owned(),
        ),
        (
            "places_v4 = [{ length = 32, debts = -1, crowd = 1 }]",
            "line 1: places_v4 is -1: give a number of points, 0 or more, such as 86400".to_owned(),
        ),
        (
            "places_v4 = [{ length = 32, debts = 1, crowd = 'few' }]",
            "line 1: places_v4 is 'few': give a whole number from 0 to 4294967295".to_owned(),
        ),
        (
            "places_v4 = [{ length = 32, crowd = 1 }]",
            format!("line 1: places_v4 is {{ length = 32, crowd = 1 }}: {table}"),
        ),
        (
            "places_v4 = [{ length = 32, debts = 1, crowds = 1 }]",
            format!("line 1: places_v4 is crowds: {table}"),
        ),
        (
            "places_v6 = [{ length = 64, debts = 1, crowd = 1 }, { length = 64, debts = 2, crowd = 2 }]",
            "line 1: places_v6 is [{ length = 64, debts = 1, crowd = 1 }, \
             { length = 64, debts = 2, crowd = 2 }]: /64 is there twice: give each length once"
                .to_owned(),
        ),
    ] {
        assert_eq!(said(text), error);
    }
    for bad in ["[32]", "[[32, 864000, 5]]", "32", "'none'"] {
        let said = said(&format!("places_v4 = {bad}"));
        assert!(said.contains("a table such as { length = 32"), "{said}");
    }
}

#[test]
fn a_setting_of_earlier_versions_is_refused_with_the_one_to_use() {
    let part = "was removed: places have taken the part of colocation: set";
    for (key, instead) in [
        (
            "max_banned_peers",
            "crowd in places_v4 and places_v6, or places to false to switch it off",
        ),
        ("colocation_duration", "place_durations"),
        ("colocation_prefix_v4", "length in places_v4"),
        ("colocation_prefix_v6", "length in places_v6"),
        ("colocation_exempt", "exempt"),
    ] {
        assert_eq!(
            said(&format!("\n{key} = 5")),
            format!("line 2: setting {key} {part} {instead}")
        );
    }

    #[derive(Debug, serde::Deserialize)]
    struct Node {
        #[expect(dead_code, reason = "it is refused")]
        peerwarden: Settings,
    }
    let error = toml::from_str::<Node>("[peerwarden]\ncolocation_exempt = []").unwrap_err();
    assert_eq!(error.message(), format!("setting colocation_exempt {part} exempt"));
}

#[test]
fn no_setting_takes_what_it_cannot_be() {
    for key in KEYS {
        for bad in ["[[]]", "{ A = 1 }", "1979-05-27", "[{ b = [] }]"] {
            let said = said(&format!("# over it\n{key} = {bad} # beside it"));
            let right = match (*key, bad) {
                ("weights", "{ A = 1 }") => "line 2: invalid misbehavior name A: ".to_owned(),
                ("shadow", "{ A = 1 }") => "line 2: shadow.A is A: ".to_owned(),
                ("recording", "{ A = 1 }") => "line 2: recording.A is A: ".to_owned(),
                ("weights", _) => "line 2: weights".to_owned(),
                _ => format!("line 2: {key} is "),
            };
            assert!(said.starts_with(&right), "{key} = {bad}: {said}");
        }
    }
}

#[test]
fn settings_in_a_table_are_refused_with_the_place_where_they_belong() {
    for (text, table) in [
        ("[policy]\nthreshold = 1", "policy"),
        ("[peerwarden]", "peerwarden"),
        ("redial = true\n[[rules]]\nthreshold = 1", "rules"),
        ("node.threshold = 1", "node"),
        ("[penalties]\nthreshold = 1", "penalties"),
        ("# The headings of the example\n[places]", "places"),
        ("[scores]\nmin_score = -50", "scores"),
        ("[incident]", "incident"),
        ("[ban]\nredial = true", "ban"),
        ("redial = true\n[[protect]]\nthreshold = 1", "protect"),
        ("preset.name = 'flow'", "preset"),
        ("[warning.points]", "warning"),
    ] {
        let line = text.lines().position(|line| line.contains(table)).unwrap() + 1;
        let what = if KEYS.contains(&table) { "table" } else { "setting" };
        let error = format!(
            "line {line}: unknown {what} {table}: settings stand at the top of this file, in no \
             table but [weights]"
        );
        assert_eq!(said(text), error);
    }
}

/// What somebody pastes into a settings file cannot forge a line of the log it is reported in.
#[test]
fn no_key_and_no_value_breaks_a_line() {
    for text in [
        "\"a\\n2026-11-27 INFO unbanned\" = 1",
        "\"a\\nb\" = { c = 1 }",
        "preset = \"flow\\u001b[2J\"",
        "preset = \"\"\"flow\n2026-11-27 INFO unbanned\"\"\"",
        "protect = [\"\"\"peer-x@1.2.3.4\r\nINFO unbanned\"\"\"]",
        "decay = \"\"\"\n\n\"\"\"",
        "[weights]\n\"a\\nb\" = 1",
        "[weights]\na = \"\"\"\n\n\"\"\"",
        "a = 1\n\"a\\nb\" = 1\n\"a\\nb\" = 2",
    ] {
        let said = said(text);
        assert!(!said.contains(char::is_control), "{said:?}");
        assert!(said.starts_with("line "), "{said}");
    }
    let long = said(&format!("preset = '{}'", "x".repeat(100_000)));
    assert!(long.len() < 1_000, "{}", long.len());
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    for (text, start) in [
        ("a = 1\nb = ", "line 2: not TOML: "),
        ("redial = true\nredial = false", "line 2: not TOML: redial is there twice"),
        ("\n\n[weights", "line 3: not TOML: "),
    ] {
        let said = said(text);
        assert!(said.starts_with(start), "{said}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let missing = Settings::read("no/such/file.toml").unwrap_err();

    assert!(matches!(&missing, ReadSettingsError::Unreadable { path, .. }
        if path == Path::new("no/such/file.toml")));
    assert!(missing.to_string().starts_with("no/such/file.toml: cannot be read: "), "{missing}");
    let here = Settings::read(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap_err();
    assert!(here.to_string().contains("Cargo.toml: line "), "{here}");
    let endless = Settings::read("/dev/zero").unwrap_err().to_string();
    let said =
        "/dev/zero: cannot be read: it has more than the 1048576 bytes that settings may have";
    assert_eq!(endless, said);
}

fn said(text: &str) -> String {
    Settings::from_toml(text).unwrap_err().to_string()
}
