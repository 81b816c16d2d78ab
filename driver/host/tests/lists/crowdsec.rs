//! CrowdSec's decisions.

use std::collections::BTreeMap;
use std::time::Duration;

use peerwarden_host::lists::{ListFormat, ReadListError, ReadOptions, SkipReason, read_list};

use crate::node::{after_noon, faults, named, noon, read};
use crate::peer::Peer;

#[test]
fn what_cscli_lists_as_json_is_read() {
    let file = read(include_bytes!("data/cscli-decisions-list.json"));

    let expected = [(1, "addr:192.0.2.55/32"), (2, "addr:198.51.100.0/24"), (7, "peer:peer-7")];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let ends: Vec<_> = file.entries.iter().map(|entry| entry.until.unwrap()).collect();
    let first = noon() + Duration::from_millis(14_352_500);
    assert_eq!(ends, [first, after_noon(47 * 3_600), after_noon(5_400)]);
    assert_eq!(file.entries[0].note.as_ref().unwrap().why(), "manual 'ban' from 'host'");
    let skipped = [SkipReason::Ended, SkipReason::Kind, SkipReason::Scope, SkipReason::Simulated];
    assert_eq!(file.skipped, BTreeMap::from(skipped.map(|reason| (reason, 1))));
    assert_eq!(
        faults(&file),
        [
            "line 8: \"nonsense\" is neither an IP nor a network",
            "line 9: \"1 h\" has no duration: a duration has a unit after each number: d, h, m, s, ms, us or ns",
        ]
    );
}

#[test]
fn what_cscli_lists_raw_is_read() {
    let file = read(include_bytes!("data/cscli-decisions-list.csv"));

    let expected =
        [(2, "addr:192.0.2.55/32"), (3, "addr:198.51.100.0/24"), (5, "addr:2001:db8::8/128")];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    assert_eq!(file.entries[0].note.as_ref().unwrap().why(), "manual \"ban\", by hand");
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::Kind, 1)]));
    assert_eq!(faults(&file), Vec::<String>::new());
}

#[test]
fn what_cscli_imports_is_read_and_an_open_quote_costs_one_line() {
    let file = read(include_bytes!("data/cscli-import.csv"));

    let expected = [
        (2, "addr:192.0.2.1/32"),
        (3, "addr:10.0.0.0/8"),
        (4, "addr:192.0.2.2/32"),
        (7, "addr:192.0.2.4/32"),
    ];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    assert_eq!(file.entries[2].until, None, "it has no duration");
    assert_eq!(file.remarks.first[0].to_string(), "line 3: \"10.1.2.3/8\" is read as 10.0.0.0/8");
    assert_eq!(
        faults(&file),
        [
            "line 5: \"192.0.2.300\" is no IP: 300 is no byte",
            "line 6: \"24h,ip,\"192.0.2.3\" has an open quote or too many columns",
        ]
    );
}

#[test]
fn the_stream_of_decisions_is_read_and_nothing_is_null() {
    let file = read(include_bytes!("data/decisions-stream.json"));
    assert_eq!(named(&file), [(1, "addr:192.0.2.55/32".to_owned())]);

    for text in ["null", "{\"new\":null,\"deleted\":null}", "[]"] {
        assert!(read(text.as_bytes()).entries.is_empty(), "{text}");
    }
    let file = read(b"[{\"scenario\": \"x\", \"decisions\": null, \"source\": {}}]");
    assert_eq!((file.entries.len(), file.faults.total), (0, 0), "an alert without decisions");
    let text = "{\"new\": [], \"deleted\": []}";
    assert_eq!(read(text.as_bytes()).format, ListFormat::Crowdsec);
}

#[test]
fn durations_count_from_when_the_file_was_written() {
    let options = ReadOptions::new(after_noon(3_600)).with_as_of(noon());
    let bytes = include_bytes!("data/cscli-decisions-list.csv");

    let file = read_list::<Peer>(bytes, &options).unwrap();

    let first = noon() + Duration::from_millis(14_352_500);
    assert_eq!(file.entries[0].until, Some(first));
    assert_eq!(file.entries.len(), 2, "what had an hour left is over");
    assert_eq!(file.skipped[&SkipReason::Ended], 1);
}

#[test]
fn csv_without_a_column_for_values_is_refused() {
    let options = ReadOptions::new(noon()).with_format(Some(ListFormat::Crowdsec));
    let read = read_list::<Peer>(b"duration,scope\n1h,Ip\n", &options);

    let found = ListFormat::Plain;
    let asked = ListFormat::Crowdsec;
    assert_eq!(read, Err(ReadListError::OtherFormat { asked, found }));
}

#[test]
fn csv_takes_as_many_columns_as_there_are() {
    let wide = format!("value,scope\n192.0.2.1,Ip{}\n192.0.2.2,Ip\n", ",x".repeat(100));
    let file = read(wide.as_bytes());

    assert_eq!(named(&file), [(3, "addr:192.0.2.2/32".to_owned())]);
    assert_eq!(file.faults.total, 1);
}
