//! Admin API of a node: HTTP for operators and their tools, on a Unix socket.
//!
//! [`Admin::start`] serves it for any node, on whatever runtime or none: one thread of its own does all of
//! it, and uses nothing of the node but a [`Handle`]. So a client, however slow, holds up no one else.
//!
//! ```
//! use std::sync::Arc;
//! use peerwarden_host::admin::{Admin, AdminOptions};
//! use peerwarden_host::{Config, Node, SystemClock};
//!
//! let directory = tempfile::tempdir()?;
//! let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
//! let options: AdminOptions = AdminOptions::new(directory.path().join("data"));
//! let admin = Admin::start(&node.handle(), options)?;
//! println!("curl --unix-socket {} http://localhost/v1/bans", admin.socket().display());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Access
//!
//! The socket is `admin.sock` in the data directory, mode 0600: who may open it may do everything. A
//! directory that does not exist is made with mode 0700; one that others may write to is refused. On TCP
//! the API is served only if [`AdminOptions::with_tcp`] says so, only at a loopback IP, and only for
//! requests with the token of the token file in their `Authorization` header. `Host` has to be a loopback
//! name there, so that no web page reaches it by DNS rebinding; there are no cookies and no CORS.
//!
//! # The API
//!
//! JSON, under `/v1`; `GET /v1/openapi.json` describes every route and answer, and [the guide] shows them.
//! Every answer has `now`, the time on the node's clock in seconds, by which all other moments in it are,
//! and `time`, the time of day then.
//!
//! [the guide]: crate::guide::admin_api
//!
//! - *Lists* come in pages of `limit`, 100 by default and at most 1000. `next` in an answer is given as
//!   `next` in the request for the following page; it is `null` on the last. What stays in a list is read
//!   exactly once. A `next` of an earlier run of the node is answered with 410.
//! - *Changes* are answered once they are durable, if the node has a store: what was acknowledged is
//!   there after `kill -9`. Each is logged, with its caller: the user id of the process at the other end
//!   of the socket, or `token`.
//! - *Errors* are `{"error", "message", "field"}`: a stable name, a sentence that says what is wrong and what to
//!   do, and the field that it is about or `null`.
//!
//! # Bounds
//!
//! 32 connections on the socket and as many on TCP, and 8 event streams in all; a request's head may take 5 s
//! and 16 KiB, its body 10 s and 64 KiB, a policy 1 MiB, and a list 64 MiB. A client that reads nothing for 60 s while an answer waits is disconnected. An event stream
//! whose reader is slower than the events says with an event `missed` how many it has lost.

mod accept;
mod api;
mod background;
mod ban_details;
mod ban_filter;
mod ban_order;
mod bans;
mod body;
mod caller;
mod change;
mod check;
mod cursor;
mod document;
mod error;
mod events;
mod export;
mod hex;
mod limits;
mod lists;
mod moment;
mod node;
mod options;
mod page;
mod params;
mod peer_list;
mod peers;
mod policy;
mod policy_change;
mod protected;
mod queries;
mod recording;
mod reply;
mod routes;
mod shadows;
mod slots;
mod socket;
mod stall;
mod stamp;
mod subjects;
mod tally;
mod timer;
mod token;
mod would_ban;

use std::fmt;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

pub use error::AdminError;
pub use moment::parse_moment;
pub use options::AdminOptions;
pub use tally::AdminTallies;
pub(crate) use tally::AdminTally;

use crate::driver::Driver;
use crate::handle::Handle;
use crate::known_peer::KnownPeer;
use crate::peer::PeerName;
use accept::Listeners;
use api::Api;
use socket::Socket;

/// The admin API of one node, served until this is dropped.
///
/// Dropping it cuts all connections, removes the socket and waits for the thread to end. It keeps the node
/// neither alive nor from ending: once the node is dropped, requests are answered with 503.
#[must_use = "it is served until this is dropped"]
pub struct Admin {
    socket: Socket,
    tcp: Option<SocketAddr>,
    /// Closed when this is dropped, which ends the thread.
    stop: Option<UnixStream>,
    thread: Option<JoinHandle<()>>,
}

impl Admin {
    /// Serves the API of the node behind `handle`, on a thread of its own.
    ///
    /// `A` is what the addresses of peers are in a settings text, as in
    /// [`Settings`](crate::Settings).
    ///
    /// # Errors
    ///
    /// [`AdminError`] if it cannot be served: another node uses the socket, a file of that name is in the
    /// way, the directory or the token file is open to others, or the IP is not a loopback one. It names
    /// the file or value, and what to do.
    pub fn start<P: PeerName, D: Driver<P>, A: KnownPeer<P>>(
        handle: &Handle<P, D>,
        options: AdminOptions<A>,
    ) -> Result<Self, AdminError> {
        let token = options.read_token()?;
        let tcp = options.listen_tcp()?;
        let tcp_addr = tcp.as_ref().and_then(|listener| listener.local_addr().ok());
        let (socket, unix) = Socket::bind(options.directory())?;
        let (stop, stopped) = UnixStream::pair().map_err(AdminError::Io)?;
        let limits = options.limits;
        let api =
            Api::new::<A>(handle.clone(), limits, options.directory()).map_err(AdminError::Io)?;
        let listeners = Listeners::new(unix, tcp, token).map_err(AdminError::Io)?;
        let router = routes::router(api);
        let tally = handle.shared().map(|shared| Arc::clone(&shared.admin)).unwrap_or_default();
        let thread = thread::Builder::new()
            .name("peerwarden-admin".to_owned())
            .spawn(move || accept::run(listeners, router, limits, &tally, stopped))
            .map_err(AdminError::Io)?;
        Ok(Self { socket, tcp: tcp_addr, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the path of the Unix socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        self.socket.path()
    }

    /// Returns the address on TCP, with the port that was assigned, if it is served there.
    #[must_use]
    pub fn tcp(&self) -> Option<SocketAddr> {
        self.tcp
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A subscription that it drops may be the node's last, but nothing that it owns is this.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("socket", &self.socket.path())
            .field("tcp", &self.tcp)
            .finish_non_exhaustive()
    }
}
