//! The ban of a peer or a network, with all its causes.

use peerwarden_core::{ActiveCause, Cause, Causes, Until};

use super::Nanos;

/// "Causes are independent. A subject is banned while any cause is active."
#[derive(Clone, Debug)]
pub(crate) struct Ban {
    pub(crate) began: Nanos,
    /// Says which of two bans began first.
    pub(crate) serial: u64,
    /// Whether one of the connections that were up when it began had been dialled by us.
    pub(crate) dialled: bool,
    pub(crate) causes: Vec<(Cause, Until)>,
}

impl Ban {
    /// "A ban holds while `now < until`."
    pub(crate) fn holds(&self, now: Nanos) -> bool {
        !over(self.end(), now)
    }

    pub(crate) fn has(&self, cause: Cause, now: Nanos) -> bool {
        self.end_of(cause).is_some_and(|until| !over(until, now))
    }

    pub(crate) fn end_of(&self, cause: Cause) -> Option<Until> {
        let mut causes = self.causes.iter();
        causes.find(|(each, _)| *each == cause).map(|(_, until)| *until)
    }

    /// When its last cause is over.
    pub(crate) fn end(&self) -> Until {
        let ends = self.causes.iter().map(|(_, until)| *until);
        ends.max().unwrap_or(Until::Forever)
    }

    /// The cause that lasts longest; of several, the last by name.
    pub(crate) fn longest(&self) -> Cause {
        let longest = self.causes.iter().max_by_key(|(cause, until)| (*until, *cause));
        longest.expect("a ban has a cause").0
    }

    pub(crate) fn set(&mut self, cause: Cause, until: Until) {
        self.causes.retain(|(each, _)| *each != cause);
        self.causes.push((cause, until));
    }

    /// The causes that are active at `now`.
    pub(crate) fn active(&self, now: Nanos) -> Causes {
        let causes = self.causes.iter();
        causes
            .filter(|(_, until)| !over(*until, now))
            .map(|(cause, until)| ActiveCause { cause: *cause, until: *until })
            .collect()
    }

    /// Ends these causes; the last of them by name if that leaves none.
    pub(crate) fn lift(&mut self, ends: impl Fn(Cause) -> bool) -> Option<Cause> {
        let causes = self.causes.iter().map(|(cause, _)| *cause);
        let last = causes.filter(|cause| ends(*cause)).max();
        self.causes.retain(|(cause, _)| !ends(*cause));
        last.filter(|_| self.causes.is_empty())
    }
}

/// "(`until <= now`)"
pub(crate) fn over(until: Until, now: Nanos) -> bool {
    match until {
        Until::At(end) => end.as_nanos() <= now,
        Until::Forever => false,
    }
}
