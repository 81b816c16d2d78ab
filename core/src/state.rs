//! State of the engine, and its indexes.

pub(crate) mod account;
pub(crate) mod canonical;
pub(crate) mod cold;
pub(crate) mod deadlines;
pub(crate) mod decaying;
pub(crate) mod eviction;
pub(crate) mod gate_index;
mod hash_index;
pub(crate) mod incident;
pub(crate) mod interner;
pub(crate) mod length_counts;
pub(crate) mod listed;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod peer_numbers;
pub(crate) mod peers_by_ip;
pub(crate) mod place;
pub(crate) mod queue;
pub(crate) mod record;
mod reindex;
pub(crate) mod standing;
pub(crate) mod table;
mod time_index;
