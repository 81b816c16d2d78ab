//! Agreement of gates and actions.

use std::net::IpAddr;

use peerwarden_core::{Cause, Direction, Instant, Until, Verdict};

use super::ledger::{Ends, Ledger};
use super::orders::that;
use super::place::{canonical_ip, held_at, nat64};
use super::{Checked, Engine, PEERS, Peer, addrs};

/// Every verdict at `now`, the moment of the latest input, follows from the events and the actions;
/// and only the operator bans a protected subject.
pub(crate) fn check(engine: &Engine, ledger: &Ledger, now: Instant) -> Checked {
    let one_ip = |ip: IpAddr| nat64(ip).unwrap_or(ip);
    for addr in addrs() {
        let ip = canonical_ip(addr);
        let at_home = |peer: &Peer| ledger.seen.get(peer).copied().map(one_ip) == Some(one_ip(ip));
        let lets_in = ledger.protected_peers.iter().any(at_home);
        let expected = if lets_in { ALLOW } else { ledger.refuses(ip, now) };
        let verdict = engine.check_addr(addr, now);
        if expected == INBOUND && verdict == Verdict::Allow {
            let may_be = |peer: &Peer| at_home(peer) && ledger.may_be_spared(engine, *peer, now);
            let expected = (0..PEERS).any(|peer| may_be(&peer));
            that(expected, || format!("{addr}: nobody is spared, and it is let in"))?;
        } else {
            agree(&format!("{addr}"), verdict, expected)?;
        }
    }
    for peer in 0..PEERS {
        for addr in [addrs().get(usize::from(peer)).copied(), addrs().first().copied(), None] {
            let verdict = engine.check_peer(&peer, addr, now);
            if let Some(expected) = ledger.expects(peer, addr, now) {
                let spared = verdict == Verdict::Allow && ledger.may_be_spared(engine, peer, now);
                if expected == INBOUND && spared {
                    continue;
                }
                agree(&format!("peer {peer} at {addr:?}"), verdict, expected)?;
            }
        }
    }
    for ban in engine.bans(now) {
        let only_operator = ban.causes.iter().all(|active| active.cause == Cause::Operator);
        that(only_operator || !ledger.is_protected(&ban.subject), || {
            format!("{ban:?} of a protected subject")
        })?;
    }
    Ok(())
}

/// Whether connections are refused: inbound, outbound.
pub(crate) type Refused = (bool, bool);

const ALLOW: Refused = (false, false);
const DENY: Refused = (true, true);
/// Refused by a ban of a place, which does not touch who is spared.
const INBOUND: Refused = (true, false);
/// By how much the end of a ban by penalty can move without a word.
const UNSAID: u64 = 1_000_000_000;

fn agree(whom: &str, verdict: Verdict, expected: Refused) -> Checked {
    let refused = |direction| verdict.denial(direction).is_some();
    let got = (refused(Direction::Inbound), refused(Direction::Outbound));
    that(got == expected, || {
        format!("{whom}: the gate says {verdict:?}, the actions (in, out) {expected:?}")
    })
}

impl Ledger {
    /// Whether the peer is refused; `None` where the actions do not tell: the end of a ban by
    /// penalty moves by less than a second without a word.
    fn expects(&self, peer: Peer, addr: Option<IpAddr>, now: Instant) -> Option<Refused> {
        match self.peers.get(&peer) {
            Some(ends) if ends.iter().any(|(cause, until)| holds_surely(*cause, *until, now)) => {
                Some(DENY)
            }
            Some(_) => None,
            None if self.protected_peers.contains(&peer) => Some(ALLOW),
            None => Some(addr.map_or(ALLOW, |addr| self.refuses(canonical_ip(addr), now))),
        }
    }

    /// Whether the peer, its own ban aside, is refused where it was last seen.
    pub(crate) fn refuses_in_place(&self, peer: Peer, now: Instant) -> Refused {
        let addr = self.seen.get(&peer).filter(|_| !self.protected_peers.contains(&peer));
        addr.map_or(ALLOW, |addr| self.refuses(*addr, now))
    }

    /// Whether cause `Address` may not touch the peer: the actions do not tell.
    pub(crate) fn may_be_spared(&self, engine: &Engine, peer: Peer, now: Instant) -> bool {
        self.pardoned_peers.contains(&peer)
            || engine.status(&peer, now).is_some_and(|status| status.standing)
    }

    /// Whether a stranger at this IP is refused.
    fn refuses(&self, ip: IpAddr, now: Instant) -> Refused {
        let protected = self.protected_networks.iter().filter_map(|net| held_at(net, ip)).max();
        let holds =
            |ends: &Ends, cause| ends.get(&cause).is_some_and(|end: &Until| !end.is_over(now));
        let banned = |cause| {
            let banned = self.networks.iter().filter(move |(_, ends)| holds(ends, cause));
            banned.filter_map(move |(net, _)| held_at(net, ip))
        };
        if banned(Cause::Operator).any(|len| protected.is_none_or(|inner| inner <= len)) {
            DENY
        } else if protected.is_some() {
            ALLOW
        } else if banned(Cause::Remote).next().is_some() {
            DENY
        } else {
            (banned(Cause::Address).next().is_some(), false)
        }
    }
}

/// Whether a cause of a ban holds at `now`, wherever its end has moved without a word.
fn holds_surely(cause: Cause, until: Until, now: Instant) -> bool {
    let unsaid = if cause == Cause::Penalty { UNSAID } else { 0 };
    !until.is_over(Instant::from_nanos(now.as_nanos().saturating_add(unsaid)))
}
