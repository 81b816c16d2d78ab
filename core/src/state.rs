//! What is remembered, and how it is found again.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod addresses;
pub(crate) mod aside;
pub(crate) mod deadlines;
pub(crate) mod debt;
pub(crate) mod gated;
mod index;
mod indexes;
pub(crate) mod kinds;
pub(crate) mod network;
pub(crate) mod queue;
pub(crate) mod ranks;
pub(crate) mod record;
pub(crate) mod table;
