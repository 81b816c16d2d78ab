//! Reasons in words.

use std::fmt;

use peerwarden_core::Misdeed;

use crate::notes::Why;

/// What a ban is for: `invalid-message x101, stale-message`, the last one first, or `score -150`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reason<'a>(&'a Why);

impl<'a> Reason<'a> {
    /// None if there is nothing to be said.
    pub(super) fn of(why: &'a Why) -> Option<Self> {
        match why {
            Why::Misdeeds(misdeeds) => (!misdeeds.is_empty()).then_some(Self(why)),
            Why::Score(_) => Some(Self(why)),
            Why::Unsaid => None,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Why::Misdeeds(misdeeds) => {
                let mut between = "";
                for Misdeed { misbehavior, times, .. } in misdeeds.iter().rev() {
                    write!(f, "{between}{misbehavior}")?;
                    if *times > 1 {
                        write!(f, " x{times}")?;
                    }
                    between = ", ";
                }
                Ok(())
            }
            Why::Score(score) => write!(f, "score {score}"),
            Why::Unsaid => Ok(()),
        }
    }
}
