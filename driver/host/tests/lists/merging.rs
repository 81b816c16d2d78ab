//! Several lists about the same subjects: the engine is told the end that lies furthest ahead.

use std::time::Duration;

use peerwarden_host::lists::{ListChange, ListChangeKind, ListError, RemoteLists};
use peerwarden_host::{Cause, Config, NoticeKind, Origin, Tag};

use crate::node::{Node, WEEK, after_noon, name, subject};
use crate::peer::Peer;

#[test]
fn a_list_that_is_loaded_again_takes_back_what_is_no_longer_in_it() {
    let node = Node::new();

    let report = node.load("a", "192.0.2.1\n192.0.2.0/24\npeer:peer-3\n");
    assert_eq!((report.new.total, report.entries), (3, 3));
    assert!(node.is_refused("192.0.2.99"));
    let three = ["addr:192.0.2.0/24", "addr:192.0.2.1/32", "peer:peer-3"];
    assert_eq!(node.bans(), three.map(|each| (each.to_owned(), WEEK)));

    let report = node.load("a", "192.0.2.1\n192.0.2.2\n");
    assert_eq!((report.new.first, report.changed.total), (vec![subject("192.0.2.2")], 0));
    assert_eq!(report.gone.first, [subject("192.0.2.0/24"), subject("peer:peer-3")]);
    let two = ["addr:192.0.2.1/32", "addr:192.0.2.2/32"];
    assert_eq!(node.bans(), two.map(|each| (each.to_owned(), WEEK)));
    assert!(!node.is_refused("192.0.2.99"));
}

#[test]
fn what_two_lists_name_is_banned_until_neither_does() {
    let node = Node::new();
    node.load("a", "add x 192.0.2.1 timeout 600\n");
    let report = node.load("b", "add x 192.0.2.1 timeout 60\n192.0.2.2\n");
    assert_eq!((report.new.total, report.changed.total), (1, 0));
    assert_eq!(node.naming("192.0.2.1"), ["a", "b"]);
    assert_eq!(node.bans()[0], ("addr:192.0.2.1/32".to_owned(), 600));

    let report = node.load("a", "");
    assert_eq!((report.gone.total, report.changed.first), (0, vec![subject("192.0.2.1")]));
    assert_eq!(node.bans()[0], ("addr:192.0.2.1/32".to_owned(), 60));

    let report = node.lists.delete(&name("b")).unwrap().unwrap();
    assert_eq!(report.gone.total, 2);
    assert_eq!((node.bans(), node.naming("192.0.2.1")), (Vec::new(), Vec::new()));
}

#[test]
fn entries_end_by_themselves_and_the_others_count_on() {
    let node = Node::new();
    node.load("a", "add x 192.0.2.1 timeout 60\nadd x 192.0.2.2 timeout 60\n");
    node.load("b", "add x 192.0.2.1 timeout 600\n");

    node.advance(60);
    assert_eq!(node.bans(), [("addr:192.0.2.1/32".to_owned(), 540)]);
    assert_eq!(node.naming("192.0.2.1"), ["b"]);
    assert_eq!(node.naming("192.0.2.2"), Vec::<String>::new());

    // What is over takes nothing back, and is new when it is named again.
    let report = node.load("a", "");
    assert_eq!((report.gone.total, report.changed.total), (0, 0));
    assert_eq!(node.load("a", "192.0.2.2\n").new.total, 1);
    node.advance(540);
    assert_eq!(node.bans(), [("addr:192.0.2.2/32".to_owned(), WEEK - 540)]);
}

#[test]
fn ends_move_when_a_list_is_loaded_again() {
    let node = Node::new();
    node.load("a", "add x 192.0.2.1 timeout 600\n");

    let report = node.load("a", "add x 192.0.2.1 timeout 60\n");
    assert_eq!((report.changed.total, report.new.total), (1, 0));
    assert_eq!(node.bans(), [("addr:192.0.2.1/32".to_owned(), 60)]);

    node.load("a", "192.0.2.1\nadd x 192.0.2.1 timeout 60\n");
    assert_eq!(node.bans(), [("addr:192.0.2.1/32".to_owned(), WEEK)], "the last end counts");
    assert_eq!(node.load("a", "192.0.2.1\n").changed.total, 0);
}

#[test]
fn several_entries_are_put_in_and_taken_out_at_once() {
    let node = Node::new();
    let a = name("a");
    let begun = [("192.0.2.1", Some(after_noon(60))), ("192.0.2.2", Some(after_noon(60)))];
    let report = node.lists.edit(&a, begun.map(|(text, until)| (subject(text), until))).unwrap();
    assert_eq!((report.new.total, report.entries), (2, 2));

    let edits = [
        ("192.0.2.1", None),
        ("192.0.2.2", Some(after_noon(600))),
        ("peer:peer-3", Some(after_noon(60))),
        ("10.0.0.0/8", Some(after_noon(60))),
        ("192.0.2.9", None),
    ];
    let report = node.lists.edit(&a, edits.map(|(text, until)| (subject(text), until))).unwrap();
    let change = report.change(ListChangeKind::Edited).to_string();
    let told = "list a edited: 2 entries; 1 new, 1 changed, 1 gone, 1 refused, 0 faults";
    assert_eq!(change, told);
    let two = [("addr:192.0.2.2/32", 600), ("peer:peer-3", 60)];
    assert_eq!(node.bans(), two.map(|(subject, left)| (subject.to_owned(), left)));
}

#[test]
fn single_entries_are_put_in_and_taken_out() {
    let node = Node::new();
    let a = name("a");

    let report = node.lists.put(&a, subject("192.0.2.7/24"), Some(after_noon(60))).unwrap();
    assert_eq!((report.new.total, report.entries), (1, 1));
    assert_eq!(node.bans(), [("addr:192.0.2.0/24".to_owned(), 60)]);
    let report = node.lists.put(&a, subject("192.0.2.0/24"), None).unwrap();
    assert_eq!((report.changed.total, report.entries), (1, 1));
    let entries = node.lists.entries(&a, None, 10).unwrap();
    assert_eq!((&entries[0].subject, entries[0].until), (&subject("192.0.2.0/24"), None));

    assert_eq!(node.lists.remove(&a, subject("192.0.2.1")).unwrap(), None);
    let report = node.lists.remove(&a, subject("192.0.2.9/24")).unwrap().unwrap();
    assert_eq!((report.gone.total, report.entries), (1, 0));
    assert_eq!(node.bans(), []);
    assert_eq!(node.lists.remove(&name("b"), subject("192.0.2.1")).unwrap(), None);
    assert_eq!(node.lists.delete(&name("b")).unwrap(), None);
}

#[test]
fn an_end_in_the_past_takes_an_entry_out() {
    let node = Node::new();
    let a = name("a");
    node.lists.put(&a, subject("192.0.2.1"), None).unwrap();

    let report = node.lists.put(&a, subject("192.0.2.1"), Some(after_noon(0))).unwrap();

    assert_eq!((report.gone.total, report.entries), (1, 0));
    assert_eq!(node.bans(), []);
}

#[test]
fn entries_are_read_in_pages_networks_first() {
    let node = Node::new();
    node.load("a", "peer:peer-2\npeer:peer-1\n192.0.2.2\n2001:db8::/48\n192.0.2.1\n");

    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = node.lists.entries(&name("a"), after.as_ref(), 2).unwrap();
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.subject.clone());
        all.extend(page.iter().map(|each| each.subject.to_string()));
    }
    let expected = [
        "addr:192.0.2.1/32",
        "addr:192.0.2.2/32",
        "addr:2001:db8::/48",
        "peer:peer-1",
        "peer:peer-2",
    ];
    assert_eq!(all, expected);
    assert_eq!(node.lists.entries(&name("b"), None, 2).unwrap(), []);
}

#[test]
fn bans_are_renewed_for_as_long_as_a_list_has_them() {
    let node = Node::new();
    node.load("a", "192.0.2.1\nadd x 192.0.2.2 timeout 900000\n");
    node.lists.poll().unwrap();

    for _ in 0..24 * 14 {
        node.advance(3_600);
        node.lists.poll().unwrap();
    }

    assert_eq!(node.bans().len(), 1, "a list that has no end is not over after two weeks");
    assert!(node.bans()[0].1 > WEEK / 2 - 3_600);
    assert_eq!(node.lists.all().unwrap()[0].entries, 1, "what is over is forgotten");
}

#[test]
fn what_the_operator_lifts_stays_lifted_while_a_list_goes_on_naming_it() {
    let node = Node::new();
    node.load("a", "192.0.2.1\n");
    node.lists.poll().unwrap();
    let lifted = node.handle.unban(subject("192.0.2.1"), None).unwrap();
    assert_eq!(
        lifted.to_string(),
        "192.0.2.1/32 is no longer banned by remote; list a names it and bans it again at the next start"
    );

    node.load("a", "192.0.2.1\n192.0.2.2\n");
    node.load("b", "add x 192.0.2.1 timeout 700000\n");
    node.load("a", "add x 192.0.2.1 timeout 60\n");
    for _ in 0..10 {
        node.advance(3_600);
        node.lists.poll().unwrap();
    }
    assert_eq!(node.bans(), []);

    // Once none names it, a list that does is news.
    node.load("a", "");
    node.load("b", "");
    assert_eq!(node.load("b", "192.0.2.1\n").new.total, 1);
    assert_eq!(node.bans().len(), 1);
}

#[test]
fn what_anything_else_than_the_operator_ended_is_banned_again_while_a_list_names_it() {
    let short = Config::default().with_max_remote_ban(Duration::from_secs(8)).unwrap();
    let node = Node::with_config(short);
    node.load("a", "192.0.2.1\npeer:peer-3\n");
    node.lists.poll().unwrap();

    // A protection that is over.
    for subject in [subject("192.0.2.0/24"), subject("peer:peer-3")] {
        node.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
        assert!(node.bans().iter().all(|(banned, _)| *banned != subject.to_string()));
        node.handle.unprotect(subject, Tag::OPERATOR).unwrap();
    }
    node.lists.poll().unwrap();
    assert_eq!(node.bans().len(), 2);

    // A ban that lapsed while nothing renewed it, as of a process that was stopped.
    node.advance(60);
    assert_eq!(node.bans(), []);
    node.lists.poll().unwrap();
    assert_eq!(node.bans().len(), 2);

    // A network that was exempt for a while.
    let exempt = |nets: &[&str]| {
        let nets: Vec<_> = nets.iter().map(|net| net.parse().unwrap()).collect();
        Config::default().with_exempt(&nets)
    };
    node.handle.reconfigure(exempt(&["192.0.2.0/24"])).unwrap();
    node.handle.unban(subject("192.0.2.1"), Some(Cause::Remote)).unwrap();
    assert_eq!(node.load("a", "192.0.2.1\n192.0.2.2\npeer:peer-3\n").refused.len(), 1);
    node.handle.reconfigure(exempt(&[])).unwrap();
    node.lists.poll().unwrap();
    let banned: Vec<_> = node.bans().into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(banned, ["addr:192.0.2.2/32", "peer:peer-3"], "the operator lifted the other one");
}

#[test]
fn the_operators_ban_of_the_same_subject_is_left_alone() {
    let node = Node::new();
    node.load("a", "192.0.2.1\n");
    node.handle.ban(subject("192.0.2.1"), None, Origin::Operator).unwrap();

    node.load("a", "");

    let ban = node.handle.bans(None, 10).unwrap().remove(0);
    assert!(ban.causes.contains(Cause::Operator) && !ban.causes.contains(Cause::Remote));
}

#[test]
fn subscribers_hear_of_each_change_of_a_list() {
    let node = Node::new();
    let mut notices = node.handle.subscribe().unwrap();
    node.load("a", "192.0.2.1\n10.0.0.1\nx\n");
    node.lists.delete(&name("a")).unwrap();

    let changes: Vec<_> = std::iter::from_fn(|| {
        use futures::FutureExt;
        futures::StreamExt::next(&mut notices).now_or_never().flatten()
    })
    .filter_map(
        |notice| {
            if let NoticeKind::List(change) = notice.kind { Some(change) } else { None }
        },
    )
    .collect();
    let said: Vec<_> = changes.iter().map(ListChange::to_string).collect();
    assert_eq!(
        said,
        [
            "list a loaded: 2 entries; 1 new, 0 changed, 0 gone, 1 refused, 1 fault",
            "list a deleted: 0 entries; 0 new, 0 changed, 1 gone, 0 refused, 0 faults",
        ]
    );
    assert_eq!(changes[1].kind, ListChangeKind::Deleted);
}

#[test]
fn there_are_no_more_lists_than_can_be_looked_through() {
    let node = Node::with_config(Config::default());
    let most = RemoteLists::<Peer>::MAX_LISTS;
    for each in 0..most {
        node.load(&format!("list-{each}"), "192.0.2.1\n");
    }

    let file = node.read("192.0.2.2\n");
    assert_eq!(node.lists.replace(&name("more"), &file), Err(ListError::TooMany));
    let put = node.lists.put(&name("more"), subject("192.0.2.2"), None);
    assert_eq!(put.unwrap_err().to_string(), "there are 64 lists, and there can be no more");
    assert_eq!(node.lists.replace(&name("list-7"), &file).unwrap().new.total, 1);
    assert_eq!(node.naming("192.0.2.1").len(), most - 1);
}
