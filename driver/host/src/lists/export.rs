//! Bans in force, written down as a list.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use peerwarden_core::{Cause, Instant, Until};
use serde::Serialize;

use super::format::ListFormat;
use super::write::{Exportable, ExportedCause, ListWriter};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::listing::Ban;
use crate::peer::PeerName;

/// How bans are to be written down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExportOptions {
    pub(super) format: ExportFormat,
    causes: Vec<Cause>,
}

impl ExportOptions {
    /// Returns options to write all bans in this format.
    #[must_use]
    pub const fn new(format: ExportFormat) -> Self {
        Self { format, causes: Vec::new() }
    }

    /// Sets the causes whose bans are written; empty, the default, for all.
    #[must_use]
    pub fn with_causes(mut self, causes: Vec<Cause>) -> Self {
        self.causes = causes;
        self
    }
}

/// A format that lists are written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ExportFormat {
    /// Bitcoin Core's `banlist.json`: networks alone.
    Bitcoin,
    /// What `cscli decisions import` takes: subjects of one scope, since it can apply one scope to all.
    Crowdsec {
        /// The scope.
        scope: CrowdsecScope,
        /// Whether it is CSV instead of JSON.
        csv: bool,
    },
    /// This project's own, which has everything: causes, ends, notes and protected subjects.
    Peerwarden,
    /// A network or a peer a line. Ends are not written.
    Plain,
}

impl ExportFormat {
    /// Returns the name of the format.
    #[must_use]
    pub const fn list_format(self) -> ListFormat {
        match self {
            Self::Bitcoin => ListFormat::Bitcoin,
            Self::Crowdsec { .. } => ListFormat::Crowdsec,
            Self::Peerwarden => ListFormat::Peerwarden,
            Self::Plain => ListFormat::Plain,
        }
    }
}

/// What subjects CrowdSec's decisions are about.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CrowdsecScope {
    /// Single IPs.
    Ip,
    /// Peers, in the scope `peerid`.
    Peer,
    /// Networks.
    Range,
}

impl CrowdsecScope {
    /// Returns the name as CrowdSec writes it: `Ip`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "Ip",
            Self::Peer => "peerid",
            Self::Range => "Range",
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// How many bans.
    pub bans: usize,
    /// How many protected subjects.
    pub protected: usize,
    /// How many bans were left out because the format has no place for such subjects.
    pub left_out: usize,
}

/// Why bans were not written, or not all of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// It could not be written.
    #[error("the list cannot be written: {0}")]
    Write(#[from] io::Error),
}

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Writes the bans in force to `out`, some hundred at a time, and what is protected if the format has
    /// that. What begins or ends meanwhile may be missing.
    ///
    /// # Errors
    ///
    /// [`ExportError`] if the node was shut down, or `out` fails.
    pub fn export_bans(
        &self,
        options: &ExportOptions,
        out: impl Write,
    ) -> Result<Exported, ExportError> {
        let (wall, now) = self.shared()?.clocks();
        let clock = Clocks { wall, now };
        let mut writer = ListWriter::new(options.format, out, wall)?;
        let mut after = None;
        loop {
            let page = self.bans(after, PAGE)?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.cursor);
            for ban in page {
                if let Some(ban) = clock.exportable(ban, &options.causes) {
                    writer.ban(&ban)?;
                }
            }
        }
        if options.format == ExportFormat::Peerwarden {
            let mut after = None;
            loop {
                let page = self.protected(after.as_ref(), PAGE)?;
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(last.subject.clone());
                for protected in &page {
                    writer.protected(protected)?;
                }
            }
        }
        Ok(writer.finish()?)
    }
}

/// The same moment on both clocks.
#[derive(Clone, Copy)]
struct Clocks {
    wall: SystemTime,
    now: Instant,
}

impl Clocks {
    /// The ban without the causes that are not asked for, if there are others.
    fn exportable<P>(self, ban: Ban<P>, asked: &[Cause]) -> Option<Exportable<P>> {
        let wanted = |cause: Cause| asked.is_empty() || asked.contains(&cause);
        let causes = ban.causes.iter().filter(|active| wanted(active.cause));
        let causes: Vec<_> = causes
            .map(|active| ExportedCause {
                cause: active.cause,
                until: match active.until {
                    Until::At(end) => Some(self.wall_at(end)),
                    Until::Forever => None,
                },
                note: ban.notes.get(active.cause).cloned(),
            })
            .collect();
        let began = self.wall_at(ban.began);
        (!causes.is_empty()).then_some(Exportable { subject: ban.subject, began, causes })
    }

    fn wall_at(self, at: Instant) -> SystemTime {
        let ahead = at.saturating_duration_since(self.now);
        let ago = self.now.saturating_duration_since(at);
        let moment = self.wall.checked_add(ahead).and_then(|moment| moment.checked_sub(ago));
        moment.unwrap_or(self.wall)
    }
}

/// How many bans are read at a time.
const PAGE: usize = 256;

/// How long a ban lasts at most where an end has to be written: a hundred years.
pub(super) const LONGEST: Duration = Duration::from_secs(3_155_760_000);
