//! What is remembered, and how it is found again.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod addresses;
pub(crate) mod aside;
pub(crate) mod deadlines;
pub(crate) mod debt;
pub(crate) mod gated;
pub(crate) mod incident;
mod index;
mod indexes;
pub(crate) mod interner;
pub(crate) mod length_counts;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod numbers;
pub(crate) mod place;
pub(crate) mod queue;
pub(crate) mod ranks;
pub(crate) mod record;
pub(crate) mod standing;
pub(crate) mod table;
