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
mod durable;
mod events;
mod kill;
mod limits;
mod lists;
mod log;
mod node;
mod pages;
mod peers;
mod policy;
mod protected;
mod recording;
mod schema;
mod served;
mod shadows;
mod socket;
mod tcp;

#[path = "../store/faulty_store.rs"]
#[expect(dead_code, reason = "this suite needs less of it than that of the store")]
mod faulty_store;
#[path = "../common/peer.rs"]
mod peer;

use peerwarden_host::{Host, KnownPeer};
