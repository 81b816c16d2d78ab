//! What cannot be, and so is not restored.

use core::error::Error;
use core::fmt;

use crate::causes::Causes;
use crate::saved::SavedBan;
use crate::subject::{Cause, Subject};
use crate::time::{Instant, Until};

/// Why something saved cannot be restored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RestoreError<P> {
    /// Whom it is about.
    pub subject: Subject<P>,
    /// What cannot be.
    pub why: Impossible,
}

/// What cannot be, and cannot be mended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Impossible {
    /// A ban with this cause, of this kind of subject.
    Cause(Cause),
    /// A ban with this cause, twice.
    CauseTwice(Cause),
    /// A ban without end, with a cause that always has one.
    Endless(Cause),
    /// A ban without a cause.
    NoCause,
    /// A ban of a protected subject with this cause.
    Protected(Cause),
    /// The same subject, twice.
    Twice,
}

impl<P: fmt::Display> fmt::Display for RestoreError<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, why } = self;
        match why {
            Impossible::Cause(cause) => write!(f, "{subject} cannot be banned by {cause}"),
            Impossible::CauseTwice(cause) => write!(f, "{subject} is banned by {cause} twice"),
            Impossible::Endless(cause) => {
                write!(f, "{subject} cannot be banned by {cause} for ever")
            }
            Impossible::NoCause => write!(f, "{subject} has a ban without a cause"),
            Impossible::Protected(cause) => {
                write!(f, "{subject} is protected, and cannot be banned by {cause}")
            }
            Impossible::Twice => write!(f, "{subject} is there twice"),
        }
    }
}

impl<P: fmt::Debug + fmt::Display> Error for RestoreError<P> {}

/// The causes of a ban, if a subject with such causes can have them all.
pub(crate) fn causes(
    ban: &SavedBan,
    possible: &[Cause],
    protected: bool,
    now: Instant,
) -> Result<Causes, Impossible> {
    let mut causes = Causes::default();
    for (cause, end) in &ban.causes {
        if !possible.contains(cause) {
            return Err(Impossible::Cause(*cause));
        }
        if protected && *cause != Cause::Operator {
            return Err(Impossible::Protected(*cause));
        }
        if end.is_none() && *cause != Cause::Operator {
            return Err(Impossible::Endless(*cause));
        }
        let until = end.map_or(Until::Forever, |end| Until::At(end.from(now)));
        if causes.replace(*cause, Some(until)).is_some() {
            return Err(Impossible::CauseTwice(*cause));
        }
    }
    if causes.is_empty() { Err(Impossible::NoCause) } else { Ok(causes) }
}
