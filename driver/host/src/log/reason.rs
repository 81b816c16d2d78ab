//! Formats why a subject was banned.

use std::fmt;

use peerwarden_core::Misdeed;

use crate::outcome::Evidence;

/// What a ban is for: `invalid-message x101, stale-message`, the last one first, or `score -150`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reason<'a>(&'a Evidence);

impl<'a> Reason<'a> {
    /// None if there is nothing to be said.
    pub(super) fn new(why: &'a Evidence) -> Option<Self> {
        match why {
            Evidence::Misdeeds(misdeeds) => (!misdeeds.is_empty()).then_some(Self(why)),
            Evidence::Score(_) => Some(Self(why)),
            Evidence::None => None,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Evidence::Misdeeds(misdeeds) => {
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
            Evidence::Score(score) => write!(f, "score {score}"),
            Evidence::None => Ok(()),
        }
    }
}
