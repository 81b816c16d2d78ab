//! `peerwarden node`, as a process among real libp2p peers.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test may panic, helpers included"
)]

mod check;
mod js;
mod peer;
mod process;
mod rules;
mod settings;
mod streams;
mod watchdog;

use libp2p::PeerId;
use std::process::Command;

use process::{NodeProcess, complaint};

#[test]
fn it_keeps_its_identity_and_ends_with_0_when_it_is_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let mut identities = Vec::new();
    for signal in ["-INT", "-TERM"] {
        let mut node = NodeProcess::start(dir.path(), &[]);
        identities.push(node.until("this node is ")["message"].clone());
        node.address();
        node.signal(signal);
        let (status, log) = node.end();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(log.contains("stopped"), "{log}");
    }
    assert_eq!(identities[0], identities[1]);
}

#[test]
fn bootstrap_peers_that_are_not_there_or_close_the_connection_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut other = NodeProcess::start(&dir.path().join("other"), &[]);
    let address = other.address().to_string();
    let mut node = NodeProcess::start(&dir.path().join("data"), &["--bootstrap", &address]);
    let own = node.until("this node is ")["message"].as_str().unwrap().replace("this node is ", "");
    let socket = dir.path().join("other/admin.sock");
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peerwarden"));
        command.args(args).arg("--socket").arg(&socket).output().unwrap()
    };
    while !String::from_utf8(run(&["peers", "--json"]).stdout).unwrap().contains(&own) {}
    assert!(run(&["ban", &own]).status.success());
    node.until("the connection with bootstrap peer ");

    other.signal("-KILL");
    let _ = other.end();
    let mut late = NodeProcess::start(&dir.path().join("late"), &["--bootstrap", &address]);
    let away = late.until("bootstrap peer ")["message"].to_string();
    let (_, why) = away.split_once(" cannot be reached: ").unwrap();
    let host = address.split("/p2p/").next().unwrap();
    assert!(why.contains(host) && why.contains("Connection refused"), "{away}");
    assert_eq!(why.matches("refused").count(), 1, "{away}");
}

#[test]
fn a_second_node_on_one_data_directory_is_told_who_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = NodeProcess::start(dir.path(), &[]);
    node.address();

    let path = dir.path().to_str().unwrap();
    let complaint = complaint(&["--data-dir", path, "--listen", "/ip4/127.0.0.1/tcp/0"]);

    let expected = format!("peerwarden node: {path} is in use by process {}: ", node.id());
    assert!(complaint.starts_with(&expected), "{complaint}");
}

#[test]
fn a_changed_policy_is_in_force_after_sighup_and_a_wrong_one_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    std::fs::write(&file, "[policy]\nthreshold = 100000\n").unwrap();
    let mut node =
        NodeProcess::start(&dir.path().join("data"), &["--config", file.to_str().unwrap()]);
    node.address();

    std::fs::write(&file, "[policy]\ntreshold = 1\n").unwrap();
    node.signal("-HUP");
    let line = node.until("the policy stays as it is: ");
    let message = line["message"].as_str().unwrap();
    assert!(
        message.ends_with("line 2: unknown setting treshold: did you mean threshold?"),
        "{message}"
    );

    std::fs::write(&file, "[policy]\nthreshold = 90000\n").unwrap();
    node.signal("-HUP");
    node.until("the policy was read again and is in force");
}

#[test]
fn a_list_in_a_file_is_in_force_from_the_start_and_spares_bootstrap_peers() {
    let dir = tempfile::tempdir().unwrap();
    let (file, list) = (dir.path().join("node.toml"), dir.path().join("level1.netset"));
    std::fs::write(&file, "[[policy.list]]\nname = 'level1'\npath = 'level1.netset'\n").unwrap();
    std::fs::write(&list, "198.51.100.0/24\n203.0.113.0/24\n10.0.0.0/8\n").unwrap();
    let bootstrap = format!("/ip4/203.0.113.7/tcp/1/p2p/{}", PeerId::random());
    let args = ["--config", file.to_str().unwrap(), "--bootstrap", &bootstrap];
    let mut node = NodeProcess::start(&dir.path().join("data"), &args);
    let line = node.until("list loaded, and not all of it counts");
    assert_eq!((&line["new"], &line["refused"]), (&2.into(), &1.into()), "{line}");
    assert_eq!(line["why"], "1 wide (line 3: addr:10.0.0.0/8)", "{line}");
    node.address();

    std::fs::write(&file, "").unwrap();
    node.signal("-HUP");
    let line = node.until("list deleted");
    assert_eq!(line["gone"], 1, "the network of the bootstrap peer was spared before: {line}");
}

#[test]
fn bootstrap_peers_that_are_named_are_spared_by_lists_where_their_names_lead() {
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (dir.path().join("node.toml"), dir.path().join("data"));
    let settings = "[policy]\nexempt = []\n[[policy.list]]\nname = 'a'\npath = 'a.netset'\n";
    std::fs::write(&file, settings).unwrap();
    std::fs::write(dir.path().join("a.netset"), "127.0.0.1\n198.51.100.1\n").unwrap();
    let bootstrap = format!("/dns4/localhost/tcp/1/p2p/{}", PeerId::random());
    let args = ["--config", file.to_str().unwrap(), "--bootstrap", &bootstrap];
    let mut node = NodeProcess::start(&data, &args);
    node.until("list loaded");
    node.until("admin API at ");
    let check = |ip: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peerwarden"));
        command.args(["check", ip, "-q", "--data-dir"]).arg(&data);
        command.status().unwrap().code()
    };
    while check("127.0.0.1") != Some(0) {}
    assert_eq!(check("198.51.100.1"), Some(10));
}
