//! Peers: listed, sorted, shown and disconnected.

use std::collections::BTreeSet;

use peerwarden_host::driver::Commands;
use peerwarden_host::{Command, Handle, Score};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::peer::Peer;
use crate::served::{Served, peer};

#[test]
fn a_peer_is_shown_with_evidence_and_all_that_refuses_it() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    served.handle.score(peer(1), Score::try_from(-3.5).unwrap()).unwrap();
    served.report(peer(1), 2);
    served.handle.protect(served.subject("peer-1"), served.operator()).unwrap();
    served.put("/v1/bans/peer-1", &json!({ "for": "1h", "note": "spam" }));

    let shown = served.get("/v1/peers/peer-1").without_time();

    let note = json!({ "why": "spam", "who": null });
    assert_eq!(
        shown,
        (
            200,
            json!({
                "peer": "peer-1",
                "status": {
                    "penalty": 1728.0, "offences": 0, "causes": [{ "cause": "operator", "until": 3600.0 }],
                    "banned_since": 0.0, "score": null,
                    "misdeeds": [{ "misbehavior": "invalid-message", "times": 2, "last": 0.0 }],
                    "connected": false, "protected": true, "standing": false, "addr": "203.0.113.7",
                    "direction": "inbound", "connected_since": null,
                },
                "notes": { "operator": note, "remote": null }, "last_score": -3.5, "threshold": 86400.0,
                "tags": ["operator"],
                "reasons": [{ "network": null, "cause": "operator", "until": 3600.0, "note": note, "lists": [] }],
                "now": 0.0,
            })
        )
    );
}

#[test]
fn a_peer_of_which_nothing_is_held_is_not_found() {
    let (status, error, message, _) = Served::start().get("/v1/peers/peer-1").error();

    assert_eq!((status, error.as_str()), (404, "unknown_peer"));
    assert_eq!(
        message,
        "nothing is held for or against peer-1: it has not been seen lately, or the id is not whole"
    );
}

#[test]
fn peers_are_listed_by_what_they_are() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.1");
    served.connect(peer(2), "203.0.113.2");
    served.report(peer(2), 1);
    served.report(peer(3), 101);

    assert_eq!(names(&served.get("/v1/peers")), (set(&[1, 2, 3]), 3));
    assert_eq!(names(&served.get("/v1/peers?connected")), (set(&[1, 2]), 2));
    assert_eq!(names(&served.get("/v1/peers?connected=false")), (set(&[3]), 1));
    assert_eq!(names(&served.get("/v1/peers?suspect=true")), (set(&[2, 3]), 2));
    assert_eq!(names(&served.get("/v1/peers?suspect=true&connected=true")), (set(&[2]), 1));
    assert_eq!(names(&served.get("/v1/peers?suspect=false")), (set(&[1]), 1));
}

#[test]
fn peers_are_sorted_by_penalty_score_and_time() {
    let served = Served::start();
    for (n, reports, score) in [(1, 1, Some(-5.0)), (2, 3, None), (3, 2, Some(-50.0))] {
        served.connect(peer(n), &format!("203.0.113.{n}"));
        served.report(peer(n), reports);
        if let Some(score) = score {
            served.handle.score(peer(n), Score::try_from(score).unwrap()).unwrap();
        }
        served.timer.advance(std::time::Duration::from_millis(1));
    }
    served.report(peer(4), 50);
    let sorted = |by: &str| {
        let list = served.get(&format!("/v1/peers?sort={by}")).json();
        let peers = list["peers"].as_array().unwrap().iter();
        peers.map(|peer| peer["peer"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };

    assert_eq!(sorted("penalty"), "peer-4 peer-2 peer-3 peer-1");
    assert_eq!(sorted("score"), "peer-3 peer-1 peer-2 peer-4");
    assert_eq!(sorted("since"), "peer-1 peer-2 peer-3 peer-4");
}

#[test]
fn a_peer_is_disconnected_without_a_ban() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.1");

    let answer = served.post("/v1/peers/peer-1/disconnect").without_time();

    assert_eq!(
        answer,
        (
            200,
            json!({
                "peer": "peer-1", "disconnected": true, "now": 0.0,
                "message": "peer-1 is being disconnected; it is not banned, and may come back",
            })
        )
    );
    assert_eq!(commands(&served), [Command::Disconnect { peer: peer(1) }]);
    assert_eq!(served.handle.bans(None, 1), Ok(Vec::new()));
    let (status, error, message, _) = served.post("/v1/peers/peer-2/disconnect").error();
    assert_eq!((status, error.as_str()), (404, "not_connected"));
    assert_eq!(message, "peer-2 is not connected; nothing was done");
}

fn commands(served: &Served) -> Vec<Command<Peer>> {
    let _: &Handle<Peer, Commands<Peer>> = &served.handle;
    std::iter::from_fn(|| served.node.shared().lock().driver.pop()).collect()
}

fn set(numbers: &[u64]) -> BTreeSet<String> {
    numbers.iter().map(|n| format!("peer-{n}")).collect()
}

fn names(list: &Answer) -> (BTreeSet<String>, u64) {
    let list = list.json();
    let peers = list["peers"].as_array().unwrap();
    assert_eq!(list["next"], Value::Null);
    assert_eq!(list["shown"], json!(peers.len()));
    let names = peers.iter().map(|peer| peer["peer"].as_str().unwrap().to_owned());
    (names.collect(), list["total"].as_u64().unwrap())
}
