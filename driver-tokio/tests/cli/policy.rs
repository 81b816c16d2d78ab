//! `peerwarden policy`.

use std::io::Write;
use std::process::Stdio;

use crate::node::{Node, command, ran};

#[test]
fn a_policy_is_checked_compared_and_put_in_force_without_a_restart() {
    let node = Node::start();
    assert_eq!(node.done("policy show"), "preset = \"default\"\n");
    let file = node.dir().join("strict.toml");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "default_penalty = 1000\ndata_file = \"elsewhere.redb\"\n").unwrap();
    assert_eq!(
        node.done(&format!("policy check {path}")),
        format!("the policy in {path} can be put in force\n")
    );
    assert_eq!(
        node.done(&format!("policy diff {path}")),
        "points that a report without a weight of its own adds: 1000 instead of 864
from the next start on: data_file
1 setting would change; nothing was changed
"
    );
    assert_eq!(node.done("policy show"), "preset = \"default\"\n");
    assert_eq!(
        node.done(&format!("policy load {path}")),
        "points that a report without a weight of its own adds: 1000 instead of 864
from the next start on: data_file
1 setting is changed until the node restarts: write it to its settings file to keep it
"
    );
    assert_eq!(node.done("policy show"), "preset = \"default\"\ndefault_penalty = 1000\n");
    let again = node.run(&format!("policy load {path}"));
    assert_eq!((again.code, again.err.as_str()), (5, ""), "{again:?}");
    assert!(
        again.out.ends_with("the policy in force says the same; nothing is changed\n"),
        "{again:?}"
    );

    let shown = node.json("policy show");
    assert_eq!(shown["policy"], "preset = \"default\"\ndefault_penalty = 1000\n");
    assert!(shown["etag"].is_string(), "{shown}");
    let diff = node.json(&format!("policy diff {path}"));
    assert_eq!((&diff["changes"], &diff["dry_run"]), (&serde_json::json!([]), &true.into()));
}

#[test]
fn the_file_of_a_node_will_do_and_its_other_settings_are_left_alone() {
    let node = Node::start();
    let file = node.dir().join("other.toml");
    let path = file.to_str().unwrap();
    let text =
        "listen = []\n[policy]\ndefault_penalty = 900\n[policy.weights]\ninvalid-block = 9000\n";
    std::fs::write(&file, text).unwrap();
    let changed = node.done(&format!("policy load {path}"));
    assert!(
        changed.starts_with(
            "points that a report without a weight of its own adds: 900 instead of 864\npoints that a report \
             of invalid-block adds: 9000 instead of the default penalty\n"
        ),
        "{changed}"
    );
    std::fs::write(&file, "listen = []\n[policy]\ntreshold = 1\n").unwrap();
    let message = format!(
        "peerwarden policy: {path}, line 3: unknown setting treshold: did you mean threshold?"
    );
    node.assert_fails(&[(&format!("policy load {path}"), 1, &message)]);
}

#[test]
fn standard_input_is_read_and_what_is_too_long_for_the_node_is_refused_by_every_command() {
    let node = Node::start();
    let fed = |args: &str, text: &str| {
        let mut child = node.command(args);
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = fed("policy load -", "default_penalty = 1000\n");
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert_eq!(node.done("policy show"), "preset = \"default\"\ndefault_penalty = 1000\n");
    let (code, out, err) = fed("policy check -", "treshold = 1");
    let wrong = "peerwarden policy: -: line 1: unknown setting treshold: did you mean threshold?\n";
    assert_eq!((code, out.as_str(), err.as_str()), (Some(1), "", wrong));

    let file = node.dir().join("long.toml");
    let path = file.to_str().unwrap();
    let most = 1 << 20;
    std::fs::write(&file, format!("default_penalty = 2000\n#{}", "x".repeat(most - 24))).unwrap();
    for verb in ["check", "diff", "load"] {
        node.done(&format!("policy {verb} {path}"));
    }
    std::fs::write(&file, "#".repeat(most + 1)).unwrap();
    for verb in ["check", "diff", "load"] {
        for path in [path, "/dev/zero"] {
            let message = format!(
                "peerwarden policy: {path} cannot be read (it has more than 1048576 bytes, the most that is read): \
                 give a file with a policy in TOML"
            );
            node.assert_fails(&[(&format!("policy {verb} {path}"), 1, &message)]);
        }
    }
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line_and_without_a_node() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("policy.toml");
    let path = file.to_str().unwrap();
    for (text, expected) in [
        ("\ntreshold = 1", ": line 2: unknown setting treshold: did you mean threshold?"),
        ("threshold = 'much'", ": line 1: "),
        ("[policy", ": line 1: "),
    ] {
        std::fs::write(&file, text).unwrap();
        let ran = ran(&mut command(&format!("policy check {path}")));
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{text}: {ran:?}");
        let start = format!("peerwarden policy: {path}{expected}");
        assert!(ran.err.starts_with(&start), "{text}: {ran:?}");
    }
    let missing = ran(&mut command("policy diff /nowhere/policy.toml"));
    assert_eq!(missing.code, 1);
    assert_eq!(
        missing.err,
        "peerwarden policy: /nowhere/policy.toml cannot be read (No such file or directory (os error 2)): give \
         a file with a policy in TOML\n"
    );
    let none = ran(&mut command("policy load"));
    assert_eq!(none.code, 2);
    assert!(none.err.contains("<FILE>"), "{none:?}");
}
