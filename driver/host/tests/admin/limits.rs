//! Bounds: slow clients, large requests, and more connections than are served.

use std::time::Duration;

use peerwarden_host::{BanChange, Origin};
use serde_json::json;

use crate::client::Connection;
use crate::served::{Served, peer};

/// Short enough to wait for, and long enough for a request on a busy machine.
const SOON: Duration = Duration::from_millis(500);

#[test]
fn a_client_that_sends_its_head_slowly_is_cut_off() {
    let served = Served::with_options(|options, _| options.with_header_timeout(SOON));
    let mut slow = served.connection();
    slow.send("GET /v1/bans HTTP/1.1\r\nhost: x\r\n").unwrap();
    let mut silent = served.connection();

    // A byte of a header whenever the one before is gone, for as long as they are taken.
    while slow.send("a").is_ok() {
        assert_eq!(served.get("/v1/bans").status, 200);
    }

    assert_eq!(silent.rest(), "");
}

#[test]
fn a_connection_that_is_kept_open_for_nothing_is_closed() {
    let served = Served::with_options(|options, _| options.with_header_timeout(SOON));
    let mut connection = served.connection();
    for _ in 0..3 {
        assert_eq!(connection.request("GET", "/v1/bans", "", "").status, 200);
    }

    assert_eq!(connection.rest(), "");
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let served = Served::with_options(|options, _| options.with_body_timeout(SOON));
    let mut connection = served.connection();
    connection
        .send(
            "PUT /v1/bans/peer-1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-length: 100\r\n\r\n{\"for\"",
        )
        .unwrap();

    let (status, error, message, _) = connection.answer("PUT", "/v1/bans/peer-1").error();

    assert_eq!((status, error.as_str()), (408, "too_slow"));
    assert_eq!(message, "the body was not there after 500ms: send it at once");
    assert_eq!(connection.rest(), "");
    assert_eq!(served.handle.bans(None, 1), Ok(Vec::new()));
}

#[test]
fn a_body_that_ends_early_changes_nothing() {
    let served = Served::start();
    let mut connection = served.connection();
    connection
        .send(
            "PUT /v1/bans/peer-1 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             content-length: 100\r\n\r\n{\"for\": \"1h\"}",
        )
        .unwrap();
    connection.finish();

    assert!(!connection.rest().contains(" 200 "));
    assert_eq!(served.handle.bans(None, 1), Ok(Vec::new()));
}

#[test]
fn a_body_of_more_than_64_kib_and_a_policy_of_more_than_1_mib_is_refused_by_its_length_or_on_the_way()
 {
    let served = Served::start();
    for (path, of_type, most) in [
        ("/v1/policy", "application/toml", 1 << 20),
        ("/v1/bans/peer-1", "application/json", 64 << 10),
    ] {
        let too_large = |connection: &mut Connection| {
            let (status, error, message, _) = connection.answer("PUT", path).error();
            assert_eq!((status, error.as_str()), (413, "too_large"));
            let text = format!("the body has more than {most} bytes, the most that is read here");
            assert_eq!(message, text);
        };
        let head = format!("PUT {path} HTTP/1.1\r\nhost: x\r\ncontent-type: {of_type}\r\n");

        // Before it is sent.
        let mut connection = served.connection();
        connection.send(format!("{head}content-length: {}\r\n\r\n", most + 1)).unwrap();
        too_large(&mut connection);
        let mut connection = served.connection();
        connection.send(format!("{head}transfer-encoding: chunked\r\n\r\n")).unwrap();
        for _ in 0..=most / 1024 {
            // Part of it may not be read any more.
            let _ = connection.send(format!("400\r\n{}\r\n", "x".repeat(1024)));
        }
        too_large(&mut connection);
    }
    let fits = format!("#{}", "x".repeat((1 << 20) - 1));
    assert_eq!(served.put_text("/v1/policy", "", &fits).status, 200);
}

#[test]
fn a_head_of_more_than_16_kib_is_refused() {
    let served = Served::start();
    let status = |length: usize| {
        let mut connection = served.connection();
        let request =
            format!("GET /v1/bans HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "x".repeat(length));
        let _ = connection.send(request);
        connection.head().status
    };

    assert_eq!(status(12_000), 200);
    assert_eq!(status(17_000), 431);
}

#[test]
fn what_is_not_http_is_refused() {
    let served = Served::start();
    for bytes in [
        "\0\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
    ] {
        let mut connection = served.connection();
        connection.send(bytes).unwrap();
        let answer = connection.rest();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{bytes:?}: {answer:?}");
    }
    assert_eq!(served.get("/v1/bans").status, 200);
}

#[test]
fn of_a_thousand_connections_32_are_served_and_the_node_goes_on() {
    let served = Served::start();
    let mut connections: Vec<_> = (0..1_000).map(|_| served.connection()).collect();

    // What strangers do to the API is nothing to the engine.
    let banned = served.handle.ban(served.subject("peer-1"), None, Origin::Operator).unwrap();
    assert!(matches!(banned.change, BanChange::Began { .. }));
    let (kept, turned_away) = connections.split_at_mut(32);
    for connection in turned_away {
        let answer = connection.answer("GET", "/v1/node");
        let (status, error, message, _) = answer.error();
        assert_eq!(
            (status, error.as_str(), answer.header("retry-after")),
            (503, "busy", Some("1"))
        );
        assert_eq!(
            message,
            "32 connections are open already, and no more are served: close some, or try again later"
        );
        assert_eq!(connection.rest(), "");
    }
    for connection in kept {
        assert_eq!(connection.request("GET", "/v1/bans", "", "").json()["shown"], json!(1));
    }
    let counted = served.handle.tallies().unwrap().admin;
    assert_eq!((counted.connections, counted.busy, counted.denied), (32, 968, 0));
    drop(connections);
    // Those that are closed make room, once that is noticed.
    while served.node_status() != 200 {
        std::thread::yield_now();
    }
}

#[test]
fn clients_on_tcp_keep_nobody_off_the_socket() {
    let served = Served::with_options(|options, directory| {
        options.with_tcp("127.0.0.1:0".parse().unwrap(), directory.join("token"))
    });
    let tcp = served.admin.tcp().unwrap();
    let idle: Vec<_> = (0..32).map(|_| Connection::open_tcp(tcp)).collect();
    let mut one_more = Connection::open_tcp(tcp);
    assert_eq!(one_more.answer("GET", "/v1/node").status, 503);

    assert_eq!(served.get("/v1/node").status, 200);
    drop(idle);
}

#[test]
fn a_client_that_never_reads_is_cut_off_and_holds_nobody_up() {
    let served = Served::with_options(|options, _| options.with_write_timeout(SOON));
    for n in 0..1_000 {
        served.report(peer(n), 1);
    }
    let mut deaf = served.connection();
    let request = "GET /v1/peers?limit=1000 HTTP/1.1\r\nhost: x\r\n\r\n";

    // More answers than its connection holds, for as long as requests are taken.
    while deaf.send(request).is_ok() {
        assert_eq!(served.get("/v1/bans").status, 200);
        served.report(peer(1), 1);
    }

    assert!(served.handle.counts().unwrap().records >= 1_000);
}

#[test]
fn a_stream_that_is_never_read_is_cut_off_and_makes_room() {
    let served = Served::with_options(|options, _| options.with_write_timeout(SOON));
    let mut deaf: Vec<_> = (0..8).map(|_| served.connection()).collect();
    for connection in &mut deaf {
        connection.send("GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert_eq!(connection.head().status, 200);
    }
    let ban = served.subject("192.0.2.0/24");

    // Until one of them is not there any more.
    loop {
        for _ in 0..1_000 {
            served.handle.ban(ban.clone(), None, Origin::Operator).unwrap();
            served.handle.unban(ban.clone(), None).unwrap();
        }
        let mut connection = served.connection();
        connection.send("GET /v1/events HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        if connection.head().status == 200 {
            break;
        }
    }
    drop(deaf);
}

impl Served {
    fn node_status(&self) -> u16 {
        let mut connection = self.connection();
        // It may be turned away before it has sent anything.
        let _ = connection.send("GET /v1/node HTTP/1.1\r\nhost: x\r\n\r\n");
        connection.head().status
    }
}
