//! Reasons why the admin API cannot be served.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::one_line::OneLine;

/// Why the admin API cannot be served. The message names the file or value and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// Another process, or another part of this one, serves the socket.
    #[error(
        "{} is served already: another node is running on this data directory; stop it, or give \
         this node a directory of its own",
        OneLine(.socket.display())
    )]
    AlreadyRunning {
        /// The socket.
        socket: PathBuf,
    },
    /// The IP for TCP is neither 127.0.0.1 nor ::1.
    #[error("{ip} is neither 127.0.0.1 nor ::1: the admin API is served at those only")]
    NotLoopback {
        /// The IP.
        ip: IpAddr,
    },
    /// Something that is not a socket has the socket's name. It is left as it is.
    #[error(
        "{} is in the way: it is not a socket, and is left as it is; move it elsewhere",
        OneLine(.socket.display())
    )]
    InTheWay {
        /// The path of the socket.
        socket: PathBuf,
    },
    /// Others than the owner may use a file or directory.
    #[error("{} has mode {mode:04o}, which lets others in: chmod {right:04o} it", OneLine(.path.display()))]
    OpenToOthers {
        /// The file or directory.
        path: PathBuf,
        /// The mode that it has.
        mode: u32,
        /// A mode that is right.
        right: u32,
    },
    /// What is in the token file is not a token.
    #[error(
        "{} does not hold 64 hexadecimal digits and nothing else: remove it to have a token made",
        OneLine(.path.display())
    )]
    BadToken {
        /// The token file.
        path: PathBuf,
    },
    /// The path of the socket is longer than the system allows.
    #[error(
        "{} is too long for a socket, which may have about 100 bytes: use a data directory with a \
         shorter path",
        OneLine(.socket.display())
    )]
    PathTooLong {
        /// The path of the socket.
        socket: PathBuf,
    },
    /// A file, directory or address cannot be used.
    #[error("{}: {error}", OneLine(.what))]
    Unusable {
        /// The file, directory or address.
        what: String,
        /// Why it cannot be used.
        #[source]
        error: io::Error,
    },
    /// The system has no thread, no random bytes or no descriptor left.
    #[error("the admin API cannot be started: {0}")]
    Io(#[source] io::Error),
}

impl AdminError {
    pub(super) fn unusable(what: impl ToString, error: io::Error) -> Self {
        Self::Unusable { what: what.to_string(), error }
    }
}
