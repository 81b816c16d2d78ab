//! Node that runs as a service of the system, where a command looks for one of the user's own.

use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::failure::{Failure, NO_NODE};

/// Adds to the news that there is no node where the service's is, if there is one.
pub(super) fn mention(failure: Failure, socket: &Path) -> Failure {
    let directory = Path::new(DIRECTORY);
    if failure.code != NO_NODE || socket.starts_with(directory) {
        return failure;
    }
    match seen_in(directory) {
        Some(seen) => {
            let message = format!("{failure} {seen}");
            failure.saying(message)
        }
        None => failure,
    }
}

/// Says how to ask the node whose data are in this directory, if one is there.
fn seen_in(directory: &Path) -> Option<String> {
    let shown = directory.display();
    match UnixStream::connect(directory.join("admin.sock")) {
        Ok(_) => Some(format!("One answers at {shown}: add --data-dir {shown}")),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Some(format!(
            "{shown} may hold one, and is closed to this user: add --data-dir {shown}, and run it with sudo"
        )),
        Err(_) => None,
    }
}

/// Where systemd has the unit keep its data.
const DIRECTORY: &str = "/var/lib/peerwarden";

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_node_that_answers_there_is_mentioned_and_a_socket_that_is_left_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().display();
        assert_eq!(seen_in(directory.path()), None);
        let listener = UnixListener::bind(directory.path().join("admin.sock")).unwrap();
        let expected = format!("One answers at {path}: add --data-dir {path}");
        assert_eq!(seen_in(directory.path()), Some(expected));
        drop(listener);
        assert_eq!(seen_in(directory.path()), None);
    }
}
