//! Code that the fuzz targets run; the targets themselves only call it.
//!
//! The checks are those of `core/tests/properties`, the reference model and what compares it with
//! the engine those of `core/tests/model` and `core/tests/differential`: the same code, with bytes
//! in place of proptest's strategies.

#[path = "../../core/tests/properties/checks/mod.rs"]
mod checks;
#[path = "../../core/tests/differential/compare.rs"]
mod compare;
#[path = "../../core/tests/differential/deadline.rs"]
mod deadline;
#[path = "../../core/tests/model/mod.rs"]
mod model;

mod damage;
mod inputs;
mod settings;
mod small_world;
mod steps;
mod unchecked_config;

pub mod config;
pub mod differential;
pub mod history;
pub mod lists;
pub mod recording;
pub mod snapshot;
