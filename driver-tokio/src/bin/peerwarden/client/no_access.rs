//! Reasons why a socket cannot be opened, and the way out of each.

use std::fs;
use std::io::{Error, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use peerwarden_tokio::OneLine;

use super::failure::{Failure, NOT_ALLOWED};

/// Says why the socket cannot be opened.
pub(crate) fn explain(socket: &Path, error: &Error) -> Failure {
    let shown = OneLine(socket.display());
    match error.kind() {
        ErrorKind::ConnectionRefused => match fs::symlink_metadata(socket) {
            Ok(it) if !it.file_type().is_socket() => Failure::no_node(socket, "it is not a socket"),
            Ok(_) | Err(_) => Failure::no_node(socket, "connection refused"),
        },
        ErrorKind::NotFound => Failure::no_node(socket, "no such file"),
        ErrorKind::InvalidInput => {
            Failure::no_node(socket, "the path is longer than the 107 bytes that a socket may have")
        }
        ErrorKind::PermissionDenied => {
            // Where the directory is closed as well, the next one up that can be seen tells its owner.
            let seen = socket.ancestors().find_map(|path| Some((path, fs::metadata(path).ok()?)));
            let message = match seen {
                Some((path, found)) => format!(
                    "{} belongs to user {} ({:04o}) and keeps {shown} from this one: run this as that user, \
                     for example with sudo -u '#{}'",
                    OneLine(path.display()),
                    found.uid(),
                    found.mode() & 0o7777,
                    found.uid(),
                ),
                None => {
                    format!("{shown} may not be opened by this user: run this as the node's user")
                }
            };
            Failure::new(NOT_ALLOWED, "not_allowed", message)
        }
        _ => Failure::no_node(socket, &error.to_string()),
    }
}
