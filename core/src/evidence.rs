//! Why: what a peer is known to have done.

use alloc::vec::Vec;

use crate::misbehavior::Misbehavior;
use crate::time::Instant;

/// How often a peer did one kind of thing, and when last.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Misdeed {
    /// What it did.
    pub misbehavior: Misbehavior,
    /// How often. Stays at the most that can be counted.
    pub times: u32,
    /// When it was last reported.
    pub last: Instant,
}

/// The last few kinds of misdeeds of one peer, most recent last.
///
/// Empty, and then without a place in memory, for the many that never misbehave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    misdeeds: Vec<Misdeed>,
}

impl Evidence {
    /// How many kinds are kept of one peer.
    pub(crate) const KINDS: usize = 8;

    /// One more misdeed. A kind too many displaces the one that was seen longest ago.
    pub(crate) fn add(&mut self, misbehavior: Misbehavior, now: Instant) {
        let known = self.misdeeds.iter().rposition(|each| each.misbehavior == misbehavior);
        let times = match known {
            // The same again: nothing moves.
            Some(at) if at + 1 == self.misdeeds.len() => {
                if let Some(misdeed) = self.misdeeds.last_mut() {
                    misdeed.times = misdeed.times.saturating_add(1);
                    misdeed.last = now;
                }
                return;
            }
            Some(at) => self.misdeeds.remove(at).times.saturating_add(1),
            None => 1,
        };
        if self.misdeeds.len() == Self::KINDS {
            self.misdeeds.remove(0);
        }
        self.misdeeds.push(Misdeed { misbehavior, times, last: now });
    }

    /// The last of what was kept elsewhere, most recent last.
    pub(crate) fn restore(misdeeds: impl Iterator<Item = Misdeed>) -> Self {
        let mut misdeeds: Vec<_> = misdeeds.collect();
        misdeeds.drain(..misdeeds.len().saturating_sub(Self::KINDS));
        Self { misdeeds }
    }

    /// What is kept, most recent last.
    pub(crate) fn misdeeds(&self) -> &[Misdeed] {
        &self.misdeeds
    }
}
