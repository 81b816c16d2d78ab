//! Answers of the admin API, as far as they are printed for people.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::clock::End;
use super::failure::Failure;
use super::node_client::NodeClient;

/// A cause for which a subject is banned.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ActiveCause {
    pub(crate) cause: String,
    pub(crate) until: End,
}

/// What was noted on a ban.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Note {
    pub(crate) why: String,
    pub(crate) who: Option<String>,
}

/// Notes by the cause that they belong to.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Notes {
    pub(crate) operator: Option<Note>,
    pub(crate) remote: Option<Note>,
}

/// A kind of misbehavior of a peer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Misdeed {
    pub(crate) misbehavior: String,
    pub(crate) times: u64,
    pub(crate) last: f64,
}

/// A ban in force.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Ban {
    pub(crate) subject: String,
    pub(crate) causes: Vec<ActiveCause>,
    pub(crate) until: End,
    pub(crate) began: f64,
    pub(crate) notes: Notes,
    /// Of a peer, where it was last seen.
    pub(crate) addr: Option<String>,
    pub(crate) direction: Option<String>,
    pub(crate) lists: Vec<Naming>,
    pub(crate) offences: Option<u64>,
    pub(crate) misdeeds: Vec<Misdeed>,
    pub(crate) score: Option<f64>,
}

/// What is held of a peer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Peer {
    pub(crate) peer: String,
    pub(crate) status: Status,
    pub(crate) last_score: Option<f64>,
}

/// How a peer stands.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Status {
    pub(crate) penalty: f64,
    pub(crate) offences: u64,
    pub(crate) causes: Vec<ActiveCause>,
    pub(crate) misdeeds: Vec<Misdeed>,
    pub(crate) connected: bool,
    pub(crate) protected: bool,
    pub(crate) standing: bool,
    pub(crate) addr: Option<String>,
    pub(crate) direction: Option<String>,
    pub(crate) connected_since: Option<f64>,
}

/// A ban that refuses a connection.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reason {
    /// The banned network; none if it is the peer itself.
    pub(crate) network: Option<String>,
    pub(crate) cause: String,
    pub(crate) until: End,
    pub(crate) note: Option<Note>,
    pub(crate) lists: Vec<Naming>,
}

/// A list that names a subject.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Naming {
    list: String,
}

/// A protected subject.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Protected {
    pub(crate) subject: String,
    pub(crate) tags: Vec<String>,
}

/// All lists of bans.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Lists {
    pub(crate) lists: Vec<List>,
}

/// A list of bans.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) format: Option<String>,
    pub(crate) entries: u64,
    /// How many of these are not banned.
    pub(crate) refused: u64,
    pub(crate) loaded: Option<String>,
    pub(crate) error: Option<String>,
}

/// `"scans our ports" (ana)`.
impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", super::text::plain(&self.why))?;
        match &self.who {
            Some(who) => write!(f, " ({})", super::text::plain(who)),
            None => Ok(()),
        }
    }
}

impl Notes {
    /// The note on bans with this cause.
    pub(crate) fn of(&self, cause: &str) -> Option<&Note> {
        match cause {
            "operator" => self.operator.as_ref(),
            "remote" => self.remote.as_ref(),
            _ => None,
        }
    }
}

/// `list level1`, or `lists level1, tor`; nothing if no list names it.
pub(crate) fn lists(naming: &[Naming]) -> String {
    let names: Vec<_> = naming.iter().map(|each| super::text::plain(&each.list)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("list {one}"),
        several => format!("lists {}", several.join(", ")),
    }
}

/// Reads an answer as what it should be.
pub(crate) fn read<T: DeserializeOwned>(answer: &Value, node: &NodeClient) -> Result<T, Failure> {
    T::deserialize(answer).map_err(|_| node.not_understood())
}
