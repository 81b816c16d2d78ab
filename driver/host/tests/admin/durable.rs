//! Changes while the store cannot be written.

use serde_json::json;

use crate::faulty_store::FaultyStore;
use crate::served::Served;

#[test]
fn a_change_that_cannot_be_stored_is_in_force_and_not_acknowledged() {
    let store = FaultyStore::default();
    let served = Served::with_store(store.clone());
    store.look(|contents| contents.full = true);

    let (status, error, message, _) =
        served.put("/v1/bans/peer-1", &json!({ "for": "1h" })).error();

    assert_eq!((status, error.as_str()), (503, "not_durable"));
    let full = "no room to write the store (no storage space): make some, or raise the limit";
    assert_eq!(
        message,
        format!(
            "peer-1 is banned for 1h. That is in force, but could not be stored, and ends with the node until it \
             is: {full}"
        )
    );
    assert_eq!(served.get("/v1/check?peer=peer-1").json()["verdict"], "deny");
    let problem = format!("the store cannot be written: {full}");
    assert_eq!(
        served.get("/v1/health").without_time(),
        (
            503,
            json!({
                "healthy": false, "problems": [problem], "error": "unhealthy", "message": problem, "field": null,
                "now": 0.0,
            })
        )
    );
    for answer in [served.delete("/v1/bans/peer-1"), served.put("/v1/protected/peer-1", &json!({}))]
    {
        assert_eq!(answer.error().1, "not_durable");
    }

    store.look(|contents| contents.full = false);

    assert_eq!(served.delete("/v1/protected/peer-1").json()["durable"], json!(true));
    assert_eq!(served.get("/v1/health").status, 200);
}

#[test]
fn a_change_is_answered_once_it_is_stored_and_others_are_answered_meanwhile() {
    let store = FaultyStore::default();
    let served = Served::with_store(store.clone());
    store.look(|contents| contents.stuck = true);
    let mut waiting = served.connection();
    let body = "{\"for\": \"1h\"}";
    waiting
        .send(format!(
            "PUT /v1/bans/peer-1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\
             \r\n\r\n{body}",
            body.len()
        ))
        .unwrap();

    while served.get("/v1/bans/peer-1").status != 200 {}
    assert!(store.look(|contents| contents.rows.keys().all(|key| key == b"format")));
    store.look(|contents| contents.stuck = false);

    assert_eq!(waiting.answer("PUT", "/v1/bans/peer-1").json()["durable"], json!(true));
    assert_eq!(store.rows(), 1);
}
