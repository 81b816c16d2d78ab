//! `Admission`: a connection that was let in, and `Refused`: one that was not.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Weak};

use super::open_connections::{ConnectionId, OpenConnections};
use crate::peer::PeerName;
use crate::refusal::Refusal;
use crate::shared::Shared;

/// A connection that was let in, for as long as this is kept: dropped, the connection counts as closed.
///
/// Keep it with the connection, in the task or thread that serves it. It keeps no node alive, and one
/// that outlives the node counts for nothing.
#[must_use = "dropped, the connection counts as closed"]
pub struct Admission<P: PeerName, C: Send + 'static> {
    shared: Weak<Shared<P, OpenConnections<P, C>>>,
    peer: P,
    id: ConnectionId,
}

impl<P: PeerName, C: Send + 'static> Admission<P, C> {
    pub(super) fn new(
        shared: &Arc<Shared<P, OpenConnections<P, C>>>,
        peer: P,
        id: ConnectionId,
    ) -> Self {
        Self { shared: Arc::downgrade(shared), peer, id }
    }

    /// Returns the peer on the other side.
    pub const fn peer(&self) -> &P {
        &self.peer
    }

    /// Checks the connection once more, by what is banned now.
    ///
    /// A connection that is to be closed is a [task](crate::Task), which another thread may take up some
    /// time after the ban. A loop that asks before it answers answers nothing of what a banned peer had
    /// sent by then. Once the node is dropped, nothing is refused.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the peer is banned, or the IP that the connection goes over. It is not counted as a
    /// refused connection: subscribers, logs and metrics do not hear of it.
    pub fn check(&self) -> Result<(), Refusal<P>> {
        let Some(shared) = self.shared.upgrade() else {
            return Ok(());
        };
        let now = shared.now();
        let state = shared.lock();
        let Some(connection) = state.driver.connection(self.id) else {
            return Ok(());
        };
        let (peer, direction) = (Some(self.peer.clone()), connection.direction);
        Refusal::check(&state.engine, peer, connection.ip, direction, now).map_or(Ok(()), Err)
    }

    /// Takes note that the connection goes over another address from here on, as a QUIC connection may;
    /// `None` if it is relayed. If that is banned, the connection is closed.
    pub fn moved(&mut self, addr: Option<IpAddr>) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let (now, id) = (shared.now(), self.id);
        let lost_place_of = shared.input_if(now, |state| match state.driver.moved(id, addr) {
            Some(moved) => (Some(moved.event), moved.lost_place_of),
            None => (None, None),
        });
        if let Some(peer) = lost_place_of {
            shared.input_if(now, |state| (state.driver.another(&peer, &state.engine, now), ()));
        }
    }
}

impl<P: PeerName, C: Send + 'static> Drop for Admission<P, C> {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let now = shared.now();
        let _connection =
            shared.input_if(now, |state| state.driver.remove(self.id, &state.engine, now));
    }
}

impl<P: PeerName, C: Send + 'static> fmt::Debug for Admission<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission").field("peer", &self.peer).field("id", &self.id).finish()
    }
}

/// A connection that was not let in, and why: for the caller to close it, with the reason if the
/// network has a way to say it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Refused<P, C> {
    /// Which peer from where is refused, for which cause and until when.
    pub refusal: Refusal<P>,
    /// What was given to [`Doorman::admit`](crate::Doorman::admit).
    pub connection: C,
}

impl<P, C> Refused<P, C> {
    pub(super) const fn new(refusal: Refusal<P>, connection: C) -> Self {
        Self { refusal, connection }
    }
}

/// As the [`Refusal`].
impl<P: fmt::Display, C> fmt::Display for Refused<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl<P: fmt::Debug, C> fmt::Debug for Refused<P, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused").field("refusal", &self.refusal).finish_non_exhaustive()
    }
}

impl<P: fmt::Debug + fmt::Display, C> std::error::Error for Refused<P, C> {}
