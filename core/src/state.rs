//! State of the engine, and its indexes.
//!
//! # Keys of four bytes
//!
//! Records, places and networks are each in a [`Table`](table::Table), a `slab` with a hash index, and known
//! to every other index by a key of four bytes: a position. The usual alternative is `slotmap`. Its keys
//! have eight bytes, a position and a version, so that a key that outlives its item finds nothing, rather
//! than the next item in that position.
//!
//! No key outlives its item here. Before an item is removed, every index drops its key; no key is handed
//! out to callers. A key that was left behind would make an index grow, or find another peer: the properties
//! bound the largest index by what is held, and the differential tests compare every answer with a model
//! that has no keys at all. A version would have nothing left to find, and it was not for free. When the
//! engine changed from `slotmap` to this table, a gate for a known peer among a million went from 2.0 to
//! 1.6 times a look-up in a set, and an idle peer from 433 to 401 bytes (benches, `gate` and `memory`):
//! index and versions had not fit into the caches.
//!
//! Networks are few, and eight bytes for each would not matter. They are in the same table because it is
//! there, and because their keys do not outlive them either.
//!
//! Where a key can outlive what it stands for, outside the engine, it is a number that is not used twice:
//! connections and subscribers of a driver are counted with 64 bits, and libp2p counts its connections
//! itself. That does what a version does, in any map.

pub(crate) mod account;
pub(crate) mod canonical;
pub(crate) mod cold;
pub(crate) mod deadlines;
pub(crate) mod decaying;
mod due;
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
pub(crate) mod slot_copy;
pub(crate) mod standing;
pub(crate) mod table;
mod time_index;

/// What the indexes are made of, with room for "none".
const _: () = {
    assert!(size_of::<Option<record::RecordKey>>() == 4);
    assert!(size_of::<network::NetworkKey>() == 4);
    assert!(size_of::<place::PlaceKey>() == 4);
};
