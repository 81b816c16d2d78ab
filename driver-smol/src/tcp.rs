//! TCP for libp2p on smol.
//!
//! libp2p's own TCP transport runs on Tokio alone, and what it is built on is private. This one is
//! made of smol's sockets and behaves as that one does, so that nodes of both kinds meet: it takes
//! and gives the same addresses, reuses ports in the same way, and starts with the same options.
//!
//! | | |
//! | --- | --- |
//! | addresses | `/ip4/../tcp/..` and `/ip6/../tcp/..`, followed by `/p2p/..` or not; names are for [`dns`](crate::dns) |
//! | listening | on a port, on 0, on `0.0.0.0` and `::`, the latter on IPv6 alone; several times |
//! | unspecified addresses | each address of an interface is announced when it comes, and expires when it goes |
//! | port reuse | as the dial's [`PortUse`](libp2p::core::transport::PortUse) says: from the port that is listened on, or from a new one if that connection exists already |
//! | a failed `accept` | is told of; the listener goes on after 100 ms |
//! | load | at most one connection is taken from the system's backlog for each that the swarm asks for |

mod address;
mod config;
mod dial;
mod interfaces;
mod listener;
mod ports;
mod stream;
mod transport;

pub use config::Config;
pub use stream::TcpStream;
pub use transport::{Dial, Transport, Upgrade};
