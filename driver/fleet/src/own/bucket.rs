//! Own entries of the bucket, as they are read and written.

use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::PeerName;

use super::{AGAIN, Own, Said};
use crate::statement::Statement;
use crate::unix_millis::UnixMillis;

impl<P: PeerName> Own<P> {
    /// Takes note of an own statement that is in the bucket.
    pub(crate) fn seen(&mut self, statement: &Statement<P>, now: UnixMillis) {
        let entry = self.entry(&statement.subject);
        let known = entry.said.map_or(0, |said| said.seq);
        if statement.seq < known {
            entry.said.iter_mut().for_each(|said| said.is_stored = false);
            self.plan(&statement.subject, Some(now));
            return;
        }
        let (says, seq, at, end) =
            (statement.says, statement.seq, statement.issued, statement.end());
        self.set_said(
            &statement.subject,
            Said { says, seq, end, at, is_stored: true, is_seen: true },
        );
    }

    /// Takes note that everything in the bucket is going to be read.
    pub(crate) fn snapshot_began(&mut self) {
        let said = self.entries.values_mut().filter_map(|entry| entry.said.as_mut());
        said.for_each(|said| said.is_seen = false);
    }

    /// Takes note that everything in the bucket was read: what is not in it is said anew.
    pub(crate) fn caught_up(&mut self, now: UnixMillis, mut delay: impl FnMut() -> Duration) {
        let mut missing = Vec::new();
        for (subject, entry) in &mut self.entries {
            if let Some(said) = entry.said.as_mut().filter(|said| !said.is_seen && said.end > now) {
                said.is_stored = false;
                missing.push(subject.clone());
            }
        }
        for subject in missing {
            self.plan(&subject, Some(now.later(delay())));
        }
    }

    /// Takes note of whether the bucket has taken what was said.
    pub(crate) fn stored(
        &mut self,
        subject: &Subject<P>,
        seq: u64,
        is_stored: bool,
        now: UnixMillis,
    ) {
        let Some(said) = self.entries.get_mut(subject).and_then(|entry| entry.said.as_mut()) else {
            return;
        };
        if said.seq != seq {
            return;
        }
        said.is_stored = is_stored;
        if !is_stored {
            self.plan(subject, Some(now.later(AGAIN)));
        }
    }
}
