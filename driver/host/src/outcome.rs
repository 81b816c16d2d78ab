//! Outcome of one input, collected under the lock for logs and metrics.

use std::net::IpAddr;

use peerwarden_core::{
    Action, Cause, Direction, Instant, PeerStatus, Points, Subject, Until, Withheld,
};

use crate::engine::{Engine, EngineKey};
use crate::evidence::Evidence;
use crate::note::Note;
use crate::overrides::Overrides;
use crate::peer::PeerName;

/// What came of one input, for metrics and logs. Most often nothing, which does not allocate.
#[derive(Debug)]
pub(crate) struct Outcome<P> {
    /// How many scores were asked for.
    pub(crate) score_requests: u64,
    /// The driver's own answers to these.
    pub(crate) answered: Answered,
    /// Incidents that began or ended, in their order.
    pub(crate) incidents: Vec<bool>,
    /// Peers on their way to a ban by penalty.
    pub(crate) warned: Vec<Warned<P>>,
    /// How many peers were told to leave.
    pub(crate) disconnected: usize,
    /// Bans that began, moved, ended or were withheld, in their order.
    pub(crate) ban_events: Vec<BanEvent<P>>,
}

/// How the driver answered for the score of a peer that had left.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Answered {
    /// It did not have to.
    #[default]
    No,
    /// With the last score from before.
    Score,
    /// That there is none.
    Unavailable,
}

/// A peer that owes more than the policy's warning.
#[derive(Debug)]
pub(crate) struct Warned<P> {
    pub(crate) peer: P,
    pub(crate) owes: Points,
    pub(crate) offences: u32,
    pub(crate) why: Evidence,
}

/// A ban that began, moved, ended or was withheld.
#[derive(Debug)]
pub(crate) struct BanEvent<P> {
    pub(crate) kind: BanEventKind,
    pub(crate) subject: Subject<P>,
    pub(crate) cause: Cause,
    /// The peer's offences on record; none of a network, once it is forgotten, or of a ban that ends
    /// with many others.
    pub(crate) offences: Option<u32>,
    pub(crate) why: Evidence,
    /// Of a peer whose ban begins: where it was last seen, and which side opened its connections.
    pub(crate) addr: Option<IpAddr>,
    pub(crate) direction: Option<Direction>,
    /// What was noted on a ban that begins.
    pub(crate) note: Option<Note>,
}

/// What happened to a ban.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BanEventKind {
    Amended { until: Until },
    Banned { until: Until },
    Unbanned,
    Withheld { why: Withheld },
}

impl<P> Default for Outcome<P> {
    fn default() -> Self {
        Self {
            score_requests: 0,
            answered: Answered::No,
            incidents: Vec::new(),
            warned: Vec::new(),
            disconnected: 0,
            ban_events: Vec::new(),
        }
    }
}

impl<P: PeerName> Outcome<P> {
    /// Notes what the engine, which has just given these actions, made of an input.
    pub(crate) fn new<K: EngineKey<P>>(
        actions: &[Action<P>],
        engine: &Engine<P, K>,
        overrides: &Overrides<P>,
        now: Instant,
    ) -> Self {
        let mut all = Self::default();
        for action in actions {
            let (subject, cause, kind) = match action {
                Action::Amend { subject, cause, until } => {
                    (subject, *cause, BanEventKind::Amended { until: *until })
                }
                Action::Ban { subject, cause, until } => {
                    (subject, *cause, BanEventKind::Banned { until: *until })
                }
                Action::Unban { subject, cause } => (subject, *cause, BanEventKind::Unbanned),
                Action::Withhold { subject, cause, why } => {
                    (subject, *cause, BanEventKind::Withheld { why: *why })
                }
                Action::RequestScore { .. } => {
                    all.score_requests = all.score_requests.saturating_add(1);
                    continue;
                }
                Action::Incident { on } => {
                    all.incidents.push(*on);
                    continue;
                }
                Action::Warn { peer } => {
                    let status = engine.status(peer, now);
                    all.warned.push(Warned {
                        peer: peer.clone(),
                        owes: status.as_ref().map_or(Points::ZERO, |status| status.penalty),
                        offences: status.as_ref().map_or(0, |status| status.offences),
                        why: status
                            .map_or(Evidence::None, |status| Evidence::Misdeeds(status.misdeeds)),
                    });
                    continue;
                }
                Action::Disconnect { .. } => {
                    all.disconnected = all.disconnected.saturating_add(1);
                    continue;
                }
                Action::Dial { .. } | Action::Forget { .. } => continue,
            };
            let status = match subject {
                // A great many can end at once, and nobody reads of that many.
                Subject::Peer(_)
                    if kind == BanEventKind::Unbanned && all.ban_events.len() >= LOOKED_UP =>
                {
                    None
                }
                Subject::Peer(peer) => engine.status(peer, now),
                Subject::Addr(_) => None,
            };
            let begins = matches!(kind, BanEventKind::Banned { .. });
            all.ban_events.push(BanEvent {
                kind,
                subject: subject.clone(),
                cause,
                offences: status.as_ref().map(|status| status.offences),
                addr: status.as_ref().filter(|_| begins).and_then(|status| status.addr),
                direction: status.as_ref().filter(|_| begins).and_then(|status| status.direction),
                why: status.map_or(Evidence::None, |status| evidence(kind, cause, status)),
                note: begins.then(|| overrides.note(subject, cause)).flatten(),
            });
        }
        all
    }

    /// What stood against a ban of this subject for this cause, if one was withheld.
    pub(crate) fn withheld(&self, subject: &Subject<P>, cause: Cause) -> Option<Withheld> {
        self.ban_events.iter().find_map(|event| match event.kind {
            BanEventKind::Withheld { why } if event.cause == cause && event.subject == *subject => {
                Some(why)
            }
            BanEventKind::Amended { .. }
            | BanEventKind::Banned { .. }
            | BanEventKind::Unbanned
            | BanEventKind::Withheld { .. } => None,
        })
    }
}

fn evidence(kind: BanEventKind, cause: Cause, status: PeerStatus) -> Evidence {
    match (kind, cause) {
        (BanEventKind::Unbanned, _) => Evidence::None,
        (_, Cause::Application | Cause::Penalty) => Evidence::Misdeeds(status.misdeeds),
        (_, Cause::Score) => status.score.map_or(Evidence::None, Evidence::Score),
        _ => Evidence::None,
    }
}

/// Of how many bans that one input ends the offences are noted.
const LOOKED_UP: usize = 64;
