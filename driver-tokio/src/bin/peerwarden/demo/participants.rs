//! Participants of the demo and their keys.

use std::collections::BTreeMap;
use std::fmt;

use fastrand::Rng;
use libp2p::PeerId;
use libp2p::identity::Keypair;

/// One of the nodes.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Participant {
    /// The node with peerwarden in it.
    Guard,
    /// Somebody who plays by the rules.
    Honest(u8),
    /// Protected, and for a while no better than the spammer.
    Friend,
    /// Breaks a rule now and then, never often enough for a penalty.
    Sneak,
    /// Breaks a rule as often as it can.
    Spammer,
}

impl Participant {
    /// Whether this is one of those who play by the rules.
    pub(crate) const fn is_honest(self) -> bool {
        matches!(self, Self::Honest(_))
    }
}

impl fmt::Display for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guard => f.pad("guard"),
            Self::Honest(number) => f.pad(&format!("honest-{number}")),
            Self::Friend => f.pad("friend"),
            Self::Sneak => f.pad("sneak"),
            Self::Spammer => f.pad("spammer"),
        }
    }
}

/// Everybody's keys, the same for the same seed.
#[derive(Debug)]
pub(crate) struct Participants {
    keys: BTreeMap<Participant, Keypair>,
    names: BTreeMap<PeerId, Participant>,
}

impl Participants {
    /// A participants with so many honest peers.
    pub(crate) fn new(honest: u8, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let others =
            [Participant::Guard, Participant::Spammer, Participant::Sneak, Participant::Friend];
        let mut keys = BTreeMap::new();
        let mut names = BTreeMap::new();
        for who in others.into_iter().chain((1..=honest).map(Participant::Honest)) {
            let mut secret = [0; 32];
            rng.fill(&mut secret);
            // Any 32 bytes are a key; the other case is never reached.
            let key =
                Keypair::ed25519_from_bytes(secret).unwrap_or_else(|_| Keypair::generate_ed25519());
            names.insert(key.public().to_peer_id(), who);
            keys.insert(who, key);
        }
        Self { keys, names }
    }

    /// Everybody but the guard.
    pub(crate) fn peers(&self) -> impl Iterator<Item = (Participant, &Keypair)> {
        self.keys.iter().map(|(who, key)| (*who, key)).filter(|(who, _)| *who != Participant::Guard)
    }

    /// The key of one of them.
    pub(crate) fn key(&self, who: Participant) -> Option<&Keypair> {
        self.keys.get(&who)
    }

    /// Whose id that is, if it is anybody's here.
    pub(crate) fn name(&self, peer: &PeerId) -> Option<Participant> {
        self.names.get(peer).copied()
    }

    /// Everybody with their ids.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (Participant, PeerId)> {
        self.names.iter().map(|(peer, who)| (*who, *peer))
    }
}

#[cfg(test)]
mod tests {
    use super::{Participant, Participants};

    #[test]
    fn the_seed_decides_who_is_who() {
        let ids = |seed| Participants::new(3, seed).ids().collect::<Vec<_>>();

        assert_eq!(ids(1), ids(1));
        assert_ne!(ids(1), ids(2));
    }

    #[test]
    fn names_line_up() {
        assert_eq!(format!("{:<8}|", Participant::Sneak), "sneak   |");
        assert_eq!(format!("{:<8}|", Participant::Honest(3)), "honest-3|");
    }
}
