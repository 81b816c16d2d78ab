//! Events, as they happen.

use peerwarden_host::driver::GateRefusal;
use peerwarden_host::{Config, Direction, Gate, Notice, Origin, Refusal};
use serde_json::{Value, json};

use crate::client::Connection;
use crate::peer::Peer;
use crate::schema;
use crate::served::{Served, peer};

/// A stream of events.
struct Events {
    connection: Connection,
    waiting: String,
}

impl Events {
    fn open(served: &Served, query: &str, head: &str) -> Self {
        let mut connection = served.connection();
        let request = format!("GET /v1/events{query} HTTP/1.1\r\nhost: localhost\r\n{head}\r\n");
        connection.send(request).unwrap();
        let answer = connection.head();
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("text/event-stream"))
        );
        let mut events = Self { connection, waiting: String::new() };
        assert_eq!(events.block(), Some(": connected".to_owned()));
        events
    }

    /// The next event: its id, name and data.
    fn next(&mut self) -> (u64, String, Value) {
        let block = self.block().unwrap();
        let mut lines = block.lines();
        let mut field = |name: &str| lines.next().unwrap().strip_prefix(name).unwrap().to_owned();
        let (id, name, data) = (field("id: "), field("event: "), field("data: "));
        let data = serde_json::from_str(&data).unwrap();
        schema::check_event(&name, &data);
        (id.parse().unwrap(), name, data)
    }

    fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.waiting.split_once("\n\n") {
                let block = block.to_owned();
                self.waiting = rest.to_owned();
                return Some(block);
            }
            self.waiting += &self.connection.chunk()?;
        }
    }
}

#[test]
fn bans_are_told_with_time_evidence_and_offences() {
    let served = Served::start();
    let mut events = Events::open(&served, "", "");
    served.connect(peer(1), "203.0.113.7");
    served.pass(60);
    served.report(peer(1), 101);
    served.report(peer(1), 2);
    served
        .put("/v1/bans/192.0.2.0/24", &json!({ "for": "1h", "note": "<img src=x>", "by": "ana" }));
    served.delete("/v1/bans/192.0.2.0/24");
    let misdeeds = |times| json!({ "misdeeds": [{ "misbehavior": "invalid-message", "times": times, "last": 60.0 }] });
    let at = |mut data: Value| {
        data["at"] = json!(60.0);
        data["time"] = json!("2030-01-01T00:01:00.000Z");
        data
    };

    let warned =
        json!({ "peer": "peer-1", "owes": 44_064.0, "evidence": misdeeds(51), "offences": 0 });
    assert_eq!(events.next(), (1, "warned".to_owned(), at(warned)));
    let banned = json!({
        "subject": "peer:peer-1", "cause": "penalty", "until": 147.264, "addr": "203.0.113.7",
        "direction": "inbound", "evidence": misdeeds(101), "offences": 1, "note": null,
    });
    assert_eq!(events.next(), (2, "banned".to_owned(), at(banned)));
    let amended = json!({
        "subject": "peer:peer-1", "cause": "penalty", "until": 148.992, "evidence": misdeeds(103), "offences": 1,
    });
    assert_eq!(events.next(), (3, "amended".to_owned(), at(amended)));
    let banned = json!({
        "subject": "addr:192.0.2.0/24", "cause": "operator", "until": 3660.0, "addr": null, "direction": null,
        "evidence": "none", "offences": null, "note": { "why": "<img src=x>", "who": "ana" },
    });
    assert_eq!(events.next(), (4, "banned".to_owned(), at(banned)));
    let unbanned = json!({ "subject": "addr:192.0.2.0/24", "cause": "operator", "offences": null });
    assert_eq!(events.next(), (5, "unbanned".to_owned(), at(unbanned)));
}

#[test]
fn what_a_shadow_policy_would_do_is_told_on_request() {
    let served = Served::start();
    let mut events = Events::open(&served, "?only=shadow", "");
    served.put_text("/v1/shadows/strict", "", "threshold = 8640");
    served.report(peer(1), 11);

    let (_, name, data) = events.next();

    let misdeed = json!({ "misbehavior": "invalid-message", "times": 11, "last": 0.0 });
    assert_eq!(name, "shadow");
    assert_eq!(
        data,
        json!({
            "policy": "strict", "subject": "peer:peer-1", "cause": "penalty", "until": 9.504,
            "evidence": { "misdeeds": [misdeed] }, "offences": 1, "banned_in_force": false,
            "at": 0.0, "time": "2030-01-01T00:00:00.000Z",
        })
    );
}

#[test]
fn refused_connections_withheld_bans_and_new_policies_are_told() {
    let served = Served::start();
    served.handle.ban(served.subject("peer-2"), None, Origin::Operator).unwrap();
    let mut events = Events::open(&served, "", "");
    served.handle.protect(served.subject("peer-1"), served.operator()).unwrap();
    served.report(peer(1), 101);
    let refusal = GateRefusal::Banned(Box::new(served.refusal(peer(2))));
    served.handle.report_refusal(Gate::EstablishedInbound, &refusal);
    served.put_text("/v1/policy", "", "threshold = 10");

    assert_eq!(events.next().1, "warned");
    let (_, name, data) = events.next();
    assert_eq!((name.as_str(), &data["why"]), ("withheld", &json!("protected")));
    let (_, name, data) = events.next();
    assert_eq!(name, "denied");
    assert_eq!(
        data,
        json!({
            "peer": "peer-2", "addr": "203.0.113.7", "direction": "inbound",
            "denial": { "network": null, "cause": "operator", "until": "forever" },
            "at": 0.0, "time": "2030-01-01T00:00:00.000Z",
        })
    );
    let (_, name, data) = events.next();
    assert_eq!((name.as_str(), &data["at"]), ("policy", &json!(0.0)));
}

#[test]
fn a_policy_that_the_application_changes_is_told_too() {
    let served = Served::start();
    let mut events = Events::open(&served, "", "");

    served.handle.reconfigure(Config::flow()).unwrap();

    assert_eq!(events.next().1, "policy");
}

#[cfg(feature = "lists")]
#[test]
fn a_list_that_is_changed_is_told_in_numbers() {
    let served = Served::start();
    let mut events = Events::open(&served, "?only=list", "");

    let list = "level1".parse().unwrap();
    let _ = served.handle.lists().put(&list, served.subject("192.0.2.0/24"), None).unwrap();

    let changed = json!({
        "list": "level1", "kind": "edited", "entries": 1, "new": 1, "changed": 0, "gone": 0, "refused": 0,
        "faults": 0, "at": 0.0, "time": "2030-01-01T00:00:00.000Z",
    });
    assert_eq!(events.next(), (1, "list".to_owned(), changed));
}

#[test]
fn only_the_events_that_are_asked_for_are_told() {
    let served = Served::start();
    let mut events = Events::open(&served, "?only=unbanned,policy", "");
    served.put("/v1/bans/peer-1", &json!({ "for": "1h" }));
    served.delete("/v1/bans/peer-1");

    assert_eq!(events.next().1, "unbanned");
    let (status, _, message, field) = served.get("/v1/events?only=banned,bans").error();
    assert_eq!((status, field.as_deref()), (400, Some("only")));
    assert_eq!(
        message,
        "only is \"banned,bans\": give names of events, such as banned,unbanned, of amended, banned, denied, \
         incident, list, policy, refused-address, shadow, unbanned, warned, withheld"
    );
}

#[test]
fn a_reader_that_comes_back_is_told_that_it_missed_something() {
    let served = Served::start();

    let mut events = Events::open(&served, "", "last-event-id: 7\r\n");

    let missed = json!({ "missed": null, "missed_denials": null });
    assert_eq!(events.next(), (1, "missed".to_owned(), missed));
}

#[test]
fn eight_streams_are_served_and_a_ninth_is_told_so() {
    let served = Served::start();
    let mut streams: Vec<_> = (0..8).map(|_| Events::open(&served, "", "")).collect();

    let (status, error, message, _) = served.get("/v1/events").error();
    assert_eq!((status, error.as_str()), (429, "too_many_streams"));
    assert_eq!(message, "8 event streams are open already: close one, or try again later");

    streams.pop();
    // It is free once the end of the connection is noticed.
    while served.get_head("/v1/events") != 200 {
        std::thread::yield_now();
    }
}

#[test]
fn a_slow_reader_is_told_how_much_it_missed_and_the_node_goes_on() {
    let served = Served::start();
    let mut events = Events::open(&served, "", "");
    let ban = served.subject("192.0.2.0/24");
    // Far more than its connection and the queue of notices hold.
    let changes = 8 * Notice::<Peer>::CAPACITY;
    for _ in 0..changes / 2 {
        served.handle.ban(ban.clone(), None, Origin::Operator).unwrap();
        served.handle.unban(ban.clone(), None).unwrap();
    }
    served.handle.reconfigure(Config::flow()).unwrap();

    let (mut told, mut missed) = (0, 0);
    loop {
        let (_, name, data) = events.next();
        match name.as_str() {
            "missed" => missed += data["missed"].as_u64().unwrap(),
            "policy" => break,
            _ => told += 1,
        }
    }

    assert!(missed > 0, "nothing was missed");
    assert_eq!(told + missed, u64::try_from(changes).unwrap());
}

#[test]
fn a_stream_ends_with_the_node() {
    let served = Served::start();
    let mut events = Events::open(&served, "", "");
    let Served { admin, node, .. } = served;

    drop(node);

    assert_eq!(events.block(), None);
    drop(admin);
}

#[test]
fn dropping_the_api_cuts_its_connections_and_removes_its_socket() {
    let served = Served::start();
    let mut events = Events::open(&served, "", "");
    let Served { admin, node, directory, .. } = served;
    let socket = admin.socket().to_owned();

    drop(admin);

    assert_eq!(events.block(), None);
    assert!(!socket.exists());
    drop((node, directory));
}

impl Served {
    /// The refusal of an inbound connection with a banned peer.
    fn refusal(&self, peer: Peer) -> Refusal<Peer> {
        let ip = "203.0.113.7".parse().unwrap();
        let refusal = self.handle.query(|engine, now| {
            Refusal::check(engine, Some(peer), Some(ip), Direction::Inbound, now)
        });
        refusal.unwrap().unwrap()
    }

    /// The status that a request is answered with, whatever else.
    fn get_head(&self, path: &str) -> u16 {
        let mut connection = self.connection();
        connection.send(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).unwrap();
        connection.head().status
    }
}
