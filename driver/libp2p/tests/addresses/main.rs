//! Differential test of addresses: libp2p's transports against the reading that peerwarden judges by.

#![expect(
    clippy::panic,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

#[path = "../runtime/tokio.rs"]
mod runtime;
#[path = "../runtime/wiring.rs"]
#[expect(unused_macros, reason = "nothing is upgraded here")]
mod wiring;

mod circuits;
mod dials;
mod honest;
mod judge;
mod multiaddrs;
mod recorder;
mod sockets;
