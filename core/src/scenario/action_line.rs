//! Lines of actions, as in the lists of what is expected.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use core::error::Error;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::At;
use super::subject;
use super::text::Text;
use crate::action::{Action, Withheld};
use crate::subject::Cause;
use crate::time::Until;

/// An action as it is written: `ban peer:a penalty until 87.264`.
///
/// Exactly what the [`Display`](fmt::Display) of [`Action`] prints; a text that no action prints is refused
/// when it is read.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ActionLine(String);

impl ActionLine {
    /// Returns the line of `action`.
    #[must_use]
    pub fn of<P: fmt::Display>(action: &Action<P>) -> Self {
        Self(action.to_string())
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a peer is forgotten, which lists of what is expected leave out.
    #[must_use]
    pub fn is_forget(&self) -> bool {
        self.0.starts_with("forget ")
    }
}

impl FromStr for ActionLine {
    type Err = ActionLineError;

    fn from_str(line: &str) -> Result<Self, ActionLineError> {
        match read(line) {
            Some(action) if action.to_string() == line => Ok(Self(line.into())),
            Some(action) => Err(ActionLineError::Form { usual: action.to_string() }),
            None => Err(ActionLineError::Unknown { line: line.into() }),
        }
    }
}

impl fmt::Display for ActionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text in quotes.
impl fmt::Debug for ActionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for ActionLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ActionLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is no [`ActionLine`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ActionLineError {
    /// An action, but not as it is printed.
    Form {
        /// The line as it is printed.
        usual: String,
    },
    /// No action is written so.
    Unknown {
        /// The refused line.
        line: String,
    },
}

impl fmt::Display for ActionLineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { usual } => write!(f, "this action is written \"{usual}\""),
            Self::Unknown { line } => write!(f, "\"{line}\" is no action"),
        }
    }
}

impl Error for ActionLineError {}

/// Reads an action. What a line does not say is made up: it is printed the same.
fn read(line: &str) -> Option<Action<Cow<'_, str>>> {
    let (word, rest) = line.split_once(' ')?;
    let peer = Cow::Borrowed(rest);
    match word {
        "amend" => {
            let (rest, until) = end(rest)?;
            let (rest, cause) = cause(rest)?;
            Some(Action::Amend { subject: subject::read(Cow::Borrowed(rest)).ok()?, cause, until })
        }
        "ban" => {
            let (rest, until) = end(rest)?;
            let (rest, cause) = cause(rest)?;
            Some(Action::Ban { subject: subject::read(Cow::Borrowed(rest)).ok()?, cause, until })
        }
        "dial" => Some(Action::Dial { peer }),
        "disconnect" => Some(Action::Disconnect { peer }),
        "forget" => Some(Action::Forget { peer }),
        "incident" => Some(Action::Incident { on: rest == "on" }),
        "request-score" => Some(Action::RequestScore { peer, gone: false }),
        "unban" => {
            Some(Action::Unban { subject: subject::read(peer).ok()?, cause: Cause::Operator })
        }
        "warn" => Some(Action::Warn { peer }),
        "withhold" => {
            let (rest, why) = rest.rsplit_once(' ')?;
            let why = Withheld::ALL.into_iter().find(|each| each.as_str() == why)?;
            let (rest, cause) = cause(rest)?;
            Some(Action::Withhold { subject: subject::read(Cow::Borrowed(rest)).ok()?, cause, why })
        }
        _ => None,
    }
}

/// Splits off the end of a ban.
fn end(text: &str) -> Option<(&str, Until)> {
    if let Some(rest) = text.strip_suffix(" forever") {
        return Some((rest, Until::Forever));
    }
    let (rest, moment) = text.rsplit_once(" until ")?;
    let At(moment) = At::read(moment).ok()?;
    Some((rest, Until::At(moment)))
}

/// Splits off a cause.
fn cause(text: &str) -> Option<(&str, Cause)> {
    let (rest, name) = text.rsplit_once(' ')?;
    Some((rest, Cause::ALL.into_iter().find(|each| each.as_str() == name)?))
}
