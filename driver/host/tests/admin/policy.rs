//! The policy: shown, compared and replaced.

use std::time::Duration;

use peerwarden_host::{Config, Points, Settings};
use serde_json::json;

use crate::client::Answer;
use crate::peer::{Peer, PeerAt};
use crate::served::Served;

#[test]
fn the_policy_is_shown_as_a_settings_file_that_gives_it() {
    let served = Served::start();
    assert_eq!(shown(&served).text, "preset = \"default\"\n");

    let config = Config::op_node()
        .with_threshold(Points::from_points(50))
        .with_forgive_after(Some(Duration::from_secs(5400)))
        .unwrap();
    served.handle.reconfigure(config.clone()).unwrap();

    let text = "preset = \"op-node\"\nthreshold = 50\nforgive_after = \"1h 30m\"\n";
    assert_eq!(shown(&served).text, text);
    assert_eq!(Settings::<Peer, PeerAt>::from_toml(text).unwrap().config, config);
}

#[test]
fn a_policy_is_put_in_force_and_what_changed_is_said_in_words() {
    let served = Served::start();
    let text = "threshold = 43200\ndry_run = true\n[weights]\ninvalid-message = 2000\n";

    let would = served.put_text("/v1/policy?dry_run", "", text);
    assert_eq!(served.handle.config().unwrap(), Config::default());
    let done = served.put_text("/v1/policy", "", text);

    let change = |key: &str, from: Option<&str>, to: &str, words: &str| json!({ "key": key, "from": from, "to": to, "words": words });
    let changes = json!([
        change(
            "threshold",
            Some("86400"),
            "43200",
            "points above which a peer is banned: 43200 instead of 86400"
        ),
        change(
            "warning",
            Some("43200"),
            "21600",
            "points above which a peer is warned of: 21600 instead of 43200"
        ),
        change(
            "long_budget",
            Some("864000"),
            "432000",
            "points that a peer may be reported for over a day: 432000 instead of 864000"
        ),
        would.json()["changes"][3],
        would.json()["changes"][4],
        change(
            "dry_run",
            Some("false"),
            "true",
            "dry run, in which automatic bans are only logged: now on"
        ),
        change(
            "weights.invalid-message",
            None,
            "2000",
            "points that a report of invalid-message adds: 2000 instead of the default penalty"
        ),
    ]);
    assert_eq!(
        would.without_time(),
        (
            200,
            json!({
                "dry_run": true, "changes": changes, "warnings": [], "at_next_start": [], "now": 0.0,
                "message": "7 settings would change; nothing was changed",
            })
        )
    );
    assert_eq!(would.json()["changes"][3]["key"], "places_v4");
    assert_eq!(
        (&done.json()["changes"], &done.json()["message"]),
        (
            &changes,
            &json!(
                "7 settings are changed until the node restarts: write them to its settings file to keep them"
            )
        )
    );
    assert_eq!(served.handle.config().unwrap(), Settings::<Peer>::from_toml(text).unwrap().config);
    let again = served.put_text("/v1/policy", "", text).json();
    assert_eq!(again["message"], "the policy in force says the same; nothing is changed");
}

#[test]
fn a_policy_that_was_changed_meanwhile_is_not_replaced() {
    let served = Served::start();
    let before = shown(&served).header("etag").unwrap().to_owned();
    let if_match = format!("if-match: {before}\r\n");
    let put = |head: &str, text: &str| served.put_text("/v1/policy", head, text);

    let first = put(&if_match, "threshold = 100\n");
    assert_eq!(first.status, 200);
    let (status, error, message, _) = put(&if_match, "threshold = 200\n").error();

    assert_eq!((status, error.as_str()), (409, "changed_meanwhile"));
    assert_eq!(
        message,
        "the policy was changed meanwhile: read it anew, and send the etag that it has now as if-match"
    );
    assert_eq!(served.handle.config().unwrap().threshold(), Points::from_points(100));
    let now = first.header("etag").unwrap();
    assert_eq!(shown(&served).header("etag"), Some(now));
    assert_eq!(put(&format!("if-match: \"x\", {now}\r\n"), "threshold = 200\n").status, 200);
    assert_eq!(put("if-match: *\r\n", "threshold = 300\n").status, 200);
}

#[test]
fn a_policy_that_is_known_is_not_sent_again() {
    let served = Served::start();
    let tag = shown(&served).header("etag").unwrap().to_owned();

    let head = format!("if-none-match: {tag}\r\n");
    let answer = served.connection().request("GET", "/v1/policy", &head, "");

    assert_eq!((answer.status, answer.text.as_str()), (304, ""));
}

#[test]
fn what_counts_at_the_next_start_only_is_named() {
    let served = Served::start();
    let text = "data_file = \"x.redb\"\nprotect = [\"peer-1@203.0.113.7\"]\nban = [\"192.0.2.0/24\"]\n\
                tick_interval = \"2s\"\n[weights]\ninvalid-mesage = 5\n";

    let answer = served.put_text("/v1/policy?dry_run", "", text).json();

    assert_eq!(answer["at_next_start"], json!(["ban", "data_file", "protect", "tick_interval"]));
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_wrong_policy_is_refused_with_line_key_and_what_is_right() {
    let served = Served::start();

    let (status, error, message, _) = served.put_text("/v1/policy", "", "\ntreshold = 10").error();

    assert_eq!((status, error.as_str()), (400, "bad_policy"));
    assert_eq!(message, "line 2: unknown setting treshold: did you mean threshold?");
    assert_eq!(served.handle.config().unwrap(), Config::default());
}

fn shown(served: &Served) -> Answer {
    let answer = served.get("/v1/policy");
    assert_eq!(answer.header("content-type"), Some("application/toml"));
    answer
}
