//! Gates agree with the actions.

use std::net::IpAddr;

use peerwarden_core::{Cause, Direction, Instant, IpNet, Until, Verdict};

use super::ledger::{Ends, Ledger};
use super::orders::that;
use super::place::canonical_ip;
use super::{Checked, Engine, PEERS, Peer, addrs};

/// Every verdict at `now`, the moment of the latest input, is what somebody would say who knows the
/// events and the actions; and no protected subject is banned by anybody but the operator.
pub(crate) fn check(engine: &Engine, ledger: &Ledger, now: Instant) -> Checked {
    for addr in addrs() {
        let ip = canonical_ip(addr);
        let at_home = |peer| ledger.seen.get(peer) == Some(&ip);
        let lets_in = ledger.protected_peers.iter().any(at_home);
        let expected = if lets_in { ALLOW } else { ledger.refuses(ip, now) };
        agree(&format!("{addr}"), engine.check_addr(addr, now), expected)?;
    }
    for peer in 0..PEERS {
        for addr in [addrs().get(usize::from(peer)).copied(), addrs().first().copied(), None] {
            let verdict = engine.check_peer(&peer, addr, now);
            if let Some(expected) = ledger.expects(peer, addr, now) {
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
pub(crate) const DENY: Refused = (true, true);

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
            Some(ends) if ends.values().any(|until| !until.is_over(now)) => Some(DENY),
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

    /// Whether a stranger at this IP is refused.
    fn refuses(&self, ip: IpAddr, now: Instant) -> Refused {
        let holding = |net: &&IpNet| net.contains(&ip);
        let protected = self.protected_networks.iter().filter(holding).map(IpNet::prefix_len).max();
        let holds =
            |ends: &Ends, cause| ends.get(&cause).is_some_and(|end: &Until| !end.is_over(now));
        let banned = |cause| {
            let holding = self.networks.iter().filter(|(net, _)| net.contains(&ip));
            holding.filter(move |(_, ends)| holds(ends, cause)).map(|(net, _)| net.prefix_len())
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
