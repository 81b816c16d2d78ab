//! Lists of bans, import and export.

use peerwarden_host::{Cause, Tag};
use serde_json::{Value, json};

use crate::served::{Served, peer};

const LEVEL1: &str = "# scanners\n203.0.113.0/24\n198.51.100.7\n10.0.0.0/8\n198.51.100.300\n";

fn of(report: &Value, what: &str) -> Value {
    report[what]["total"].clone()
}

#[test]
fn a_list_is_tried_loaded_shown_changed_and_taken_away() {
    let served = Served::start();
    served.connect(peer(1), "203.0.113.9");
    served.connect(peer(2), "203.0.113.10");
    served.handle.protect(served.subject("peer-2"), Tag::OPERATOR).unwrap();

    let tried = served.send_list("PUT", "/v1/lists/level1?dry_run", LEVEL1).json();
    assert_eq!((&tried["dry_run"], &tried["format"]), (&json!(true), &json!("plain")));
    assert_eq!((of(&tried, "new"), of(&tried, "faults")), (json!(2), json!(1)));
    assert_eq!(
        (&tried["hits"]["connected"]["first"], &tried["hits"]["protected"]["first"]),
        (&json!(["peer:peer-1"]), &json!(["peer:peer-2"]))
    );
    let message = tried["message"].as_str().unwrap();
    assert!(message.ends_with("of a dry run: nothing was changed"), "{message}");
    assert_eq!(served.get("/v1/lists").json()["lists"], json!([]));

    let loaded = served.send_list("PUT", "/v1/lists/level1", LEVEL1).json();
    assert_eq!((&loaded["dry_run"], &loaded["durable"]), (&json!(false), &json!(true)));
    let fault = json!({
        "line": 5, "value": "198.51.100.300", "problem": "is no IP: 300 is no byte"
    });
    assert_eq!(loaded["faults"]["first"], json!([fault]));
    let refused: Vec<_> = loaded["refused"].as_object().unwrap().values().collect();
    assert_eq!(refused.len(), 1, "{loaded}");
    assert_eq!(refused[0]["first"], json!([{ "subject": "addr:10.0.0.0/8", "line": 4 }]));
    assert_eq!(
        loaded["message"],
        "list level1 loaded: 3 entries; 2 new, 0 changed, 0 gone, 1 refused, 1 fault"
    );

    let shown = served.get("/v1/lists").json()["lists"].clone();
    assert_eq!(
        shown,
        json!([{
            "name": "level1", "file": null, "format": "plain", "entries": 3, "refused": 1,
            "loaded": "2030-01-01T00:00:00.000Z", "error": null,
        }])
    );
    let page = served.get("/v1/lists/level1?limit=1").json();
    assert_eq!((&page["shown"], &page["total"]), (&json!(1), &json!(2)));
    let next = page["next"].as_str().unwrap();
    let rest = served.get(&format!("/v1/lists/level1?limit=1&next={next}")).json();
    assert_eq!((&rest["shown"], &rest["next"]), (&json!(1), &json!(null)));

    let put = served.put("/v1/lists/level1/2001:db8:7::/48?for=1h", &json!({})).json();
    assert_eq!(of(&put, "new"), json!(1));
    let ban = served.get("/v1/bans/2001:db8:7::/48").json();
    assert_eq!((&ban["causes"][0]["cause"], &ban["until"]), (&json!("remote"), &json!(3600.0)));
    let naming = json!([{ "list": "level1", "until": "2030-01-01T01:00:00.000Z" }]);
    assert_eq!(ban["lists"], naming);
    let page = served.get("/v1/bans?kind=network").json();
    assert_eq!(page["bans"][2]["lists"], naming, "{page}");
    let checked = served.get("/v1/check?ip=2001:db8:7::1").json();
    assert_eq!(checked["reasons"][0]["lists"], naming);
    let gone = served.delete("/v1/lists/level1/203.0.113.0/24").json();
    assert_eq!(of(&gone, "gone"), json!(1));
    assert_eq!(served.get("/v1/bans/203.0.113.0/24").status, 404);

    let deleted = served.delete("/v1/lists/level1").json();
    assert_eq!(of(&deleted, "gone"), json!(2));
    assert_eq!(served.handle.bans(None, 9).unwrap(), []);
}

#[test]
fn an_import_replaces_a_list_and_an_export_is_read_again() {
    let served = Served::start();
    served.put(
        "/v1/bans/203.0.113.0/24",
        &json!({ "for": "forever", "note": "scanner", "by": "ana" }),
    );
    served.report(peer(2), 101);

    let first = served.send_list("POST", "/v1/import", "198.51.100.1\n198.51.100.2\n").json();
    assert_eq!((&first["list"], of(&first, "new")), (&json!("import"), json!(2)));
    let second = served.send_list("POST", "/v1/import?for=2h", "198.51.100.2\n").json();
    assert_eq!((of(&second, "gone"), of(&second, "changed")), (json!(1), json!(1)));

    let plain = served.get("/v1/export?format=plain");
    assert_eq!(plain.header("content-type"), Some("text/plain; charset=utf-8"));
    let mut lines: Vec<_> = plain.text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["198.51.100.2", "203.0.113.0/24 # scanner", "peer:peer-2"]);
    let only = served.get("/v1/export?format=bitcoin&cause=operator").json();
    assert_eq!(only["banned_nets"].as_array().map(Vec::len), Some(1), "{only}");
    for (query, left_out) in [
        ("plain", "0"),
        ("bitcoin", "1"),
        ("crowdsec", "2"),
        ("crowdsec-csv&scope=peer", "2"),
        ("crowdsec&scope=ip&cause=remote", "0"),
    ] {
        let answer = served.get(&format!("/v1/export?format={query}"));
        assert_eq!(answer.header("peerwarden-left-out"), Some(left_out), "{query}");
    }

    let own = served.get("/v1/export").text;
    let other = Served::start();
    let read = other.send_list("POST", "/v1/import?list=moved", &own).json();
    assert_eq!((&read["format"], of(&read, "new")), (&json!("peerwarden"), json!(3)), "{read}");
    let causes = other.get("/v1/bans/peer-2").json()["causes"].clone();
    assert_eq!(causes[0]["cause"], json!(Cause::Remote.as_str()));
}

#[test]
fn what_is_wrong_with_a_request_about_lists_is_said() {
    let served = Served::start();
    for (method, path, body, status, error, message) in [
        (
            "GET",
            "/v1/lists/level1",
            "",
            404,
            "no_list",
            "there is no list level1: GET /v1/lists has all of them",
        ),
        (
            "DELETE",
            "/v1/lists/level1",
            "",
            404,
            "no_list",
            "there is no list level1: GET /v1/lists has all of them",
        ),
        (
            "DELETE",
            "/v1/lists/level1/203.0.113.1",
            "",
            404,
            "not_listed",
            "203.0.113.1/32 is not on the list level1; nothing was changed",
        ),
        (
            "PUT",
            "/v1/lists/level1?format=xml",
            "",
            400,
            "bad_value",
            "format is \"xml\": give one of bitcoin, crowdsec, ipfilter, peerwarden, plain",
        ),
        (
            "PUT",
            "/v1/lists/level1?for=soon",
            "",
            400,
            "bad_value",
            "for is \"soon\": give a duration such as 24h or 7d",
        ),
        (
            "PUT",
            "/v1/lists/level1?for=0s",
            "",
            400,
            "bad_value",
            "for is \"0s\": give a duration such as 24h or 7d",
        ),
        (
            "PUT",
            "/v1/lists/level1/nonsense:7",
            "",
            400,
            "bad_value",
            "\"nonsense:7\" is neither the name of a peer nor an IP or network",
        ),
        (
            "GET",
            "/v1/export?format=xml",
            "",
            400,
            "bad_value",
            "format is \"xml\": give one of bitcoin, crowdsec, crowdsec-csv, peerwarden, plain",
        ),
        (
            "GET",
            "/v1/export?format=plain&scope=ip",
            "",
            400,
            "bad_value",
            "only the formats crowdsec and crowdsec-csv have a scope: leave it out",
        ),
        (
            "GET",
            "/v1/export?cause=bad",
            "",
            400,
            "bad_value",
            "cause is \"bad\": give causes such as operator,remote, of address, application, operator, penalty, remote, score",
        ),
        ("POST", "/v1/import?list=A%20B", "", 400, "bad_value", "list is \"A B\": "),
        ("POST", "/v1/import?format=bitcoin", "{", 400, "bad_list", ""),
        (
            "POST",
            "/v1/import",
            " \n",
            400,
            "empty_list",
            "there is nothing in it, and list import was not changed: DELETE it to have it ban nothing",
        ),
        (
            "PUT",
            "/v1/lists/level1?format=plain",
            "404 not found\n",
            400,
            "bad_list",
            "no entry of it can be read, and list level1 was not changed; the first fault is on line 1: ",
        ),
    ] {
        let answer = served.send_list(method, path, body);
        assert_ne!(answer.status, 200, "{method} {path}");
        let (was, name, said, _) = answer.error();
        assert_eq!((was, name.as_str()), (status, error), "{method} {path}: {said}");
        assert!(said.starts_with(message), "{method} {path}: {said}");
    }
    assert_eq!(served.get("/v1/lists").json()["lists"], json!([]));
}
