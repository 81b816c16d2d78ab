//! Observations of the guarded node about its peers' bans and connections.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::{DialError, ListenError};
use peerwarden_tokio::{Cause, Denied, Points, RedialError, Until};
use tokio::time::Instant;

use super::GuardedNode;
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;

/// What the guard remembers for the sake of its account; peerwarden needs none of it.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(super) subscribed: BTreeSet<(PeerId, &'static str)>,
    pub(super) gathered: bool,
    /// Contacts that are being dialled.
    pub(super) dialling: BTreeSet<PeerId>,
    pub(super) cases: BTreeMap<PeerId, Case>,
}

/// One peer's doings.
#[derive(Debug, Default)]
pub(super) struct Case {
    pub(super) reports: u32,
    /// When the report was made that led to a ban, until the connection is closed.
    pub(super) deciding: Option<Instant>,
    /// When the present ban began, and how long it is to last.
    pub(super) ban: Option<(Instant, Duration)>,
    pub(super) ban_before: Option<Duration>,
    /// The ban is over, and the peer is to be dialled.
    pub(super) awaited: bool,
}

impl GuardedNode {
    pub(super) async fn banned(&mut self, peer: PeerId, cause: Cause, until: Until) {
        let Ok(now) = self.warden.now() else {
            return;
        };
        let lasts = until.instant().map_or(Duration::MAX, |end| end.saturating_duration_since(now));
        let (owes, offence) = self
            .status(&peer)
            .map_or((Points::ZERO, 0), |status| (status.penalty, status.offences));
        let case = self.state.case(peer);
        case.reports = 0;
        let before = case.ban_before.replace(lasts);
        case.ban = Some((Instant::now(), lasts));
        let observation = |who| Observation::Banned { who, cause, lasts, owes, offence, before };
        self.sender.tell_of(peer, observation).await;
    }

    pub(super) async fn unbanned(&mut self, peer: PeerId) {
        let case = self.state.case(peer);
        let after = case.ban.take().map(|(began, _)| began.elapsed());
        case.awaited = after.is_some();
        self.sender.tell_of(peer, |who| Observation::Unbanned { who, after }).await;
    }

    pub(super) async fn connected(&mut self, peer: PeerId, dialled_by_guard: bool) {
        self.state.dialling.remove(&peer);
        let case = self.state.case(peer);
        if case.awaited && dialled_by_guard {
            case.awaited = false;
            self.sender.tell_of(peer, |who| Observation::Redialled { who }).await;
        } else {
            let observation = |who| Observation::Joined { who, dialled_by_guard };
            self.sender.tell_of(peer, observation).await;
        }
    }

    pub(super) async fn left(&mut self, peer: PeerId) {
        let case = self.state.case(peer);
        let after_report = case.deciding.take().map(|report| report.elapsed());
        self.sender.tell_of(peer, |who| Observation::Left { who, after_report }).await;
    }

    /// If it was a contact that was dialled, nobody else tells of it.
    pub(super) async fn failed(&mut self, peer: &PeerId, error: &DialError) {
        if !self.state.dialling.remove(peer) {
            return;
        }
        let (who, error) = (Participant::Guard, error.to_string());
        self.sender.tell(Observation::Unreached { who, error }).await;
    }

    /// peerwarden keeps in its store whom it had dialled, and not where: after a restart it fails to
    /// dial whoever no other behaviour knows an address of. The guard does that itself.
    pub(super) async fn redial_failed(&mut self, peer: PeerId, error: &RedialError) {
        if !self.state.dialling.contains(&peer) && !self.swarm.is_connected(&peer) {
            let error = error.to_string();
            self.sender.tell_of(peer, |who| Observation::RedialFailed { who, error }).await;
        }
    }

    pub(super) async fn refused(&mut self, error: &ListenError) {
        let Some(denied) = Denied::from_listen_error(error) else {
            return;
        };
        let Some(peer) = denied.peer else {
            return;
        };
        let Ok(now) = self.warden.now() else {
            return;
        };
        let cause = denied.denial.cause;
        let left = denied
            .denial
            .until
            .instant()
            .map_or(Duration::MAX, |end| end.saturating_duration_since(now));
        self.sender.tell_of(peer, |who| Observation::Refused { who, cause, left }).await;
    }
}

impl State {
    pub(super) fn case(&mut self, peer: PeerId) -> &mut Case {
        self.cases.entry(peer).or_default()
    }
}
