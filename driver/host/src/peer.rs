//! `PeerName`: bounds on the names of peers.

use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bounds on the name of a peer: libp2p's `PeerId`, a public key, a string.
///
/// Implemented by every type with these bounds. It is printed into logs and messages, read from
/// settings, compared, hashed and ordered, and written to the store: as bytes in the key of a row, and
/// with serde in its value.
///
/// The bytes have to be the same whenever the name is, and short: a store keeps two copies of them for
/// each row.
pub trait PeerName:
    Clone
    + Debug
    + DeserializeOwned
    + Display
    + Eq
    + FromStr
    + Hash
    + Into<Vec<u8>>
    + Ord
    + Send
    + Serialize
    + Sync
    + TryFrom<Vec<u8>>
    + 'static
{
}

impl<P> PeerName for P where
    P: Clone
        + Debug
        + DeserializeOwned
        + Display
        + Eq
        + FromStr
        + Hash
        + Into<Vec<u8>>
        + Ord
        + Send
        + Serialize
        + Sync
        + TryFrom<Vec<u8>>
        + 'static
{
}
