//! Evidence for bans.

use std::fmt;

use peerwarden_core::{Misdeed, Score};
use serde::Serialize;

/// What a ban that begins, moves or is withheld is for, beside its cause.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// What the peer did, most recent last.
    Misdeeds(Vec<Misdeed>),
    /// There is none: the cause says it all.
    None,
    /// A score that was too low.
    Score(Score),
}

impl Evidence {
    /// Returns whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        match self {
            Self::Misdeeds(misdeeds) => misdeeds.is_empty(),
            Self::None => true,
            Self::Score(_) => false,
        }
    }
}

/// `invalid-message x101, stale-message`, the last one first, or `score -150`; nothing if there is none.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misdeeds(misdeeds) => {
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
            Self::None => Ok(()),
            Self::Score(score) => write!(f, "score {score}"),
        }
    }
}
