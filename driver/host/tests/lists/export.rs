//! Bans written down, and read again.

use std::time::Duration;

use peerwarden_host::lists::{
    CrowdsecScope, ExportFormat, ExportOptions, Exported, ListFile, ListFormat,
};
use peerwarden_host::{Cause, Note, Origin, Tag};

use crate::node::{Node, after_noon, named, read, subject};
use crate::peer::Peer;

fn node() -> Node {
    let node = Node::new();
    let ban = |text: &str, seconds: Option<u64>, why: Option<&str>| {
        let duration = seconds.map(|seconds| Duration::from_secs(seconds).try_into().unwrap());
        match why {
            Some(why) => {
                let note = Note::new(why).unwrap().by("ana").unwrap();
                node.handle.ban_with_note(subject(text), duration, Origin::Operator, note)
            }
            None => node.handle.ban(subject(text), duration, Origin::Operator),
        }
        .unwrap();
    };
    ban("203.0.113.0/24", None, Some("scans, \"a lot\""));
    ban("192.0.2.7", Some(3_600), None);
    ban("2001:db8::/32", Some(60), None);
    ban("peer-7", Some(600), Some("loud"));
    node.handle.ban(subject("192.0.2.7"), None, Origin::Remote).unwrap();
    node.handle.protect(subject("peer-8"), Tag::OPERATOR).unwrap();
    node.handle.protect(subject("198.51.100.0/24"), Tag::OPERATOR).unwrap();
    node
}

fn written(node: &Node, options: &ExportOptions) -> (String, Exported) {
    let mut out = Vec::new();
    let exported = node.handle.export_bans(options, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), exported)
}

fn read_again(node: &Node, format: ExportFormat) -> (ListFile<Peer>, Exported) {
    let (text, exported) = written(node, &ExportOptions::new(format));
    let file = read(text.as_bytes());
    assert_eq!(file.format, format.list_format(), "{text}");
    assert!(file.faults.is_empty() && file.skipped.is_empty(), "{text}");
    (file, exported)
}

fn subjects(file: &ListFile<Peer>) -> Vec<String> {
    named(file).into_iter().map(|(_, subject)| subject).collect()
}

#[test]
fn peerwardens_own_format_has_everything() {
    let node = node();

    let (file, exported) = read_again(&node, ExportFormat::Peerwarden);

    assert_eq!((exported.bans, exported.protected, exported.left_out), (4, 2, 0));
    let entries: Vec<_> = file
        .entries
        .iter()
        .map(|entry| {
            let note = entry.note.as_ref().map(ToString::to_string);
            (entry.subject.to_string(), entry.cause, entry.until, note)
        })
        .collect();
    let (operator, remote) = (Some(Cause::Operator), Some(Cause::Remote));
    let note = |text: &str| Some(text.to_owned());
    assert_eq!(
        entries,
        [
            ("addr:203.0.113.0/24".to_owned(), operator, None, note("\"scans, \"a lot\"\" (ana)")),
            ("addr:192.0.2.7/32".to_owned(), operator, Some(after_noon(3_600)), None),
            ("addr:192.0.2.7/32".to_owned(), remote, Some(after_noon(604_800)), None),
            ("addr:2001:db8::/32".to_owned(), operator, Some(after_noon(60)), None),
            ("peer:peer-7".to_owned(), operator, Some(after_noon(600)), note("\"loud\" (ana)")),
        ]
    );
    let protected: Vec<_> = file.protected.iter().map(ToString::to_string).collect();
    assert_eq!(protected, ["addr:198.51.100.0/24", "peer:peer-8"]);
}

#[test]
fn a_plain_list_has_each_subject_on_a_line() {
    let node = node();

    let (file, exported) = read_again(&node, ExportFormat::Plain);

    assert_eq!((exported.bans, exported.left_out), (4, 0));
    let all = ["addr:203.0.113.0/24", "addr:192.0.2.7/32", "addr:2001:db8::/32", "peer:peer-7"];
    assert_eq!(subjects(&file), all);
    assert_eq!(file.entries[0].note.as_ref().unwrap().why(), "scans, \"a lot\"");
    let (text, _) = written(&node, &ExportOptions::new(ExportFormat::Plain));
    assert_eq!(
        text,
        "# Bans of a peerwarden node, 2026-11-28T12:00:00.000Z\n203.0.113.0/24 # scans, \"a lot\"\n\
         192.0.2.7\n2001:db8::/32\npeer:peer-7 # loud\n# 4 entries\n"
    );
}

#[test]
fn bitcoin_core_is_given_networks_with_their_ends() {
    let node = node();

    let (file, exported) = read_again(&node, ExportFormat::Bitcoin);

    assert_eq!((exported.bans, exported.left_out), (3, 1));
    let nets = ["addr:203.0.113.0/24", "addr:192.0.2.7/32", "addr:2001:db8::/32"];
    assert_eq!(subjects(&file), nets);
    let ends: Vec<_> = file.entries.iter().map(|entry| entry.until.unwrap()).collect();
    assert_eq!(ends, [3_155_760_000, 604_800, 60].map(after_noon));
}

#[test]
fn crowdsec_is_given_one_scope_a_file() {
    let node = node();
    for (scope, subjects_of_it) in [
        (CrowdsecScope::Ip, vec!["addr:192.0.2.7/32"]),
        (CrowdsecScope::Range, vec!["addr:203.0.113.0/24", "addr:2001:db8::/32"]),
        (CrowdsecScope::Peer, vec!["peer:peer-7"]),
    ] {
        for csv in [false, true] {
            let (file, exported) = read_again(&node, ExportFormat::Crowdsec { scope, csv });
            assert_eq!(subjects(&file), subjects_of_it);
            assert_eq!(exported.left_out, 4 - subjects_of_it.len());
        }
    }
    let range = |csv| ExportFormat::Crowdsec { scope: CrowdsecScope::Range, csv };
    let (text, _) = written(&node, &ExportOptions::new(range(true)));
    assert_eq!(
        text,
        "duration,scope,value,reason,type\n\
         100000h0m0s,Range,203.0.113.0/24,\"scans, \"\"a lot\"\"\",ban\n\
         1m0s,Range,2001:db8::/32,peerwarden,ban\n"
    );
    let (text, _) = written(&node, &ExportOptions::new(range(false)));
    assert_eq!(
        text,
        "[\n{\"duration\":\"100000h0m0s\",\"scope\":\"Range\",\"value\":\"203.0.113.0/24\",\
         \"reason\":\"scans, \\\"a lot\\\"\",\"type\":\"ban\"},\n\
         {\"duration\":\"1m0s\",\"scope\":\"Range\",\"value\":\"2001:db8::/32\",\
         \"reason\":\"peerwarden\",\"type\":\"ban\"}\n]\n"
    );
}

#[test]
fn of_several_causes_those_are_written_that_are_asked_for() {
    let node = node();
    let options = ExportOptions::new(ExportFormat::Peerwarden).with_causes(vec![Cause::Remote]);

    let (text, exported) = written(&node, &options);

    let file = read(text.as_bytes());
    assert_eq!((exported.bans, subjects(&file)), (1, vec!["addr:192.0.2.7/32".to_owned()]));
    assert_eq!(file.entries[0].cause, Some(Cause::Remote));
}

#[test]
fn no_bans_are_an_empty_list_of_every_format() {
    let node = Node::new();
    let scope = CrowdsecScope::Ip;
    for format in [
        ExportFormat::Bitcoin,
        ExportFormat::Crowdsec { scope, csv: true },
        ExportFormat::Peerwarden,
        ExportFormat::Plain,
    ] {
        assert!(read_again(&node, format).0.entries.is_empty());
    }
    let json = ExportOptions::new(ExportFormat::Crowdsec { scope, csv: false });
    let file = read(written(&node, &json).0.as_bytes());
    assert_eq!((file.format, file.entries.len()), (ListFormat::Bitcoin, 0));
}
