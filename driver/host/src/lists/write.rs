//! Writes lists, one ban after another.

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use csv_core::{WriteResult, Writer};
use humantime::format_rfc3339_millis;
use peerwarden_core::{Cause, IpNet, Subject};
use serde::Serialize;

use super::export::{CrowdsecScope, ExportFormat, Exported, LONGEST};
use super::go_duration::GoDuration;
use crate::answers::Protected;
use crate::note::Note;
use crate::one_line::is_plain;
use crate::peer::PeerName;

/// A ban to be written down.
#[derive(Clone, Debug)]
pub(super) struct Exportable<P> {
    pub(super) subject: Subject<P>,
    pub(super) began: SystemTime,
    /// At least one.
    pub(super) causes: Vec<ExportedCause>,
}

/// One cause of it.
#[derive(Clone, Debug)]
pub(super) struct ExportedCause {
    pub(super) cause: Cause,
    /// None for ever.
    pub(super) until: Option<SystemTime>,
    pub(super) note: Option<Note>,
}

impl<P> Exportable<P> {
    /// When the last cause ends; `None` for never.
    fn until(&self) -> Option<SystemTime> {
        let mut ends = self.causes.iter().map(|each| each.until);
        ends.try_fold(UNIX_EPOCH, |last, end| Some(last.max(end?)))
    }

    fn note(&self) -> Option<&Note> {
        self.causes.iter().find_map(|each| each.note.as_ref())
    }
}

/// Writes a list of bans in one format.
#[derive(Debug)]
pub(super) struct ListWriter<W> {
    format: ExportFormat,
    out: W,
    now: SystemTime,
    exported: Exported,
}

impl<W: Write> ListWriter<W> {
    /// Begins a list of this node's own that is written right `now`, with what is known of it besides.
    pub(super) fn kept(mut out: W, now: SystemTime, about: &impl Serialize) -> io::Result<Self> {
        let written = format_rfc3339_millis(now);
        write!(out, "{{\n\"peerwarden\": 1,\n\"written\": \"{written}\",\n\"list\": ")?;
        serde_json::to_writer(&mut out, about)?;
        writeln!(out, ",\n\"bans\": [")?;
        let format = ExportFormat::Peerwarden;
        Ok(Self { format, out, now, exported: Exported::default() })
    }

    /// Begins a list that is written right `now`.
    pub(super) fn new(format: ExportFormat, mut out: W, now: SystemTime) -> io::Result<Self> {
        match format {
            ExportFormat::Bitcoin => writeln!(out, "{{\n  \"banned_nets\": [")?,
            ExportFormat::Crowdsec { csv: false, .. } => writeln!(out, "[")?,
            ExportFormat::Crowdsec { csv: true, .. } => {
                writeln!(out, "duration,scope,value,reason,type")?;
            }
            ExportFormat::Peerwarden => {
                let written = format_rfc3339_millis(now);
                writeln!(out, "{{\n\"peerwarden\": 1,\n\"written\": \"{written}\",\n\"bans\": [")?;
            }
            ExportFormat::Plain => {
                writeln!(out, "# Bans of a peerwarden node, {}", format_rfc3339_millis(now))?;
            }
        }
        Ok(Self { format, out, now, exported: Exported::default() })
    }

    /// Writes a ban, unless the format has no place for such a subject.
    pub(super) fn ban<P: PeerName>(&mut self, ban: &Exportable<P>) -> io::Result<()> {
        let fits = match (self.format, &ban.subject) {
            (ExportFormat::Bitcoin, Subject::Peer(_)) => false,
            (ExportFormat::Crowdsec { scope, .. }, subject) => scope == scope_of(subject),
            (ExportFormat::Bitcoin, Subject::Addr(_))
            | (ExportFormat::Peerwarden, _)
            | (ExportFormat::Plain, Subject::Addr(_)) => true,
            (ExportFormat::Plain, Subject::Peer(peer)) => is_one_word(&peer.to_string()),
        };
        if !fits {
            self.exported.left_out = self.exported.left_out.saturating_add(1);
            return Ok(());
        }
        match self.format {
            ExportFormat::Bitcoin => self.json(&bitcoin(ban, self.now)),
            ExportFormat::Crowdsec { csv: false, .. } => self.json(&self.decision(ban)),
            ExportFormat::Crowdsec { csv: true, .. } => self.row(&self.decision(ban)),
            ExportFormat::Peerwarden => self.json(&OwnBan::from(ban)),
            ExportFormat::Plain => match (&ban.subject, ban.note()) {
                (Subject::Addr(net), None) => writeln!(self.out, "{}", bare(net)),
                (Subject::Addr(net), Some(note)) => {
                    writeln!(self.out, "{} # {}", bare(net), note.why())
                }
                (Subject::Peer(peer), None) => writeln!(self.out, "peer:{peer}"),
                (Subject::Peer(peer), Some(note)) => {
                    writeln!(self.out, "peer:{peer} # {}", note.why())
                }
            },
        }?;
        self.exported.bans = self.exported.bans.saturating_add(1);
        Ok(())
    }

    /// Writes a protected subject. No ban may follow.
    pub(super) fn protected<P: PeerName>(&mut self, protected: &Protected<P>) -> io::Result<()> {
        let (before, tags) = match self.exported.protected {
            0 => ("\n],\n\"protected\": [\n", &protected.tags),
            _ => (",\n", &protected.tags),
        };
        self.out.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut self.out, &OwnProtected { subject: &protected.subject, tags })?;
        self.exported.protected = self.exported.protected.saturating_add(1);
        Ok(())
    }

    /// Ends the list.
    pub(super) fn finish(mut self) -> io::Result<Exported> {
        match self.format {
            ExportFormat::Bitcoin => writeln!(self.out, "\n  ]\n}}")?,
            ExportFormat::Crowdsec { csv: false, .. } => writeln!(self.out, "\n]")?,
            ExportFormat::Crowdsec { csv: true, .. } => {}
            ExportFormat::Peerwarden if self.exported.protected == 0 => {
                writeln!(self.out, "\n],\n\"protected\": []\n}}")?;
            }
            ExportFormat::Peerwarden => writeln!(self.out, "\n]\n}}")?,
            ExportFormat::Plain => writeln!(self.out, "# {} entries", self.exported.bans)?,
        }
        self.out.flush()?;
        Ok(self.exported)
    }

    fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        if self.exported.bans > 0 {
            writeln!(self.out, ",")?;
        }
        Ok(serde_json::to_writer(&mut self.out, value)?)
    }

    fn decision<P: PeerName>(&self, ban: &Exportable<P>) -> Decision {
        let left = ban.until().and_then(|until| until.duration_since(self.now).ok());
        let left = left.unwrap_or(LONGEST_DECISION).min(LONGEST_DECISION).as_secs().max(1);
        let value = match &ban.subject {
            Subject::Addr(net) => bare(net),
            Subject::Peer(peer) => peer.to_string(),
        };
        Decision {
            duration: GoDuration::from(Duration::from_secs(left)).to_string(),
            scope: scope_of(&ban.subject).as_str(),
            value,
            reason: ban.note().map_or("peerwarden", Note::why).to_owned(),
            kind: "ban",
        }
    }

    fn row(&mut self, decision: &Decision) -> io::Result<()> {
        let Decision { duration, scope, value, reason, kind } = decision;
        let (mut writer, mut row, mut at) = (Writer::new(), vec![0; ROW], 0);
        for (column, field) in [duration, *scope, value, reason, *kind].into_iter().enumerate() {
            let free = row.get_mut(at..).unwrap_or_default();
            let (result, _, written) = writer.field(field.as_bytes(), free);
            at = at.saturating_add(written);
            let free = row.get_mut(at..).unwrap_or_default();
            let (ended, written) =
                if column == 4 { writer.terminator(free) } else { writer.delimiter(free) };
            at = at.saturating_add(written);
            if result != WriteResult::InputEmpty || ended != WriteResult::InputEmpty {
                return Err(io::Error::other("the name of a peer is too long for a row of CSV"));
            }
        }
        self.out.write_all(row.get(..at).unwrap_or_default())
    }
}

/// One of Bitcoin Core's bans.
#[derive(Serialize)]
struct BitcoinBan {
    version: u8,
    ban_created: u64,
    banned_until: u64,
    address: String,
}

fn bitcoin<P>(ban: &Exportable<P>, now: SystemTime) -> BitcoinBan {
    let seconds =
        |moment: SystemTime| moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    BitcoinBan {
        version: 1,
        ban_created: seconds(ban.began),
        banned_until: seconds(ban.until().unwrap_or(now + LONGEST)),
        address: match &ban.subject {
            Subject::Addr(net) => net.to_string(),
            Subject::Peer(_) => String::new(),
        },
    }
}

/// One of CrowdSec's decisions.
#[derive(Serialize)]
struct Decision {
    duration: String,
    scope: &'static str,
    value: String,
    reason: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A ban in peerwarden's own format.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct OwnBan<'a, P> {
    subject: &'a Subject<P>,
    causes: Vec<OwnCause<'a>>,
}

#[derive(Serialize)]
struct OwnCause<'a> {
    cause: Cause,
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
}

impl<'a, P> From<&'a Exportable<P>> for OwnBan<'a, P> {
    fn from(ban: &'a Exportable<P>) -> Self {
        let causes = ban.causes.iter().map(|each| OwnCause {
            cause: each.cause,
            until: match each.until {
                Some(until) => format_rfc3339_millis(until).to_string(),
                None => "forever".to_owned(),
            },
            note: each.note.as_ref().map(Note::why),
            by: each.note.as_ref().and_then(Note::who),
        });
        Self { subject: &ban.subject, causes: causes.collect() }
    }
}

/// A protected subject in peerwarden's own format.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct OwnProtected<'a, P> {
    subject: &'a Subject<P>,
    tags: &'a [crate::tag::Tag],
}

fn scope_of<P>(subject: &Subject<P>) -> CrowdsecScope {
    match subject {
        Subject::Addr(net) if net.prefix_len() == net.max_prefix_len() => CrowdsecScope::Ip,
        Subject::Addr(_) => CrowdsecScope::Range,
        Subject::Peer(_) => CrowdsecScope::Peer,
    }
}

/// A network as most programs read it: a single IP without the length of its prefix.
fn bare(net: &IpNet) -> String {
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}

/// What CrowdSec takes for longer it refuses.
const LONGEST_DECISION: Duration = Duration::from_secs(100_000 * 3_600);

/// Room for a row of CSV.
const ROW: usize = 4_096;

/// Whether a name is read again from a line as it was written: one that a stranger chose may hold the end
/// of the line, and the next one.
fn is_one_word(name: &str) -> bool {
    is_plain(name) && !name.contains([' ', '#'])
}
