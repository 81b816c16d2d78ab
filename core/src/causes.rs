//! Causes of the ban of one subject, and the end of each.

use core::fmt;

use crate::subject::Cause;
use crate::time::{Instant, Until};

/// A cause that is active, and its end.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ActiveCause {
    /// The cause.
    pub cause: Cause,
    /// The end of this cause.
    pub until: Until,
}

/// The cause and its end: `penalty until 87.264`.
impl fmt::Display for ActiveCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.cause, self.until)
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for ActiveCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The causes of one ban that are active: each at most once.
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Causes {
    ends: [Option<Until>; Cause::ALL.len()],
}

impl Causes {
    /// Returns the active causes, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = ActiveCause> + '_ {
        Cause::ALL
            .into_iter()
            .zip(self.ends)
            .filter_map(|(cause, end)| Some(ActiveCause { cause, until: end? }))
    }

    /// Returns whether none is active: the subject is not banned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until().is_none()
    }

    /// Returns when the last of them ends, or `None` if none is active.
    #[must_use]
    pub fn until(&self) -> Option<Until> {
        self.ends.into_iter().flatten().max()
    }

    /// Returns whether this cause is active.
    #[must_use]
    pub fn contains(&self, cause: Cause) -> bool {
        self.end_of(cause).is_some()
    }

    /// Returns when this cause ends, if it is active.
    #[must_use]
    pub fn end_of(&self, cause: Cause) -> Option<Until> {
        let [address, application, operator, penalty, remote, score] = self.ends;
        match cause {
            Cause::Address => address,
            Cause::Application => application,
            Cause::Operator => operator,
            Cause::Penalty => penalty,
            Cause::Remote => remote,
            Cause::Score => score,
        }
    }

    /// Sets or clears the end of this cause, and gives what it was.
    pub(crate) fn replace(&mut self, cause: Cause, end: Option<Until>) -> Option<Until> {
        let [address, application, operator, penalty, remote, score] = &mut self.ends;
        let slot = match cause {
            Cause::Address => address,
            Cause::Application => application,
            Cause::Operator => operator,
            Cause::Penalty => penalty,
            Cause::Remote => remote,
            Cause::Score => score,
        };
        core::mem::replace(slot, end)
    }

    /// Drops the causes that are over at `now`, and gives the last of their ends.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Instant> {
        let over = |slot: &Option<Until>| slot.filter(|until| until.is_over(now));
        let last = self.ends.iter().filter_map(over).max()?;
        for slot in &mut self.ends {
            *slot = slot.filter(|until| !until.is_over(now));
        }
        last.instant()
    }

    /// Returns those of them that are active at `now`.
    pub(crate) fn at(mut self, now: Instant) -> Self {
        self.expire(now);
        self
    }

    /// Returns when the first of them ends by itself.
    pub(crate) fn first_end(&self) -> Option<Instant> {
        self.ends.iter().flatten().filter_map(|until| until.instant()).min()
    }

    /// Returns the active cause that lasts longest.
    pub(crate) fn longest(&self) -> Option<ActiveCause> {
        self.iter().max_by_key(|active| active.until)
    }

    /// Returns whether the engine itself decided on one of them.
    pub(crate) fn any_automatic(&self) -> bool {
        self.iter().any(|active| active.cause.is_automatic())
    }
}

/// A list of the active causes: `[penalty until 87.264]`.
impl fmt::Debug for Causes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The active causes with a comma between them, `none` if there are none.
impl fmt::Display for Causes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (at, active) in self.iter().enumerate() {
            write!(f, "{}{active}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl FromIterator<ActiveCause> for Causes {
    fn from_iter<I: IntoIterator<Item = ActiveCause>>(active: I) -> Self {
        let mut causes = Self::default();
        for ActiveCause { cause, until } in active {
            causes.replace(cause, Some(until));
        }
        causes
    }
}
