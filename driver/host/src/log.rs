//! One line for everything that an operator may ask about later.

mod line;
#[cfg(feature = "lists")]
mod lists;
mod rate_limit;
#[cfg(feature = "recording")]
mod recording;

use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use peerwarden_core::{Direction, Instant, IpNet, Misbehavior, Subject, Withheld};
use tracing::field::{DisplayValue, display};
use tracing::{Level, debug, enabled, info, trace, warn};

pub(crate) use line::Line;
#[cfg(feature = "lists")]
pub(crate) use lists::{list, list_failed, lists_not_kept, no_keeper, settled};
pub(crate) use rate_limit::LogRateLimit;
#[cfg(feature = "recording")]
pub(crate) use recording::{
    recording, recording_failed, recording_gap, recording_not_begun, recording_not_removed,
};

use crate::address_refusal::AddressRefusal;
use crate::gate::Gate;
use crate::gate_refusal::GateRefusal;
use crate::one_line::OneLine;
use crate::outcome::{BanEvent, BanEventKind, Warned};
use crate::peer::PeerName;
use crate::refusal::Refusal;
use crate::remaining::Remaining;
use crate::shadow::{ShadowError, ShadowName};

/// Logs what happened to a ban, after `suppressed` others of the kind that were not logged.
///
/// Bans, their ends and those withheld as the policy has it are news; one withheld because a limit
/// is reached, or too few peers would be left, needs somebody to look at it.
pub(crate) fn ban_event<P: PeerName>(event: &BanEvent<P>, now: Instant, suppressed: u64) {
    let (peer, network) = names(&event.subject);
    let cause = event.cause.as_str();
    let why = (!event.why.is_none()).then_some(display(&event.why));
    let offences = event.offences;
    let suppressed = more(suppressed);
    match event.kind {
        BanEventKind::Amended { until } => {
            let until = display(Remaining { until, now });
            debug!(
                target: TARGET, peer, network, cause, why, until, offences, suppressed, "ban moved"
            );
        }
        BanEventKind::Banned { until } => {
            let until = display(Remaining { until, now });
            let (addr, direction) =
                (event.addr.map(display), event.direction.map(Direction::as_str));
            let note = event.note.as_ref().map(display);
            info!(
                target: TARGET, peer, network, addr, direction, cause, why, note, until, offences,
                suppressed, "banned"
            );
        }
        BanEventKind::Unbanned => {
            info!(target: TARGET, peer, network, cause, offences, suppressed, "unbanned");
        }
        BanEventKind::Withheld { why: reason } => {
            let text = reason.as_str();
            if needs_a_look(reason) {
                warn!(
                    target: TARGET, peer, network, cause, why, offences, reason = text, suppressed,
                    "ban withheld"
                );
            } else {
                info!(
                    target: TARGET, peer, network, cause, why, offences, reason = text, suppressed,
                    "ban withheld"
                );
            }
        }
    }
}

/// Logs that an incident begins, which somebody has to look into, or that it is over.
pub(crate) fn incident(on: bool, suppressed: u64) {
    let suppressed = more(suppressed);
    if on {
        warn!(
            target: TARGET, suppressed,
            "incident: so many peers misbehave at once that the fault is likely ours: bans of peers \
             that have been here for a while are withheld"
        );
    } else {
        info!(target: TARGET, suppressed, "incident over");
    }
}

/// Logs that a peer is on its way to a ban, after `suppressed` others that were not logged.
pub(crate) fn warned<P: PeerName>(warned: &Warned<P>, suppressed: u64) {
    let peer = display(OneLine(&warned.peer));
    let owes = display(warned.owes);
    let why = (!warned.why.is_none()).then_some(display(&warned.why));
    let offences = warned.offences;
    let suppressed = more(suppressed);
    info!(target: TARGET, peer, owes, why, offences, suppressed, "on its way to a ban");
}

/// Logs a refused connection, after `suppressed` others that were not logged.
pub(crate) fn refused<P: PeerName>(gate: Gate, refusal: &GateRefusal<P>, suppressed: u64) {
    let suppressed = more(suppressed);
    match refusal {
        GateRefusal::Address(refused) => refused_address(gate, refused, suppressed),
        GateRefusal::Banned(denied) => self::denied(gate, denied, suppressed),
    }
}

fn refused_address<P: PeerName>(gate: Gate, refused: &AddressRefusal<P>, suppressed: Option<u64>) {
    let peer = refused.peer.as_ref().map(OneLine).map(display);
    let (address, reason) = (display(&refused.address), display(refused.fault));
    let gate = gate.as_str();
    info!(target: TARGET, peer, address, reason, gate, suppressed, "address refused");
}

fn denied<P: PeerName>(gate: Gate, denied: &Refusal<P>, suppressed: Option<u64>) {
    let peer = denied.peer.as_ref().map(OneLine).map(display);
    let addr = denied.addr.as_ref().map(display);
    let network = denied.denial.network.as_ref().map(display);
    let cause = denied.denial.cause.as_str();
    let until = display(Remaining { until: denied.denial.until, now: denied.at });
    let gate = gate.as_str();
    info!(target: TARGET, peer, addr, network, cause, until, gate, suppressed, "connection refused");
}

/// Whether anybody reads of reports.
pub(crate) fn logs_reports() -> bool {
    enabled!(target: TARGET, Level::TRACE)
}

/// Logs a report, which most often changes nothing that is worth a line.
pub(crate) fn reported(peer: &impl fmt::Display, misbehavior: &Misbehavior) {
    let (peer, misbehavior) = (display(OneLine(peer)), display(misbehavior));
    trace!(target: TARGET, peer, misbehavior, "reported");
}

/// Logs that bans will not outlive the node although somebody wanted that.
pub(crate) fn no_store(file: &Path) {
    let file = display(OneLine(file.display()));
    warn!(
        target: TARGET, file,
        "the options name a file for data, but the behaviour was made without a store: bans will \
         not outlive this node"
    );
}

/// Logs that this build reads no lists although the options name some.
#[cfg(not(feature = "lists"))]
pub(crate) fn no_lists(lists: usize) {
    warn!(
        target: TARGET, lists,
        "the options name lists of bans, but this build is without the feature lists: none is read"
    );
}

/// Logs that this build records nothing although the options say so.
#[cfg(not(feature = "recording"))]
pub(crate) fn no_recording(file: &Path) {
    let file = display(OneLine(file.display()));
    warn!(
        target: TARGET, file,
        "the options name a file to record to, but this build is without the feature recording: nothing is \
         recorded"
    );
}

/// Logs a dial that came to nothing, after a ban or of a peer that is to stay connected, and after
/// `suppressed` others that were not logged.
pub(crate) fn redial_failed(peer: &impl fmt::Display, error: &impl fmt::Display, suppressed: u64) {
    let (peer, error, suppressed) = (display(OneLine(peer)), display(error), more(suppressed));
    info!(target: TARGET, peer, error, suppressed, "redial failed");
}

/// Logs that a peer is not dialled any more after its ban, and after `suppressed` others that were
/// not logged.
pub(crate) fn redial_gave_up(peer: &impl fmt::Display, tries: u32, suppressed: u64) {
    let (peer, suppressed) = (display(OneLine(peer)), more(suppressed));
    info!(target: TARGET, peer, tries, suppressed, "redial given up");
}

/// Logs that this node itself was to be accused or banned, which a bug or a mistake leads to.
pub(crate) fn ourselves(what: &str, suppressed: u64) {
    let suppressed = more(suppressed);
    warn!(target: TARGET, suppressed, "{what}");
}

/// Logs that a network holds an address of this node.
pub(crate) fn holds_us(network: &IpNet, addr: IpAddr, what: &str, suppressed: u64) {
    let (network, addr, suppressed) = (display(network), display(addr), more(suppressed));
    warn!(target: TARGET, network, addr, suppressed, "{what}");
}

/// Logs that the name of a static peer could not be resolved.
pub(crate) fn unresolved(name: &str, error: &dyn fmt::Display) {
    let (name, error) = (display(OneLine(name)), display(OneLine(error)));
    warn!(target: TARGET, name, error, "the name of a static peer cannot be resolved");
}

/// Logs that names of static peers are not resolved at all.
pub(crate) fn no_resolver(error: &std::io::Error) {
    let error = display(error);
    warn!(target: TARGET, error, "no thread to resolve the names of static peers");
}

/// Logs a change by a caller of the admin API, which is never left out.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_change<P: PeerName>(
    subject: &Subject<P>,
    change: &str,
    note: Option<&str>,
    caller: &impl fmt::Display,
) {
    let (peer, network) = names(subject);
    let caller = display(caller);
    info!(target: TARGET, peer, network, change, note, caller, "changed by an operator");
}

/// Logs that a caller of the admin API put another policy in force.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_policy(changes: &str, caller: &impl fmt::Display) {
    let caller = display(caller);
    info!(target: TARGET, changes, caller, "policy changed by an operator");
}

/// Logs that a caller of the admin API changed a list of bans.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_list(list: &crate::lists::ListName, change: &str, caller: &impl fmt::Display) {
    let (list, caller) = (display(list), display(caller));
    info!(target: TARGET, list, change, caller, "list changed by an operator");
}

/// Logs that a shadow policy of the settings was not begun.
pub(crate) fn no_shadow(policy: &ShadowName, error: &ShadowError) {
    let (policy, error) = (display(policy), display(error));
    warn!(target: TARGET, policy, error, "shadow policy not begun");
}

/// Logs that a caller of the admin API began, ended or promoted a shadow policy.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_shadow(policy: &ShadowName, change: &str, caller: &impl fmt::Display) {
    let (policy, caller) = (display(policy), display(caller));
    info!(target: TARGET, policy, change, caller, "shadow policy changed by an operator");
}

/// Logs that an operator has begun or ended a recording.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_recording(change: &str, caller: &impl fmt::Display) {
    info!(target: TARGET, change, caller = display(caller), "recording changed by an operator");
}

/// Logs that a request to the admin API came upon a defect.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_panicked() {
    tracing::error!(target: TARGET, "a request to the admin API panicked: its connection is closed");
}

/// Logs that the admin API cannot do its work.
#[cfg(all(feature = "admin", unix))]
pub(crate) fn admin_failed(what: &str, error: &std::io::Error) {
    let error = display(error);
    warn!(target: TARGET, error, "{what}");
}

fn more(suppressed: u64) -> Option<u64> {
    (suppressed > 0).then_some(suppressed)
}

const fn needs_a_look(why: Withheld) -> bool {
    match why {
        Withheld::Guard | Withheld::Incident | Withheld::Limit => true,
        Withheld::DryRun | Withheld::Exempt | Withheld::Grace | Withheld::Protected => false,
        _ => false,
    }
}

fn names<P: PeerName>(
    subject: &Subject<P>,
) -> (Option<DisplayValue<OneLine<&P>>>, Option<DisplayValue<&IpNet>>) {
    match subject {
        Subject::Addr(network) => (None, Some(display(network))),
        Subject::Peer(peer) => (Some(display(OneLine(peer))), None),
    }
}

/// What operators filter by: `RUST_LOG=peerwarden=debug`.
pub const TARGET: &str = "peerwarden";
