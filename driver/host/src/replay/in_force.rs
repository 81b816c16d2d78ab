//! Bans in force over time.

use peerwarden_core::Instant;

/// How many bans were in force from a moment on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InForce {
    /// The moment.
    pub at: Instant,
    /// Peers.
    pub peers: usize,
    /// Networks.
    pub networks: usize,
}

/// The changes of that, as many as a plot can show.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    changes: Vec<InForce>,
}

impl Changes {
    /// Adds what holds from a moment on, which is not earlier than any before.
    pub(super) fn push(&mut self, change: InForce) {
        match self.changes.last_mut() {
            Some(last) if last.at == change.at => *last = change,
            Some(_) | None => self.changes.push(change),
        }
        if self.changes.len() >= MOST {
            self.thin();
        }
    }

    /// Returns them in order.
    pub(super) fn into_vec(self) -> Vec<InForce> {
        self.changes
    }

    /// Keeps the lowest and the highest of each eight, and so every peak.
    fn thin(&mut self) {
        let kept = self.changes.chunks(8).flat_map(|chunk| {
            let total = |change: &&InForce| change.peers.saturating_add(change.networks);
            let ends = [chunk.iter().min_by_key(total), chunk.iter().max_by_key(total)];
            let [Some(low), Some(high)] = ends else { return Vec::new() };
            if low.at == high.at {
                vec![*low]
            } else if low.at < high.at {
                vec![*low, *high]
            } else {
                vec![*high, *low]
            }
        });
        self.changes = kept.collect();
    }
}

/// More than any picture has columns.
const MOST: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_great_many_changes_are_thinned_and_keep_their_peak_and_order() {
        let mut changes = Changes::default();
        for second in 0..100_000 {
            let peers = if second == 54_321 { 1_000 } else { usize::from(second % 2 == 0) };
            changes.push(InForce { at: Instant::from_secs(second), peers, networks: 0 });
        }
        let changes = changes.into_vec();

        assert!(changes.len() < MOST, "{}", changes.len());
        assert!(changes.is_sorted_by_key(|change| change.at));
        assert_eq!(changes.iter().map(|change| change.peers).max(), Some(1_000));
        assert_eq!(changes.iter().map(|change| change.peers).min(), Some(0));
    }
}
