//! Indexes in which a record is listed.

/// Flags that say in which indexes the record is listed, a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IndexFlags(u8);

/// An index in which a record can be listed, as its bit.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Listed {
    /// The deadlines.
    Due = 1,
    /// The peers that a gate looks at.
    Gated = 2,
    /// The connected peers by address.
    Connected = 4,
    /// The protected peers by address.
    Protected = 8,
    /// The peers that left in standing.
    Away = 16,
}

impl IndexFlags {
    /// Returns whether the record is in this index.
    #[inline]
    pub(crate) fn contains(self, index: Listed) -> bool {
        self.0 & index as u8 != 0
    }

    /// Notes whether the record is in this index.
    pub(crate) fn set(&mut self, index: Listed, is_listed: bool) {
        let others = self.0 & !(index as u8);
        self.0 = others | if is_listed { index as u8 } else { 0 };
    }
}
