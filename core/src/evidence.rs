//! Misdeeds of a peer by misbehavior: the evidence for its bans.

use alloc::vec::Vec;

use crate::misbehavior::Misbehavior;
use crate::state::interner::{Interner, MisbehaviorId};
use crate::time::Instant;

/// How often a peer was reported for one misbehavior, and when last.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Misdeed {
    /// What it did.
    pub misbehavior: Misbehavior,
    /// How often; stays at `u32::MAX`.
    pub times: u32,
    /// When it was last reported.
    pub last: Instant,
}

/// How many misbehaviors are kept of one peer: the latest, and those before it.
pub(crate) const KINDS: usize = 8;

/// The misbehavior that a peer was reported for last. Most reports repeat it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LatestMisdeed {
    id: Option<MisbehaviorId>,
    times: u32,
    last: Instant,
}

impl LatestMisdeed {
    /// Counts one more misdeed, if it is the same misbehavior.
    pub(crate) fn repeat(
        &mut self,
        misbehavior: &Misbehavior,
        now: Instant,
        interner: &Interner,
    ) -> bool {
        let same = self.id.and_then(|id| interner.name(id)) == Some(misbehavior);
        if same {
            self.times = self.times.saturating_add(1);
            self.last = now;
        }
        same
    }

    /// Counts one more misdeed, of another misbehavior: the latest so far joins the `earlier` ones,
    /// most recent last. One too many displaces the one that was seen longest ago.
    pub(crate) fn change(
        &mut self,
        misbehavior: Misbehavior,
        now: Instant,
        earlier: &mut Vec<Misdeed>,
        interner: &mut Interner,
    ) {
        let known = earlier.iter().rposition(|each| each.misbehavior == misbehavior);
        let times = known.map_or(0, |at| earlier.remove(at).times).saturating_add(1);
        let before = self.misdeed(interner);
        if before.is_some() && earlier.len() + 1 == KINDS {
            earlier.remove(0);
        }
        earlier.extend(before);
        self.replace(Misdeed { misbehavior, times, last: now }, interner);
    }

    /// Makes this the latest.
    pub(crate) fn replace(&mut self, misdeed: Misdeed, interner: &mut Interner) {
        let id = interner.take(misdeed.misbehavior);
        self.forget(interner);
        *self = Self { id: Some(id), times: misdeed.times, last: misdeed.last };
    }

    /// Releases the name.
    pub(crate) fn forget(&mut self, interner: &mut Interner) {
        if let Some(id) = self.id.take() {
            interner.release(id);
        }
    }

    /// Returns the misdeed with its name, if there is one.
    pub(crate) fn misdeed(&self, interner: &Interner) -> Option<Misdeed> {
        let misbehavior = *interner.name(self.id?)?;
        Some(Misdeed { misbehavior, times: self.times, last: self.last })
    }
}
