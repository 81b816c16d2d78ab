//! Shadow policies: begun, shown, promoted and ended.

use peerwarden_host::{Config, Points};
use serde_json::json;

use crate::client::Answer;
use crate::served::{Served, peer};

const STRICT: &str = "threshold = 8640\n";

fn begin(served: &Served) -> Answer {
    served.put_text("/v1/shadows/strict", "", STRICT)
}

fn strict() -> Config {
    Config::default().with_threshold(Points::from_points(8_640))
}

#[test]
fn without_any_there_is_an_empty_list() {
    let served = Served::start();

    let answer = served.get("/v1/shadows");

    assert_eq!(answer.without_time(), (200, json!({ "shadows": [], "now": 0.0 })));
}

#[test]
fn a_policy_that_is_begun_is_there_and_says_what_it_would_change() {
    let served = Served::start();

    let begun = begin(&served);

    let (status, answer) = begun.without_time();
    assert_eq!(status, 200);
    assert_eq!(
        answer["message"],
        "what strict would do is told from here on, until the node restarts"
    );
    assert_eq!(answer["shadow"]["name"], "strict");
    assert_eq!(
        answer["changes"][0]["words"],
        "points above which a peer is banned: 8640 instead of 86400"
    );
    assert_eq!((&answer["warnings"], &answer["ignored"]), (&json!([]), &json!([])));
    let config = served.handle.shadow_config(&"strict".parse().unwrap()).unwrap();
    assert_eq!(config, Some(strict()));
    assert_eq!(served.handle.config(), Ok(Config::default()));
}

#[test]
fn it_shows_whom_it_would_have_banned_and_why() {
    let served = Served::start();
    begin(&served);
    served.report(peer(1), 11);

    let (_, answer) = served.get("/v1/shadows/strict").without_time();

    let none = json!({ "address": 0, "application": 0, "penalty": 0, "score": 0 });
    let one = json!({ "address": 0, "application": 0, "penalty": 1, "score": 0 });
    assert_eq!(
        answer["shadow"],
        json!({
            "name": "strict", "since": 0.0, "inputs": 11, "lost": 0, "bans": one, "bans_in_force": none,
            "banned": 1, "banned_in_force": 0, "only_shadow": 1, "only_in_force": 0, "both": 0,
            "unlisted": 0,
        })
    );
    let misdeed = json!({ "misbehavior": "invalid-message", "times": 11, "last": 0.0 });
    let until = answer["bans"][0]["shadow"]["until"].clone();
    assert_eq!(
        answer["bans"],
        json!([{
            "subject": "peer:peer-1", "in_force": null,
            "shadow": {
                "times": 1, "first": 0.0, "cause": "penalty", "until": until,
                "evidence": { "misdeeds": [misdeed] }, "offences": 1,
            },
        }])
    );
    assert_eq!((&answer["shown"], &answer["total"]), (&json!(1), &json!(1)));
    assert_eq!(answer["policy"], "preset = \"default\"\nthreshold = 8640\n");
}

#[test]
fn it_shows_no_more_than_is_wanted_and_how_many_there_are() {
    let served = Served::start();
    begin(&served);
    (0..3).for_each(|n| served.report(peer(n), 11));

    let (_, answer) = served.get("/v1/shadows/strict?limit=2").without_time();

    assert_eq!((&answer["shown"], &answer["total"]), (&json!(2), &json!(3)));
    assert_eq!(answer["bans"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_policy_is_promoted_after_it_was_said_what_that_changes() {
    let served = Served::start();
    begin(&served);

    let would = served.post("/v1/shadows/strict/promote?dry_run");
    assert_eq!(served.handle.config(), Ok(Config::default()));
    let done = served.post("/v1/shadows/strict/promote");

    assert_eq!(served.handle.config(), Ok(strict()));
    assert_eq!(would.json()["message"], "5 settings would change; nothing was changed");
    assert_eq!(would.json()["dry_run"], true);
    assert_eq!(done.json()["changes"], would.json()["changes"]);
    let message = "5 settings are changed until the node restarts: write them to its settings file to keep them";
    assert_eq!(done.json()["message"], message);
    assert_eq!(served.get("/v1/shadows").json()["shadows"], json!([]));
}

#[test]
fn an_ended_policy_says_how_it_did() {
    let served = Served::start();
    begin(&served);
    served.report(peer(1), 11);

    let answer = served.delete("/v1/shadows/strict");

    assert_eq!(answer.json()["message"], "what strict would do is no longer told");
    assert_eq!(answer.json()["shadow"]["only_shadow"], 1);
    assert_eq!(served.get("/v1/shadows").json()["shadows"], json!([]));
}

#[test]
fn what_is_not_there_is_not_found() {
    let served = Served::start();
    let missing = |answer: Answer| {
        let (status, error, message, field) = answer.error();
        assert_eq!((status, error.as_str(), field), (404, "no_shadow", None));
        assert_eq!(message, "there is no shadow policy strict: GET /v1/shadows has all of them");
    };

    missing(served.get("/v1/shadows/strict"));
    missing(served.post("/v1/shadows/strict/promote"));
    missing(served.delete("/v1/shadows/strict"));
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_begun() {
    let served = Served::start();
    let (status, error, message, field) = served.put_text("/v1/shadows/Strict", "", STRICT).error();
    assert_eq!((status, error.as_str(), field), (400, "bad_value", Some("name".to_owned())));
    let expected = "name is \"Strict\": the name of a shadow policy has 1 to 64 of a-z, 0-9, - _ and ., and \
                    begins with a letter or a digit";
    assert_eq!(message, expected);

    let wrong = served.put_text("/v1/shadows/strict", "", "treshold = 1").error();
    assert_eq!((wrong.0, wrong.1.as_str()), (400, "bad_policy"));
    assert_eq!(wrong.2, "line 1: unknown setting treshold: did you mean threshold?");

    for n in 0..8 {
        assert_eq!(served.put_text(&format!("/v1/shadows/{n}"), "", STRICT).status, 200);
    }
    let (status, error, ..) = begin(&served).error();
    assert_eq!((status, error.as_str()), (409, "too_many_shadows"));
}

#[test]
fn settings_that_are_not_of_a_policy_are_named() {
    let served = Served::start();

    let answer =
        served.put_text("/v1/shadows/strict", "", "threshold = 8640\ntick_interval = '2s'\n");

    assert_eq!(answer.json()["ignored"], json!(["tick_interval"]));
}
