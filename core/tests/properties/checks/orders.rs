//! Permission of each action, judged by what was given before.

use std::time::Duration;

use peerwarden_core::{Action, Ban, Cause, Event, Instant, IpNet, Subject, Until};

use super::ledger::{Ends, Ledger, Link};
use super::{Checked, Peer};

/// Checks an action against all that is known before it; `last` is the one before it in the same
/// list, `before` the bans in force when the input came.
pub(crate) fn check(
    ledger: &Ledger,
    action: &Action<Peer>,
    last: Option<&Action<Peer>>,
    event: &Event<Peer>,
    before: &[Ban<Peer>],
) -> Checked {
    let known = |subject: &Subject<Peer>| ledger.ends(subject);
    let by_policy = matches!(event, Event::Reconfigure { .. });
    that(!by_policy || may_follow_from_a_policy(action), || "what was decided stands".into())?;
    match action {
        Action::Ban { subject, cause, until: _ } => {
            that(!is_active(before, subject, *cause), || "that cause is active".into())?;
            that(can_have(subject, *cause), || "that subject cannot have that cause".into())?;
            let spared = *cause != Cause::Operator && ledger.is_protected(subject);
            that(!spared, || "the subject is protected".into())
        }
        Action::Amend { subject, cause, until } => {
            that(is_active(before, subject, *cause), || "that cause is not active".into())?;
            let old = known(subject).and_then(|ends| ends.get(cause)).copied();
            let old = old.ok_or("that cause was never announced")?;
            if by_policy {
                // The end can have moved by less than a second, without a word, and now move back.
                return Ok(());
            }
            that(old != *until, || "the end has not moved".into())?;
            let waived = matches!(event, Event::Waive { .. });
            let longer = old < *until || waived;
            that(!cause.is_automatic() || longer, || "an automatic cause shortens".into())?;
            let (old, new) = if waived { (*until, old) } else { (old, *until) };
            // What was announced before a restart is not known.
            let unknown = waived && new == Until::At(Instant::ORIGIN);
            that(*cause != Cause::Penalty || unknown || by_a_second(old, new), || {
                "the end of a ban by penalty moved by less than a second".into()
            })
        }
        Action::Unban { subject, .. } => {
            that(known(subject).is_some(), || "the subject is not banned".into())
        }
        Action::Disconnect { peer } => that(ledger.links.get(peer) == Some(&Link::Up), || {
            "the peer is not connected, or has been told".into()
        }),
        Action::Dial { peer } => {
            let ended = matches!(last,
                Some(Action::Unban { subject: Subject::Peer(unbanned), .. }) if unbanned == peer);
            that(ended, || "it does not follow the end of a ban".into())?;
            that(!ledger.links.contains_key(peer), || "the peer is here".into())
        }
        Action::Forget { peer } => {
            that(!ledger.peers.contains_key(peer), || "the peer is banned".into())?;
            that(!ledger.protected_peers.contains(peer), || "the peer is protected".into())?;
            that(ledger.links.get(peer) != Some(&Link::Up), || "the peer is here".into())
        }
        Action::RequestScore { peer, gone: true } => {
            that(*event == Event::Disconnected { peer: *peer }, || "the peer has not gone".into())
        }
        Action::RequestScore { peer, gone: false } => {
            that(ledger.links.get(peer) == Some(&Link::Up), || "the peer is not here".into())?;
            that(*event == Event::Tick, || "it does not answer a tick".into())
        }
        Action::Incident { .. } => Ok(()),
        Action::Warn { peer } => {
            that(!ledger.peers.contains_key(peer), || "the peer is banned".into())?;
            that(matches!(event, Event::Report { .. }), || "nothing was reported".into())
        }
        Action::Withhold { subject, cause, why: _ } => {
            that(*cause != Cause::Operator, || "the operator is obeyed".into())?;
            // A place stays banned when a protected peer is seen there later.
            let again = *cause != Cause::Address && is_active(before, subject, *cause);
            that(!again, || "that cause is active".into())
        }
    }
}

/// Whether a new policy can have this at once: debts fall otherwise, and what is too much goes.
fn may_follow_from_a_policy(action: &Action<Peer>) -> bool {
    match action {
        Action::Amend { cause, .. } => *cause == Cause::Penalty,
        Action::Dial { .. } | Action::Forget { .. } | Action::Unban { .. } => true,
        Action::Ban { .. }
        | Action::Disconnect { .. }
        | Action::Incident { .. }
        | Action::RequestScore { .. }
        | Action::Warn { .. }
        | Action::Withhold { .. } => false,
    }
}

/// An error with what was wrong, unless all is well.
pub(crate) fn that(holds: bool, fault: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(fault()) }
}

impl Ledger {
    fn ends(&self, subject: &Subject<Peer>) -> Option<&Ends> {
        match subject {
            Subject::Addr(net) => self.networks.get(net),
            Subject::Peer(peer) => self.peers.get(peer),
        }
    }

    /// Whether only the operator's own ban of this subject may stand.
    pub(crate) fn is_protected(&self, subject: &Subject<Peer>) -> bool {
        match subject {
            Subject::Addr(net) => self.protected_networks.iter().any(|outer| outer.contains(net)),
            Subject::Peer(peer) => self.protected_peers.contains(peer),
        }
    }
}

fn is_active(bans: &[Ban<Peer>], subject: &Subject<Peer>, cause: Cause) -> bool {
    bans.iter().any(|ban| ban.subject == *subject && ban.causes.contains(cause))
}

fn can_have(subject: &Subject<Peer>, cause: Cause) -> bool {
    match cause {
        Cause::Address => matches!(subject, Subject::Addr(net) if *net == IpNet::trunc(net)),
        Cause::Operator | Cause::Remote => true,
        Cause::Application | Cause::Penalty | Cause::Score => matches!(subject, Subject::Peer(_)),
        _ => panic!("what can be banned for {cause}?"),
    }
}

fn by_a_second(old: Until, new: Until) -> bool {
    let (Until::At(old), Until::At(new)) = (old, new) else {
        return false;
    };
    new.saturating_duration_since(old) >= Duration::from_secs(1)
}
