//! `peerwarden web`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::node::Node;

struct Web {
    child: Child,
    host: String,
    token: String,
}

impl Web {
    fn start(node: &Node) -> Self {
        let mut child = node.command("web --json").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        let url = answer["url"].as_str().unwrap();
        let (host, token) = url.strip_prefix("http://").unwrap().split_once("/#token=").unwrap();
        Self { child, host: host.to_owned(), token: token.to_owned() }
    }

    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let length = body.len();
        let request = format!(
            "{head}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_browser_reaches_the_node_with_the_token_and_not_without() {
    let node = Node::start();
    let mut web = Web::start(&node);
    let (host, token) = (&web.host, &web.token);
    assert_eq!(token.len(), 64);
    let page = web.ask(&format!("GET / HTTP/1.1\r\nhost: {host}"), "");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(
        page.contains("content-security-policy: ") && page.contains("<title>peerwarden"),
        "{page}"
    );

    let order = "{\"for\":\"1h\"}";
    let ban = format!("PUT /v1/bans/192.0.2.0/24 HTTP/1.1\r\nhost: {host}");
    let banned = web.ask(&format!("{ban}\r\nauthorization: Bearer {token}"), order);
    assert!(banned.contains("192.0.2.0/24 is banned for 1h"), "{banned}");
    assert_eq!(node.json("bans")["total"], 1);

    let refused = web.ask(&ban, order);
    assert!(refused.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{refused}");
    assert!(refused.contains("the token is missing or wrong: open the whole address"), "{refused}");
    let wrong = web.ask(&format!("{ban}\r\nauthorization: Bearer {}", "0".repeat(64)), order);
    assert!(wrong.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{wrong}");
    let rebound = "GET /v1/bans HTTP/1.1\r\nhost: evil.example\r\nauthorization: Bearer ";
    let rebound = web.ask(&format!("{rebound}{token}"), "");
    assert!(rebound.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{rebound}");
    assert!(rebound.contains(&format!("this is served at {host} only")), "{rebound}");

    let id = web.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(web.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_node_that_has_ended_is_told_to_the_browser_and_events_arrive_as_they_happen() {
    let mut node = Node::start();
    let web = Web::start(&node);
    let mut stream = TcpStream::connect(&web.host).unwrap();
    let (host, token) = (&web.host, &web.token);
    let head = format!("host: {host}\r\nauthorization: Bearer {token}");
    stream.write_all(format!("GET /v1/events HTTP/1.1\r\n{head}\r\n\r\n").as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == ": connected"));
    node.done("ban 192.0.2.1");
    assert!(lines.any(|line| line == "event: banned"));

    node.process.signal("-TERM");
    node.process.until("stopped");
    let answer = web.ask(&format!("GET /v1/bans HTTP/1.1\r\n{head}"), "");
    assert!(answer.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{answer}");
    assert!(
        answer.contains("\"error\":\"no_node\"") && answer.contains("(no such file)"),
        "{answer}"
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let node = Node::start();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    node.assert_fails(&[(
        &format!("web --port {port}"),
        1,
        &format!(
            "peerwarden web: port {port} cannot be used (Address already in use (os error 98)): give another as \
             --port, or 0"
        ),
    )]);
    let large = node.run("web --port 65536");
    assert_eq!(large.code, 2);
    assert!(large.err.starts_with("error: invalid value '65536' for '--port <PORT>'"), "{large:?}");
}
