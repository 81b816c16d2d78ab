//! The admin API of `peerwarden node`, and its settings.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use crate::node::Node;
use crate::process::complaint;

#[test]
fn the_socket_is_there_while_the_node_is_and_for_its_owner_alone() {
    let mut node = Node::start();
    let socket = std::fs::metadata(node.socket()).unwrap();
    assert!(socket.file_type().is_socket());
    assert_eq!(socket.mode() & 0o777, 0o600);
    node.process.signal("-TERM");
    node.process.until("stopped");
    assert!(!node.socket().exists());
}

#[test]
fn a_node_that_was_killed_leaves_a_socket_that_the_next_one_replaces() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut node = crate::process::NodeProcess::start(dir.path(), &[]);
        let line = node.until("admin API at ");
        let expected = format!("admin API at {}", dir.path().join("admin.sock").display());
        assert_eq!(line["message"], expected);
        node.address();
        node.signal("-KILL");
        let _ = node.end();
    }
}

#[test]
fn on_tcp_it_asks_for_the_token_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    std::fs::write(&file, "[admin]\ntcp = \"127.0.0.1:0\"\ntoken_file = \"door.token\"\n").unwrap();
    let args = ["--config", file.to_str().unwrap()];
    let mut node = crate::process::NodeProcess::start(&dir.path().join("data"), &args);
    let line = node.until("admin API at http://")["message"].to_string();
    let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let token = std::fs::read_to_string(dir.path().join("door.token")).unwrap();
    let ask = |more: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head =
            format!("GET /v1/node HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{more}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(ask("").starts_with("HTTP/1.1 401 "));
    let known = ask(&format!("authorization: Bearer {}\r\n", token.trim()));
    assert!(known.starts_with("HTTP/1.1 200 "), "{known}");
}

#[test]
fn what_is_in_the_way_of_the_socket_is_told_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let args = |path: &str| {
        complaint(&["--data-dir", path, "--listen", "/ip4/127.0.0.1/tcp/0"])
            .lines()
            .last()
            .unwrap()
            .to_owned()
    };
    let long = dir.path().join("x".repeat(100));
    let long = long.to_str().unwrap();
    assert_eq!(
        args(long),
        format!(
            "peerwarden node: {long}/admin.sock is too long for a socket, which may have about 100 bytes: use a \
             data directory with a shorter path"
        )
    );
    let blocked = dir.path().join("data");
    std::fs::create_dir(&blocked).unwrap();
    std::fs::write(blocked.join("admin.sock"), "").unwrap();
    let path = blocked.to_str().unwrap();
    assert_eq!(
        args(path),
        format!(
            "peerwarden node: {path}/admin.sock is in the way: it is not a socket, and is left as it is; move \
             it elsewhere"
        )
    );
    let file = dir.path().join("node.toml");
    std::fs::write(&file, "[admin]\ntcp = '0.0.0.0:1'").unwrap();
    let told = complaint(&["--check", "--config", file.to_str().unwrap()]);
    assert_eq!(
        told,
        format!(
            "peerwarden node: {}, line 2: admin.tcp: \"0.0.0.0:1\" is not where the admin API is served: give \
             127.0.0.1 or [::1] with a port, such as 127.0.0.1:8780, and reach it from elsewhere by ssh -L\n",
            file.display()
        )
    );
}
