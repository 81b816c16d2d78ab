//! TCP on a loopback IP, with a token.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::sync::Arc;

use peerwarden_host::admin::{Admin, AdminOptions};
use peerwarden_host::{Config, ManualTimer, Node};
use tempfile::TempDir;

use crate::client::{Answer, Connection};
use crate::peer::{Peer, PeerAt};
use crate::served::Served;

fn served() -> (Served, String) {
    let served = Served::with_options(|options, directory| {
        options.with_tcp("127.0.0.1:0".parse().unwrap(), directory.join("token"))
    });
    let token = fs::read_to_string(served.directory.path().join("token")).unwrap();
    (served, token.trim().to_owned())
}

fn get(served: &Served, path: &str, head: &str) -> Answer {
    let mut connection = Connection::open_tcp(served.admin.tcp().unwrap());
    connection.send(format!("GET {path} HTTP/1.1\r\n{head}\r\n")).unwrap();
    connection.answer("GET", path)
}

#[test]
fn a_token_is_made_that_only_the_owner_may_read() {
    let (served, token) = served();

    let mode = fs::metadata(served.directory.path().join("token")).unwrap().mode() & 0o7777;

    assert_eq!(mode, 0o600);
    assert_eq!(token.len(), 64);
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let (_other, another) = self::served();
    assert_ne!(token, another);
}

#[test]
fn a_request_with_the_token_is_answered_and_no_other_is() {
    let (served, token) = served();
    let status = |head: &str| {
        let answer = get(&served, "/v1/bans", &format!("host: localhost\r\n{head}"));
        if answer.status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            let (_, error, message, _) = answer.error();
            assert_eq!(error, "no_token");
            assert_eq!(
                message,
                "send the token in the token file as \"Authorization: Bearer TOKEN\""
            );
        }
        answer.status
    };
    let wrong = format!("{}0", &token[..63]);
    let wrong = if wrong == token { format!("{}1", &token[..63]) } else { wrong };

    assert_eq!(status(&format!("authorization: Bearer {token}\r\n")), 200);
    assert_eq!(status(&format!("authorization: bearer {token}\r\n")), 200);
    assert_eq!(status(""), 401);
    for bad in [&wrong, &token[..63], "", "0", &format!("{token}0"), &token.to_uppercase()] {
        if *bad != token {
            assert_eq!(status(&format!("authorization: Bearer {bad}\r\n")), 401, "{bad}");
        }
    }
    assert_eq!(status(&format!("authorization: Basic {token}\r\n")), 401);
    assert_eq!(status(&format!("authorization: {token}\r\n")), 401);
    assert_eq!(status(&format!("cookie: token={token}\r\n")), 401);
    let asked = get(&served, &format!("/v1/bans?token={token}"), "host: localhost\r\n");
    assert_eq!(asked.status, 401);
}

#[test]
fn only_loopback_hosts_are_answered() {
    let (served, token) = served();
    let status = |path: &str, host: &str| {
        get(&served, path, &format!("{host}authorization: Bearer {token}\r\n")).status
    };

    for host in ["localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:1"] {
        assert_eq!(status("/v1/bans", &format!("host: {host}\r\n")), 200, "{host}");
    }
    for host in
        ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "", "[::1", "0.0.0.0", "::1"]
    {
        for path in ["/v1/bans", "/", "/nowhere"] {
            assert_eq!(status(path, &format!("host: {host}\r\n")), 403, "{host} {path}");
        }
    }
    let refused = get(&served, "/v1/bans", "host: evil.example\r\n").error();
    let said =
        "host is \"evil.example\": on TCP, this API answers to 127.0.0.1, [::1] and localhost only";
    assert_eq!(refused, (403, "bad_host".to_owned(), said.to_owned(), None));
    assert_eq!(get(&served, "/v1/bans", "").status, 403);
}

#[test]
fn the_page_needs_no_token_and_the_document_does() {
    let (served, _) = served();

    assert_eq!(get(&served, "/", "host: localhost\r\n").status, 200);
    assert_eq!(get(&served, "/v1/openapi.json", "host: localhost\r\n").status, 401);
    assert_eq!(get(&served, "/nowhere", "host: localhost\r\n").status, 401);
    assert_eq!(get(&served, "/nowhere", "host: example.org\r\n").status, 403);
    assert_eq!(served.handle.tallies().unwrap().admin.denied, 3);
}

#[test]
fn a_token_that_is_there_is_used() {
    let (first, token) = served();
    let file = first.directory.path().join("token");
    let second = Served::with_options(|options, _| {
        options.with_tcp("[::1]:0".parse().unwrap(), file.clone())
    });

    let head = format!("host: [::1]\r\nauthorization: Bearer {token}\r\n");
    assert_eq!(get(&second, "/v1/bans", &head).status, 200);
}

#[test]
fn what_is_wrong_with_tcp_is_said_before_anything_is_served() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("token");
    let start = |addr: &str| {
        let node: Node<Peer> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
        let options = AdminOptions::<PeerAt>::new(directory.path().join("data"));
        let options = options.with_tcp(addr.parse().unwrap(), &file);
        let (before, checked) =
            (fs::read(&file).ok(), options.check().map_err(|it| it.to_string()));
        assert_eq!(fs::read(&file).ok(), before);
        let started = Admin::start(&node.handle(), options).map(drop).map_err(|it| it.to_string());
        // That is found out by starting alone.
        let in_use = started.as_ref().is_err_and(|error| error.contains("already in use"));
        assert!(in_use || checked == started, "{checked:?} {started:?}");
        started
    };
    let write = |text: &str, mode| {
        let _ = fs::remove_file(&file);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    };
    let shown = file.display();

    for ip in ["0.0.0.0", "192.0.2.1", "[::]", "127.0.0.2", "[::ffff:127.0.0.1]"] {
        let bare = ip.trim_matches(['[', ']']);
        let said =
            format!("{bare} is neither 127.0.0.1 nor ::1: the admin API is served at those only");
        assert_eq!(start(&format!("{ip}:0")), Err(said));
    }
    write(&"a".repeat(64), 0o640);
    let said = format!("{shown} has mode 0640, which lets others in: chmod 0600 it");
    assert_eq!(start("127.0.0.1:0"), Err(said));
    for bad in ["", "a", &"g".repeat(64), &"a".repeat(66), &"a".repeat(4_000)] {
        write(bad, 0o600);
        let said = format!(
            "{shown} does not hold 64 hexadecimal digits and nothing else: remove it to have a token made"
        );
        assert_eq!(start("127.0.0.1:0"), Err(said), "{bad}");
    }
    write(&format!("{}\n", "A".repeat(64)), 0o600);
    assert_eq!(start("127.0.0.1:0"), Ok(()));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    assert_eq!(start(&addr), Err(format!("{addr}: Address already in use (os error 98)")));
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(start("127.0.0.1:0"), Err(format!("{shown}: Is a directory (os error 21)")));
}
