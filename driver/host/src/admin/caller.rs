//! Caller of the admin API, for the log.

use std::fmt;

use super::token::Token;

/// The other end of a connection.
#[derive(Clone)]
pub(super) enum Caller {
    /// A process on the Unix socket, and its user id where the system tells it.
    Process {
        /// The user id.
        uid: Option<u32>,
    },
    /// A client on TCP, which has to give this token.
    Tcp(Token),
}

impl Caller {
    /// Returns the caller at the other end of a Unix socket.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn of(socket: impl rustix::fd::AsFd) -> Self {
        let credentials = rustix::net::sockopt::socket_peercred(socket);
        Self::Process { uid: credentials.ok().map(|it| it.uid.as_raw()) }
    }

    /// Returns the caller at the other end of a Unix socket.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn of(_: impl rustix::fd::AsFd) -> Self {
        Self::Process { uid: None }
    }
}

/// `uid 1000`, or `token`.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { uid: Some(uid) } => write!(f, "uid {uid}"),
            Self::Process { uid: None } => f.write_str("socket"),
            Self::Tcp(_) => f.write_str("token"),
        }
    }
}
