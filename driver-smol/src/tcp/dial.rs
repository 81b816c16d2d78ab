//! Dials of socket addresses.

use std::io;
use std::net::SocketAddr;

use socket2::Socket;

use super::config::Config;
use super::stream::TcpStream;

/// Connects to `remote`, from the port `local` if that is given and can be.
pub(crate) async fn dial(
    config: Config,
    remote: SocketAddr,
    local: Option<SocketAddr>,
) -> io::Result<TcpStream> {
    let socket = match local {
        Some(local) => match connect(&config, remote, Some(local)) {
            Err(error) if is_taken(&error) => {
                tracing::debug!(%remote, %local, %error, "port cannot be reused: taking a new one");
                connect(&config, remote, None)?
            }
            connecting => connecting?,
        },
        None => connect(&config, remote, None)?,
    };
    TcpStream::new(socket.into())?.connected().await
}

/// Begins to connect.
fn connect(config: &Config, remote: SocketAddr, local: Option<SocketAddr>) -> io::Result<Socket> {
    let socket = config.socket(remote, local.is_some())?;
    if let Some(local) = local {
        socket.bind(&local.into())?;
    }
    match socket.connect(&remote.into()) {
        Err(error) if !is_under_way(&error) => Err(error),
        Ok(()) | Err(_) => Ok(socket),
    }
}

/// Whether there is a connection between these two ports already: both sides dialled at once, or
/// an old one is still winding up. Systems disagree about which of the two errors that is.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse)
}

/// Whether that the socket is not connected yet is all that is wrong.
fn is_under_way(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}
