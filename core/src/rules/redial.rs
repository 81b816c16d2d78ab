//! Drops `Dial` actions that the same input made pointless.

use alloc::vec::Vec;

use crate::action::Action;
use crate::event::Event;
use crate::subject::Subject;

/// Takes a `Dial` out of the first `passed` actions, those of time passing, if the event connected
/// or banned that peer: then there is nothing to dial.
///
/// One event connects or bans at most one peer, and time has each dialled at most once.
pub(crate) fn drop_superseded_dials<P: PartialEq>(
    actions: &mut Vec<Action<P>>,
    passed: usize,
    event: &Event<P>,
) {
    let (before, after) = actions.split_at(passed);
    let banned = after.iter().find_map(|action| {
        if let Action::Ban { subject: Subject::Peer(peer), .. } = action {
            Some(peer)
        } else {
            None
        }
    });
    let connected = if let Event::Connected { peer, .. } = event { Some(peer) } else { None };
    let Some(peer) = connected.or(banned) else {
        return;
    };
    let is_needless =
        |action: &Action<P>| matches!(action, Action::Dial { peer: each } if each == peer);
    if let Some(at) = before.iter().position(is_needless) {
        drop(actions.remove(at));
    }
}
