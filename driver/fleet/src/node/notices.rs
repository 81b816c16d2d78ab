//! Notices of the node: its own bans, to be told, and the operator's pardons.

use peerwarden_core::{Cause, Instant, Score, Subject, Until};
use peerwarden_host::driver::Driver;
use peerwarden_host::{Closed, Evidence, Notice, NoticeKind, PeerName, Timer};

use super::{FleetTask, PAGE};
use crate::counts::Resync;
use crate::fleet::Input;
use crate::link::FleetLink;
use crate::own::OwnBan;
use crate::statement::{Counted, Statement};
use crate::unix_millis::UnixMillis;

impl<P: PeerName, L: FleetLink, T: Timer, D: Driver<P>> FleetTask<P, L, T, D> {
    pub(super) fn notice(&mut self, notice: Notice<P>) -> Result<(), Closed> {
        if notice.missed > 0 {
            self.walk(Some(Resync::Missed))?;
        }
        match notice.kind {
            NoticeKind::Banned { subject, cause, until, evidence, offences, note, .. } => {
                let ban =
                    OwnBan { note, ..self.own_ban(subject, cause, until, &evidence, offences)? };
                self.banned(ban, until)
            }
            NoticeKind::Amended { subject, cause, until, evidence, offences } => {
                let ban = self.own_ban(subject, cause, until, &evidence, offences)?;
                self.banned(ban, until)
            }
            NoticeKind::Unbanned { subject, .. } => self.lifted(subject, notice.at),
            NoticeKind::Incident { on } => {
                self.give(Input::Incident(on))?;
                if on { Ok(()) } else { self.walk(None) }
            }
            NoticeKind::Denied(_) | NoticeKind::List(_) | NoticeKind::Withheld { .. } | _ => Ok(()),
        }
    }

    fn banned(&mut self, ban: OwnBan<P>, until: Until) -> Result<(), Closed> {
        if ban.cause == Cause::Remote {
            if self.shared.lock().believed_until(&ban.subject).is_some() {
                self.banned_until.insert(ban.subject, until);
            }
            return Ok(());
        }
        self.give(Input::Banned(ban))
    }

    /// A ban is over. One that the fleet believes, that was to last longer and that nothing here has ended, the
    /// operator has lifted.
    fn lifted(&mut self, subject: Subject<P>, at: Instant) -> Result<(), Closed> {
        let until = self.banned_until.remove(&subject);
        let is_early = until.is_some_and(|until| !until.is_over(at));
        if is_early && self.is_believed(&subject) && !self.is_protected(&subject)? {
            let pardon_for = self.shared.lock().rules().pardon_for;
            self.log.pardoned(&subject, pardon_for);
            return self.give(Input::Pardoned { subject, note: None });
        }
        self.give(Input::Lifted(subject))
    }

    /// Whether the list still has it: it may have been deleted.
    fn is_believed(&self, subject: &Subject<P>) -> bool {
        let naming = self.lists.naming(subject).unwrap_or_default();
        naming.iter().any(|naming| naming.list == self.list)
            && self.shared.lock().believed_until(subject).is_some()
    }

    fn is_protected(&self, subject: &Subject<P>) -> Result<bool, Closed> {
        if let Subject::Peer(peer) = subject {
            return Ok(self.handle.status(peer)?.is_some_and(|status| status.protected));
        }
        let mut after = None;
        loop {
            let page = self.handle.protected(after.as_ref(), PAGE)?;
            if page.iter().any(|each| each.subject == *subject) {
                return Ok(true);
            }
            match page.last() {
                Some(last) => after = Some(last.subject.clone()),
                None => return Ok(false),
            }
        }
    }

    /// Compares all bans of this node with what it has said.
    pub(super) fn walk(&mut self, why: Option<Resync>) -> Result<(), Closed> {
        self.walked = self.timer.now();
        if let Some(why) = why {
            self.shared.lock().count_resync(why);
        }
        let status = self.shared.status(self.now());
        self.log.health(&status);
        let rules = self.shared.lock().rules().clone();
        let (mut bans, mut after) = (Vec::new(), None);
        loop {
            let page = self.handle.bans(after, PAGE)?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.cursor);
            for ban in page {
                let shared = ban.causes.iter().filter(|active| rules.shares(active.cause));
                let longest = shared.max_by_key(|active| active.until.instant().unwrap_or(FAR));
                let Some(active) = longest else {
                    continue;
                };
                let note = ban.notes.get(active.cause).cloned();
                let own =
                    self.own_ban(ban.subject, active.cause, active.until, &Evidence::None, None)?;
                bans.push(self.with_evidence(OwnBan { note, ..own })?);
            }
        }
        self.give(Input::Walked(bans))
    }

    fn own_ban(
        &self,
        subject: Subject<P>,
        cause: Cause,
        until: Until,
        evidence: &Evidence,
        offences: Option<u32>,
    ) -> Result<OwnBan<P>, Closed> {
        let end = until.instant().map(|end| self.handle.wall(end)).transpose()?;
        let (score, misdeeds) = match evidence {
            Evidence::Misdeeds(misdeeds) => (None, misdeeds.as_slice()),
            Evidence::Score(score) => (Some(*score), Default::default()),
            Evidence::None | _ => (None, Default::default()),
        };
        let misdeeds = misdeeds.iter().rev().take(Statement::<P>::MAX_MISDEEDS).rev();
        let misdeeds = misdeeds.map(|each| Counted::new(each.misbehavior, each.times)).collect();
        let end = end.map(UnixMillis::from);
        let offences = offences.unwrap_or(0);
        Ok(OwnBan { subject, cause, end, offences, score, misdeeds, note: None })
    }

    /// What is on record of the peer now.
    fn with_evidence(&self, ban: OwnBan<P>) -> Result<OwnBan<P>, Closed> {
        let Subject::Peer(peer) = &ban.subject else {
            return Ok(ban);
        };
        let Some(status) = self.handle.status(peer)? else {
            return Ok(ban);
        };
        let score: Option<Score> = status.score.filter(|_| ban.cause == Cause::Score);
        let misdeeds = if ban.cause == Cause::Penalty { status.misdeeds } else { Vec::new() };
        let misdeeds = misdeeds.iter().rev().take(Statement::<P>::MAX_MISDEEDS).rev();
        let misdeeds = misdeeds.map(|each| Counted::new(each.misbehavior, each.times)).collect();
        Ok(OwnBan { offences: status.offences, score, misdeeds, ..ban })
    }
}

/// A moment after all others, for bans without an end.
const FAR: Instant = Instant::from_nanos(u64::MAX);
