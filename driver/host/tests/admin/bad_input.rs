//! Wrong values: each is refused with a message that names it, says what is wrong and what to do.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::served::Served;

/// What an answer says is wrong, if it is a 400.
fn said(answer: Answer) -> (String, String, Option<String>) {
    let (status, error, message, field) = answer.error();
    assert_eq!(status, 400, "{message}");
    (error, message, field)
}

fn bad(field: &str, message: &str) -> (String, String, Option<String>) {
    ("bad_value".to_owned(), message.to_owned(), Some(field.to_owned()))
}

#[test]
fn a_subject_that_is_none() {
    let served = Served::start();
    let hour = json!({ "for": "1h" });

    for (text, wrong) in [
        ("203.0.113.300", "is no IP: 300 is no byte"),
        ("203.0.113.0/33", "is no network: a number from 0 to 32 has to follow the slash"),
        ("1.2.3", "is no IP: IPv4 has four numbers, not 3"),
        ("10.0.0.0/", "is no network: a number from 0 to 32 has to follow the slash"),
        ("2001:db8::/129", "is no network: a number from 0 to 128 has to follow the slash"),
        ("192.0.2.0/255.0.255.0", "is no network: a number from 0 to 32 has to follow the slash"),
        ("192.0.2.1:4001", "has a port: give the IP alone"),
        ("::ffff:1.2.3.4.5", "is neither an IP nor a network"),
    ] {
        let message = format!(
            "\"{text}\" {wrong}; give an IP or network such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32, or write \
             peer:{text} if a peer has that name"
        );
        for answer in [
            served.get(&format!("/v1/bans/{text}")),
            served.put(&format!("/v1/bans/{text}"), &hour),
            served.delete(&format!("/v1/bans/{text}")),
            served.put(&format!("/v1/protected/{text}"), &json!({})),
            served.delete(&format!("/v1/protected/{text}")),
        ] {
            assert_eq!(said(answer), bad("subject", &message));
        }
    }
    let masked = served.put("/v1/bans/203.0.113.0/255.255.255.0", &hour).json();
    assert_eq!(masked["subject"], "addr:203.0.113.0/24");
    assert_eq!(served.delete("/v1/bans/203.0.113.9/24").status, 200);
    for text in ["alice", "peer-", "peer:alice", "addr:x"] {
        let message = format!(
            "\"{text}\" is neither the name of a peer nor an IP or network: give a peer's whole id, an IP such as \
             192.0.2.1, or a network such as 192.0.2.0/24"
        );
        assert_eq!(said(served.put(&format!("/v1/bans/{text}"), &hour)), bad("subject", &message));
    }
    let text = "the subject in the path is not UTF-8: encode it as UTF-8";
    assert_eq!(said(served.get("/v1/bans/%ff")), bad("subject", text));
    assert_eq!(said(served.get("/v1/bans/a%0Ab")).1.lines().count(), 1);
}

#[test]
fn a_peer_that_is_none() {
    let served = Served::start();
    let text =
        "\"203.0.113.7\" is not the name of a peer: give its whole id, as GET /v1/peers lists it";

    assert_eq!(said(served.get("/v1/peers/203.0.113.7")), bad("id", text));
    assert_eq!(said(served.post("/v1/peers/203.0.113.7/disconnect")), bad("id", text));
    assert_eq!(said(served.get("/v1/check?peer=203.0.113.7")), bad("peer", text));
}

#[test]
fn a_parameter_that_is_not_there_or_twice() {
    let served = Served::start();
    let unknown = |path: &str, message: &str| {
        let expected = ("bad_parameter".to_owned(), message.to_owned(), None);
        assert_eq!(said(served.get(path)), expected);
    };

    unknown(
        "/v1/bans?causes=penalty",
        "there is no parameter \"causes\" here: there are cause, kind, ending, limit, next",
    );
    unknown("/v1/node?x", "there is no parameter \"x\" here: this route takes none");
    unknown("/v1/check", "nothing is asked for: give peer, ip or both");
    unknown(
        "/v1/peers?a%0Ab=1",
        "there is no parameter \"a\\nb\" here: there are connected, suspect, sort, limit, next",
    );
    let twice = said(served.get("/v1/bans?limit=1&limit=2"));
    assert_eq!(twice, bad("limit", "limit is given twice: give it once"));
}

#[test]
fn a_parameter_that_is_not_what_it_is_to_be() {
    let served = Served::start();
    let wrong = |path: &str, field: &str, message: &str| {
        assert_eq!(said(served.get(path)), bad(field, message), "{path}");
    };

    for limit in ["0", "-1", "1.5", "many", ""] {
        let message = format!("limit is \"{limit}\": give a whole number from 1 to 1000");
        wrong(&format!("/v1/bans?limit={limit}"), "limit", &message);
    }
    wrong(
        "/v1/bans?cause=spam",
        "cause",
        "cause is \"spam\": give one of address, application, operator, penalty, remote, score",
    );
    wrong("/v1/bans?kind=peers", "kind", "kind is \"peers\": give one of peer, network");
    wrong("/v1/bans?ending=soon", "ending", "ending is \"soon\": give a duration such as \"10m\"");
    wrong("/v1/peers?connected=yes", "connected", "connected is \"yes\": give true or false");
    wrong("/v1/peers?sort=age", "sort", "sort is \"age\": give one of penalty, score, since");
    wrong(
        "/v1/check?ip=203.0.113.0/24",
        "ip",
        "ip is \"203.0.113.0/24\": give an IP such as 192.0.2.1 or 2001:db8::1",
    );
    wrong(
        "/v1/check?ip=192.0.2.1&direction=in",
        "direction",
        "direction is \"in\": give one of inbound, outbound",
    );
}

#[test]
fn an_order_that_is_not_one() {
    let served = Served::start();
    let wrong = |order: Value, field: &str, message: &str| {
        assert_eq!(said(served.put("/v1/bans/peer-1", &order)), bad(field, message));
    };
    let duration = |given: &str| {
        format!(
            "for is \"{given}\": give a duration above zero, such as \"1h 30m\" or \"7d\", or \"forever\""
        )
    };
    let moment = |given: &str| {
        format!("until is \"{given}\": give a moment ahead, such as \"2030-01-31T12:00:00Z\"")
    };

    for text in ["", "1", "0s", "-1h", "1h30", "for ever"] {
        wrong(json!({ "for": text }), "for", &duration(text));
    }
    for text in ["tomorrow", "2029-12-31T23:59:59Z", "2030-13-01T00:00:00Z", "2030-01-01T00:00:00Z"]
    {
        wrong(json!({ "until": text }), "until", &moment(text));
    }
    let text = "for how long is not said: give for, such as \"24h\" or \"forever\", or until";
    wrong(json!({}), "for", text);
    let text = "for and until are both given: give one of them";
    wrong(json!({ "for": "1h", "until": "2031-01-01T00:00:00Z" }), "until", text);
    wrong(
        json!({ "for": "1h", "by": "ana" }),
        "by",
        "by is given without a note: say in note why as well",
    );
    let text = "the reason of a note has 201 bytes, not 1 to 200";
    wrong(json!({ "for": "1h", "note": "a".repeat(201) }), "note", text);
    let text = "the reason of a note has a character at byte 1 that cannot be printed on one line";
    wrong(json!({ "for": "1h", "note": "a\u{1b}[2K" }), "note", text);
    let text = "the author of a note has 0 bytes, not 1 to 63";
    wrong(json!({ "for": "1h", "note": "a", "by": "" }), "by", text);
    assert_eq!(served.handle.bans(None, 1), Ok(Vec::new()));
}

#[test]
fn a_body_that_is_not_what_it_is_to_be() {
    let served = Served::start();
    let put = |head: &str, body: &str| {
        let answer = served.connection().request("PUT", "/v1/bans/peer-1", head, body);
        let (status, error, message, _) = answer.error();
        (status, error, message)
    };
    let json = "content-type: application/json\r\n";
    let body = |text: &str| {
        (400, "bad_body".to_owned(), format!("the body is not what it is to be: {text}"))
    };
    let of_type = |given: &str| {
        (415, "bad_type".to_owned(), format!("content-type is \"{given}\": send application/json"))
    };

    assert_eq!(put(json, "{"), body("EOF while parsing an object at line 1 column 1"));
    assert_eq!(put(json, ""), body("EOF while parsing a value at line 1 column 0"));
    assert_eq!(
        put(json, "[]"),
        body("invalid length 0, expected struct BanOrder with 4 elements at line 1 column 2")
    );
    assert_eq!(
        put(json, "{\"duration\": \"1h\"}"),
        body(
            "unknown field `duration`, expected one of `for`, `until`, `note`, `by` at line 1 column 11"
        )
    );
    assert_eq!(
        put(json, "{\"for\": 60}"),
        body("invalid type: integer `60`, expected a string at line 1 column 10")
    );
    let text = "{\"for\": \"1h\"}";
    assert_eq!(put("", text), of_type(""));
    assert_eq!(put("content-type: text/plain\r\n", text), of_type("text/plain"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(put(&format!("content-type: {form}\r\n"), text), of_type(form));
    let answer = served.connection().request(
        "PUT",
        "/v1/bans/peer-1",
        "content-type: application/JSON; charset=utf-8\r\n",
        text,
    );
    assert_eq!(answer.status, 200);
    assert_eq!(served.put_text("/v1/bans/peer-1", "", text).error().0, 415);
}

#[test]
fn a_body_that_is_not_text() {
    let served = Served::start();
    let mut connection = served.connection();
    connection
        .send(
            b"PUT /v1/policy HTTP/1.1\r\nhost: x\r\ncontent-type: application/toml\r\ncontent-length: 1\r\n\r\n\xff",
        )
        .unwrap();

    let (error, message, _) = said(connection.answer("PUT", "/v1/policy"));

    let text = "the body is not UTF-8 text: send it in that encoding";
    assert_eq!((error.as_str(), message.as_str()), ("bad_body", text));
}

#[test]
fn a_body_where_everything_is_in_the_path_and_query() {
    let served = Served::start();
    served.handle.protect(served.subject("192.0.2.1"), peerwarden_host::Tag::OPERATOR).unwrap();
    served.send_list("PUT", "/v1/lists/level1", "203.0.113.7\n");
    let text =
        "this request says everything in its path and query, and its body would be lost: send none";
    for (method, path) in [
        ("PUT", "/v1/protected/192.0.2.2"),
        ("DELETE", "/v1/protected/192.0.2.1"),
        ("PUT", "/v1/lists/level1/203.0.113.8"),
        ("DELETE", "/v1/lists/level1/203.0.113.7"),
        ("DELETE", "/v1/lists/level1"),
        ("DELETE", "/v1/bans/203.0.113.7"),
        ("POST", "/v1/peers/peer-1/disconnect"),
    ] {
        for body in ["{\"note\": \"trusted\"}", "note"] {
            let answer = served.connection().request(method, path, "", body);
            let (error, message, _) = said(answer);
            assert_eq!((error.as_str(), message.as_str()), ("bad_body", text), "{method} {path}");
        }
    }
    let protected = served.get("/v1/protected").json();
    assert_eq!(protected["protected"].as_array().unwrap().len(), 1);
    assert_eq!(served.get("/v1/lists/level1").json()["total"], 1);
    for body in ["", "null", "{}", " { }\n"] {
        let answer = served.connection().request("PUT", "/v1/protected/192.0.2.2", "", body);
        assert_eq!(answer.status, 200, "{body}");
    }
}
