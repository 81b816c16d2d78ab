//! Names of peers and of those who run them.

use std::fmt;
use std::net::IpAddr;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// Something for each of some peers. Nothing may depend on its order.
pub(crate) type Peers<T> = HashMap<PeerNo, T, FixedState>;

/// Something for each of some addresses. Nothing may depend on its order.
pub(crate) type Addresses<T> = HashMap<IpAddr, T, FixedState>;

/// A peer's id, in the order in which they were made.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct PeerNo(pub(crate) u32);

impl fmt::Display for PeerNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody who runs one peer after another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ActorNo(pub(crate) u32);

/// Kinds of peers that figures tell apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    /// Works against the node.
    Attacker,
    /// Honest, and keeps its id.
    Resident,
    /// Honest, with a new id each time it comes.
    Newcomer,
}

impl Class {
    /// Whether it means well.
    pub(crate) fn is_honest(self) -> bool {
        match self {
            Self::Attacker => false,
            Self::Resident | Self::Newcomer => true,
        }
    }
}

/// What the world knows of one peer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Who runs it.
    pub(crate) actor: ActorNo,
    /// Where it connects from.
    pub(crate) addr: IpAddr,
    /// What figures count it as.
    pub(crate) class: Class,
    /// State of its connection.
    pub(crate) link: Link,
    /// Number of its latest connection: what was meant for an earlier one is stale.
    pub(crate) session: u32,
}

/// State of a peer's connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Link {
    /// There is none.
    Down,
    /// Its handshake is under way.
    Dialling,
    /// It is up.
    Up,
    /// The node has closed it, and what is under way still arrives.
    Closing,
}

impl Link {
    /// Whether messages on it arrive.
    pub(crate) fn carries(self) -> bool {
        match self {
            Self::Up | Self::Closing => true,
            Self::Down | Self::Dialling => false,
        }
    }
}
