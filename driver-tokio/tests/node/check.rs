//! `peerwarden node --check`, which reads what a start would, and writes nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::process::{NodeProcess, output};

/// A data directory in which a node was, and its settings file.
struct Left {
    dir: tempfile::TempDir,
}

impl Left {
    fn by_a_node() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut node = NodeProcess::start(&dir.path().join("data"), &[]);
        node.address();
        node.signal("-TERM");
        assert!(node.end().0.success());
        Self { dir }
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// What is said of it with these settings, and with what exit code. The directory is written `DIR`.
    fn checked(&self, settings: &str) -> (i32, String, String) {
        fs::write(self.file("node.toml"), settings).unwrap();
        let (config, data) = (self.file("node.toml"), self.file("data"));
        let args =
            ["--check", "--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
        let output = output(&args);
        let text = |bytes| {
            String::from_utf8(bytes).unwrap().replace(self.dir.path().to_str().unwrap(), "DIR")
        };
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn wrong(text: &str) -> (i32, String, String) {
    (1, String::new(), format!("peerwarden node: {text}\n"))
}

/// Every file below, with what is in it.
fn contents(path: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path))
        } else {
            all.push((path.clone(), fs::read(path).unwrap()))
        }
    }
    all.sort();
    all
}

#[test]
fn what_a_node_left_is_fine_and_stays_as_it_is() {
    let left = Left::by_a_node();
    let before = contents(&left.file("data"));
    let fine = (0, "all is fine; data would be in DIR/data\n".to_owned(), String::new());
    assert_eq!(left.checked(""), fine);
    assert_eq!(contents(&left.file("data")), before);
}

#[test]
fn a_directory_in_use_is_told_with_the_process_that_has_it() {
    let left = Left::by_a_node();
    let mut node = NodeProcess::start(&left.file("data"), &[]);
    node.address();
    let text = format!(
        "DIR/data is in use by process {}: stop that one, or give another --data-dir",
        node.id()
    );
    assert_eq!(left.checked(""), wrong(&text));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let left = Left::by_a_node();
    let identity = left.file("data/identity");
    fs::write(&identity, "no key").unwrap();
    fs::write(left.file("data/admin.token"), "no token").unwrap();
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(left.file("data/admin.token"), private).unwrap();
    let mut bans = fs::read(left.file("data/bans.redb")).unwrap();
    bans[..512].fill(0x55);
    fs::write(left.file("data/bans.redb"), bans).unwrap();
    let settings =
        "[admin]\ntcp = '127.0.0.1:0'\n[[policy.list]]\nname = 'level1'\npath = 'none.netset'\n";
    let (code, out, errors) = left.checked(settings);
    assert_eq!((code, out.as_str()), (1, ""));
    let lines: Vec<_> = errors.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "peerwarden node: DIR/data/identity holds no key of libp2p: put the right file there, or move it away \
             for a new identity",
            "peerwarden node: DIR/data/admin.token does not hold 64 hexadecimal digits and nothing else: remove it to \
             have a token made",
        ]
    );
    assert!(lines[2].starts_with("peerwarden node: DIR/data/bans.redb "), "{errors}");
    assert_eq!(
        lines[3..],
        [
            "peerwarden node: list level1: DIR/none.netset cannot be read: No such file or directory (os error 2)"
        ]
    );
}

#[test]
fn a_file_of_bans_that_no_store_wrote_is_refused_in_one_line() {
    let left = Left::by_a_node();
    for bytes in [&b""[..], b"no database", &[0; 4096]] {
        fs::write(left.file("data/bans.redb"), bytes).unwrap();
        let (code, out, errors) = left.checked("");
        assert_eq!((code, out.as_str(), errors.lines().count()), (1, "", 1), "{errors}");
        assert!(errors.starts_with("peerwarden node: DIR/data/bans.redb "), "{errors}");
        assert_eq!(fs::read(left.file("data/bans.redb")).unwrap(), bytes);
    }
}
