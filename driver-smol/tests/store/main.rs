//! The driver's tests of the store, built without Tokio.

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

#[path = "../../../driver/tests/store"]
mod suite {
    mod broken;
    pub(crate) mod child;
    mod clocks;
    mod cuts;
    mod damage;
    mod drop;
    pub(crate) mod histories;
    mod kill;
    mod log;
    #[cfg(feature = "metrics")]
    mod metrics;
    mod moved;
    pub(crate) mod node;
    mod old;
    mod passing;
    mod policy;
    mod restart;
    #[cfg(feature = "toml")]
    mod settings;
    pub(crate) mod shelf;
    mod trouble;
    mod writes;
}

use suite::{child, histories, node, shelf};
