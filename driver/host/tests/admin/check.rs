//! `GET /v1/check`.

use peerwarden_host::peerwarden_core::Event;
use serde_json::{Value, json};

use crate::served::{Served, peer};

#[test]
fn every_rule_that_refuses_is_named_the_deciding_one_first() {
    let served = Served::start();
    served.report(peer(1), 101);
    served.put("/v1/bans/203.0.113.0/24", &json!({ "for": "1h", "note": "scanner", "by": "ana" }));
    served.put("/v1/bans/203.0.0.0/16", &json!({ "for": "forever" }));
    let note = json!({ "why": "scanner", "who": "ana" });

    let checked = served.get("/v1/check?peer=peer-1&ip=203.0.113.7&direction=outbound");

    assert_eq!(
        checked.without_time(),
        (
            200,
            json!({
                "verdict": "deny", "peer": "peer-1", "ip": "203.0.113.7", "direction": "outbound", "now": 0.0,
                "reasons": [
                    { "network": null, "cause": "penalty", "until": 87.264, "note": null, "lists": [] },
                    { "network": "203.0.113.0/24", "cause": "operator", "until": 3600.0, "note": note, "lists": [] },
                    { "network": "203.0.0.0/16", "cause": "operator", "until": "forever", "note": null, "lists": [] },
                ],
            })
        )
    );
}

#[test]
fn what_nothing_refuses_is_allowed() {
    let served = Served::start();
    served.put("/v1/bans/203.0.113.0/24", &json!({ "for": "1h" }));
    served.handle.protect(served.subject("peer-2"), served.operator()).unwrap();
    let verdict = |query: &str| served.get(&format!("/v1/check?{query}")).json()["verdict"].clone();

    assert_eq!(verdict("ip=203.0.113.7"), "deny");
    assert_eq!(verdict("ip=203.0.114.7"), "allow");
    assert_eq!(verdict("peer=peer-1"), "allow");
    assert_eq!(verdict("peer=peer-1&ip=203.0.113.7"), "deny");
    assert_eq!(verdict("peer=peer:peer-2&ip=203.0.113.7"), "allow");
    assert_eq!(verdict("ip=::ffff:203.0.113.7"), "deny");
}

#[test]
fn bans_of_places_refuse_inbound_connections_alone() {
    let served = Served::start();
    for n in 0..12 {
        served.connect(peer(n), "203.0.113.7");
        served.report(peer(n), 101);
        served.input(Event::Disconnected { peer: peer(n) });
    }
    let reasons = |direction: &str| {
        let path = format!("/v1/check?ip=203.0.113.7&direction={direction}");
        served.get(&path).json()["reasons"].clone()
    };

    assert_eq!(reasons("inbound")[0]["cause"], "address");
    assert_eq!(reasons("outbound"), Value::Array(Vec::new()));
}
