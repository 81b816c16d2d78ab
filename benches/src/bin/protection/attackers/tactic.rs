//! Tactics: the life of one attacker after another, connection by connection.

use std::rc::Rc;
use std::time::Duration;

use crate::peer::PeerNo;
use crate::policy::Knowledge;
use crate::time::{days, millis};

/// What an attacker does with one connection after another: a visit each.
#[derive(Clone, Debug)]
pub(crate) struct Tactic {
    /// Whose name it comes under.
    pub(crate) identity: Identity,
    /// Time from the start of the run to its first visit.
    pub(crate) begins: Duration,
    /// How long it behaves in its first visit before the first bad message.
    pub(crate) quiet_at_first: Duration,
    /// The same in every later visit.
    pub(crate) quiet: Duration,
    /// Time between bad messages.
    pub(crate) gap: Duration,
    /// Time in which it doubles its rate, up to full speed, if it does.
    pub(crate) doubles: Option<Duration>,
    /// What ends a visit.
    pub(crate) stop: Stop,
    /// Time from the end of one visit to the next.
    pub(crate) rest: Duration,
    /// What it does when it is refused wherever it could come from.
    pub(crate) refused: Refusal,
    /// What it sends.
    pub(crate) deed: Deed,
    /// Valid messages a second, to hide behind.
    pub(crate) cover: u64,
}

/// Whose name an attacker comes under.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Identity {
    /// The same at each visit.
    Kept,
    /// A new key pair for each visit.
    Fresh,
}

/// What ends a visit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
    /// The node does.
    Cut,
    /// So many bad messages.
    After(u64),
}

/// What an attacker does when it is refused wherever it could come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// Waits until it knows that it is not.
    Wait,
    /// Gives up.
    GiveUp,
    /// Comes again at the next full such time of the run.
    NextFull(Duration),
}

/// What an attacker sends.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Nothing.
    Silence,
    /// Bad messages of its own.
    Bad,
    /// Bad messages that name one of these as their author, in turn.
    Framing(Rc<[PeerNo]>),
    /// The same, at a node whose application reports the author and not the deliverer.
    Unsigned(Rc<[PeerNo]>),
}

impl Tactic {
    /// Sends as fast as it can until it is cut, and comes back as soon as it may.
    pub(crate) const FLAT_OUT: Self = Self {
        identity: Identity::Kept,
        begins: Duration::ZERO,
        quiet_at_first: Duration::ZERO,
        quiet: Duration::ZERO,
        gap: FULL_SPEED,
        doubles: None,
        stop: Stop::Cut,
        rest: Duration::ZERO,
        refused: Refusal::Wait,
        deed: Deed::Bad,
        cover: 0,
    };

    /// Takes a slot and says nothing.
    pub(crate) const SILENT: Self = Self { deed: Deed::Silence, gap: days(365), ..Self::FLAT_OUT };

    /// A new id for each visit, flat out until it is cut.
    pub(crate) const FRESH_UNTIL_CUT: Self = Self { identity: Identity::Fresh, ..Self::FLAT_OUT };

    /// One bad message at each such time.
    pub(crate) const fn dripping(gap: Duration) -> Self {
        Self { gap, ..Self::FLAT_OUT }
    }

    /// As many as are free, at once; then away until they are free again.
    pub(crate) const fn hit_and_run(known: Knowledge) -> Self {
        let stop = Stop::After(known.burst);
        Self { quiet_at_first: known.quiet, stop, rest: known.refill, ..Self::FLAT_OUT }
    }

    /// A new id for each visit, which sends as many as are free, and leaves.
    pub(crate) const fn fresh_bursts(known: Knowledge) -> Self {
        Self { identity: Identity::Fresh, stop: Stop::After(known.burst), ..Self::FLAT_OUT }
    }
}

impl Tactic {
    /// Time to the next bad message, so long after the first one of a visit.
    pub(super) fn gap_after(&self, sending: Duration) -> Duration {
        let Some(doubles) = self.doubles else { return self.gap };
        let doublings = sending.as_secs_f64() / doubles.as_secs_f64();
        self.gap.div_f64(doublings.min(MOST_DOUBLINGS).exp2()).max(FULL_SPEED)
    }
}

/// Beyond any speed.
const MOST_DOUBLINGS: f64 = 30.0;

/// What one connection carries: a bad message each millisecond.
const FULL_SPEED: Duration = millis(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::secs;

    #[test]
    fn a_rate_that_doubles_grows_up_to_full_speed() {
        let tactic = Tactic { doubles: Some(secs(10)), ..Tactic::dripping(millis(200)) };
        let gaps = [0, 10, 20, 1_000_000].map(|after| tactic.gap_after(secs(after)));
        assert_eq!(gaps, [millis(200), millis(100), millis(50), millis(1)]);
        assert_eq!(Tactic::dripping(secs(7)).gap_after(secs(1_000)), secs(7));
    }
}
