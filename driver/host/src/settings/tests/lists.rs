//! Lists of bans in the settings.

use std::path::Path;
use std::time::Duration;

use super::Settings;
use crate::lists::{ListFormat, ListOptions};

#[test]
fn a_list_has_a_name_a_file_and_more_if_that_is_said() {
    let text = "
        [[list]]
        name = 'firehol_level1'
        path = '/lists/level1.netset'
        [[list]]
        name = 'scanners'
        path = '/lists/scanners'
        format = 'plain'
        for = '48h'
        [weights]
        stale-message = 1
    ";
    let settings = Settings::from_toml(text).unwrap();

    let scanners = ListOptions::new("scanners".parse().unwrap(), "/lists/scanners");
    let scanners = scanners.with_format(Some(ListFormat::Plain));
    let scanners = scanners.with_lasting(Some(Duration::from_secs(172_800)));
    let level1 = ListOptions::new("firehol_level1".parse().unwrap(), "/lists/level1.netset");
    assert_eq!(settings.options.lists(), [level1, scanners]);
    assert_eq!(settings.options.lists()[1].path(), Path::new("/lists/scanners"));
}

#[test]
fn what_is_wrong_with_a_list_is_named() {
    let example =
        "give a table such as { name = \"level1\", path = \"/var/lib/lists/level1.netset\" }";
    for (text, error) in [
        (
            "redial = true\n[[list]]\nname = 'Level 1'\npath = 'x'",
            "line 3: list.name is 'Level 1': the name of a list has a-z, 0-9, - _ and . only, and begins with a letter or a digit: not so at byte 0".to_owned(),
        ),
        (
            "[[list]]\nname = 'a'\npath = 'x'\nformat = 'netset'",
            "line 4: list.format is 'netset': give a format of lists: there are bitcoin, crowdsec, ipfilter, peerwarden and plain".to_owned(),
        ),
        (
            "[[list]]\nname = 'a'\npath = ''",
            "line 3: list.path is '': give a path, such as \"/var/lib/node/peerwarden.redb\"".to_owned(),
        ),
        (
            "list = [{ name = 'a', path = 'x', for = 7 }]",
            "line 1: list is 7: give a duration from 10ms to 100years, such as \"90s\", \"10m\", \"1h 30m\" or \"7d\"".to_owned(),
        ),
        (
            "list = [{ name = 'a', path = 'x', url = 'y' }]",
            "line 1: list is url: a list has name, path, format and for, and nothing else".to_owned(),
        ),
        (
            "list = [{ name = 'a' }]",
            format!("line 1: list is {{ name = 'a' }}: {example}"),
        ),
    ] {
        assert_eq!(Settings::from_toml(text).unwrap_err().to_string(), error);
    }
    let unknown = Settings::from_toml("[[list]]\nname = 'a'\nurl = 'x'").unwrap_err().to_string();
    let said = "line 3: list.url is url: a list has name, path, format and for, and nothing else";
    assert_eq!(unknown, said);
    let twice = "[[list]]\nname = 'a'\npath = 'x'\n[[list]]\nname = 'a'\npath = 'y'";
    let error = Settings::from_toml(twice).unwrap_err().to_string();
    assert!(error.ends_with("a is there twice: give each list a name of its own"), "{error}");
}
