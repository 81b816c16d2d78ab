//! Commands to the nodes.

use tokio::time::Instant;

use crate::demo::participants::Participant;

/// An order to a node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Script by the rules again.
    Behave,
    /// Say who is still here.
    CallTheRoll,
    /// Connect with the others.
    Join,
    /// Being banned, try to connect with the guard every now and then until this moment.
    KnockUntil(Instant),
    /// Break the rules.
    Misbehave,
    /// Publish nothing more, and say how much it was.
    Stop,
}

/// To whom an order goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum To {
    /// The honest peers.
    Honest,
    /// One node.
    One(Participant),
    /// Everybody but the guard.
    Peers,
}

impl To {
    /// Whether `who` is among them.
    pub(crate) fn includes(self, who: Participant) -> bool {
        match self {
            Self::Honest => who.is_honest(),
            Self::One(one) => one == who,
            Self::Peers => who != Participant::Guard,
        }
    }
}
