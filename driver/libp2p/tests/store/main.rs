//! Tests of a behaviour that was restored from a store. The store by itself is the host's.

#![cfg(all(unix, feature = "redb"))]
#![cfg_attr(
    all(unix, feature = "redb"),
    expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")
)]

mod node;
mod old;
mod redial;
#[cfg(feature = "toml")]
mod settings;
