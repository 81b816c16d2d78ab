//! Tests of lists of bans, on files in the formats that programs write.

#![cfg(feature = "lists")]
#![cfg_attr(
    feature = "lists",
    expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")
)]

mod crowdsec;
mod export;
mod files;
mod json;
mod log;
mod merging;
mod node;
#[path = "../common/peer.rs"]
mod peer;
mod plain;
mod plan;
mod properties;
mod refusals;
#[cfg(feature = "redb")]
mod restart;
mod watching;

use peerwarden_host::{Host, KnownPeer};
