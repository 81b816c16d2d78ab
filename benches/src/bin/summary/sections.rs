//! Sections of the summary, a file for each question.

mod churn;
mod driver;
mod gate;
mod heartbeat;
mod lock;
mod memory;
mod recording;
mod report;
mod rules;
mod store;

use clap::ValueEnum;
use peerwarden_benches::swarms::BoxError;

use crate::results::Results;
use crate::scale::Scale;

/// A question that figures answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Section {
    /// Reports, against a counter increment in a `HashMap`
    Report,
    /// Gates, against a lookup in a set
    Gate,
    /// Heartbeats, against the eager loops of others
    Heartbeat,
    /// Checks, scores, connections and snapshots, against a map
    Churn,
    /// Places, heat, the long budget and incidents, against maps
    Rules,
    /// Bytes and allocations
    Memory,
    /// Swarms with the behaviour, against swarms without
    Driver,
    /// How long it takes until a ban is durable, whatever else is being written
    Store,
    /// How long the engine's lock is held
    Lock,
    /// What a recording costs, and how fast it is read
    Recording,
}

impl Section {
    pub(crate) fn run(self, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
        match self {
            Self::Report => report::measure(scale, results),
            Self::Gate => gate::measure(scale, results),
            Self::Heartbeat => heartbeat::measure(scale, results),
            Self::Churn => churn::measure(scale, results),
            Self::Rules => rules::measure(scale, results),
            Self::Memory => memory::measure(scale, results),
            Self::Driver => driver::measure(scale, results)?,
            Self::Store => store::measure(scale, results)?,
            Self::Lock => lock::measure(scale, results)?,
            Self::Recording => recording::measure(scale, results)?,
        }
        Ok(())
    }
}
