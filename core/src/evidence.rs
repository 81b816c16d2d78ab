//! Misdeeds of a peer by misbehavior: the evidence for its bans.

use alloc::vec::Vec;
use core::fmt;

use crate::misbehavior::Misbehavior;
use crate::state::interner::{Interner, MisbehaviorId};
use crate::time::Instant;

/// How often a peer was reported for one misbehavior, and when last.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Misdeed {
    /// What it did.
    pub misbehavior: Misbehavior,
    /// How often; stays at `u32::MAX`.
    pub times: u32,
    /// When it was last reported.
    pub last: Instant,
}

/// How often, what, and when last: `101 invalid-message, last at 1.5`.
impl fmt::Display for Misdeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, last at {}", self.times, self.misbehavior, self.last)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Misdeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How many misbehaviors are kept of one peer: the latest, and those before it.
pub(crate) const KINDS: usize = 8;

/// A misdeed as a record holds it: in sixteen bytes, with the number of its name. Most reports repeat the
/// latest.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NotedMisdeed {
    id: Option<MisbehaviorId>,
    times: u32,
    last: Instant,
}

impl NotedMisdeed {
    /// Counts one more misdeed, if it is the same misbehavior.
    #[inline]
    pub(crate) fn repeat(
        &mut self,
        misbehavior: &Misbehavior,
        now: Instant,
        interner: &Interner,
    ) -> bool {
        let name = self.id.and_then(|id| interner.name(id));
        let same = name.is_some_and(|name| name.equals(misbehavior));
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
        earlier: &mut Vec<Self>,
        interner: &mut Interner,
    ) {
        let is_it = |each: &Self| each.id.and_then(|id| interner.name(id)) == Some(&misbehavior);
        let known = earlier.iter().rposition(is_it).map(|at| earlier.remove(at));
        let mut latest = known
            .unwrap_or_else(|| Self { id: Some(interner.take(misbehavior)), ..Self::default() });
        latest.times = latest.times.saturating_add(1);
        latest.last = now;
        let before = core::mem::replace(self, latest);
        if before.id.is_some() {
            if earlier.len() + 1 == KINDS {
                earlier.remove(0).forget(interner);
            }
            earlier.push(before);
        }
    }

    /// Notes what was saved.
    pub(crate) fn restored(misdeed: Misdeed, interner: &mut Interner) -> Self {
        let Misdeed { misbehavior, times, last } = misdeed;
        Self { id: Some(interner.take(misbehavior)), times, last }
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
