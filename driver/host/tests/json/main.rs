//! Answers and notices as JSON, whose field names are part of the API.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod names;
mod page;

use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use peerwarden_host::{
    BanDuration, Cause, Config, Handle, ManualTimer, Misbehavior, Node, Note, Origin, Subject, Tag,
};
use serde::Serialize;
use serde_json::{Value, json};

#[test]
fn orders_are_answered_with_stable_names() -> Result<(), Box<dyn std::error::Error>> {
    let (_node, warden) = node();
    let subject = Subject::Peer("alice".to_owned());
    let hour = Some(BanDuration::try_from(Duration::from_secs(3_600))?);

    let note = Note::new("spam")?.by("ana")?;
    let banned = warden.ban_with_note(subject.clone(), hour, Origin::Operator, note)?;
    let note = json!({ "why": "spam", "who": "ana" });
    assert_eq!(
        written(&banned),
        json!({
            "subject": "peer:alice", "change": { "began": { "until": 3_600.0 } }, "note": note,
            "disconnected": 0, "ours": null, "also_refused": [], "at": 0.0,
        })
    );
    let bans = warden.bans(None, 10)?;
    assert_eq!(
        written(&bans),
        json!([{
            "cursor": bans.first().map(|ban| ban.cursor), "subject": "peer:alice",
            "causes": [{ "cause": "operator", "until": 3_600.0 }], "until": 3_600.0, "began": 0.0,
            "addr": null, "direction": null, "notes": { "operator": note, "remote": null },
        }])
    );
    let page = written(&warden.peers(None, 10)?);
    assert_eq!(page["next"], Value::Null);
    assert_eq!(page["peers"][0]["peer"], "alice");
    assert_eq!(page["peers"][0]["status"]["causes"][0]["cause"], "operator");

    let unbanned = warden.unban(subject.clone(), None)?;
    assert_eq!(
        written(&unbanned),
        json!({
            "subject": "peer:alice", "lifted": [{ "cause": "operator", "until": 3_600.0 }],
            "waived": 0.0, "crowd_cleared": false, "grace": 600.0, "still_refused": [], "in_settings": false, "in_lists": [], "at": 0.0,
        })
    );
    let protected = warden.protect(subject, Tag::OPERATOR)?;
    assert_eq!(
        written(&protected),
        json!({
            "subject": "peer:alice", "changed": true, "tags": ["operator"], "still_refused": [],
            "at": 0.0,
        })
    );
    assert_eq!(
        written(&warden.protected(None, 10)?),
        json!([{ "subject": "peer:alice", "tags": ["operator"] }])
    );
    let tallies = written(&warden.tallies()?);
    assert_eq!(tallies["counts"]["bans_operator"], 0);
    assert!(tallies["engine_time"].is_number());
    Ok(())
}

#[test]
fn notices_are_written_with_time_evidence_and_offences() -> Result<(), Box<dyn std::error::Error>> {
    let (_node, warden) = node();
    let mut notices = warden.subscribe()?;
    for _ in 0..101 {
        warden.report("alice".to_owned(), Misbehavior::INVALID_MESSAGE)?;
    }
    let _ = warden.unban(Subject::Peer("alice".to_owned()), Some(Cause::Penalty))?;

    let mut next = || notices.next().now_or_never().flatten().as_ref().map(written);
    let misdeeds = |times| json!({ "misdeeds": [{ "misbehavior": "invalid-message", "times": times, "last": 0.0 }] });
    assert_eq!(
        next(),
        Some(json!({
            "kind": { "warned": {
                "peer": "alice", "owes": 44_064.0, "evidence": misdeeds(51), "offences": 0,
            } },
            "at": 0.0, "missed": 0, "missed_denials": 0,
        }))
    );
    assert_eq!(
        next(),
        Some(json!({
            "kind": { "banned": {
                "subject": "peer:alice", "cause": "penalty", "until": 87.264, "addr": null,
                "direction": null, "evidence": misdeeds(101), "offences": 1, "note": null,
            } },
            "at": 0.0, "missed": 0, "missed_denials": 0,
        }))
    );
    assert_eq!(
        next().map(|notice| notice["kind"].clone()),
        Some(json!({
            "unbanned": { "subject": "peer:alice", "cause": "penalty", "offences": 1 },
        }))
    );
    Ok(())
}

fn node() -> (Node<String>, Handle<String>) {
    let node: Node<String> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
    let handle = node.handle();
    (node, handle)
}

fn written(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}
