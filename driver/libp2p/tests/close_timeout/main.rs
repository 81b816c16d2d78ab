//! Tests of `CloseTimeout` on real sockets.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, helpers included")]

#[macro_use(apply)]
extern crate macro_rules_attribute;

#[macro_use]
#[path = "../runtime/macros.rs"]
mod macros;
#[path = "../runtime/tokio.rs"]
mod runtime;
#[path = "../runtime/wiring.rs"]
mod wiring;

mod deaf;
mod denied;
mod direct;
mod flood;
#[path = "../swarms/logs/log.rs"]
mod log;
mod noticed;
mod relayed;
mod stuck;
