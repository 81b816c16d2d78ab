//! Bitcoin Core's lists and peerwarden's own.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use peerwarden_host::Cause;
use peerwarden_host::lists::{ListFormat, ReadListError, ReadOptions, SkipReason, read_list};

use crate::node::{after_noon, faults, named, noon, read};
use crate::peer::Peer;

#[test]
fn a_ban_list_of_bitcoin_core_is_read() {
    let file = read(include_bytes!("data/banlist.json"));

    assert_eq!(file.format, ListFormat::Bitcoin);
    let expected = [(4, "addr:198.51.100.90/32"), (6, "addr:2001:db8:77::/48"), (7, "addr:::/0")];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let end = UNIX_EPOCH + Duration::from_secs(4_907_587_012);
    assert!(file.entries.iter().all(|entry| entry.until == Some(end)));
    let skipped = [(SkipReason::Ended, 1), (SkipReason::I2p, 1), (SkipReason::Onion, 1)];
    assert_eq!((file.skipped, file.faults.total), (BTreeMap::from(skipped), 0));
}

#[test]
fn what_listbanned_prints_is_read_old_and_new() {
    let old = read(include_bytes!("data/listbanned-0.20.json"));
    assert_eq!(named(&old), [(2, "addr:192.0.2.9/32".to_owned())]);
    assert_eq!(old.skipped, BTreeMap::from([(SkipReason::Ended, 1)]));

    let new = read(include_bytes!("data/listbanned-27.json"));
    let expected = [(2, "addr:2001:db8:1::/48"), (16, "addr:192.0.2.77/32")];
    assert_eq!(named(&new), expected.map(|(line, net)| (line, net.to_owned())));
    assert_eq!(new.skipped, BTreeMap::from([(SkipReason::Cjdns, 1)]));

    // As JSON-RPC answers it.
    let list = include_str!("data/listbanned-27.json");
    let answer = read(format!("{{\"result\":{list},\"error\":null,\"id\":1}}").as_bytes());
    assert_eq!((answer.format, named(&answer)), (ListFormat::Bitcoin, named(&new)));
}

#[test]
fn bad_bans_of_bitcoin_core_are_named_and_stop_no_other() {
    let text = "[{\"address\": \"192.0.2.1\"},\n{\"address\": 7, \"banned_until\": 1},\n\
        {\"address\": \"192.0.2.300\"}, {\"banned_until\": 1},\n7,\n\
        {\"address\": \"192.0.2.2\", \"banned_until\": -1},\n\
        {\"address\": \"192.0.2.3\", \"banned_until\": 9223372036854775807}]";
    let file = read(text.as_bytes());

    let expected = [(1, "addr:192.0.2.1/32".to_owned()), (6, "addr:192.0.2.3/32".to_owned())];
    assert_eq!(named(&file), expected);
    assert_eq!(file.entries[1].until, None, "it has no date");
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::Ended, 1)]));
    assert_eq!(
        faults(&file),
        [
            "line 2: \"{\"address\": 7, \"banned_until\": 1}\" is no entry: invalid type: integer `7`, expected a string",
            "line 3: \"192.0.2.300\" is no IP: 300 is no byte",
            "line 3: \"{\"banned_until\": 1}\" is no entry: missing field `address`",
            "line 4: \"7\" is no entry: invalid type: integer `7`, expected an object with address and banned_until",
        ]
    );
}

#[test]
fn json_that_breaks_off_is_no_list() {
    let whole = include_str!("data/banlist.json");
    for end in 1..whole.trim_end().len() {
        let read = read_list::<Peer>(&whole.as_bytes()[..end], &ReadOptions::new(noon()));
        assert!(matches!(read, Err(ReadListError::Json { .. })), "{end}: {read:?}");
    }
    let error = |bytes: &[u8]| read_list::<Peer>(bytes, &ReadOptions::new(noon())).unwrap_err();
    assert_eq!(
        error(b"[\n{\"address\":").to_string(),
        "line 2: not JSON: EOF while parsing a value"
    );
    assert_eq!(error(b"{} {}").to_string(), "line 1: not JSON: trailing characters");
    assert_eq!(error(b"{\n\"\xff\"}").to_string(), "line 2: not JSON: what follows is not UTF-8");
}

#[test]
fn json_of_another_kind_is_no_list() {
    for text in ["{}", "[{}]", "[{\"cidr\": \"192.0.2.0/24\"}]", "{\"version\": 1}"] {
        let read = read_list::<Peer>(text.as_bytes(), &ReadOptions::new(noon()));
        assert_eq!(read, Err(ReadListError::UnknownJson), "{text}");
    }
    for text in ["[]", "null", " [ ] \n"] {
        assert!(read(text.as_bytes()).entries.is_empty());
    }
}

#[test]
fn what_nests_deeply_is_no_list_and_no_danger() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let read = read_list::<Peer>(open.repeat(100_000).as_bytes(), &ReadOptions::new(noon()));
        assert!(read.is_err() || read.unwrap().entries.is_empty(), "{open}");
    }
}

#[test]
fn peerwardens_own_lists_have_causes_ends_and_notes() {
    let text = r#"{"peerwarden": 1, "written": "2026-11-28T12:00:00Z", "more": [],
"bans": [
{"subject": "addr:198.51.100.0/24", "causes": [
  {"cause": "operator", "until": "forever", "note": "scans", "by": "ana"},
  {"cause": "remote", "until": "2026-11-28T13:00:00Z"}]},
{"subject": "peer-7", "until": "2026-11-28T12:01:00Z", "note": "loud"},
"addr:192.0.2.1",
{"subject": "addr:192.0.2.2", "until": "soon"},
{"subject": "addr:192.0.2.3", "causes": [{"cause": "boredom"}]},
{"subject": "addr:nowhere"},
{"subject": "peer-8", "until": "2026-11-28T11:59:00Z"}],
"protected": [{"subject": "peer:peer-9", "tags": ["operator"]}, "addr:203.0.113.0/24", {}]}"#;
    let file = read(text.as_bytes());

    assert_eq!(file.format, ListFormat::Peerwarden);
    let entries: Vec<_> = file
        .entries
        .iter()
        .map(|entry| {
            let note = entry.note.as_ref().map(ToString::to_string);
            (entry.line, entry.subject.to_string(), entry.cause, entry.until, note)
        })
        .collect();
    let network = "addr:198.51.100.0/24".to_owned();
    let scans = Some("\"scans\" (ana)".to_owned());
    assert_eq!(
        entries,
        [
            (3, network.clone(), Some(Cause::Operator), None, scans),
            (3, network, Some(Cause::Remote), Some(after_noon(3_600)), None),
            (6, "peer:peer-7".to_owned(), None, Some(after_noon(60)), Some("\"loud\"".to_owned())),
            (7, "addr:192.0.2.1/32".to_owned(), None, None, None),
        ]
    );
    let protected: Vec<_> = file.protected.iter().map(ToString::to_string).collect();
    assert_eq!(protected, ["peer:peer-9", "addr:203.0.113.0/24"]);
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::Ended, 1)]));
    let faults = faults(&file);
    assert_eq!(faults.len(), 4, "{faults:?}");
    assert_eq!(
        faults[0],
        "line 8: \"soon\" has no end: a time such as 2026-11-28T12:00:00Z is expected"
    );
    assert!(faults[1].starts_with("line 9: "), "{faults:?}");
    assert_eq!(faults[2], "line 10: \"addr:nowhere\" is neither a network nor the name of a peer");
    assert_eq!(faults[3], "line 12: \"{}\" is no entry: missing field `subject`");
}
