//! Protected subjects.

use peerwarden_host::Tag;
use serde_json::json;

use crate::served::{Served, peer};

#[test]
fn a_subject_is_protected_listed_and_let_go() {
    let served = Served::start();
    served.report(peer(1), 101);

    let done = served.handle.status(&peer(1)).unwrap().unwrap();
    assert!(!done.causes.is_empty());
    assert_eq!(
        served.put("/v1/protected/peer-1", &json!({})).without_time(),
        (
            200,
            json!({
                "subject": "peer:peer-1", "changed": true, "tags": ["operator"], "still_refused": [], "at": 0.0,
                "message": "peer-1 is protected by operator", "durable": true, "now": 0.0,
            })
        )
    );
    assert_eq!(
        served.get("/v1/protected").without_time(),
        (
            200,
            json!({
                "protected": [{ "subject": "peer:peer-1", "tags": ["operator"] }], "shown": 1, "total": 1,
                "next": null, "now": 0.0,
            })
        )
    );
    let gone = served.delete("/v1/protected/peer-1").json();
    assert_eq!((&gone["changed"], &gone["tags"]), (&json!(true), &json!([])));
    assert_eq!(gone["message"], "peer-1 is no longer protected");
    assert_eq!(served.get("/v1/protected").json()["protected"], json!([]));
}

#[test]
fn only_the_operators_tag_is_taken_off_unless_another_is_named() {
    let served = Served::start();
    let subject = served.subject("203.0.113.0/24");
    served.handle.protect(subject.clone(), Tag::SETTINGS).unwrap();
    let path = "/v1/protected/203.0.113.0/24";

    let (status, error, message, _) = served.delete(path).error();
    assert_eq!((status, error.as_str()), (404, "not_protected"));
    assert_eq!(
        message,
        "203.0.113.0/24 is not protected by operator, but by settings; nothing was changed: add \
         ?tag=settings to take that off"
    );
    served.put(path, &json!({}));
    let still = served.delete(&format!("{path}?tag=settings")).json();
    assert_eq!(still["message"], "203.0.113.0/24 is still protected by operator");
    assert_eq!(served.delete(path).json()["changed"], json!(true));
    let (_, _, message, _) = served.delete(path).error();
    assert_eq!(message, "203.0.113.0/24 is not protected; nothing was changed");
}
