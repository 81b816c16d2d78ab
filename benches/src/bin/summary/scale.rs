//! Sizes of a run: how many peers, rows and repetitions.

use peerwarden_benches::engines::SIZES;

/// How many peers, how often.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// How many peers are tracked, from few to many.
    pub(crate) sizes: Vec<usize>,
    /// How many things are done in one turn.
    pub(crate) batch: usize,
    /// How many turns each side of a comparison has.
    pub(crate) turns: usize,
    /// How many bans end at once.
    pub(crate) bans: usize,
    /// How many fresh ids flood a full table.
    pub(crate) flood: usize,
    /// How many connections are dialled at once.
    pub(crate) connections: usize,
    /// How many messages are published at once.
    pub(crate) messages: usize,
    /// How many bans are imported at once.
    pub(crate) import: usize,
    /// How many bans are timed while something else is written.
    pub(crate) timed: usize,
}

impl Scale {
    pub(crate) fn full() -> Self {
        Self {
            sizes: SIZES.to_vec(),
            batch: 100_000,
            turns: 25,
            bans: 100_000,
            flood: 1_000_000,
            connections: 100,
            messages: 500,
            import: 200_000,
            timed: 20,
        }
    }

    pub(crate) fn smoke() -> Self {
        Self {
            sizes: vec![100, 1_000],
            batch: 1_000,
            turns: 3,
            bans: 1_000,
            flood: 10_000,
            connections: 5,
            messages: 10,
            import: 1_000,
            timed: 2,
        }
    }

    pub(crate) fn smallest(&self) -> usize {
        self.sizes.first().copied().unwrap_or_default()
    }

    pub(crate) fn largest(&self) -> usize {
        self.sizes.last().copied().unwrap_or_default()
    }
}
