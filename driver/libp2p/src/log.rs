//! Log lines that only the driver has.

use libp2p::PeerId;
use peerwarden_host::OneLine;
use peerwarden_host::driver::LOG_TARGET;
use tracing::field::display;
use tracing::warn;

use crate::keep_connected::KeepConnectedError;

/// Logs that a static peer is not kept connected.
pub(crate) fn not_kept(peer: &PeerId, error: &KeepConnectedError) {
    let (peer, error) = (display(peer), display(OneLine(error)));
    warn!(target: LOG_TARGET, peer, error, "a static peer is not kept connected");
}
