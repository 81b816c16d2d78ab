//! Bans by the application: for a time, for a reason, and not of those who are trusted.

use std::time::Duration;

use libp2p::PeerId;
use peerwarden_tokio::{BanDuration, Cause, Closed, Handle, Misbehavior, Subject, Tag};

/// Who is out, and who cannot be put out. Bans end by themselves.
pub(crate) struct Bans {
    warden: Handle,
    /// User agents of nodes that are spared, by how they begin.
    spared_agents: Vec<String>,
}

impl Bans {
    pub(crate) fn new(warden: Handle, spared_agents: Vec<String>) -> Self {
        Self { warden, spared_agents }
    }

    /// Puts a peer out for `duration`, or for as long as its record makes it; the log says why.
    /// `agent` is what identify was told.
    pub(crate) fn ban(
        &self,
        peer: PeerId,
        reason: Misbehavior,
        duration: Option<Duration>,
        agent: Option<&str>,
    ) -> Result<(), Closed> {
        let spares = |agent: &str| self.spared_agents.iter().any(|each| agent.starts_with(each));
        if agent.is_some_and(spares) {
            return Ok(());
        }
        // A duration of 0 s bans no peer.
        let duration = duration.map(BanDuration::try_from).transpose().ok();
        duration.map_or(Ok(()), |duration| self.warden.expel(peer, reason, duration))
    }

    pub(crate) fn is_banned(&self, peer: &PeerId) -> Result<bool, Closed> {
        Ok(self.warden.status(peer)?.is_some_and(|status| !status.causes.is_empty()))
    }

    /// Lets a peer in again, whatever it is banned for.
    pub(crate) fn unban(&self, peer: PeerId) -> Result<bool, Closed> {
        Ok(self.warden.unban(Subject::Peer(peer), None)?.changed())
    }

    /// The first `limit` peers that the application has put out, those that have been out longest first.
    pub(crate) fn banned(&self, limit: usize) -> Result<Vec<PeerId>, Closed> {
        let bans = self.warden.bans(None, usize::MAX)?.into_iter();
        let own = bans.filter(|ban| ban.causes.iter().any(|each| each.cause == Cause::Application));
        Ok(own.filter_map(|ban| peer_of(ban.subject)).take(limit).collect())
    }

    /// Spares a peer: `by` is whoever asks, such as the list of bootstrap peers or the RPC.
    pub(crate) fn protect(&self, peer: PeerId, by: Tag) -> Result<(), Closed> {
        self.warden.protect(Subject::Peer(peer), by).map(drop)
    }

    /// Spares it no longer, unless others ask for it.
    pub(crate) fn unprotect(&self, peer: PeerId, by: Tag) -> Result<bool, Closed> {
        Ok(self.warden.unprotect(Subject::Peer(peer), by)?.changed)
    }

    pub(crate) fn protected(&self, limit: usize) -> Result<Vec<PeerId>, Closed> {
        let protected = self.warden.protected(None, usize::MAX)?.into_iter();
        Ok(protected.filter_map(|each| peer_of(each.subject)).take(limit).collect())
    }
}

fn peer_of(subject: Subject<PeerId>) -> Option<PeerId> {
    if let Subject::Peer(peer) = subject { Some(peer) } else { None }
}
