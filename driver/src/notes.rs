//! What is kept of one input until the lock is released.

use libp2p::PeerId;
use peerwarden_core::{
    Action, Cause, Instant, Misdeed, PeerStatus, Score, Subject, Until, Withheld,
};

use crate::shared::Engine;

/// What came of one input, for metrics and logs. Most often nothing, which does not allocate.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// How many scores were asked for.
    pub(crate) asked: u64,
    /// How many peers were told to leave.
    pub(crate) disconnected: usize,
    /// Bans that began, moved, ended or were withheld, in their order.
    pub(crate) notes: Vec<Note>,
}

/// A ban that began, moved, ended or was withheld.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) kind: NoteKind,
    pub(crate) subject: Subject<PeerId>,
    pub(crate) cause: Cause,
    /// The peer's offences on record; none of a network, once it is forgotten, or of a ban that ends
    /// with many others.
    pub(crate) offences: Option<u32>,
    pub(crate) why: Why,
}

/// What is known of the reasons for a ban that begins, moves or is withheld.
#[derive(Debug)]
pub(crate) enum Why {
    /// Most recent last.
    Misdeeds(Vec<Misdeed>),
    Score(Score),
    /// The cause says it all.
    Unsaid,
}

/// What happened to a ban.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NoteKind {
    Amended { until: Until },
    Banned { until: Until },
    Unbanned,
    Withheld { why: Withheld },
}

impl Notes {
    /// Notes what the engine, which has just given these actions, made of an input.
    pub(crate) fn of(actions: &[Action<PeerId>], engine: &Engine, now: Instant) -> Self {
        let mut all = Self::default();
        for action in actions {
            let (subject, cause, kind) = match action {
                Action::Amend { subject, cause, until } => {
                    (subject, *cause, NoteKind::Amended { until: *until })
                }
                Action::Ban { subject, cause, until } => {
                    (subject, *cause, NoteKind::Banned { until: *until })
                }
                Action::Unban { subject, cause } => (subject, *cause, NoteKind::Unbanned),
                Action::Withhold { subject, cause, why } => {
                    (subject, *cause, NoteKind::Withheld { why: *why })
                }
                Action::RequestScore { .. } => {
                    all.asked = all.asked.saturating_add(1);
                    continue;
                }
                Action::Disconnect { .. } => {
                    all.disconnected = all.disconnected.saturating_add(1);
                    continue;
                }
                Action::Dial { .. }
                | Action::Forget { .. }
                | Action::Incident { .. }
                | Action::Warn { .. } => continue,
            };
            let status = match subject {
                // A great many can end at once, and nobody reads of that many.
                Subject::Peer(_) if kind == NoteKind::Unbanned && all.notes.len() >= LOOKED_UP => {
                    None
                }
                Subject::Peer(peer) => engine.status(peer, now),
                Subject::Addr(_) => None,
            };
            all.notes.push(Note {
                kind,
                subject: subject.clone(),
                cause,
                offences: status.as_ref().map(|status| status.offences),
                why: status.map_or(Why::Unsaid, |status| Why::of(kind, cause, status)),
            });
        }
        all
    }

    /// What stood against a ban of this subject for this cause, if one was withheld.
    pub(crate) fn withheld(&self, subject: &Subject<PeerId>, cause: Cause) -> Option<Withheld> {
        self.notes.iter().find_map(|note| match note.kind {
            NoteKind::Withheld { why } if note.cause == cause && note.subject == *subject => {
                Some(why)
            }
            NoteKind::Amended { .. }
            | NoteKind::Banned { .. }
            | NoteKind::Unbanned
            | NoteKind::Withheld { .. } => None,
        })
    }
}

impl Why {
    fn of(kind: NoteKind, cause: Cause, status: PeerStatus) -> Self {
        match (kind, cause) {
            (NoteKind::Unbanned, _) => Self::Unsaid,
            (_, Cause::Application | Cause::Penalty) => Self::Misdeeds(status.misdeeds),
            (_, Cause::Score) => status.score.map_or(Self::Unsaid, Self::Score),
            (_, Cause::Address | Cause::Operator | Cause::Remote) => Self::Unsaid,
        }
    }
}

/// Of how many bans that one input ends the offences are noted.
const LOOKED_UP: usize = 64;
