//! One line for everything that an operator may ask about later.

mod limiter;
mod words;

use std::path::Path;

use libp2p::PeerId;
use peerwarden_core::{Instant, IpNet, Misbehavior, Subject, Withheld};
use tracing::field::{DisplayValue, display};
use tracing::{Level, debug, enabled, info, trace, warn};

pub(crate) use limiter::Limiter;

use crate::denied::Denied;
use crate::gate::Gate;
use crate::left::Left;
use crate::notes::{Note, NoteKind};
use crate::redial_error::RedialError;
use crate::refusal::Refusal;
use crate::refused_address::RefusedAddress;
use words::Reason;

/// Logs what happened to a ban.
///
/// Bans, their ends and those withheld as the policy has it are news; one withheld because a limit
/// is reached, or too few peers would be left, needs somebody to look at it.
pub(crate) fn note(note: &Note, now: Instant) {
    let (peer, network) = names(&note.subject);
    let cause = note.cause.as_str();
    let why = Reason::of(&note.why).map(display);
    let offences = note.offences;
    match note.kind {
        NoteKind::Amended { until } => {
            let until = display(Left { until, now });
            debug!(target: TARGET, peer, network, cause, why, until, offences, "ban moved");
        }
        NoteKind::Banned { until } => {
            let until = display(Left { until, now });
            info!(target: TARGET, peer, network, cause, why, until, offences, "banned");
        }
        NoteKind::Unbanned => {
            info!(target: TARGET, peer, network, cause, offences, "unbanned");
        }
        NoteKind::Withheld { why: reason } => {
            let text = reason.as_str();
            match reason {
                Withheld::Guard | Withheld::Limit => warn!(
                    target: TARGET, peer, network, cause, why, offences, reason = text,
                    "ban withheld"
                ),
                Withheld::DryRun | Withheld::Grace | Withheld::Protected => info!(
                    target: TARGET, peer, network, cause, why, offences, reason = text,
                    "ban withheld"
                ),
            }
        }
    }
}

/// Logs a refused connection, after `suppressed` others that were not logged.
pub(crate) fn refused(gate: Gate, refusal: &Refusal, suppressed: u64) {
    let suppressed = (suppressed > 0).then_some(suppressed);
    match refusal {
        Refusal::Address(refused) => refused_address(gate, refused, suppressed),
        Refusal::Banned(denied) => self::denied(gate, denied, suppressed),
    }
}

fn refused_address(gate: Gate, refused: &RefusedAddress, suppressed: Option<u64>) {
    let peer = refused.peer.as_ref().map(display);
    let (address, reason) = (display(&refused.address), display(refused.fault));
    let gate = gate.as_str();
    info!(target: TARGET, peer, address, reason, gate, suppressed, "address refused");
}

fn denied(gate: Gate, denied: &Denied, suppressed: Option<u64>) {
    let peer = denied.peer.as_ref().map(display);
    let addr = denied.addr.as_ref().map(display);
    let network = denied.denial.network.as_ref().map(display);
    let cause = denied.denial.cause.as_str();
    let until = display(Left { until: denied.denial.until, now: denied.at });
    let gate = gate.as_str();
    info!(target: TARGET, peer, addr, network, cause, until, gate, suppressed, "connection refused");
}

/// Logs a report, which most often changes nothing that is worth a line.
pub(crate) fn reported(peer: &PeerId, misbehavior: &Misbehavior) {
    let (peer, misbehavior) = (display(peer), display(misbehavior));
    trace!(target: TARGET, peer, misbehavior, "reported");
}

/// Logs that bans will not outlive the node although somebody wanted that.
pub(crate) fn no_store(file: &Path) {
    let file = display(file.display());
    warn!(
        target: TARGET, file,
        "the options name a file for data, but the behaviour was made without a store: bans will \
         not outlive this node"
    );
}

/// Logs a dial that came to nothing, after a ban or of a peer that is to stay connected, and after
/// `suppressed` others that were not logged.
pub(crate) fn redial_failed(peer: &PeerId, error: &RedialError, suppressed: u64) {
    let (peer, error) = (display(peer), display(error));
    let suppressed = (suppressed > 0).then_some(suppressed);
    info!(target: TARGET, peer, error, suppressed, "redial failed");
}

/// Logs that a peer is not dialled any more after its ban, and after `suppressed` others that were
/// not logged.
pub(crate) fn redial_gave_up(peer: &PeerId, tries: u32, suppressed: u64) {
    let suppressed = (suppressed > 0).then_some(suppressed);
    info!(target: TARGET, peer = display(peer), tries, suppressed, "redial given up");
}

/// Whether anybody reads of refused connections.
pub(crate) fn denials_are_wanted() -> bool {
    enabled!(target: TARGET, Level::INFO)
}

fn names(
    subject: &Subject<PeerId>,
) -> (Option<DisplayValue<&PeerId>>, Option<DisplayValue<&IpNet>>) {
    match subject {
        Subject::Addr(network) => (None, Some(display(network))),
        Subject::Peer(peer) => (Some(display(peer)), None),
    }
}

/// What operators filter by: `RUST_LOG=peerwarden=debug`.
const TARGET: &str = "peerwarden";
