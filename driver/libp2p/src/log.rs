//! Log lines that only the driver has.

use std::time::Duration;

use libp2p::PeerId;
use peerwarden_host::OneLine;
use peerwarden_host::driver::LOG_TARGET;
use tracing::field::{debug, display};
use tracing::warn;

use crate::keep_connected::KeepConnectedError;

/// Logs that a static peer is not kept connected.
pub(crate) fn not_kept(peer: &PeerId, error: &KeepConnectedError) {
    let (peer, error) = (display(peer), display(OneLine(error)));
    warn!(target: LOG_TARGET, peer, error, "a static peer is not kept connected");
}

/// Logs that another behaviour denies connections before this one is asked.
pub(crate) fn not_first() {
    warn!(
        target: LOG_TARGET,
        "another behaviour denied a connection that this one was not asked about: make it the first \
         field, or use Guard, because behaviours before it keep state for peers that it refuses"
    );
}

/// Logs that connections come up without the consent of this behaviour.
pub(crate) fn answer_lost() {
    warn!(
        target: LOG_TARGET,
        "a connection is up that this behaviour was not asked about, or denied: what wraps it has to \
         pass on every call and every answer, or bans are not enforced"
    );
}

/// Logs that a peer has been told to leave and is still connected after `waited`.
pub(crate) fn still_connected(peer: &PeerId, waited: Duration) {
    let (peer, waited) = (display(peer), debug(waited));
    warn!(
        target: LOG_TARGET, peer, waited,
        "a peer that was told to leave is still connected: is CloseTimeout around the muxer?"
    );
}
