//! Error of calls after the end of a node.

/// The engine behind a handle was dropped.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the node was shut down: this handle is closed")]
pub struct Closed;
