//! Nodes that are not there, may not be asked, do not answer, or speak another version.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;

use crate::fake_node::FakeNode;
use crate::node::{ABSENT, Node, Ran, command, ran};

fn fake_list() -> tempfile::NamedTempFile {
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), "192.0.2.1\n").unwrap();
    list
}

fn failed(code: i32, err: &str) -> Ran {
    Ran { code, out: String::new(), err: format!("{err}\n") }
}

#[test]
fn where_no_node_is_a_sentence_says_where_it_was_looked_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    let run = |args: &str| ran(&mut command(args));
    assert_eq!(
        run(&format!("bans --data-dir {path}")),
        failed(
            3,
            &format!(
                "peerwarden bans: no node answers at {path}/admin.sock (no such file). Is it running?"
            )
        )
    );
    let socket = format!("{path}/admin.sock");
    drop(UnixListener::bind(&socket).unwrap());
    assert_eq!(
        run(&format!("status --socket {socket}")),
        failed(
            3,
            &format!(
                "peerwarden status: no node answers at {socket} (connection refused). Is it running?"
            )
        )
    );
    let file = format!("{path}/file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(
        run(&format!("unban 192.0.2.1 --socket {file}")),
        failed(
            3,
            &format!(
                "peerwarden unban: no node answers at {file} (it is not a socket). Is it running?"
            )
        )
    );
    let long = format!("{path}/{}", "x".repeat(108));
    assert_eq!(
        run(&format!("peers --socket {long}")),
        failed(
            3,
            &format!(
                "peerwarden peers: no node answers at {long} (the path is longer than the 107 bytes that a \
                 socket may have). Is it running?"
            )
        )
    );
    let environment = ran(command("bans --json").env("PEERWARDEN_SOCKET", &file));
    assert_eq!(
        environment,
        failed(
            3,
            &format!(
                "{{\"error\":\"no_node\",\"field\":null,\"message\":\"no node answers at {file} (it is not a socket). \
                 Is it running?\"}}"
            )
        )
    );
}

#[test]
fn the_node_is_found_by_its_data_directory_and_by_the_environment() {
    let node = Node::start();
    let data = node.dir().join("data");
    let by_flag = ran(command("bans --data-dir").arg(&data));
    let by_socket = ran(command("bans").env("PEERWARDEN_SOCKET", node.socket()));
    let by_directory = ran(command("bans").env("PEERWARDEN_DATA_DIR", &data));
    assert_eq!(by_flag.code, 0, "{by_flag:?}");
    assert_eq!(by_flag, by_socket);
    assert_eq!(by_flag, by_directory);
    let both = ran(command("bans --socket x --data-dir").arg(&data));
    assert_eq!(both.code, 2, "{both:?}");
    assert!(
        both.err.contains("'--socket <PATH>' cannot be used with '--data-dir <DIR>'"),
        "{both:?}"
    );
}

#[test]
fn a_user_who_may_not_is_told_whose_node_it_is() {
    let node = Node::start();
    let socket = node.socket();
    let mut command = command("bans --socket");
    command.arg(&socket);
    let ran = if std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    }) {
        // What is closed to all is open to this one: another user asks, with a program that it may run.
        let program = node.dir().join("peerwarden");
        std::fs::copy(env!("CARGO_BIN_EXE_peerwarden"), &program).unwrap();
        std::fs::set_permissions(node.dir(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut other = std::process::Command::new(program);
        ran(other.arg("bans").arg("--socket").arg(&socket).uid(65_534).gid(65_534))
    } else {
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o000)).unwrap();
        ran(&mut command)
    };
    assert_eq!(ran.code, 4, "{ran:?}");
    let shown = socket.display();
    let expected = format!(
        "and keeps {shown} from this one: run this as that user, for example with sudo -u '#"
    );
    assert!(ran.err.contains(&expected), "{ran:?}");
}

#[test]
fn a_node_that_wants_a_token_is_not_for_this_user_either() {
    let fake = FakeNode::start(&[(
        "/",
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 61\r\n\r\n\
         {\"error\":\"no_token\",\"message\":\"send the token\",\"field\":null}  ",
    )]);
    assert_eq!(fake.run("bans"), failed(4, "peerwarden bans: send the token"));
}

#[test]
fn an_answer_that_does_not_come_is_not_waited_for_longer_than_is_said() {
    let fake = FakeNode::start(&[("/", "")]);
    assert_eq!(
        fake.run("status --timeout 200ms"),
        failed(
            7,
            "peerwarden status: no answer in 200ms from DIR/admin.sock: try again, or give it longer with \
             --timeout"
        )
    );
    let known = FakeNode::start(&[
        ("/v1/node", "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"api\":\"v1\"}"),
        ("/", ""),
    ]);
    let list = fake_list();
    for (args, see) in [
        (format!("import {}", list.path().display()), "peerwarden lists"),
        ("lists level1 --delete".to_owned(), "peerwarden lists"),
        ("unban 192.0.2.1".to_owned(), "peerwarden bans"),
        (format!("disconnect {ABSENT}"), "peerwarden peers"),
    ] {
        let ran = known.run(&format!("{args} --timeout 200ms"));
        let verb = args.split(' ').next().unwrap();
        let message = format!(
            "peerwarden {verb}: no answer in 200ms from DIR/admin.sock: it may still be carried out, so see {see} \
             before you try again, or give it longer with --timeout\n"
        );
        assert_eq!((ran.code, ran.err), (7, message), "{args}");
    }
    let tried = known.run(&format!("import {} --dry-run --timeout 200ms", list.path().display()));
    assert!(tried.err.ends_with(": try again, or give it longer with --timeout\n"), "{tried:?}");
    let wrong = fake.run("status --timeout 0s");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.starts_with(
            "error: invalid value '0s' for '--timeout <TIME>': \"0s\" is not a duration above zero: give one \
             such as 90s, \"1h 30m\" or 7d\n"
        ),
        "{wrong:?}"
    );
}

#[test]
fn another_version_and_what_is_no_node_are_told() {
    let newer = FakeNode::start(&[(
        "/v1/node",
        "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"api\":\"v2\"}",
    )]);
    assert_eq!(
        newer.run("bans"),
        failed(
            8,
            "peerwarden bans: a node speaks v2 at DIR/admin.sock, and this program speaks v1: use the \
             peerwarden that the node is from"
        )
    );
    let other =
        FakeNode::start(&[("/", "HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\nnot found")]);
    assert_eq!(
        other.run("ban 192.0.2.1"),
        failed(
            8,
            "peerwarden ban: something answers that is not a node's admin API at DIR/admin.sock, and this \
             program speaks v1: use the peerwarden that the node is from"
        )
    );
    let no_http = FakeNode::start(&[("/", "SSH-2.0-OpenSSH_9.2\r\n\r\n")]);
    assert_eq!(
        no_http.run("why 192.0.2.1"),
        failed(
            8,
            "peerwarden why: the answer from DIR/admin.sock is not one of admin API v1: use the peerwarden \
             that the node is from"
        )
    );
    let lacking = FakeNode::start(&[
        ("/v1/node", "HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"api\":\"v1\"}"),
        (
            "/",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 61\r\n\r\n\
             {\"error\":\"no_route\",\"message\":\"there is no x\",\"field\":null}   ",
        ),
    ]);
    assert_eq!(lacking.run("bans"), failed(8, "peerwarden bans: there is no x"));
}

#[test]
fn a_node_that_ends_halfway_is_told() {
    let fake = FakeNode::start(&[("/v1/node", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")]);
    assert_eq!(
        fake.run("bans"),
        failed(
            3,
            "peerwarden bans: no node answers at DIR/admin.sock (the connection was closed before the \
             answer). Is it running?"
        )
    );
}

#[test]
fn a_reader_that_has_gone_ends_a_command_in_silence() {
    let node = Node::start();
    for args in ["bans", "status --json", "export", "completions bash", "man"] {
        let mut command = match args {
            "man" | "completions bash" => command(args),
            _ => node.command(args),
        };
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.as_str()), (Some(141), ""), "{args}");
    }
}
