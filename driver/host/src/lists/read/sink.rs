//! Collector of entries and faults while a list is read.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peerwarden_core::{Cause, Subject};

use super::ReadOptions;
use crate::lists::file::{LineFaults, LineProblem, ListEntry, ListFile, SkipReason};
use crate::lists::format::ListFormat;
use crate::lists::list::LAST_DAY;
use crate::lists::network::{ListedNetwork, parse_network, range_networks};
use crate::note::Note;
use crate::peer::PeerName;

/// What was read so far.
#[derive(Debug)]
pub(super) struct Sink<'a, P> {
    options: &'a ReadOptions,
    entries: Vec<ListEntry<P>>,
    pub(super) protected: Vec<Subject<P>>,
    faults: LineFaults,
    remarks: LineFaults,
    skipped: BTreeMap<SkipReason, usize>,
}

/// What is said of an entry besides its subject.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    pub(super) line: usize,
    pub(super) until: End,
    pub(super) cause: Option<Cause>,
    pub(super) note: Option<Note>,
}

/// When an entry ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum End {
    /// At this moment.
    At(SystemTime),
    /// When this much has passed since the list was written.
    In(Duration),
    /// The list does not say.
    #[default]
    Unsaid,
    /// It ended.
    Over,
}

impl End {
    pub(super) fn unix(seconds: i64) -> Self {
        match u64::try_from(seconds) {
            Ok(seconds) => {
                let moment = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
                moment.map_or(Self::Unsaid, Self::At)
            }
            Err(_) => Self::Over,
        }
    }
}

impl<'a, P: PeerName> Sink<'a, P> {
    pub(super) fn new(options: &'a ReadOptions) -> Self {
        Self {
            options,
            entries: Vec::new(),
            protected: Vec::new(),
            faults: LineFaults::default(),
            remarks: LineFaults::default(),
            skipped: BTreeMap::new(),
        }
    }

    /// Adds an IP or a network.
    pub(super) fn network(&mut self, text: &str, about: About) -> Result<(), LineProblem> {
        let ListedNetwork { net, masked } = parse_network(text).map_err(LineProblem::Network)?;
        if masked {
            self.remarks.push(about.line, text, LineProblem::Masked(net));
        }
        self.add(Subject::Addr(net), about);
        Ok(())
    }

    /// Adds all networks of a range.
    pub(super) fn range(
        &mut self,
        first: IpAddr,
        last: IpAddr,
        about: About,
    ) -> Result<(), LineProblem> {
        for net in range_networks(first, last).map_err(LineProblem::Range)? {
            self.add(Subject::Addr(net), about.clone());
        }
        Ok(())
    }

    /// Adds a peer.
    pub(super) fn peer(&mut self, name: &str, about: About) -> Result<(), LineProblem> {
        let peer = name.parse().map_err(|_| LineProblem::Peer)?;
        self.add(Subject::Peer(peer), about);
        Ok(())
    }

    pub(super) fn add(&mut self, subject: Subject<P>, about: About) {
        let About { line, until, cause, note } = about;
        let as_of = self.options.as_of;
        let until = match until {
            End::At(moment) => Some(moment),
            End::In(left) => as_of.checked_add(left),
            End::Unsaid => self.options.lasting.and_then(|lasting| as_of.checked_add(lasting)),
            End::Over => return self.skip(SkipReason::Ended),
        };
        let until = until.filter(|until| *until < UNIX_EPOCH + LAST_DAY);
        if until.is_some_and(|until| until <= self.options.now) {
            return self.skip(SkipReason::Ended);
        }
        if self.is_full() {
            return self.skip(SkipReason::TooMany);
        }
        self.entries.push(ListEntry { subject, until, cause, note, line });
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len().saturating_add(self.protected.len()) >= self.options.max_entries
    }

    pub(super) fn skip(&mut self, reason: SkipReason) {
        self.skip_many(reason, 1);
    }

    pub(super) fn skip_many(&mut self, reason: SkipReason, more: usize) {
        if more > 0 {
            let count = self.skipped.entry(reason).or_default();
            *count = count.saturating_add(more);
        }
    }

    pub(super) fn fault(&mut self, line: usize, value: &str, problem: LineProblem) {
        self.faults.push(line, value, problem);
    }

    pub(super) fn finish(self, format: ListFormat) -> ListFile<P> {
        let Self { options: _, mut entries, protected, faults, remarks, skipped } = self;
        entries.shrink_to_fit();
        ListFile { format, entries, protected, faults, remarks, skipped }
    }
}
