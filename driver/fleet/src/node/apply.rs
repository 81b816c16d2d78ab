//! The list `fleet`: what is believed goes onto it, and what is no longer comes off.

use std::time::SystemTime;

use peerwarden_core::{Cause, Subject};
use peerwarden_host::driver::Driver;
use peerwarden_host::lists::{ListError, ListRefusal};
use peerwarden_host::{Closed, PeerName, Timer};

use super::{FleetTask, PAGE};
use crate::counts::Withheld;
use crate::link::FleetLink;

impl<P: PeerName, L: FleetLink, T: Timer, D: Driver<P>> FleetTask<P, L, T, D> {
    /// Changes the list, a page at a time.
    pub(super) fn edit(&self, edits: Vec<(Subject<P>, Option<SystemTime>)>) -> Result<(), Closed> {
        for page in edits.chunks(PAGE) {
            let report = match self.lists.edit(&self.list, page.iter().cloned()) {
                Ok(report) => report,
                Err(ListError::Closed(closed)) => return Err(closed),
                Err(error) => {
                    self.log.list_failed(&error);
                    continue;
                }
            };
            for (why, entries) in &report.refused {
                let why = match why {
                    ListRefusal::Protected => Withheld::Protected,
                    ListRefusal::Exempt | ListRefusal::Full | ListRefusal::Ours | _ => {
                        Withheld::Limit
                    }
                };
                // Beyond the first few of a page they are not named.
                let mut fleet = self.shared.lock();
                entries.first.iter().for_each(|entry| fleet.refused_by_list(&entry.subject, why));
            }
        }
        Ok(())
    }

    /// Takes note of until when the engine bans what is believed, from before the start.
    pub(super) fn remember_bans(&mut self) -> Result<(), Closed> {
        let mut after = None;
        loop {
            let page = self.handle.bans(after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.cursor);
            let fleet = self.shared.lock();
            for ban in page {
                let is_believed = fleet.believed_until(&ban.subject).is_some();
                if let Some(until) = ban.causes.end_of(Cause::Remote).filter(|_| is_believed) {
                    self.banned_until.insert(ban.subject, until);
                }
            }
        }
    }
}
