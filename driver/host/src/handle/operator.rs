//! Bans, pardons and protection.

use peerwarden_core::{BanDuration, Cause, Origin, Subject};

use super::{AT_ONCE, Handle};
use crate::answers::{Banned, Protected, Protection, Unbanned};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::note::Note;
use crate::peer::PeerName;
use crate::tag::Tag;

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Bans `subject` for `duration`, or permanently. The newest word of each origin replaces its
    /// earlier one. The answer says what changed and what else refuses the subject.
    ///
    /// From here on every gate refuses it, and no poll of the swarm that begins after this returns
    /// establishes a connection with it. Called by the task that polls the swarm that means none at
    /// all; called from another thread, the poll that is running right then may still announce one that
    /// had passed the last gate, which is the first thing that the next poll closes.
    ///
    /// The connections there are get closed, within the driver's timeout for that. They
    /// may deliver a few messages that were received already: where that matters, ask
    /// [`check_peer`](Self::check_peer) before acting on one.
    ///
    /// # What is not banned
    ///
    /// - *This node itself*, if its id is [known](Self::set_local_peer_id): the answer is
    ///   [`BanChange::Refused`](crate::BanChange::Refused), and a line in the log says so.
    /// - *A network that holds an address of this node*, one that the swarm listens on or that was
    ///   confirmed to be external, where a remote list wants it; loopback aside, which is the policy's to
    ///   exempt. The operator's ban of one is carried
    ///   out, with a warning in the answer and the log: it keeps others out, and this node never
    ///   connects to itself.
    /// - What the policy withholds, such as a remote list's ban of a protected subject.
    ///
    /// A subject that the settings ban stays banned for ever, whatever `duration` is; a ban at run time
    /// counts once it is taken off the settings.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn ban(
        &self,
        subject: Subject<P>,
        duration: Option<BanDuration>,
        origin: Origin,
    ) -> Result<Banned<P>, Closed> {
        self.shared()?.ban(subject, duration, origin, None)
    }

    /// Bans as [`ban`](Self::ban) does, with a note of who and why: it is kept in the store, shown where
    /// the ban is, and gone with it.
    ///
    /// The newest ban of an origin replaces its earlier one, note included.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn ban_with_note(
        &self,
        subject: Subject<P>,
        duration: Option<BanDuration>,
        origin: Origin,
        note: Note,
    ) -> Result<Banned<P>, Closed> {
        self.shared()?.ban(subject, duration, origin, Some(note))
    }

    /// Lifts a ban: all of it, with a time of grace, or only that `cause`, without. The answer says
    /// what was lifted, and what still refuses the subject.
    ///
    /// A pardon is of exactly that subject. Of a peer, it does not lift the ban of a network that the
    /// peer is in; of a network, neither those of wider ones that hold it nor those of peers inside.
    /// [`Unbanned::still_refused`] names them.
    ///
    /// A ban by the settings is lifted until the next start, when the settings ban the subject again;
    /// [`Unbanned::in_settings`] says so.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn unban(&self, subject: Subject<P>, cause: Option<Cause>) -> Result<Unbanned<P>, Closed> {
        self.shared()?.unban(subject, cause)
    }

    /// Closes every connection with `peer`, and says whether it has any. It makes no ban and lifts none:
    /// one that is not banned may come back at once, and one that is
    /// [kept connected](crate::DriverOptions::with_static_peers) is dialled again.
    ///
    /// What `peer` owes stays, as after any connection that ends. A ban's
    /// [farewell](crate::DriverOptions::with_farewell) is cut short.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn disconnect(&self, peer: &P) -> Result<bool, Closed> {
        self.shared()?.disconnect(peer)
    }

    /// Protects `subject`, for as long as any tag stands on it: no automatic ban and none of a remote
    /// list touches it, and those that are active end.
    ///
    /// The operator's word is above that, in two ways:
    ///
    /// - The operator's ban of *exactly that subject* stands, whether it comes before or after.
    /// - The operator's ban of a *network* does not touch a protected **peer** in it: the peer may
    ///   connect and stays connected, although others are refused there. To put it out, ban its id, or
    ///   [`unprotect`](Self::unprotect) it. A protected **network** is spared from the ban of a wider
    ///   one that holds it, and not from a ban of itself or of a part of it.
    ///
    /// Protecting a network protects addresses, not the ids of the peers there.
    ///
    /// Of the tags, [`Tag::OPERATOR`] alone is written to the store. All others are gone when the node
    /// ends, and have to be put on again.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn protect(&self, subject: Subject<P>, tag: Tag) -> Result<Protection<P>, Closed> {
        self.shared()?.protect(subject, tag)
    }

    /// Takes a tag off `subject`, which is protected for as long as another stands on it.
    ///
    /// With the last tag, peers are disconnected that a network ban now refuses. Taking off
    /// [`Tag::SETTINGS`] lasts until the next start.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn unprotect(&self, subject: Subject<P>, tag: Tag) -> Result<Protection<P>, Closed> {
        self.shared()?.unprotect(subject, &tag)
    }

    /// Returns up to `at_most` protected subjects after `after`, networks first, with the tags that stand
    /// on them; `None` starts at the first.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn protected(
        &self,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Result<Vec<Protected<P>>, Closed> {
        let shared = self.shared()?;
        let mut after = after.cloned().map(Subject::canonical);
        let mut all = Vec::new();
        // A few at a time, so that the lock is held for microseconds only.
        while all.len() < at_most {
            let room = at_most.saturating_sub(all.len()).min(AT_ONCE);
            let state = shared.lock_if_open()?;
            let page: Vec<_> = state.overrides.protected(after.as_ref()).take(room).collect();
            drop(state);
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.subject.clone());
            all.extend(page);
        }
        Ok(all)
    }

    /// Says which peer this node itself is, so that it is never banned: a ban of it is refused, reports
    /// and scores of it are ignored, and a ban from before is lifted.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn set_local_peer_id(&self, peer: P) -> Result<(), Closed> {
        self.shared()?.set_local_peer_id(peer)
    }
}
