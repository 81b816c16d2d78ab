//! Changes of lists, for subscribers.

use std::fmt;

use serde::Serialize;

use super::name::ListName;

/// A change of a list, in numbers. Prints as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListChange {
    /// The name of the list.
    pub list: ListName,
    /// What happened to it.
    pub kind: ListChangeKind,
    /// How many subjects it names since.
    pub entries: usize,
    /// How many bans began because of it.
    pub new: usize,
    /// How many bans have another end because of it.
    pub changed: usize,
    /// How many bans were taken back because no list names the subject any more.
    pub gone: usize,
    /// How many of its subjects are not banned: they are protected, exempt, this node's own, or too many.
    pub refused: usize,
    /// How many of its lines are wrong.
    pub faults: usize,
}

/// What happened to a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListChangeKind {
    /// It was taken away.
    Deleted,
    /// Single entries were put in or taken out.
    Edited,
    /// It could not be read; what it said before counts on.
    Failed,
    /// It was read as a whole, for the first time or again.
    Loaded,
}

impl ListChangeKind {
    /// Returns the name, in lower case: `loaded`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Edited => "edited",
            Self::Failed => "failed",
            Self::Loaded => "loaded",
        }
    }
}

/// `list level1 loaded: 611 entries; 3 new, 0 changed, 1 gone, 11 refused, 0 faults`.
impl fmt::Display for ListChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { list, kind, entries, new, changed, gone, refused, faults } = self;
        let (noun, plural) =
            (if *entries == 1 { "entry" } else { "entries" }, if *faults == 1 { "" } else { "s" });
        write!(f, "list {list} {}: {entries} {noun}; {new} new", kind.as_str())?;
        write!(f, ", {changed} changed, {gone} gone, {refused} refused, {faults} fault{plural}")
    }
}
