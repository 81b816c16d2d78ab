//! Entries of the bucket: checked, cheap checks first, and taken in.

use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::PeerName;

use super::{Decision, Fleet, Neighbors};
use crate::alarm::Alarm;
use crate::counts::Refused;
use crate::key::{Author, Key, KeyParts};
use crate::roster::{Roster, RosterError};
use crate::statement::{Statement, StatementError};
use crate::unix_millis::UnixMillis;
use crate::votes::Vote;

impl<P: PeerName> Fleet<P> {
    pub(super) fn entry(
        &mut self,
        key: &Key,
        value: &[u8],
        age: Duration,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        let taken = match key.parts() {
            Some(KeyParts::Roster) => {
                self.roster_entry(value, now, neighbors, out);
                return;
            }
            // A deleted entry says nothing.
            _ if value.is_empty() => return,
            _ if value.len() > Statement::<P>::MAX_LEN => Err(Refused::Size),
            Some(KeyParts::Statement { author, subject }) => {
                self.statement_entry(&author, subject, value, age, now)
            }
            None => Err(Refused::Key),
        };
        match taken {
            Ok(Some(subject)) if self.is_caught_up => self.reckon(&subject, now, neighbors, out),
            Ok(_) => {}
            Err(why) => self.refuse(why),
        }
    }

    /// Takes in a statement. Returns its subject if something changed.
    fn statement_entry(
        &mut self,
        author: &Author,
        subject: Subject<P>,
        value: &[u8],
        age: Duration,
        now: UnixMillis,
    ) -> Result<Option<Subject<P>>, Refused> {
        let Some((number, entry)) = self.votes.known(author) else {
            self.missed_members |= matches!(author, Author::Member(_));
            return Err(Refused::Member);
        };
        let id = entry.id.ok_or(Refused::Member)?;
        let opened = Statement::<P>::open(value).map_err(|error| match error {
            StatementError::Size { .. } => Refused::Size,
            StatementError::Version { .. } => Refused::Version,
            StatementError::Json(_)
            | StatementError::Lines
            | StatementError::Misdeeds { .. }
            | StatementError::Subject => Refused::Form,
        })?;
        if opened.author != author.to_string() {
            return Err(Refused::Member);
        }
        if opened.fleet != self.name.as_str() {
            return Err(Refused::Fleet);
        }
        let statement = &opened.statement;
        if statement.subject != subject {
            return Err(Refused::Key);
        }
        let known = self.votes.get(&subject, number).copied();
        if known.is_some_and(|known| statement.seq < known.seq) {
            self.see_own(number, statement, now);
            return Err(Refused::Seq);
        }
        let vote = Vote::new(number, statement, age, now)?;
        let is_repeated = known.is_some_and(|known| statement.seq == known.seq);
        if !is_repeated {
            self.votes.has_room(&subject, number, statement.says, self.rules.max_statements)?;
        }
        if !opened.is_signed_by(&id) {
            return Err(Refused::Signature);
        }
        self.see_own(number, statement, now);
        if is_repeated {
            // A server that puts it there again does not make it last longer.
            let changed = self.votes.shorten(&subject, number, vote.end);
            return Ok(changed.then_some(subject));
        }
        if self.is_caught_up {
            self.counts.lag.record(now.since(statement.issued));
        }
        self.votes.insert(&subject, vote, now);
        Ok(Some(subject))
    }

    /// Compares an own entry with what this node last said.
    fn see_own(&mut self, author: u32, statement: &Statement<P>, now: UnixMillis) {
        if self.my_number() == Some(author) {
            self.own.seen(statement, now);
        }
    }

    /// Follows the roster of the bucket, if the settings have none.
    fn roster_entry(
        &mut self,
        value: &[u8],
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
        out: &mut Vec<Decision<P>>,
    ) {
        if self.has_fixed_roster || value.is_empty() {
            return;
        }
        let (roster, seq) = match Roster::open(value, &self.name, &self.operators) {
            Ok(opened) => opened,
            Err(error) => {
                self.refuse(match error {
                    RosterError::Fleet => Refused::Fleet,
                    RosterError::Signature => Refused::Signature,
                    RosterError::Size { .. } => Refused::Size,
                    RosterError::Version { .. } => Refused::Version,
                    RosterError::Group { .. }
                    | RosterError::Id { .. }
                    | RosterError::Json(_)
                    | RosterError::Lines
                    | RosterError::Name { .. }
                    | RosterError::TooMany { .. } => Refused::Roster,
                });
                out.push(Decision::Alarm(Alarm::WrongRoster { error: error.to_string() }));
                return;
            }
        };
        if seq <= self.roster_seq {
            if seq < self.roster_seq {
                self.refuse(Refused::Seq);
            }
            return;
        }
        self.roster_seq = seq;
        if roster == self.roster {
            return;
        }
        let members = roster.members().len();
        let changed = self.follow(roster);
        let is_member = self.myself.is_some();
        out.push(Decision::Alarm(Alarm::Roster { members, is_member }));
        if self.is_caught_up {
            for subject in changed {
                self.reckon(&subject, now, neighbors, out);
            }
        }
        if std::mem::take(&mut self.missed_members) {
            out.push(Decision::ReadAnew);
        }
    }
}
