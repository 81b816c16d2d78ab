//! The names of misdeeds, each held once.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use crate::misbehavior::Misbehavior;

/// Which kind a misdeed is of; means nothing once nobody uses it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Kind(NonZeroU32);

/// The kinds in use.
///
/// A record holds the number of a kind instead of its name, so that there is room for it beside
/// what the peer owes. With the names in a place of their own, each report waited for memory once
/// more, and cost three bumps of a number in a map (benches, `report`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds {
    named: Vec<Named>,
    by_name: BTreeMap<Misbehavior, Kind>,
    /// Numbers that nobody uses.
    vacant: Vec<Kind>,
}

#[derive(Clone, Debug)]
struct Named {
    name: Misbehavior,
    /// How many records it is used in.
    uses: usize,
}

impl Kinds {
    /// The number of this kind, for one record more.
    pub(crate) fn take(&mut self, name: Misbehavior) -> Kind {
        if let Some(kind) = self.by_name.get(&name).copied() {
            if let Some(named) = self.named.get_mut(kind.index()) {
                named.uses += 1;
            }
            return kind;
        }
        let new = Named { name, uses: 1 };
        let kind = match self.vacant.pop() {
            Some(kind) => {
                if let Some(named) = self.named.get_mut(kind.index()) {
                    *named = new;
                }
                kind
            }
            None => {
                self.named.push(new);
                // Four billion of anything do not fit into memory.
                let number = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
                Kind(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
            }
        };
        self.by_name.insert(name, kind);
        kind
    }

    /// One record less uses it.
    pub(crate) fn release(&mut self, kind: Kind) {
        let Some(named) = self.named.get_mut(kind.index()) else {
            return;
        };
        named.uses = named.uses.saturating_sub(1);
        if named.uses == 0 {
            self.by_name.remove(&named.name);
            self.vacant.push(kind);
        }
    }

    /// The name of a kind that is in use.
    pub(crate) fn name(&self, kind: Kind) -> Option<&Misbehavior> {
        self.named.get(kind.index()).map(|named| &named.name)
    }

    /// How many kinds are in use.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }
}

impl Kind {
    fn index(self) -> usize {
        usize::try_from(self.0.get() - 1).unwrap_or(usize::MAX)
    }
}
