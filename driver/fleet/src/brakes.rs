//! Brakes: how much a node lets its fleet ban in an hour.

use std::collections::VecDeque;
use std::time::Duration;

use crate::counts::Withheld;
use crate::rules::FleetRules;
use crate::unix_millis::UnixMillis;

/// What the fleet has banned here in the last hour.
#[derive(Debug, Default)]
pub(crate) struct Brakes {
    begun: VecDeque<Begun>,
    tripped: bool,
}

#[derive(Debug)]
struct Begun {
    at: UnixMillis,
    /// How many connected peers it hit.
    hits: usize,
    /// Whether it counts as new: one that others have believed for longer than an hour does not.
    is_new: bool,
}

impl Brakes {
    /// Whether too large a share of the connected peers was to be banned, and no operator has looked since.
    pub(crate) const fn is_tripped(&self) -> bool {
        self.tripped
    }

    /// Has bans go on.
    pub(crate) fn resume(&mut self) {
        self.tripped = false;
        self.begun.iter_mut().for_each(|begun| begun.hits = 0);
    }

    /// Counts a ban that hits so many of the connected peers, or says why it is not to be.
    pub(crate) fn admit(
        &mut self,
        rules: &FleetRules,
        hits: usize,
        connected: usize,
        is_new: bool,
        now: UnixMillis,
    ) -> Result<(), Withheld> {
        // A clock that was set back does not keep what is ahead of it for ever.
        self.begun.retain(|begun| begun.at <= now && now.since(begun.at) < HOUR);
        if self.tripped {
            return Err(Withheld::Share);
        }
        let new = self.begun.iter().filter(|begun| begun.is_new).count();
        if is_new && new >= rules.max_new_per_hour {
            return Err(Withheld::Rate);
        }
        let hit: usize = self.begun.iter().map(|begun| begun.hits).sum();
        let share = rules.max_share_of_connected * connected as f64;
        let most = (share as usize).max(1);
        if hits > 0 && hit.saturating_add(hits) > most {
            self.tripped = true;
            return Err(Withheld::Share);
        }
        self.begun.push_back(Begun { at: now, hits, is_new });
        Ok(())
    }
}

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> UnixMillis {
        UnixMillis(1_000 * seconds)
    }

    #[test]
    fn so_many_bans_begin_in_any_hour() {
        let rules = FleetRules { max_new_per_hour: 2, ..FleetRules::default() };
        let mut brakes = Brakes::default();
        let mut admit = |is_new, seconds| brakes.admit(&rules, 0, 100, is_new, at(seconds));
        assert_eq!(admit(true, 0), Ok(()));
        assert_eq!(admit(true, 1800), Ok(()));
        assert_eq!(admit(true, 3599), Err(Withheld::Rate));
        assert_eq!(admit(false, 3599), Ok(()), "what is old is not braked");
        assert_eq!(admit(true, 3600), Ok(()));
        assert_eq!(admit(true, 3600), Err(Withheld::Rate));
    }

    #[test]
    fn a_tenth_of_the_connected_peers_is_the_most_until_an_operator_looks() {
        let rules = FleetRules::default();
        let mut brakes = Brakes::default();
        assert_eq!(brakes.admit(&rules, 6, 100, true, at(0)), Ok(()));
        assert_eq!(brakes.admit(&rules, 4, 100, true, at(1)), Ok(()));
        assert_eq!(brakes.admit(&rules, 1, 100, true, at(2)), Err(Withheld::Share));
        assert!(brakes.is_tripped());
        assert_eq!(brakes.admit(&rules, 0, 100, true, at(9_000)), Err(Withheld::Share));
        brakes.resume();
        assert_eq!(brakes.admit(&rules, 10, 100, true, at(9_001)), Ok(()));
    }

    #[test]
    fn one_peer_may_always_be_banned() {
        let rules = FleetRules::default();
        let mut brakes = Brakes::default();
        assert_eq!(brakes.admit(&rules, 1, 3, true, at(0)), Ok(()));
        assert_eq!(brakes.admit(&rules, 1, 2, true, at(1)), Err(Withheld::Share));
    }
}
