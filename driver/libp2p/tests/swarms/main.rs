//! The behaviour in real swarms, over real sockets, on a clock moved by hand.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "tests wait for one event among many that libp2p may add to"
)]

#[macro_use(apply)]
extern crate macro_rules_attribute;

#[macro_use]
#[path = "../runtime/macros.rs"]
mod macros;
#[path = "../runtime/tokio.rs"]
mod runtime;
#[path = "../runtime/wiring.rs"]
mod wiring;

mod addresses;
mod by_hand;
mod composition;
mod conduct;
mod connections;
mod crossing;
mod dial_gate;
mod drop;
mod farewell;
mod gates;
mod gateway;
mod ghosts;
mod guard;
mod handle;
mod kept;
mod listing;
mod logs;
mod many;
#[cfg(feature = "metrics")]
mod metrics;
mod networks;
mod node;
mod options;
mod orders;
mod pace;
mod peer;
mod places;
mod reconfigure;
mod redial;
mod relayed;
#[cfg(feature = "redb")]
mod restored;
mod scores;
mod setup;
mod statics;
mod subscriptions;
mod swarm;
mod tallies;
mod timers;
