//! Counts of records, bans and places, for metrics.

use crate::causes::Causes;
use crate::subject::Cause;

/// How much the engine holds, as of the last input.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Counts {
    /// Peers that have a record.
    pub records: usize,
    /// Networks that are banned, protected or pardoned not long ago.
    pub networks: usize,
    /// Places that have something to answer for.
    pub places: usize,
    /// Peers in standing that are not here.
    pub standing_away: usize,
    /// Connected peers, without those told to disconnect.
    pub connected: usize,
    /// Entries in the largest index: never more than twice as many as there are records and
    /// networks, plus 64.
    pub largest_index: usize,
    /// Whether an incident is on: automatic bans of most peers are withheld.
    pub incident: bool,
    /// Records that a bound displaced, since the engine was made or restored.
    pub displaced: u64,
    /// Reports that were charged to their deliverer, since then.
    pub hearsay_charged: u64,
    #[cfg_attr(feature = "serde", serde(rename = "bans_address"))]
    address: usize,
    #[cfg_attr(feature = "serde", serde(rename = "bans_application"))]
    application: usize,
    #[cfg_attr(feature = "serde", serde(rename = "bans_operator"))]
    operator: usize,
    #[cfg_attr(feature = "serde", serde(rename = "bans_penalty"))]
    penalty: usize,
    #[cfg_attr(feature = "serde", serde(rename = "bans_remote"))]
    remote: usize,
    #[cfg_attr(feature = "serde", serde(rename = "bans_score"))]
    score: usize,
}

impl Counts {
    /// Returns how many active bans have this cause. A subject banned by two causes counts under
    /// both.
    #[must_use]
    pub fn bans(&self, cause: Cause) -> usize {
        match cause {
            Cause::Address => self.address,
            Cause::Application => self.application,
            Cause::Operator => self.operator,
            Cause::Penalty => self.penalty,
            Cause::Remote => self.remote,
            Cause::Score => self.score,
        }
    }

    /// Counts one more ban with this cause.
    pub(crate) fn add(&mut self, cause: Cause) {
        *self.slot(cause) += 1;
    }

    /// Takes off the causes of one ban that are in `before` and not in `after`.
    pub(crate) fn end_missing(&mut self, before: &Causes, after: &Causes) {
        for active in before.iter().filter(|active| !after.contains(active.cause)) {
            let slot = self.slot(active.cause);
            *slot = slot.saturating_sub(1);
        }
    }

    fn slot(&mut self, cause: Cause) -> &mut usize {
        match cause {
            Cause::Address => &mut self.address,
            Cause::Application => &mut self.application,
            Cause::Operator => &mut self.operator,
            Cause::Penalty => &mut self.penalty,
            Cause::Remote => &mut self.remote,
            Cause::Score => &mut self.score,
        }
    }
}
