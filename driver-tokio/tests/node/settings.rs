//! Settings that are wrong, and what the node says of them.

use crate::process::{complaint, output};

/// What a file with this text is told, without the name of the file.
fn told(text: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("node.toml");
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let complaint = complaint(&["--check", "--config", path, "--data-dir", "/nowhere/data"]);
    let rest = complaint.strip_prefix(&format!("peerwarden node: {path}, "));
    rest.unwrap_or_else(|| panic!("{complaint}")).trim_end().to_owned()
}

#[test]
fn what_is_wrong_in_the_file_is_told_with_line_and_value_and_way_out() {
    for (text, expected) in [
        ("lisen = []", "line 1: unknown setting lisen: did you mean listen?"),
        (
            "\nlisten = ['/ip4/0.0.0.0/tcp/x']",
            "line 2: listen: \"/ip4/0.0.0.0/tcp/x\" is no multiaddress (failed to parse: invalid digit found in \
             string): give one such as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1",
        ),
        (
            "listen = ['/dns4/a.example/tcp/1']",
            "line 1: listen: \"/dns4/a.example/tcp/1\" is no address to listen at with TCP or QUIC: give one such \
             as /ip4/0.0.0.0/tcp/4001 or /ip4/0.0.0.0/udp/4001/quic-v1",
        ),
        (
            "listen = 'x'",
            "line 1: listen is 'x': give a list of addresses such as [\"/ip4/0.0.0.0/tcp/4001\"]",
        ),
        (
            "listen = [1]",
            "line 1: listen is 1: give a list of addresses such as [\"/ip4/0.0.0.0/tcp/4001\"]",
        ),
        (
            "bootstrap = ['/ip4/1.2.3.4/tcp/1']",
            "line 1: bootstrap: /ip4/1.2.3.4/tcp/1 does not end in /p2p/ and the peer's id; give one such as \
             /ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..",
        ),
        (
            "bootstrap = ['12D3..']",
            "line 1: bootstrap: 12D3.. is no multiaddress: invalid multiaddr; give one such as \
             /ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..",
        ),
        (
            "static = ['foo']",
            "line 1: static: foo is no multiaddress: invalid multiaddr; give one such as \
             /ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..",
        ),
        ("data_dir = 3", "line 1: data_dir is 3: give a path, such as \"/var/lib/peerwarden\""),
        (
            "metrics = 'localhost:1'",
            "line 1: metrics: \"localhost:1\" is no IP address with a port: give one such as 127.0.0.1:9464",
        ),
        (
            "metrics = 9464",
            "line 1: metrics is 9464: give an IP address with a port, such as \"127.0.0.1:9464\"",
        ),
        ("log_format = 'xml'", "line 1: log_format is 'xml': give \"text\" or \"json\""),
        (
            "[admin]\ntcp = 'localhost:1'",
            "line 2: admin.tcp: \"localhost:1\" is no IP address with a port: give 127.0.0.1 or [::1] with a port, \
             such as 127.0.0.1:8780, and reach it from elsewhere by ssh -L",
        ),
        (
            "[admin]\ntcp = '127.0.0.2:8781'",
            "line 2: admin.tcp: \"127.0.0.2:8781\" is not where the admin API is served: give 127.0.0.1 or [::1] \
             with a port, such as 127.0.0.1:8780, and reach it from elsewhere by ssh -L",
        ),
        (
            "[limits]\ninbound = -1",
            "line 2: limits.inbound is -1: give a whole number from 0 to 4294967295",
        ),
        (
            "[limits]\ninbund = 1",
            "line 2: unknown setting inbund in [limits]: did you mean inbound?",
        ),
        (
            "limits = 1",
            "line 1: limits is 1: give a table [limits] with numbers of connections, such as inbound = 500",
        ),
        (
            "[topics.'']",
            "line 1: topics.\"\": a topic has a name: it is empty; give one such as blocks",
        ),
        (
            "[topics.a]\nmax_rate = 0",
            "line 2: topics.a.max_rate is 0: give a whole number of messages a second from 1 to 4294967295",
        ),
        ("[topics.'a b']\nsigned = 1", "line 2: topics.\"a b\".signed is 1: give true or false"),
        (
            "[topics.a]\nbytes = 1",
            "line 2: unknown setting bytes in [topics.a]: there are max_size, max_rate, signed",
        ),
        ("threshold = 3", "line 1: unknown setting threshold here: it belongs in [policy]"),
        ("[limits]\nban = []", "line 2: unknown setting ban here: it belongs in [policy]"),
        ("a = 1\n\na = 1", "line 3: a is there twice: leave one out"),
        ("[topics.a]\n[topics.a]", "line 2: a is there twice: leave one out"),
        ("[policy]\ntreshold = 1", "line 2: unknown setting treshold: did you mean threshold?"),
        (
            "[policy]\nlisten = []",
            "line 2: unknown setting listen in [policy]: it belongs above all tables",
        ),
        (
            "[policy]\nban_durations = []",
            "line 2: policy.ban_durations is []: give at least one entry",
        ),
        (
            "[policy]\nban = ['1.2.3.4', '1.2.3.400']",
            "line 2: policy.ban is '1.2.3.400': give a peer id such as \"12D3KooW..\", or a network or an address, \
             such as \"10.0.0.0/8\" or \"192.0.2.1\"",
        ),
        (
            "[policy]\nprotect = ['1.2.3.4', 'nonsense']",
            "line 2: policy.protect is 'nonsense': give a multiaddress such as \
             \"/ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..\", a peer id such as \"12D3KooW..\", or a network or an \
             address, such as \"10.0.0.0/8\" or \"192.0.2.1\"",
        ),
        (
            "[policy]\nthreshold = 'much'",
            "line 2: policy.threshold is 'much': give a number of points, 0 or more, such as 86400",
        ),
        (
            "[policy.weights]\ninvalid-message = 0",
            "line 2: policy.weights.invalid-message is 0: give a number of points above 0, such as 864",
        ),
        (
            "[policy.weights]\n'Not A Kind' = 1",
            "line 2: policy.weights.\"Not A Kind\": give a name of 1 to 63 characters, all of them a-z, 0-9 or -",
        ),
        (
            "[[policy.list]]\nname = 'a'\npath = 7",
            "line 3: policy.list.path is 7: give a path, such as \"/var/lib/node/peerwarden.redb\"",
        ),
        ("[policy", "line 1: not TOML: "),
    ] {
        let told = told(text);
        let as_far = if expected.ends_with(' ') { &told[..expected.len()] } else { &told };
        assert_eq!(as_far, expected, "{text:?}");
    }
}

#[test]
fn what_is_wrong_on_the_command_line_is_told_too() {
    for (args, expected) in [
        (
            &["--config", "/nowhere/node.toml"][..],
            "peerwarden node: /nowhere/node.toml cannot be read (No such file or directory (os error 2)): give \
             another --config; peerwarden node --example prints one\n",
        ),
        (
            &["--config", "/dev/zero"],
            "peerwarden node: /dev/zero cannot be read (it has more than 1048576 bytes, the most that is read): give \
             another --config",
        ),
        (
            &["--bootstrap", "foo"],
            "foo is no multiaddress: invalid multiaddr; give one such as /ip4/",
        ),
        (&["--listen", "everywhere"], "\"everywhere\" is no multiaddress"),
        (&["--static", "/ip4/1.2.3.4/tcp/1"], "does not end in /p2p/"),
        (
            &["--metrics", "9464"],
            "\"9464\" is no IP address with a port: give one such as 127.0.0.1:9464",
        ),
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
        let data = dir.path().join("data");
        let args =
            ["--check", "--config", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
        let output = output(&args);
        assert!(!data.exists());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}\n{text}");
    }
}
