//! Standard output and standard error that are closed or full.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

use crate::process::NodeProcess;

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peerwarden"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn a_reader_that_has_gone_ends_the_program_in_silence_and_a_full_disk_with_a_word() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    for args in [
        &["node", "--example"][..],
        &["node", "--check", "--data-dir", data],
        &["man"],
        &["completions", "bash"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = program(args).stdout(writer).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.as_str()), (Some(141), ""), "{args:?}");

        let output = program(args).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let word =
            "peerwarden: cannot write to standard output: No space left on device (os error 28)\n";
        assert_eq!((output.status.code(), errors.as_str()), (Some(1), word), "{args:?}");

        let output = program(args).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
}

#[test]
fn what_fails_keeps_its_exit_code_where_nothing_can_be_said_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    for (args, code) in [
        (&["bans", "--data-dir", data][..], 3),
        (&["bans", "--json", "--data-dir", data], 3),
        (&["policy", "check", "/nowhere"], 1),
        (&["node", "--config", "/nowhere"], 1),
        (&["node", "--data-dir", "/dev/null/x"], 1),
        (&["demo", "--data-dir", "/dev/null/x"], 1),
        (&["ban"], 2),
    ] {
        let output = program(args).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}");
    }
}

#[test]
fn a_node_whose_log_is_full_serves_on() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let mut node = program(&["node", "--listen", "/ip4/127.0.0.1/tcp/0", "--data-dir", data])
        .stderr(full())
        .spawn()
        .unwrap();
    let asked = || program(&["status", "-q", "--data-dir", data]).output().unwrap();
    while asked().status.code() != Some(0) {
        assert_eq!(node.try_wait().unwrap(), None, "the node has ended");
    }
    assert!(
        Command::new("kill").args(["-TERM", &node.id().to_string()]).status().unwrap().success()
    );
    assert_eq!(node.wait().unwrap().code(), Some(0));
}

#[test]
fn a_port_that_another_node_has_is_refused_and_port_0_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut node =
        NodeProcess::start(&dir.path().join("one"), &["--listen", "/ip4/127.0.0.1/udp/0/quic-v1"]);
    for _ in 0..2 {
        let address = node.address().to_string();
        let address = address.split("/p2p/").next().unwrap();
        let data = dir.path().join("other");
        let args = ["node", "--data-dir", data.to_str().unwrap(), "--listen", address];
        let output = program(&args).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let word = format!(
            "peerwarden node: cannot listen at {address} (it is in use by another program): give another --listen\n"
        );
        assert_eq!((output.status.code(), errors), (Some(1), word));
    }
}

#[test]
fn an_address_that_this_machine_has_not_is_refused_with_the_cause() {
    let dir = tempfile::tempdir().unwrap();
    for address in
        ["/ip4/203.0.113.1/tcp/4101", "/ip4/203.0.113.1/tcp/0", "/ip4/203.0.113.1/udp/0/quic-v1"]
    {
        let args = ["node", "--data-dir", dir.path().to_str().unwrap(), "--listen", address];
        let output = program(&args).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let word = format!(
            "peerwarden node: cannot listen at {address} (Cannot assign requested address (os error 99)): give \
             another --listen"
        );
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(errors.lines().last(), Some(word.as_str()));
    }
}
