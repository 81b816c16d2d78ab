//! Lists of lines: plain lists, ipsets, PeerGuardian's and eMule's.

use std::collections::BTreeMap;

use peerwarden_host::lists::{ListFormat, ReadListError, ReadOptions, SkipReason, read_list};

use crate::node::{after_noon, faults, named, noon, read};
use crate::peer::Peer;

fn entries(text: &str) -> Vec<(usize, String)> {
    named(&read(text.as_bytes()))
}

#[test]
fn a_netset_of_firehol_is_read() {
    let file = read(include_bytes!("data/firehol_level1.netset"));

    assert_eq!(file.format, ListFormat::Plain);
    assert_eq!(file.entries.len(), 11);
    assert_eq!(file.entries[9].subject.to_string(), "addr:203.0.113.7/32");
    assert_eq!((faults(&file), file.remarks.total), (Vec::new(), 0));
}

#[test]
fn a_ban_list_of_monero_is_read_with_comments_behind_entries() {
    let file = read(include_bytes!("data/monero-ban-list.txt"));

    let expected = [
        (2, "addr:198.51.100.0/24"),
        (3, "addr:203.0.113.7/32"),
        (5, "addr:203.0.113.9/32"),
        (6, "addr:203.0.113.10/32"),
        (7, "addr:2001:db8:1::/48"),
    ];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let notes: Vec<_> = file.entries.iter().map(|each| each.note.as_ref()).collect();
    let notes: Vec<_> = notes.iter().map(|note| note.map(|note| note.why())).collect();
    assert_eq!(notes, [None, Some("one host"), None, Some("no blank before"), None]);
}

#[test]
fn a_filter_of_emule_is_read_with_decimal_octets_and_levels() {
    let file = read(include_bytes!("data/ipfilter.dat"));

    assert_eq!(file.format, ListFormat::Ipfilter);
    let expected = [
        (2, "addr:0.0.0.0/8"),
        (3, "addr:198.51.100.0/24"),
        (4, "addr:203.0.113.4/30"),
        (4, "addr:203.0.113.8/31"),
    ];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    assert_eq!(file.entries[2].note.as_ref().unwrap().why(), "six hosts, no CIDR block");
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::Level, 1)]));
    assert_eq!(faults(&file), Vec::<String>::new());
}

#[test]
fn p2p_plaintext_is_read_whatever_is_in_its_names() {
    let file = read(include_bytes!("data/p2p.txt"));

    assert_eq!(file.format, ListFormat::Plain);
    let expected = [
        (2, "addr:198.51.100.0/24"),
        (3, "addr:192.0.2.4/32"),
        (4, "addr:203.0.113.0/25"),
        (5, "addr:2001:db8:5::/48"),
    ];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let fault = "line 6: \"broken:192.0.2.9\" is neither an IP nor a network";
    assert_eq!(faults(&file), [fault]);
}

#[test]
fn what_ipset_saves_is_read_with_its_timeouts() {
    let file = read(include_bytes!("data/ipset-save.txt"));

    let expected =
        [(2, "addr:198.51.100.0/24"), (3, "addr:192.0.2.7/32"), (4, "addr:192.0.2.8/32")];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let ends: Vec<_> = file.entries.iter().map(|entry| entry.until).collect();
    assert_eq!(ends, [None, Some(after_noon(3_600)), None]);
    assert_eq!(file.entries[2].note.as_ref().unwrap().why(), "scans, a lot");
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::NoMatch, 1)]));
    assert_eq!(
        faults(&file),
        [
            "line 6: \"192.0.2.9,tcp:80\" is more than a network: sets of networks alone are read",
            "line 7: \"add firehol_level1\" names no entry: add SET ENTRY is expected",
        ]
    );
}

#[test]
fn every_bad_line_is_named_and_stops_no_good_one() {
    let file = read(include_bytes!("data/mixed.txt"));

    let expected = [
        (2, "addr:192.0.2.1/32"),
        (3, "addr:192.0.2.128/25"),
        (4, "addr:2001:db8::/32"),
        (5, "addr:192.0.2.4/30"),
        (6, "addr:2001:db8:2::/120"),
        (7, "addr:10.0.0.0/8"),
        (8, "peer:peer-3"),
        (20, "addr:198.51.100.1/32"),
    ];
    assert_eq!(named(&file), expected.map(|(line, net)| (line, net.to_owned())));
    let remarks: Vec<_> = file.remarks.first.iter().map(ToString::to_string).collect();
    assert_eq!(remarks, ["line 7: \"10.1.2.3/8\" is read as 10.0.0.0/8"]);
    assert_eq!(file.faults.total, 9);
    assert_eq!(
        faults(&file),
        [
            "line 11: \"1.2.3/24\" is no IP: IPv4 has four numbers, not 3",
            "line 12: \"bad.example.com\" is the name of a host: give its IPs",
            "line 13: \"192.0.2.9 seen today\" has something behind the network: put a # before comments",
            "line 14: \"192.0.2.1:30303\" has a port: give the IP alone",
            "line 15: \"\u{fffd}\u{fffd}\u{fffd}\" is neither an IP nor a network",
            "line 16: \"203.0.113.9-203.0.113.1\" is no range: it ends before it begins",
            "line 17: \"192.0.2.1-::1\" is no range: it begins in one family of addresses and ends in the other",
            "line 18: \"peer:nobody\" is no name of a peer",
            "line 19: \"010.0.0.1\" has a number that begins with 0, which may be octal: write it without",
        ]
    );
}

#[test]
fn an_empty_file_is_an_empty_list() {
    for text in ["", "\n", "\u{feff}", "# nothing yet\r\n;\n//", "\r\r\r"] {
        let file = read(text.as_bytes());
        assert_eq!((file.format, named(&file)), (ListFormat::Plain, Vec::new()), "{text:?}");
        assert!(file.faults.is_empty(), "{text:?}");
    }
}

#[test]
fn lines_end_in_every_way_that_there_is() {
    let expected = [(1, "addr:192.0.2.1/32".to_owned()), (3, "addr:192.0.2.2/32".to_owned())];
    for text in
        ["192.0.2.1\n\n192.0.2.2", "192.0.2.1\r\n\r\n192.0.2.2\r\n", "192.0.2.1\r\r192.0.2.2\r"]
    {
        assert_eq!(entries(text), expected, "{text:?}");
    }
}

#[test]
fn a_line_that_is_too_long_is_named_in_short() {
    let file = read(format!("192.0.2.1\n{}\n192.0.2.2", "1".repeat(100_000)).as_bytes());

    assert_eq!(file.entries.len(), 2);
    let fault = format!("line 2: \"{}..\" is longer than 4096 bytes", "1".repeat(80));
    assert_eq!(faults(&file), [fault]);
}

#[test]
fn what_could_leave_its_line_in_a_log_is_escaped() {
    let file = read("\u{1b}[2Kx\u{202e}".as_bytes());

    let fault = "line 1: \"\\u{1b}[2Kx\\u{202e}\" is neither an IP nor a network";
    assert_eq!(faults(&file), [fault]);
}

#[test]
fn of_many_bad_lines_the_first_twenty_are_kept_and_all_are_counted() {
    let file = read("x\n".repeat(1_000).as_bytes());

    assert_eq!((file.faults.total, file.faults.first.len()), (1_000, 20));
    assert_eq!(file.faults.first[19].line, 20);
}

#[test]
fn files_that_are_no_lists_are_refused_with_what_they_are() {
    for (bytes, error) in [
        (&b"\x1f\x8b\x08\0"[..], "this is compressed with gzip: unpack it first"),
        (b"PK\x03\x04", "this is a zip archive: unpack it first"),
        (b"BZh9", "this is compressed with bzip2: unpack it first"),
        (b"\xff\xfe1\0", "this is text in UTF-16: save it as UTF-8"),
        (
            b"\xf9\xbe\xb4\xd9\x01",
            "this is Bitcoin Core's old banlist.dat: give banlist.json or what listbanned prints",
        ),
        (b"\xff\xff\xff\xffP2B\x02", "this is PeerGuardian's binary format: save it as text"),
        (
            b"\n<!DOCTYPE html>\n<p>503",
            "this is a web page and no list: look at what was downloaded",
        ),
        (b"<HTML>", "this is a web page and no list: look at what was downloaded"),
        (b"192.0.2.1\n\0\0", "this is binary data and no list"),
    ] {
        let read = read_list::<Peer>(bytes, &ReadOptions::new(noon()));
        assert_eq!(read.unwrap_err().to_string(), error);
    }
}

#[test]
fn a_format_that_is_asked_for_has_to_be_there() {
    let asked = |format| ReadOptions::new(noon()).with_format(Some(format));
    let read = |text: &str, format| read_list::<Peer>(text.as_bytes(), &asked(format));

    let other = |asked, found| Err(ReadListError::OtherFormat { asked, found });
    assert_eq!(
        read("192.0.2.1", ListFormat::Bitcoin),
        other(ListFormat::Bitcoin, ListFormat::Plain)
    );
    assert_eq!(
        read("192.0.2.1", ListFormat::Crowdsec),
        other(ListFormat::Crowdsec, ListFormat::Plain)
    );
    let banned = r#"{"banned_nets": []}"#;
    assert_eq!(read(banned, ListFormat::Plain), other(ListFormat::Plain, ListFormat::Bitcoin));
    assert_eq!(
        read("192.0.2.1", ListFormat::Bitcoin).unwrap_err().to_string(),
        "this is no list in the format bitcoin: it looks like plain"
    );
    // Lists of lines are much alike.
    let one = [(1, "addr:192.0.2.1/32".to_owned())];
    assert_eq!(named(&read("192.0.2.1", ListFormat::Ipfilter).unwrap()), one);
    assert_eq!(named(&read("192.0.2.1-192.0.2.1, 0, x", ListFormat::Plain).unwrap()), one);
    assert!(read("", ListFormat::Bitcoin).unwrap().entries.is_empty());
}

#[test]
fn entries_without_an_end_last_as_long_as_is_asked_for() {
    let ends = |options: &ReadOptions| {
        let text = "192.0.2.1\nadd x 192.0.2.2 timeout 60";
        let file = read_list::<Peer>(text.as_bytes(), options).unwrap();
        let ends = file.entries.iter().map(|entry| entry.until).collect::<Vec<_>>();
        (ends, file.skipped)
    };
    let hour = ReadOptions::new(noon()).with_lasting(Some(std::time::Duration::from_secs(3_600)));
    let minute_ago = noon() - std::time::Duration::from_secs(60);

    let (both, none) = (vec![Some(after_noon(3_600)), Some(after_noon(60))], BTreeMap::new());
    assert_eq!(ends(&hour), (both, none));
    // A minute has passed since the list was written.
    let one = (vec![Some(after_noon(3_540))], BTreeMap::from([(SkipReason::Ended, 1)]));
    assert_eq!(ends(&hour.with_as_of(minute_ago)), one);
}

#[test]
fn no_more_entries_are_kept_than_is_asked_for() {
    let options = ReadOptions::new(noon()).with_max_entries(3);
    let text = "192.0.2.1\n0.0.0.1-255.255.255.254\n192.0.2.2\n";

    let file = read_list::<Peer>(text.as_bytes(), &options).unwrap();

    assert_eq!(file.entries.len(), 3);
    assert_eq!(file.skipped, BTreeMap::from([(SkipReason::TooMany, 61)]));
}
