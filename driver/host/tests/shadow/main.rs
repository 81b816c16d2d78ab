//! Tests of shadow policies, on real nodes: a doorman on a clock moved by hand.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod agreeing;
mod differing;
mod ended;
mod metrics;
mod node;
mod promoted;
mod told;
