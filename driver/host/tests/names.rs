//! Peers whose names are texts that strangers chose: they break no line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use peerwarden_host::driver::GateRefusal;
use peerwarden_host::peerwarden_core::Event as Input;
use peerwarden_host::{
    Config, Direction, Gate, ManualTimer, Misbehavior, Node, Origin, Refusal, Score, Subject, Tag,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What would be a line of the log by itself.
const NAME: &str = "x\n2026-11-28T00:00:00Z  INFO peerwarden: unbanned peer=all";

#[test]
fn no_line_of_the_log_is_broken_by_a_name() {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), || {
        let timer = ManualTimer::new();
        let node: Node<String> = Node::new(Config::default(), Arc::new(timer.clone()));
        let (handle, peer) = (node.handle(), NAME.to_owned());
        let subject = Subject::Peer(peer.clone());
        let (event, now) = (
            Input::Connected {
                peer: peer.clone(),
                addr: "203.0.113.7".parse().ok(),
                direction: Direction::Inbound,
            },
            node.shared().now(),
        );
        node.shared().input(event, now, |_| {});
        for _ in 0..101 {
            handle.report(peer.clone(), Misbehavior::INVALID_MESSAGE).unwrap();
        }
        handle.report(peer.clone(), Misbehavior::INVALID_MESSAGE).unwrap();
        let refusal = Refusal::check(
            &node.shared().lock().engine,
            Some(peer.clone()),
            None,
            Direction::Inbound,
            now,
        );
        let refusal = GateRefusal::Banned(Box::new(refusal.unwrap()));
        node.shared().report_refusal(Gate::Dial, &refusal);
        handle.unban(subject.clone(), None).unwrap();
        handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
        handle.score(peer.clone(), Score::try_from(-500.0).unwrap()).unwrap();
        handle.ban(subject, None, Origin::Remote).unwrap();
        timer.advance(Duration::from_secs(1));
    });

    let lines = lines.0.lock().unwrap().clone();
    for message in ["on its way", "\"banned\"", "refused", "unbanned", "withheld", "reported"] {
        let message = message.trim_matches('"');
        assert!(lines.iter().any(|line| line.contains(message)), "{message}: {lines:?}");
    }
    for line in lines {
        assert!(!line.contains('\n'), "{line}");
    }
}

#[test]
fn no_answer_is_broken_by_a_name() {
    let node: Node<String> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
    let (handle, peer) = (node.handle(), NAME.to_owned());
    let subject = Subject::Peer(peer.clone());
    let banned = handle.ban(subject.clone(), None, Origin::Operator).unwrap();
    let refused = |peer: Option<String>, addr: Option<&str>| {
        let addr = addr.and_then(|addr| addr.parse().ok());
        let (state, now) = (node.shared().lock(), node.shared().now());
        Refusal::check(&state.engine, peer, addr, Direction::Inbound, now).unwrap().to_string()
    };
    let answers = [
        banned.to_string(),
        refused(Some(peer.clone()), None),
        refused(Some(peer), Some("203.0.113.7")),
        handle.unban(subject.clone(), None).unwrap().to_string(),
        handle.protect(subject.clone(), Tag::OPERATOR).unwrap().to_string(),
        handle.unprotect(subject, Tag::OPERATOR).unwrap().to_string(),
    ];

    for answer in answers {
        assert!(answer.contains("x\\n2026") && !answer.contains('\n'), "{answer}");
    }
}

/// A list in lines leaves out what would be another entry when it is read again.
#[cfg(feature = "lists")]
#[test]
fn no_line_of_a_list_is_broken_by_a_name() {
    use peerwarden_host::lists::{ExportFormat, ExportOptions};
    let node: Node<String> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
    let handle = node.handle();
    for name in ["x\n0.0.0.0/1", "x # y", "x y", "\u{2028}", "whole"] {
        handle.ban(Subject::Peer(name.to_owned()), None, Origin::Operator).unwrap();
    }
    let mut list = Vec::new();

    let exported = handle.export_bans(&ExportOptions::new(ExportFormat::Plain), &mut list).unwrap();

    let list = String::from_utf8(list).unwrap();
    let entries: Vec<_> = list.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(entries, ["peer:whole"]);
    assert_eq!((exported.bans, exported.left_out), (1, 4));
}

/// The lines of a log, with all their fields, as they are written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "peerwarden"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
