//! The story in numbers.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::program::{Program, event, event_of, peerwarden};

#[test]
fn what_was_told_is_what_is_served() {
    let mut demo = Program::start(&[
        "demo",
        "--json",
        "--speed",
        "2",
        "--honest",
        "2",
        "--metrics",
        "127.0.0.1:0",
    ]);
    let mut told = demo.collect_until(event("serving"));
    let address = told.last().unwrap()["address"].as_str().unwrap().to_owned();
    told.extend(demo.collect_until(event_of("banned", "spammer")));
    let early = samples(&get(&address, "/metrics"));
    told.extend(demo.collect_until(|line| line["after_the_story"] == true));
    let late = samples(&get(&address, "/metrics"));
    demo.interrupt();
    let (_, code) = demo.end();

    let first_ban = r#"peerwarden_bans_total{cause="penalty",subject="peer"}"#;
    assert_eq!(early.get(first_ban), Some(&1.0));
    assert_eq!(
        started_with(&late, "peerwarden_bans_total"),
        [(r#"{cause="penalty",subject="peer"}"#, 2.0), (r#"{cause="score",subject="peer"}"#, 1.0)]
    );
    assert_eq!(
        started_with(&late, "peerwarden_withheld_bans_total"),
        [(r#"{cause="penalty",reason="protected"}"#, 1.0)]
    );
    let reported = |kind| {
        told.iter().filter(|line| event("reported")(line) && line["misbehavior"] == kind).count()
    };
    assert_eq!(
        started_with(&late, "peerwarden_reports_total"),
        [
            (r#"{misbehavior="invalid-block"}"#, reported("invalid-block") as f64),
            (r#"{misbehavior="invalid-message"}"#, reported("invalid-message") as f64),
        ]
    );
    // Two honest peers, the friend, the sneak and the spammer.
    assert_eq!(started_with(&late, "peerwarden_tracked_peers"), [("", 5.0)]);

    // These go on while nobody looks.
    let refused = told.iter().filter(|line| event("refused")(line)).count();
    let denials = started_with(&late, "peerwarden_denials_total");
    assert!(denials.iter().all(|(labels, _)| labels.contains(r#"gate="established-inbound""#)));
    assert!(denials.iter().map(|(_, count)| count).sum::<f64>() >= refused as f64, "{denials:?}");
    let unbanned = r#"peerwarden_unbans_total{cause="penalty",subject="peer"}"#;
    assert!(late.get(unbanned) >= Some(&1.0));

    assert!(late.keys().any(|name| name.starts_with("libp2p_swarm_connections_established")));
    assert_eq!(code, Some(0), "the story was complete, however the waiting ended");
}

#[test]
fn scrapers_are_told_the_format_and_others_where_to_look() {
    let mut demo = Program::start(&["demo", "--json", "--metrics", "127.0.0.1:0"]);
    let serving = demo.until(event("serving"));
    let address = serving["address"].as_str().unwrap();

    assert_eq!(serving["url"], format!("http://{address}/metrics"));
    let (head, body) = parts(&get(address, "/metrics"));
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let content_type =
        "\r\ncontent-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n";
    assert!(head.contains(content_type), "{head}");
    assert!(body.ends_with("\n# EOF\n"));
    let (head, body) = parts(&get(address, "/"));
    assert!(head.starts_with("HTTP/1.1 404 Not Found\r\n"), "{head}");
    assert_eq!(body, "the metrics are at /metrics\n");
}

#[test]
fn an_address_that_is_taken_is_refused_before_anything_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let output = peerwarden(&["demo", "--metrics", &address]);

    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(
        errors.starts_with(&format!("peerwarden demo: metrics cannot be served at {address} (")),
        "{errors}"
    );
    assert!(
        errors.ends_with("give another address as --metrics, or port 0 for one that is free\n")
    );
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn parts(response: &str) -> (String, String) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (format!("{head}\r\n"), body.to_owned())
}

/// Every sample that is not zero.
fn samples(response: &str) -> BTreeMap<String, f64> {
    let (_, body) = parts(response);
    body.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .filter(|(_, value)| *value != 0.0)
        .collect()
}

/// The labels and values of one metric.
fn started_with<'a>(samples: &'a BTreeMap<String, f64>, name: &str) -> Vec<(&'a str, f64)> {
    samples.iter().filter_map(|(key, value)| Some((key.strip_prefix(name)?, *value))).collect()
}
