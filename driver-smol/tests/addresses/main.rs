//! Differential test of addresses: the transports for smol against the reading that peerwarden judges by.

#![expect(
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

#[path = "../runtime/smol.rs"]
mod runtime;
#[path = "../driver/runtime/wiring.rs"]
#[expect(unused_macros, reason = "nothing is upgraded here")]
mod wiring;

#[path = "../driver/addresses"]
mod suite {
    mod dials;
    mod honest;
    pub(crate) mod judge;
    pub(crate) mod multiaddrs;
    pub(crate) mod recorder;
    pub(crate) mod sockets;
}

use suite::{judge, multiaddrs, recorder, sockets};
