//! Bans of this node itself, which it may tell others of.

use std::time::Duration;

use peerwarden_core::{Cause, Score, Subject};
use peerwarden_host::{Note, PeerName};

use crate::rules::LONGEST;
use crate::statement::{Counted, Says, Statement};
use crate::unix_millis::UnixMillis;

/// A ban of this node itself, for a cause that it may share.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnBan<P> {
    /// The banned subject.
    pub subject: Subject<P>,
    /// Cause of the ban.
    pub cause: Cause,
    /// When this cause ends; `None` if never.
    pub end: Option<UnixMillis>,
    /// The peer's offences on record.
    pub offences: u32,
    /// The score that it is banned for.
    pub score: Option<Score>,
    /// What it is banned for, most recent last.
    pub misdeeds: Vec<Counted>,
    /// Who banned it and why.
    pub note: Option<Note>,
}

impl<P: PeerName> OwnBan<P> {
    /// When the statement on it ends, if it is made now.
    pub(super) fn end_from(&self, now: UnixMillis) -> UnixMillis {
        let longest = now.later(LONGEST);
        self.end.map_or(longest, |end| end.min(longest))
    }

    pub(super) fn statement(&self, lasts: Duration, now: UnixMillis) -> Statement<P> {
        Statement {
            cause: Some(self.cause),
            offences: self.offences,
            score: self.score,
            misdeeds: self.misdeeds.clone(),
            note: self.note.clone(),
            ..Statement::new(self.subject.clone(), Says::Ban, lasts, now, 0)
        }
    }
}
