//! Tests of the admin API, on real sockets.

#![cfg(all(unix, feature = "admin", feature = "redb"))]
#![cfg_attr(
    all(unix, feature = "admin", feature = "redb"),
    expect(
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test that cannot go on fails, in its helpers too"
    )
)]

mod bad_input;
mod bans;
mod check;
mod client;
mod document;
mod events;
mod kill;
mod limits;
mod node;
mod pages;
mod peers;
mod policy;
mod protected;
mod schema;
mod served;
mod socket;
mod tcp;

#[path = "../common/peer.rs"]
mod peer;

use peerwarden_host::{Host, KnownPeer};
