//! Attackers that have read the policy.

mod oscillator;
mod tactic;
mod visitor;

pub(crate) use oscillator::Oscillator;
#[cfg(test)]
pub(crate) use tactic::Identity;
pub(crate) use tactic::{Deed, Refusal, Stop, Tactic};
pub(crate) use visitor::{Shared, Visitor};
