//! The log of changes.

use std::fmt::Debug;
use std::os::unix::fs::MetadataExt;
use std::sync::{LazyLock, Mutex};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::client::Connection;
use crate::served::{Served, peer};

#[test]
fn every_change_is_logged_with_subject_note_and_caller() {
    LazyLock::force(&LISTENING);
    let served = Served::with_options(|options, directory| {
        options.with_tcp("127.0.0.1:0".parse().unwrap(), directory.join("token"))
    });
    let uid = std::fs::metadata(served.admin.socket()).unwrap().uid();
    served.connect(peer(7_001), "203.0.113.7");

    served.put("/v1/bans/198.18.7.0/24", &json!({ "for": "1h", "note": "scanner", "by": "ana" }));
    served.delete("/v1/bans/198.18.7.0/24");
    served.put("/v1/protected/peer-7001", &json!({}));
    served.delete("/v1/protected/peer-7001");
    served.post("/v1/peers/peer-7001/disconnect");
    // What changes nothing is not there.
    served.delete("/v1/bans/peer-7001");
    served.put("/v1/bans/198.18.7.0/24?dry_run", &json!({ "for": "1h" }));
    served.put_text("/v1/policy?dry_run", "", "threshold = 7001");
    served.put_text(
        "/v1/policy",
        "",
        "threshold = 7001\nwarning = \"none\"\nlong_budget = \"none\"",
    );
    let token = std::fs::read_to_string(served.directory.path().join("token")).unwrap();
    let mut tcp = Connection::open_tcp(served.admin.tcp().unwrap());
    let head = format!("authorization: Bearer {}\r\n", token.trim());
    tcp.request("PUT", "/v1/protected/peer-7001", &head, "");

    let of_uid = |rest: &str| format!("INFO: {rest} caller=uid {uid}");
    let changed = "changed by an operator";
    let policy = "changes=threshold: 86400 -> 7001; warning: 43200 -> \"none\"; long_budget: 864000 -> \"none\"";
    let said = said("7001", "198.18.7.0/24");
    let (policies, subjects): (Vec<_>, Vec<_>) =
        said.into_iter().partition(|line| line.contains("policy"));
    assert_eq!(
        subjects,
        [
            of_uid(&format!(
                "{changed} network=198.18.7.0/24 change=banned note=\"scanner\" (ana)"
            )),
            of_uid(&format!("{changed} network=198.18.7.0/24 change=unbanned")),
            of_uid(&format!("{changed} peer=peer-7001 change=protected")),
            of_uid(&format!("{changed} peer=peer-7001 change=unprotected")),
            of_uid(&format!("{changed} peer=peer-7001 change=disconnected")),
            format!("INFO: {changed} peer=peer-7001 change=protected caller=token"),
        ]
    );
    assert_eq!(policies.len(), 1);
    assert!(policies[0].starts_with(&format!("INFO: policy changed by an operator {policy}")));
    assert!(policies[0].ends_with(&format!(" caller=uid {uid}")), "{policies:?}");
}

/// The lines about changes that hold one of these texts.
fn said(one: &str, other: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap();
    let about = |line: &&String| line.contains(one) || line.contains(other);
    lines.iter().filter(|line| line.contains("by an operator")).filter(about).cloned().collect()
}

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

static LISTENING: LazyLock<()> =
    LazyLock::new(|| tracing::subscriber::set_global_default(Listener).unwrap());

struct Listener;

/// A line as it is shown: level, message, fields.
struct Line(String, String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0 = format!("{value:?}"),
            name => self.1 += &format!(" {name}={value:?}"),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "peerwarden"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new(), String::new());
        event.record(&mut line);
        let text = format!("{}: {}{}", event.metadata().level(), line.0, line.1);
        LINES.lock().unwrap().push(text);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
