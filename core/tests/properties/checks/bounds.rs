//! Bounds on memory.

use std::collections::BTreeSet;

use peerwarden_core::{Cause, Event, Instant};

use super::ledger::{Ends, Ledger, Link};
use super::orders::that;
use super::{Checked, Engine, PEERS, Peer};

/// What is held after an input at `now` is within its bounds, each kind within its own.
pub(crate) fn check(
    engine: &Engine,
    ledger: &Ledger,
    event: &Event<Peer>,
    now: Instant,
) -> Checked {
    let beats = matches!(event, Event::Heartbeat);
    let hearsay = matches!(event, Event::Report { via: Some(_), .. });
    let (counts, config) = (engine.counts(), engine.config());

    let connected = ledger.links.values().filter(|link| **link == Link::Up).count();
    that(counts.connected == connected, || format!("{connected} connected, but {counts:?}"))?;

    let known = |peer: Peer| engine.status(&peer, now).is_some();
    let spared = |peer: Peer| known(peer) && ledger.may_be_spared(engine, peer, now);
    let kept = (0..PEERS).filter(|peer| ledger.keeps(peer) || spared(*peer)).count();
    let others = counts.records.checked_sub(kept);
    // A heartbeat displaces nothing, and no input displaces the peers that it was about: of hearsay
    // two.
    let most = config.max_records().get().max(if hearsay { 2 } else { 1 });
    let bounded = |others: usize| others <= most || beats;
    that(others.is_some_and(bounded), || {
        format!("{kept} records are kept in any case, and there are {counts:?}")
    })?;

    let networks: BTreeSet<_> = ledger.networks.keys().collect();
    let networks = &(&networks | &ledger.protected_networks.iter().collect())
        | &ledger.pardoned_networks.iter().collect();
    that(counts.networks <= networks.len(), || {
        format!("{} networks are known, and there are {counts:?}", networks.len())
    })?;

    let banned = counts.bans(Cause::Address);
    // A heartbeat displaces no place either, although bans of places may have ended with it.
    let bounded = counts.places <= config.max_places().max(banned) || beats;
    that(bounded, || format!("too many places: {counts:?}"))?;
    let standing = counts.standing_away <= config.max_standing();
    that(standing, || format!("too many in standing: {counts:?}"))?;
    let places = counts.bans(Cause::Address);
    that(places <= config.max_addr_bans().get(), || format!("too many banned places: {counts:?}"))?;
    let remote = config.max_remote_bans().max(ledger.earlier_remote_bans);
    that(counts.bans(Cause::Remote) <= remote, || format!("too many from lists: {counts:?}"))?;
    for cause in Cause::ALL {
        let bans = engine.bans(now).filter(|ban| ban.causes.contains(cause)).count();
        that(bans <= counts.bans(cause), || format!("{bans} by {cause}, but {counts:?}"))?;
    }

    let most = 2 * (counts.records + counts.networks) + 64;
    that(counts.largest_index <= most, || format!("an index is too large: {counts:?}"))?;
    for peer in 0..PEERS {
        let kinds = engine.status(&peer, now).map_or(0, |status| status.misdeeds.len());
        that(kinds <= 8, || format!("{kinds} kinds of misdeeds are kept of {peer}"))?;
    }
    Ok(())
}

impl Ledger {
    /// Whether the peer's record is kept, however many there are.
    fn keeps(&self, peer: &Peer) -> bool {
        let ordered =
            |ends: &Ends| ends.contains_key(&Cause::Operator) || ends.contains_key(&Cause::Remote);
        self.links.get(peer) == Some(&Link::Up)
            || self.protected_peers.contains(peer)
            || self.peers.get(peer).is_some_and(ordered)
    }
}
