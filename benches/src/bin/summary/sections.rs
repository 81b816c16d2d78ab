//! Sections of the summary, a file for each question.

mod driver;
mod gate;
mod heartbeat;
mod lock;
mod memory;
mod report;
mod store;
mod turnover;

use clap::ValueEnum;
use peerwarden_benches::swarms::Failure;

use crate::scale::Scale;
use crate::sheet::Sheet;

/// A question that figures answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Section {
    /// Reports, against a bump in a map
    Report,
    /// Gates, against a lookup in a set
    Gate,
    /// Heartbeats, against the eager loops of others
    Heartbeat,
    /// Checks, scores, connections and snapshots, against a map
    Turnover,
    /// Bytes and allocations
    Memory,
    /// Swarms with the behaviour, against swarms without
    Driver,
    /// How long it takes until a ban is durable, whatever else is being written
    Store,
    /// How long the engine's lock is held
    Lock,
}

impl Section {
    pub(crate) fn run(self, scale: &Scale, sheet: &mut Sheet) -> Result<(), Failure> {
        match self {
            Self::Report => report::measure(scale, sheet),
            Self::Gate => gate::measure(scale, sheet),
            Self::Heartbeat => heartbeat::measure(scale, sheet),
            Self::Turnover => turnover::measure(scale, sheet),
            Self::Memory => memory::measure(scale, sheet),
            Self::Driver => driver::measure(scale, sheet)?,
            Self::Store => store::measure(scale, sheet)?,
            Self::Lock => lock::measure(scale, sheet)?,
        }
        Ok(())
    }
}
