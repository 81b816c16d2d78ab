//! The scenarios of the driver on smol: the same files that run on Tokio, over this crate's transports.

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
#[path = "../driver/runtime/macros.rs"]
mod macros;
#[path = "../runtime/smol.rs"]
mod runtime;
#[path = "../driver/runtime/wiring.rs"]
mod wiring;

#[path = "../driver/swarms"]
mod suite {
    mod addresses;
    pub(crate) mod by_hand;
    mod composition;
    mod conduct;
    mod connections;
    mod crossing;
    mod dial_gate;
    mod drop;
    mod farewell;
    mod gates;
    pub(crate) mod gateway;
    mod ghosts;
    mod guard;
    mod handle;
    mod kept;
    mod listing;
    pub(crate) mod logs;
    pub(crate) mod many;
    #[cfg(feature = "metrics")]
    mod metrics;
    pub(crate) mod networks;
    pub(crate) mod node;
    mod options;
    mod orders;
    mod pace;
    pub(crate) mod peer;
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
    pub(crate) mod swarm;
    mod tallies;
    mod timers;
}

use suite::{by_hand, gateway, logs, many, networks, node, peer, swarm};
