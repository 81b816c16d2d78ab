//! Gossipsub topics of the node, and what each demands of a message.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use libp2p::gossipsub::IdentTopic;
use peerwarden_tokio::Misbehavior;
use serde::Deserialize;

/// Name of a topic: something, and not endless.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub(crate) struct TopicName(String);

/// What a topic demands of each message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TopicRules {
    /// How many bytes it may have.
    pub(crate) max_size: usize,
    /// How many messages a second one peer may publish, and how many at once; any number if it is not
    /// set.
    pub(crate) max_rate: Option<NonZeroU32>,
    /// Whether its author has to have signed it.
    pub(crate) signed: bool,
}

/// Rule of a topic that a message breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Violation {
    Oversized,
    TooMany,
    Unsigned,
}

impl TopicName {
    pub(crate) fn ident(&self) -> IdentTopic {
        IdentTopic::new(self.0.clone())
    }
}

impl TryFrom<String> for TopicName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if name.trim().is_empty() {
            return Err("a topic has a name: it is empty; give one such as blocks".to_owned());
        }
        if name.len() > LONGEST_NAME {
            let len = name.len();
            return Err(format!(
                "the name of a topic has {len} bytes: give {LONGEST_NAME} at most"
            ));
        }
        Ok(Self(name))
    }
}

impl FromStr for TopicName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::try_from(name.to_owned())
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Default for TopicRules {
    fn default() -> Self {
        Self { max_size: 65_536, max_rate: None, signed: true }
    }
}

impl Violation {
    /// Name under which it is reported, and under which `[policy.weights]` can give it a weight.
    pub(crate) fn misbehavior(self) -> Misbehavior {
        let name = match self {
            Self::Oversized => Misbehavior::new("oversized-message"),
            Self::TooMany => Misbehavior::new("too-many-messages"),
            Self::Unsigned => Misbehavior::new("unsigned-message"),
        };
        name.unwrap_or(Misbehavior::INVALID_MESSAGE)
    }
}

/// More than any network's topics have, and little enough for a line of a log.
const LONGEST_NAME: usize = 256;
