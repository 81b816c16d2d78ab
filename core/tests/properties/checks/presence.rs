//! Disconnects: every peer that is refused is told to go, and no other.

use peerwarden_core::{Action, Direction, Event, Instant};

use super::ledger::{Ledger, Link};
use super::orders::that;
use super::{Checked, Engine, Peer};

/// After an input at `now`: no banned peer is here, none that a network ban refuses by now, and
/// every peer that was told to go is one of these.
pub(crate) fn check(
    engine: &Engine,
    ledger: &Ledger,
    event: &Event<Peer>,
    actions: &[Action<Peer>],
    now: Instant,
) -> Checked {
    for (peer, link) in &ledger.links {
        let banned = ledger.peers.contains_key(peer);
        let (inbound, outbound) = ledger.refuses_in_place(*peer, now);
        if *link == Link::Up {
            that(!banned && !outbound, || format!("{peer} is here but refused: {ledger:?}"))?;
            let spared = ledger.may_be_spared(engine, *peer, now);
            let let_in = comes_in(event, *peer) && !spared;
            that(!inbound || !let_in, || format!("{peer} was let in: {ledger:?}"))?;
        }
        let told = actions.contains(&Action::Disconnect { peer: *peer });
        that(!told || banned || inbound, || format!("{peer} may stay: {ledger:?}"))?;
    }
    Ok(())
}

/// Whether the event is that the peer has connected to this node.
fn comes_in(event: &Event<Peer>, who: Peer) -> bool {
    matches!(event, Event::Connected { peer, direction: Direction::Inbound, .. } if *peer == who)
}
