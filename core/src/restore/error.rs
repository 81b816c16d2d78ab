//! Errors of restoring a snapshot.

use core::error::Error;
use core::fmt;

use crate::causes::Causes;
use crate::saved::SavedBan;
use crate::subject::{Cause, Subject};
use crate::time::{Instant, Until};

/// Why something saved cannot be restored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RestoreError<P> {
    /// The subject that cannot be restored.
    pub subject: Subject<P>,
    /// What is wrong with it.
    pub why: RestoreErrorKind,
}

/// What is wrong with a saved subject and has no rule that mends it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RestoreErrorKind {
    /// A ban with this cause, of this kind of subject.
    Cause(Cause),
    /// A ban with this cause, twice.
    CauseTwice(Cause),
    /// A permanent ban, with a cause that always has one.
    Endless(Cause),
    /// A ban without a cause.
    NoCause,
    /// Live state of a peer that is not in the snapshot.
    NotSaved,
    /// A ban of a protected subject with this cause.
    Protected(Cause),
    /// The same subject, twice.
    Twice,
}

impl<P: fmt::Display> fmt::Display for RestoreError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, why } = self;
        match why {
            RestoreErrorKind::Cause(cause) => write!(f, "{subject} cannot be banned by {cause}"),
            RestoreErrorKind::CauseTwice(cause) => {
                write!(f, "{subject} is banned by {cause} twice")
            }
            RestoreErrorKind::Endless(cause) => {
                write!(f, "{subject} cannot be banned by {cause} permanently")
            }
            RestoreErrorKind::NoCause => write!(f, "{subject} has a ban without a cause"),
            RestoreErrorKind::NotSaved => {
                write!(f, "{subject} has live state, and is not in the snapshot")
            }
            RestoreErrorKind::Protected(cause) => {
                write!(f, "{subject} is protected, and cannot be banned by {cause}")
            }
            RestoreErrorKind::Twice => write!(f, "{subject} is there twice"),
        }
    }
}

impl<P: fmt::Debug + fmt::Display> Error for RestoreError<P> {}

/// Returns the causes of a ban, if a subject with such causes can have them all.
pub(crate) fn causes(
    ban: &SavedBan,
    possible: &[Cause],
    protected: bool,
    now: Instant,
) -> Result<Causes, RestoreErrorKind> {
    let mut causes = Causes::default();
    for (cause, end) in &ban.causes {
        if !possible.contains(cause) {
            return Err(RestoreErrorKind::Cause(*cause));
        }
        if protected && *cause != Cause::Operator {
            return Err(RestoreErrorKind::Protected(*cause));
        }
        if end.is_none() && *cause != Cause::Operator {
            return Err(RestoreErrorKind::Endless(*cause));
        }
        let until = end.map_or(Until::Forever, |end| Until::At(end.from(now)));
        if causes.replace(*cause, Some(until)).is_some() {
            return Err(RestoreErrorKind::CauseTwice(*cause));
        }
    }
    if causes.is_empty() { Err(RestoreErrorKind::NoCause) } else { Ok(causes) }
}
