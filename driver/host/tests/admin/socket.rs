//! The Unix socket and its directory.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;

use peerwarden_host::admin::{Admin, AdminError, AdminOptions};
use peerwarden_host::{Config, Handle, ManualTimer, Node};
use tempfile::TempDir;

use crate::peer::{Peer, PeerAt};
use crate::served::{Served, data};

fn node() -> (Node<Peer>, Handle<Peer>) {
    let node = Node::new(Config::default(), Arc::new(ManualTimer::new()));
    let handle = node.handle();
    (node, handle)
}

fn start(directory: &Path) -> Result<Admin, AdminError> {
    let (_, handle) = node();
    Admin::start(&handle, AdminOptions::<PeerAt>::new(directory))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn nobody_but_the_owner_can_open_it() {
    let served = Served::start();

    assert_eq!(mode(served.admin.socket()), 0o600);
    assert_eq!(mode(&data(&served.directory)), 0o700);
    let names: Vec<_> = fs::read_dir(data(&served.directory))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["admin.sock"]);
}

#[test]
fn a_second_node_on_the_same_directory_is_told_that_one_is_running() {
    let served = Served::start();

    let error = start(&data(&served.directory)).unwrap_err();

    let socket = served.admin.socket().display();
    assert_eq!(
        error.to_string(),
        format!(
            "{socket} is served already: another node is running on this data directory; stop it, or give this \
             node a directory of its own"
        )
    );
    assert_eq!(served.get("/v1/node").status, 200);
}

#[test]
fn a_socket_that_another_program_serves_is_not_taken() {
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).unwrap();
    let socket = directory.path().join("admin.sock");
    let other = UnixListener::bind(&socket).unwrap();

    let error = start(directory.path()).unwrap_err();

    assert!(matches!(error, AdminError::AlreadyRunning { .. }), "{error}");
    assert!(other.accept().is_ok());
}

#[test]
fn a_socket_that_nobody_serves_is_replaced() {
    let directory = TempDir::new().unwrap();
    let socket = directory.path().join("admin.sock");
    drop(UnixListener::bind(&socket).unwrap());

    let (_node, handle) = node();
    let admin = Admin::start(&handle, AdminOptions::<PeerAt>::new(directory.path())).unwrap();

    let mut connection = crate::client::Connection::open(admin.socket());
    assert_eq!(connection.request("GET", "/v1/node", "", "").status, 200);
}

#[test]
fn a_file_of_its_name_is_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    let socket = directory.path().join("admin.sock");
    fs::write(&socket, "precious").unwrap();

    let error = start(directory.path()).unwrap_err().to_string();

    let said = "is in the way: it is not a socket, and is left as it is; move it elsewhere";
    assert_eq!(error, format!("{} {said}", socket.display()));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "precious");
}

#[test]
fn a_link_of_its_name_is_not_followed() {
    let directory = TempDir::new().unwrap();
    let (socket, there) = (directory.path().join("admin.sock"), directory.path().join("there"));
    std::os::unix::fs::symlink(&there, &socket).unwrap();

    let error = start(directory.path()).unwrap_err();

    assert!(matches!(error, AdminError::InTheWay { .. }), "{error}");
    assert!(!there.exists());
}

#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o777)).unwrap();

    let error = start(directory.path()).unwrap_err().to_string();

    let shown = directory.path().display();
    assert_eq!(error, format!("{shown} has mode 0777, which lets others in: chmod 0700 it"));
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();

    let error = start(&file.join("data")).unwrap_err().to_string();

    assert_eq!(error, format!("{}: Not a directory (os error 20)", file.join("data").display()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let error = start(Path::new("/proc/self")).unwrap_err().to_string();

    // Even root cannot make anything there.
    assert!(error.starts_with("/proc/self/admin.sock: "), "{error}");
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_with_the_way_out() {
    let directory = TempDir::new().unwrap();
    let long = directory.path().join("d".repeat(100));

    let error = start(&long).unwrap_err().to_string();

    assert_eq!(
        error,
        format!(
            "{} is too long for a socket, which may have about 100 bytes: use a data directory with a shorter \
             path",
            long.join("admin.sock").display()
        )
    );
    assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
}

#[test]
fn it_is_served_again_once_it_was_dropped() {
    let directory = TempDir::new().unwrap();
    let (_node, handle) = node();
    for _ in 0..3 {
        let options = AdminOptions::<PeerAt>::new(directory.path());
        let admin = Admin::start(&handle, options).unwrap();
        let mut connection = crate::client::Connection::open(admin.socket());
        assert_eq!(connection.request("GET", "/v1/bans", "", "").status, 200);
    }
}

#[test]
fn a_socket_that_was_replaced_is_not_removed() {
    let served = Served::start();
    let socket = served.admin.socket().to_owned();
    fs::remove_file(&socket).unwrap();
    fs::write(&socket, "another's").unwrap();

    drop(served.admin);

    assert_eq!(fs::read_to_string(&socket).unwrap(), "another's");
}
