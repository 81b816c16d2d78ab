//! Which peers are not dialled after all.

use alloc::vec::Vec;

use crate::action::Action;
use crate::event::Event;
use crate::subject::Subject;

/// The peer that the event connects.
pub(crate) fn connects<P>(event: &Event<P>) -> Option<&P> {
    if let Event::Connected { peer, .. } = event { Some(peer) } else { None }
}

/// Takes a `Dial` out of the first `passed` actions, those of time passing, if the event connected
/// or banned that peer: there is nobody to dial, or nobody to be dialled.
///
/// One event connects or bans at most one peer, and time has each dialled at most once.
pub(crate) fn leave_out_needless<P: PartialEq>(
    actions: &mut Vec<Action<P>>,
    passed: usize,
    connects: Option<&P>,
) {
    let (before, after) = actions.split_at(passed);
    let bans = |action: &Action<P>, peer: &P| matches!(action, Action::Ban { subject: Subject::Peer(banned), .. } if banned == peer);
    let needless = |action: &Action<P>| {
        let Action::Dial { peer } = action else {
            return false;
        };
        connects == Some(peer) || after.iter().any(|action| bans(action, peer))
    };
    if let Some(at) = before.iter().position(needless) {
        drop(actions.remove(at));
    }
}
