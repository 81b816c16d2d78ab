//! Interner for misbehavior names, reference counted.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use crate::misbehavior::Misbehavior;

/// The number of a misbehavior; means nothing once no record uses it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct MisbehaviorId(NonZeroU32);

/// The names of the misbehaviors in use, each held once, and a number for each.
///
/// A record holds a number instead of a name, so that there is room for it beside
/// what the peer owes. With a pointer to the name instead, each report waited for memory once more, and took as
/// long as three increments of a counter in a map (benches, `report`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Interner {
    named: Vec<Named>,
    by_name: BTreeMap<Misbehavior, MisbehaviorId>,
    /// Numbers that no record uses.
    vacant: Vec<MisbehaviorId>,
}

#[derive(Clone, Debug)]
struct Named {
    name: Misbehavior,
    /// How many records it is used in.
    uses: usize,
}

impl Interner {
    /// Returns the number of this name, for one record more.
    pub(crate) fn take(&mut self, name: Misbehavior) -> MisbehaviorId {
        if let Some(id) = self.by_name.get(&name).copied() {
            if let Some(named) = self.named.get_mut(id.index()) {
                named.uses += 1;
            }
            return id;
        }
        let new = Named { name, uses: 1 };
        let id = match self.vacant.pop() {
            Some(id) => {
                if let Some(named) = self.named.get_mut(id.index()) {
                    *named = new;
                }
                id
            }
            None => {
                self.named.push(new);
                // Four billion of anything do not fit into memory.
                let number = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
                MisbehaviorId(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
            }
        };
        self.by_name.insert(name, id);
        id
    }

    /// Notes that one record less uses it.
    pub(crate) fn release(&mut self, id: MisbehaviorId) {
        let Some(named) = self.named.get_mut(id.index()) else {
            return;
        };
        named.uses = named.uses.saturating_sub(1);
        if named.uses == 0 {
            self.by_name.remove(&named.name);
            self.vacant.push(id);
        }
    }

    /// Returns the name with this number, if it is in use.
    pub(crate) fn name(&self, id: MisbehaviorId) -> Option<&Misbehavior> {
        self.named.get(id.index()).map(|named| &named.name)
    }
}

impl MisbehaviorId {
    fn index(self) -> usize {
        usize::try_from(self.0.get() - 1).unwrap_or(usize::MAX)
    }
}
