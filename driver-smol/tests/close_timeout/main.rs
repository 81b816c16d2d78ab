//! A peer that stops reading cannot keep its connection: the driver's tests of it, on smol.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, helpers included")]

#[macro_use(apply)]
extern crate macro_rules_attribute;

#[macro_use]
#[path = "../driver/runtime/macros.rs"]
mod macros;
#[path = "../runtime/smol.rs"]
mod runtime;
#[path = "../driver/runtime/wiring.rs"]
mod wiring;

mod built;
#[path = "../driver/close_timeout"]
mod suite {
    pub(crate) mod deaf;
    mod denied;
    pub(crate) mod direct;
    pub(crate) mod flood;
    #[path = "../swarms/logs/log.rs"]
    pub(crate) mod log;
    mod noticed;
    pub(crate) mod relayed;
    pub(crate) mod stuck;
}

use suite::{deaf, direct, flood, log, relayed, stuck};
