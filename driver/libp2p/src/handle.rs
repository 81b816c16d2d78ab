//! `Handle`: reports, bans and queries from any thread, and peers to keep connected.

use std::ops::Deref;

use libp2p::PeerId;

use crate::swarm_state::SwarmState;

/// Reports, bans and asks, from any task and any thread: the host's [`Handle`](peerwarden_host::Handle),
/// with [`keep_connected`](Self::keep_connected) beside.
///
/// Calls are synchronous and short: the engine sits behind one lock that is held for
/// microseconds, so no report is ever dropped and there is no queue to fill. What a call causes,
/// such as a connection to close, the behaviour carries out as soon as the swarm is polled; the
/// call wakes it.
///
/// A handle keeps nothing alive. Every call fails with [`Closed`](crate::Closed) once the behaviour is
/// dropped.
#[derive(Clone, Debug)]
pub struct Handle {
    host: peerwarden_host::Handle<PeerId, SwarmState>,
}

impl Handle {
    pub(crate) const fn new(host: peerwarden_host::Handle<PeerId, SwarmState>) -> Self {
        Self { host }
    }
}

impl Deref for Handle {
    type Target = peerwarden_host::Handle<PeerId, SwarmState>;

    fn deref(&self) -> &Self::Target {
        &self.host
    }
}
