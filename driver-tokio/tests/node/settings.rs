//! Settings that are wrong, and what the node says of them.

use crate::process::{complaint, output};

/// What a file with this text is told, without the name of the file.
fn told(text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let complaint = complaint(&["--check", "--config", path]);
    let rest = complaint.strip_prefix(&format!("peerwarden node: {path}, "));
    rest.unwrap_or_else(|| panic!("{complaint}")).trim_end().to_owned()
}

#[test]
fn what_is_wrong_in_the_file_is_told_with_line_and_value_and_way_out() {
    for (text, expected) in [
        ("lisen = []", "line 1: unknown field `lisen`, expected one of `data_dir`, `listen`"),
        (
            "\nlisten = ['/ip4/0.0.0.0/tcp/x']",
            "line 2: \"/ip4/0.0.0.0/tcp/x\" is no multiaddress (failed to parse: invalid digit found in \
             string): give one such as /ip4/0.0.0.0/tcp/4001",
        ),
        (
            "listen = ['/dns4/a.example/tcp/1']",
            "line 1: \"/dns4/a.example/tcp/1\" is no address to listen at with TCP or QUIC: give one",
        ),
        ("bootstrap = ['/ip4/1.2.3.4/tcp/1']", "line 1: /ip4/1.2.3.4/tcp/1 does not end in /p2p/"),
        ("metrics = 'here'", "line 1: invalid socket address syntax"),
        ("log_format = 'xml'", "line 1: unknown variant `xml`, expected `text` or `json`"),
        ("[limits]\ninbound = -1", "line 2: invalid value: integer `-1`, expected u32"),
        ("[topics.'']", "line 1: a topic has a name: it is empty"),
        ("[topics.a]\nmax_rate = 0", "line 2: invalid value: integer `0`, expected a nonzero u32"),
        ("[topics.a]\nsize = 1", "line 2: unknown field `size`, expected one of `max_size`"),
        ("[policy]\ntreshold = 1", "line 2: unknown setting treshold: did you mean threshold?"),
        ("[policy", "line 1: "),
    ] {
        let told = told(text);
        assert!(told.starts_with(expected), "{text:?}: {told}");
    }
}

#[test]
fn what_is_wrong_on_the_command_line_is_told_too() {
    for (args, expected) in [
        (
            &["--config", "/nowhere/node.toml"][..],
            "/nowhere/node.toml cannot be read (No such file",
        ),
        (&["--listen", "everywhere"], "\"everywhere\" is no multiaddress"),
        (&["--static", "/ip4/1.2.3.4/tcp/1"], "does not end in /p2p/"),
        (&["--metrics", "9464"], "\"9464\" is no IP address with a port, as 127.0.0.1:9464 is one"),
        (&["--topic", ""], "a topic has a name: it is empty"),
        (&["--data-dir", "/dev/null/x"], "/dev/null/x cannot be made a directory"),
        (&["--example", "--check"], "cannot be used with"),
    ] {
        let complaint = complaint(args);
        assert!(complaint.contains(expected), "{args:?}: {complaint}");
    }
}

#[test]
fn an_identity_that_is_none_or_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let (path, file) = (dir.path().to_str().unwrap(), dir.path().join("identity"));
    let args = ["--data-dir", path, "--listen", "/ip4/127.0.0.1/tcp/0"];
    std::fs::write(&file, "no key").unwrap();
    let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode));
    mode(0o644).unwrap();
    assert!(complaint(&args).contains("can be read by other users (mode 0644)"));
    mode(0o600).unwrap();
    assert!(complaint(&args).contains("holds no key of libp2p"));
}

#[test]
fn the_example_is_fine_as_it_is_and_with_every_line_in_force() {
    let example = String::from_utf8(output(&["--example"]).stdout).unwrap();
    let in_force = example
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting,
            _ => line,
        })
        .map(|line| {
            line.replace("12D3KooW..", "12D3KooWBCt1PT2VHFXphXUjLCw1wRLPCgRpwUYdDXMtf5vmXgDt")
        })
        .collect::<Vec<_>>()
        .join("\n");
    assert!(in_force.contains("\nmax_rate = 10"), "{in_force}");
    for text in [&example, &in_force] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("node.toml");
        std::fs::write(&file, text).unwrap();
        let output = output(&["--check", "--config", file.to_str().unwrap()]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}\n{text}");
    }
}
