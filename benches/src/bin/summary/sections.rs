//! What can be measured: a file for each question.

mod gate;
mod heartbeat;
mod memory;
mod report;

use clap::ValueEnum;

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
    /// Bytes and allocations
    Memory,
}

impl Section {
    pub(crate) fn run(self, scale: &Scale, sheet: &mut Sheet) {
        match self {
            Self::Report => report::measure(scale, sheet),
            Self::Gate => gate::measure(scale, sheet),
            Self::Heartbeat => heartbeat::measure(scale, sheet),
            Self::Memory => memory::measure(scale, sheet),
        }
    }
}
