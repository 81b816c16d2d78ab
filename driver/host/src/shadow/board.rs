//! Comparison of a shadow policy with the policy in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use peerwarden_core::{Action, Cause, Config, Instant, Subject, Until};

use super::name::ShadowName;
use super::status::{
    ShadowBan, ShadowBans, ShadowNotice, ShadowStatus, ShadowTallies, ShadowVerdict,
};
use crate::evidence::Evidence;
use crate::outcome::{BanEvent, BanEventKind};
use crate::peer::PeerName;

/// What a shadow policy would have done, beside what was done.
#[derive(Debug)]
pub(super) struct Board<P> {
    name: ShadowName,
    pub(super) config: Arc<Config>,
    since: Instant,
    pub(super) inputs: u64,
    pub(super) lost: u64,
    shadow: Side<P>,
    in_force: Side<P>,
    unlisted: u64,
    bans: BTreeMap<Subject<P>, ShadowBan<P>>,
}

/// The bans under one of the two policies.
#[derive(Debug)]
struct Side<P> {
    began: ShadowBans,
    /// The subjects that an automatic cause has banned.
    banned: BTreeSet<Subject<P>>,
}

/// A change of a ban.
struct Change<'a, P> {
    subject: &'a Subject<P>,
    cause: Cause,
    kind: BanEventKind,
    evidence: Evidence,
    offences: Option<u32>,
}

impl<P: PeerName> Board<P> {
    /// Begins with what is banned, which is the same under both.
    pub(super) fn new(
        name: ShadowName,
        config: Arc<Config>,
        since: Instant,
        banned: BTreeSet<Subject<P>>,
    ) -> Self {
        let side = |banned| Side { began: ShadowBans::default(), banned };
        Self {
            name,
            config,
            since,
            inputs: 0,
            lost: 0,
            shadow: side(banned.clone()),
            in_force: side(banned),
            unlisted: 0,
            bans: BTreeMap::new(),
        }
    }

    /// Notes what the policy in force did.
    pub(super) fn note_in_force(&mut self, action: &Action<P>, at: Instant) {
        let (subject, cause, kind) = match action {
            Action::Amend { subject, cause, until } => {
                (subject, *cause, BanEventKind::Amended { until: *until })
            }
            Action::Ban { subject, cause, until } => {
                (subject, *cause, BanEventKind::Banned { until: *until })
            }
            Action::Unban { subject, cause } => (subject, *cause, BanEventKind::Unbanned),
            Action::Dial { .. }
            | Action::Disconnect { .. }
            | Action::Forget { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Warn { .. }
            | Action::Withhold { .. } => return,
        };
        let change = Change { subject, cause, kind, evidence: Evidence::None, offences: None };
        self.in_force.note(change.subject, change.cause, change.kind);
        self.list(change, at, |ban| &mut ban.in_force);
    }

    /// Notes what the shadow policy would have done, and gives what is told of it, if that is anything.
    pub(super) fn note_shadow(
        &mut self,
        event: BanEvent<P>,
        at: Instant,
    ) -> Option<ShadowNotice<P>> {
        let BanEvent { kind, subject, cause, offences, why: evidence, .. } = event;
        self.shadow.note(&subject, cause, kind);
        let change =
            Change { subject: &subject, cause, kind, evidence: evidence.clone(), offences };
        self.list(change, at, |ban| &mut ban.shadow);
        let until = match kind {
            BanEventKind::Banned { until } => Some(until),
            BanEventKind::Unbanned => None,
            BanEventKind::Amended { .. } | BanEventKind::Withheld { .. } => return None,
        };
        let banned_in_force = self.in_force.banned.contains(&subject);
        let policy = self.name.clone();
        cause.is_automatic().then_some(ShadowNotice {
            policy,
            subject,
            cause,
            until,
            evidence,
            offences,
            banned_in_force,
        })
    }

    /// Returns how the policy does.
    pub(super) fn status(&self) -> ShadowStatus {
        let count = |wanted: (bool, bool)| {
            let is = |ban: &&ShadowBan<P>| (ban.shadow.is_some(), ban.in_force.is_some()) == wanted;
            u64::try_from(self.bans.values().filter(is).count()).unwrap_or(u64::MAX)
        };
        ShadowStatus {
            name: self.name.clone(),
            since: self.since,
            inputs: self.inputs,
            lost: self.lost,
            bans: self.shadow.began,
            bans_in_force: self.in_force.began,
            banned: self.shadow.banned.len(),
            banned_in_force: self.in_force.banned.len(),
            only_shadow: count((true, false)),
            only_in_force: count((false, true)),
            both: count((true, true)),
            unlisted: self.unlisted,
        }
    }

    /// Returns the subjects that were banned under either policy, those under one alone first.
    pub(super) fn bans(&self, most: usize) -> Vec<ShadowBan<P>> {
        let differs = |ban: &&ShadowBan<P>| ban.shadow.is_some() != ban.in_force.is_some();
        let (differing, same) = (self.bans.values(), self.bans.values());
        let differing = differing.filter(differs);
        differing.chain(same.filter(|ban| !differs(ban))).take(most).cloned().collect()
    }

    /// Returns what metrics say.
    pub(super) fn tallies(&self) -> ShadowTallies {
        ShadowTallies {
            name: self.name.clone(),
            bans: self.shadow.began,
            banned: self.shadow.banned.len(),
            lost: self.lost,
        }
    }

    /// Notes a change on the list of subjects, on one of the two sides. Those whose ban began before are not on
    /// it.
    fn list(
        &mut self,
        change: Change<'_, P>,
        at: Instant,
        side: impl Fn(&mut ShadowBan<P>) -> &mut Option<ShadowVerdict>,
    ) {
        let Change { subject, cause, kind, evidence, offences } = change;
        let is_full = self.bans.len() >= MOST_LISTED;
        let known = self.bans.get_mut(subject);
        match kind {
            BanEventKind::Banned { until } if cause.is_automatic() => {
                let ban = match known {
                    Some(ban) => ban,
                    None if is_full => {
                        self.unlisted = self.unlisted.saturating_add(1);
                        return;
                    }
                    None => self.bans.entry(subject.clone()).or_insert_with(|| ShadowBan {
                        subject: subject.clone(),
                        shadow: None,
                        in_force: None,
                    }),
                };
                let side = side(ban);
                let (times, first) = side.as_ref().map_or((0, at), |last| (last.times, last.first));
                let (times, until) = (times.saturating_add(1), Some(until));
                *side = Some(ShadowVerdict { times, first, cause, until, evidence, offences });
            }
            BanEventKind::Amended { until } => set_end(known.map(side), cause, Some(until)),
            BanEventKind::Unbanned => {
                if let Some(verdict) = known.and_then(|ban| side(ban).as_mut()) {
                    verdict.until = None;
                }
            }
            BanEventKind::Banned { .. } | BanEventKind::Withheld { .. } => {}
        }
    }
}

/// Moves the end of the last ban, if it is by this cause.
fn set_end(verdict: Option<&mut Option<ShadowVerdict>>, cause: Cause, until: Option<Until>) {
    if let Some(Some(verdict)) = verdict
        && verdict.cause == cause
    {
        verdict.until = until;
    }
}

impl<P: PeerName> Side<P> {
    fn note(&mut self, subject: &Subject<P>, cause: Cause, kind: BanEventKind) {
        match kind {
            BanEventKind::Banned { .. } if cause.is_automatic() => {
                self.began.add(cause);
                self.banned.insert(subject.clone());
            }
            BanEventKind::Unbanned => {
                self.banned.remove(subject);
            }
            BanEventKind::Amended { .. }
            | BanEventKind::Banned { .. }
            | BanEventKind::Withheld { .. } => {}
        }
    }
}

/// Subjects that are listed: as many as fit on any screen, in a few megabytes.
const MOST_LISTED: usize = 10_000;
