//! Orders, pardons and rosters of operators.

use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::{Note, PeerName};

use crate::key::{Author, Key};
use crate::name::FleetName;
use crate::roster::Roster;
use crate::sealed::SealError;
use crate::signing::{PublicKey, SecretKey};
use crate::statement::{Says, Statement};
use crate::unix_millis::UnixMillis;

/// An operator of a fleet: makes what nodes that name its key in `operator_keys` follow. Each answer is a key of
/// the bucket and the value to write there.
///
/// The numbers of what it says are the time, so that the last word counts whichever program says it.
#[derive(Debug)]
pub struct Operator {
    fleet: FleetName,
    key: SecretKey,
}

impl Operator {
    /// Returns the operator with this key.
    #[must_use]
    pub const fn new(fleet: FleetName, key: SecretKey) -> Self {
        Self { fleet, key }
    }

    /// Returns the key that nodes know the operator by.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// Has all nodes ban a subject for so long: it counts as a quorum, and stands against pardons from before.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the peer's name is too long to be written down.
    pub fn order<P: PeerName>(
        &self,
        subject: Subject<P>,
        lasts: Duration,
        note: Option<Note>,
        now: UnixMillis,
    ) -> Result<(Key, Vec<u8>), SealError> {
        self.say(subject, Says::Ban, lasts, note, now)
    }

    /// Has no node ban a subject for the fleet for so long, whatever members say, and takes back an own order.
    /// What a node itself bans stays banned there.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the peer's name is too long to be written down.
    pub fn pardon<P: PeerName>(
        &self,
        subject: Subject<P>,
        lasts: Duration,
        note: Option<Note>,
        now: UnixMillis,
    ) -> Result<(Key, Vec<u8>), SealError> {
        self.say(subject, Says::Pardon, lasts, note, now)
    }

    /// Takes back what the operator said of a subject. `lasts` is how much of that was left, at least.
    ///
    /// # Errors
    ///
    /// [`SealError`] if the peer's name is too long to be written down.
    pub fn withdraw<P: PeerName>(
        &self,
        subject: Subject<P>,
        lasts: Duration,
        now: UnixMillis,
    ) -> Result<(Key, Vec<u8>), SealError> {
        self.say(subject, Says::Withdrawn, lasts, None, now)
    }

    /// Has nodes whose settings name no members follow this roster.
    ///
    /// # Errors
    ///
    /// [`SealError`] if there are too many members for a value.
    pub fn roster(&self, roster: &Roster, now: UnixMillis) -> Result<(Key, Vec<u8>), SealError> {
        let value = roster.seal(&self.fleet, &self.key, now, now.0)?;
        Ok((Key::roster(), value))
    }

    fn say<P: PeerName>(
        &self,
        subject: Subject<P>,
        says: Says,
        lasts: Duration,
        note: Option<Note>,
        now: UnixMillis,
    ) -> Result<(Key, Vec<u8>), SealError> {
        let author = Author::Operator(self.public());
        let statement = Statement { note, ..Statement::new(subject, says, lasts, now, now.0) };
        let value = statement.seal(&self.fleet, &author.to_string(), &self.key)?;
        Ok((Key::statement(&author, &statement.subject), value))
    }
}
