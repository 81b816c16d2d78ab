//! Attackers that have read the policy.

mod oscillator;
mod tactic;
mod visitor;

pub(crate) use oscillator::Oscillator;
pub(crate) use tactic::{Deed, Refusal, Stop, Tactic};
pub(crate) use visitor::{Shared, Visitor};
