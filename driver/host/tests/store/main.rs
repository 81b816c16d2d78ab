//! Tests of the store, on real files and with real processes.

#![cfg(all(unix, feature = "redb"))]
#![cfg_attr(
    all(unix, feature = "redb"),
    expect(
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_in_result,
        clippy::unwrap_used,
        reason = "a test that cannot go on fails, in its helpers too"
    )
)]

mod broken;
mod child;
mod clocks;
mod cuts;
mod damage;
mod drop;
mod faulty_store;
mod histories;
mod kill;
mod log;
#[cfg(feature = "metrics")]
mod metrics;
mod moved;
mod node;
mod notes;
mod overwritten;
mod passing;
#[path = "../common/peer.rs"]
mod peer;
mod places;
mod policy;
mod restart;
#[cfg(feature = "toml")]
mod settings;
mod standing;
mod trouble;
mod writes;

use peerwarden_host::{Host, KnownPeer};
