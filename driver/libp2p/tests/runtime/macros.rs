//! Tests that await, on whatever the module `runtime` is.

#![allow(unused_macros, reason = "not every suite needs threads")]

/// `#[apply(test!)]`: everything runs on the test's own thread, so that a swarm stands still unless
/// the test waits for it.
macro_rules! test {
    ($(#[$attribute:meta])* async fn $name:ident() $body:block) => {
        #[::core::prelude::v1::test]
        $(#[$attribute])*
        fn $name() {
            $crate::runtime::block_on(async $body);
        }
    };
}

/// `#[apply(test_on_threads!)]`: tasks run on two more threads.
macro_rules! test_on_threads {
    ($(#[$attribute:meta])* async fn $name:ident() $body:block) => {
        #[::core::prelude::v1::test]
        $(#[$attribute])*
        fn $name() {
            $crate::runtime::block_on_threads(async $body);
        }
    };
}
