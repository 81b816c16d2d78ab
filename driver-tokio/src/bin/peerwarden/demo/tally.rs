//! Counts of what the nodes observed.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::demo::observation::Observation;
use crate::demo::participants::Participant;

/// Numbers for the summary, from nothing but observations.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) traffic: BTreeMap<Participant, Traffic>,
    /// For each ban by penalty, the time from the deciding report to the closed connection.
    pub(crate) closings: Vec<Duration>,
    /// How often the guard refused whom.
    pub(crate) refused: BTreeMap<Participant, u64>,
    /// How many bad messages honest peers did not forward.
    pub(crate) dropped: u64,
}

/// An honest peer's messages.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) delivered: u64,
    /// Known once the peer has stopped.
    pub(crate) published: Option<u64>,
    pub(crate) longest_gap: Duration,
    last: Option<Instant>,
}

impl Tally {
    /// Takes note of what happened at `now`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only some observations are counted")]
    pub(crate) fn observe(&mut self, observation: &Observation, now: Instant) {
        match observation {
            Observation::Delivered { who } if who.is_honest() => {
                let traffic = self.traffic.entry(*who).or_default();
                traffic.delivered += 1;
                traffic.pause(now);
                traffic.last = Some(now);
            }
            Observation::Published { who, messages } if who.is_honest() => {
                let traffic = self.traffic.entry(*who).or_default();
                traffic.published = Some(*messages);
                traffic.pause(now);
                traffic.last = None;
            }
            Observation::Left { after_report: Some(after), .. } => self.closings.push(*after),
            Observation::Refused { who, .. } => *self.refused.entry(*who).or_default() += 1,
            Observation::Dropped { .. } => self.dropped += 1,
            _ => {}
        }
    }

    /// How many honest peers have been heard so many times.
    pub(crate) fn heard(&self, times: u64) -> usize {
        self.traffic.values().filter(|traffic| traffic.delivered >= times).count()
    }

    /// How many good messages came through.
    pub(crate) fn delivered(&self) -> u64 {
        self.traffic.values().map(|traffic| traffic.delivered).sum()
    }

    /// The end of the count, once everything that `honest` peers published has come through.
    pub(crate) fn settled(&self, honest: usize) -> Option<Observation> {
        let settled = self
            .traffic
            .values()
            .filter(|traffic| traffic.published.is_some_and(|all| traffic.delivered >= all))
            .count();
        (settled == honest).then(|| self.count())
    }

    /// What became of all good messages of honest peers.
    pub(crate) fn count(&self) -> Observation {
        let all = self.traffic.values();
        Observation::Counted {
            published: all.clone().filter_map(|traffic| traffic.published).sum(),
            delivered: self.delivered(),
            longest_gap: all.map(|traffic| traffic.longest_gap).max().unwrap_or_default(),
        }
    }
}

impl Traffic {
    fn pause(&mut self, now: Instant) {
        if let Some(last) = self.last {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last));
        }
    }
}
