//! Bans: listed, shown, made and lifted.

use peerwarden_host::{BanDuration, Config, Node, Origin, Score};
use serde_json::{Value, json};

use crate::served::{Served, peer};

#[test]
fn a_ban_is_made_moved_and_said_again() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    let path = "/v1/bans/203.0.113.0/24";
    let note = json!({ "why": "scanner", "who": "ana" });

    let made = served.put(path, &json!({ "for": "1h", "note": "scanner", "by": "ana" }));
    assert_eq!(
        made.without_time(),
        (
            200,
            json!({
                "subject": "addr:203.0.113.0/24", "change": { "began": { "until": 3600.0 } }, "note": note,
                "disconnected": 1, "ours": null, "also_refused": [], "at": 0.0, "now": 0.0,
                "message": "203.0.113.0/24 is banned for 1h; 1 peer is disconnected; note: \"scanner\" (ana)",
                "durable": true,
            })
        )
    );
    let again = served.put(path, &json!({ "for": "1h", "note": "scanner", "by": "ana" })).json();
    assert_eq!(again["change"], json!({ "unchanged": { "until": 3600.0 } }));
    let moved = served.put("/v1/bans/203.0.113.0%2F24", &json!({ "for": "forever" })).json();
    assert_eq!(moved["change"], json!({ "moved": { "from": 3600.0, "until": "forever" } }));
    assert_eq!(moved["note"], Value::Null);
    assert_eq!(served.handle.bans(None, 10).unwrap().len(), 1);
}

#[test]
fn a_ban_is_made_until_a_moment() {
    let served = Served::start();
    served.pass(60);

    let made = served.put("/v1/bans/peer-1", &json!({ "until": "2030-01-01T00:02:00Z" })).json();

    assert_eq!(made["change"], json!({ "began": { "until": 120.0 } }));
}

#[test]
fn a_ban_is_shown_with_cause_evidence_since_and_end() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    served.pass(1);
    served.report(peer(1), 101);
    let misdeeds = json!([{ "misbehavior": "invalid-message", "times": 101, "last": 1.0 }]);
    let ban = json!({
        "subject": "peer:peer-1", "causes": [{ "cause": "penalty", "until": 88.264 }], "until": 88.264,
        "began": 1.0, "addr": "203.0.113.7", "direction": "inbound",
        "notes": { "operator": null, "remote": null }, "offences": 1, "misdeeds": misdeeds, "score": null, "lists": [],
    });

    let list = served.get("/v1/bans").without_time();
    let mut alone = ban.clone();
    alone["now"] = json!(1.0);
    alone["tags"] = json!([]);
    alone["also_refused"] = json!([]);

    assert_eq!(
        list,
        (200, json!({ "bans": [ban], "shown": 1, "total": 1, "next": null, "now": 1.0 }))
    );
    assert_eq!(served.get("/v1/bans/peer-1").without_time(), (200, alone.clone()));
    assert_eq!(served.get("/v1/bans/peer:peer-1").without_time(), (200, alone));
}

#[test]
fn a_ban_by_score_shows_the_score() {
    let served = Served::start();
    served.handle.score(peer(1), Score::try_from(-150.0).unwrap()).unwrap();

    assert_eq!(served.get("/v1/bans/peer-1").json()["score"], json!(-150.0));
}

#[test]
fn bans_are_listed_by_cause_kind_and_end() {
    let served = Served::start();
    served.report(peer(1), 101);
    served.put("/v1/bans/peer-2", &json!({ "for": "forever" }));
    served.put("/v1/bans/198.51.100.7", &json!({ "for": "1m" }));
    let hour = Some(BanDuration::try_from(std::time::Duration::from_secs(3600)).unwrap());
    served.handle.ban(served.subject("192.0.2.0/24"), hour, Origin::Remote).unwrap();
    let listed = |query: &str| {
        let list = served.get(&format!("/v1/bans?{query}")).json();
        let bans = list["bans"].as_array().unwrap();
        let subjects: Vec<_> =
            bans.iter().map(|ban| ban["subject"].as_str().unwrap().to_owned()).collect();
        (subjects.join(" "), list["total"].as_u64().unwrap())
    };

    assert_eq!(
        listed(""),
        ("peer:peer-1 peer:peer-2 addr:198.51.100.7/32 addr:192.0.2.0/24".to_owned(), 4)
    );
    assert_eq!(listed("cause=penalty"), ("peer:peer-1".to_owned(), 1));
    assert_eq!(listed("cause=remote"), ("addr:192.0.2.0/24".to_owned(), 1));
    assert_eq!(listed("kind=peer"), ("peer:peer-1 peer:peer-2".to_owned(), 2));
    assert_eq!(listed("kind=network&limit=1"), ("addr:198.51.100.7/32".to_owned(), 2));
    assert_eq!(listed("ending=2m"), ("peer:peer-1 addr:198.51.100.7/32".to_owned(), 2));
    assert_eq!(listed("ending=2m&kind=peer&cause=operator"), (String::new(), 0));
}

#[test]
fn lifting_a_ban_says_what_was_lifted_and_what_still_refuses() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    served.put("/v1/bans/203.0.113.0/24", &json!({ "for": "forever" }));
    served.put("/v1/bans/peer-1", &json!({ "for": "1h" }));

    let lifted = served.delete("/v1/bans/peer-1");

    assert_eq!(
        lifted.without_time(),
        (
            200,
            json!({
                "subject": "peer:peer-1", "lifted": [{ "cause": "operator", "until": 3600.0 }], "waived": 0.0,
                "still_refused": [{ "network": "203.0.113.0/24", "cause": "operator", "until": "forever" }],
                "crowd_cleared": false, "grace": 600.0,
                "in_settings": false, "in_lists": [], "at": 0.0, "now": 0.0, "durable": true,
                "message": "peer-1 is no longer banned by operator; still refused: 203.0.113.0/24 is banned by \
                            operator forever",
            })
        )
    );
}

#[test]
fn one_cause_is_lifted_and_the_others_stay() {
    let served = Served::start();
    served.report(peer(1), 101);
    served.put("/v1/bans/peer-1", &json!({ "for": "1h" }));

    let lifted = served.delete("/v1/bans/peer-1?cause=operator").json();
    assert_eq!(lifted["lifted"], json!([{ "cause": "operator", "until": 3600.0 }]));
    assert_eq!(lifted["still_refused"][0]["cause"], "penalty");

    let (status, error, message, _) = served.delete("/v1/bans/peer-1?cause=score").error();
    assert_eq!((status, error.as_str()), (404, "not_banned"));
    assert_eq!(
        message,
        "there was no such ban of peer-1; nothing was changed; still refused: it is itself banned by penalty \
         for another 1m 28s"
    );
}

#[test]
fn what_is_not_banned_is_not_found_and_what_holds_it_is_named() {
    let served = Served::start();
    served.put("/v1/bans/203.0.113.0/24", &json!({ "for": "1h" }));
    let error = |answer: crate::client::Answer| {
        let (status, error, message, field) = answer.error();
        assert_eq!((status, error.as_str(), field), (404, "not_banned", None));
        message
    };

    assert_eq!(error(served.get("/v1/bans/peer-1")), "peer-1 is not banned");
    assert_eq!(
        error(served.get("/v1/bans/203.0.113.7")),
        "203.0.113.7/32 is not banned itself, but 203.0.113.0/24 is, which holds it"
    );
    assert_eq!(
        error(served.delete("/v1/bans/peer-1")),
        "there was no such ban of peer-1; nothing was changed"
    );
}

#[test]
fn a_ban_by_its_name_says_what_else_refuses_and_who_protects_it() {
    let served = Served::start();
    served.put("/v1/bans/203.0.113.0/24", &json!({ "for": "1h" }));
    served.put("/v1/bans/203.0.0.0/16", &json!({ "for": "forever", "note": "all of it" }));
    served.put("/v1/protected/203.0.113.0/24", &json!({}));

    let ban = served.get("/v1/bans/203.0.113.0/24").json();

    assert_eq!((&ban["until"], &ban["tags"]), (&json!(3600.0), &json!(["operator"])));
    // A protected network is spared from the ban of a wider one.
    assert_eq!(ban["also_refused"], json!([]));
    served.delete("/v1/protected/203.0.113.0/24");
    let note = json!({ "why": "all of it", "who": null });
    let wider = json!([{ "network": "203.0.0.0/16", "cause": "operator", "until": "forever", "note": note, "lists": [] }]);
    assert_eq!(served.get("/v1/bans/203.0.113.0/24").json()["also_refused"], wider);
}

#[test]
fn a_dry_run_names_the_peers_that_a_ban_would_disconnect_and_bans_nothing() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    served.connect(peer(2), "203.0.113.8");
    served.connect(peer(3), "198.51.100.1");
    served.handle.protect(served.subject("peer-2"), served.operator()).unwrap();
    let order = json!({ "for": "1h" });

    let network = served.put("/v1/bans/203.0.113.0/24?dry_run", &order).without_time();
    assert_eq!(
        network,
        (
            200,
            json!({
                "dry_run": true, "subject": "addr:203.0.113.0/24", "until": 3600.0, "disconnected": 1,
                "peers": ["peer-1"], "ours": null, "now": 0.0,
            })
        )
    );
    assert_eq!(
        served.put("/v1/bans/peer-2?dry_run=true", &order).json()["peers"],
        json!(["peer-2"])
    );
    assert_eq!(served.handle.bans(None, 1), Ok(Vec::new()));
}

#[test]
fn a_dry_run_leaves_out_whom_a_protected_network_inside_spares() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.7");
    served.connect(peer(2), "203.0.113.200");
    served.handle.protect(served.subject("203.0.113.0/28"), served.operator()).unwrap();
    let order = json!({ "for": "1h" });

    let would = served.put("/v1/bans/203.0.113.0/24?dry_run", &order).json();
    let done = served.put("/v1/bans/203.0.113.0/24", &order).json();

    assert_eq!((&would["peers"], &would["disconnected"]), (&json!(["peer-2"]), &json!(1)));
    assert_eq!(done["disconnected"], json!(1));
}

#[test]
fn this_node_itself_is_not_banned() {
    let served = Served::start();
    served.handle.set_local_peer_id(peer(1)).unwrap();

    for path in ["/v1/bans/peer-1", "/v1/bans/peer-1?dry_run"] {
        let refused = served.put(path, &json!({ "for": "1h" })).error();
        let said = "peer-1 is this node itself, and is not banned".to_owned();
        assert_eq!(refused, (400, "bad_value".to_owned(), said, Some("subject".to_owned())));
    }
}

#[test]
fn a_node_without_a_store_says_that_a_ban_is_not_durable() {
    let served = Served::with(|clock| Node::new(Config::default(), clock), |options| options);

    let made = served.put("/v1/bans/peer-1", &json!({ "for": "1h" })).json();

    assert_eq!(made["durable"], json!(false));
}
