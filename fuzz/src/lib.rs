//! What the fuzz targets run; the targets themselves only call it.
//!
//! The checks are those of `core/tests/properties`, the reference model and what compares it with
//! the engine those of `core/tests/model` and `core/tests/differential`: the same code, with bytes
//! in place of proptest's strategies.

#[path = "../../core/tests/properties/checks/mod.rs"]
mod checks;
#[path = "../../core/tests/differential/deadline.rs"]
mod deadline;
#[path = "../../core/tests/differential/duel.rs"]
mod duel;
#[path = "../../core/tests/model/mod.rs"]
mod model;

mod damage;
mod fold;
mod inputs;
mod settings;
mod steps;
mod wild;

pub mod config;
pub mod differential;
pub mod history;
pub mod snapshot;
