//! State that follows from the actions alone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_core::{
    Action, Ban, Cause, Event, Instant, IpNet, Saved, SavedBan, SavedPeer, Subject, Until,
};

use super::place::canonical_ip;
use super::{Checked, Peer, canonical_net, orders};

/// Who is banned, connected, protected and where, to go by the events and the actions, with nothing
/// asked of the engine.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The banned peers. Ends of bans by penalty are those last announced: the true ones can be
    /// later.
    pub(crate) peers: BTreeMap<Peer, Ends>,
    pub(crate) networks: BTreeMap<IpNet, Ends>,
    pub(crate) links: BTreeMap<Peer, Link>,
    /// Where each peer was last seen.
    pub(crate) seen: BTreeMap<Peer, IpAddr>,
    pub(crate) protected_peers: BTreeSet<Peer>,
    pub(crate) protected_networks: BTreeSet<IpNet>,
    pub(crate) pardoned_networks: BTreeSet<IpNet>,
    /// Peers that were pardoned at some time: they may be in grace.
    pub(crate) pardoned_peers: BTreeSet<Peer>,
    /// How many bans by remote lists there may be whatever the policy says: they were restored, or
    /// stand from before the policy.
    pub(crate) earlier_remote_bans: usize,
}

/// The causes of one ban, and their ends.
pub(crate) type Ends = BTreeMap<Cause, Until>;

/// A connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Link {
    /// Told to disconnect.
    Leaving,
    Up,
}

impl Ledger {
    /// Returns what is known at the start of an engine that is restored from `saved`.
    pub(crate) fn of(saved: &[Saved<Peer>], now: Instant) -> Self {
        let mut ledger = Self::default();
        for each in saved {
            match each {
                Saved::Network(network) => {
                    let net = canonical_net(network.net);
                    ledger.networks.extend(network.ban.iter().map(|ban| (net, ends(ban, now))));
                    ledger.protected_networks.extend(network.protected.then_some(net));
                    ledger.pardoned_networks.extend(network.grace.map(|_| net));
                }
                Saved::Peer(peer) => ledger.add(peer, now),
                Saved::Place(_) => {}
            }
        }
        ledger.keep_remote_bans();
        ledger
    }

    fn add(&mut self, saved: &SavedPeer<Peer>, now: Instant) {
        let peer = saved.peer;
        self.peers.extend(saved.ban.iter().map(|ban| (peer, ends(ban, now))));
        self.seen.extend(saved.addr.map(|addr| (peer, canonical_ip(addr))));
        self.protected_peers.extend(saved.protected.then_some(peer));
        self.pardoned_peers.extend(saved.grace.map(|_| peer));
    }

    /// Takes in an input at `now`, which the engine answered with `actions`; `before` are the bans
    /// that were in force at that moment. An error if the actions do not go together.
    pub(crate) fn take_in(
        &mut self,
        event: &Event<Peer>,
        now: Instant,
        before: &[Ban<Peer>],
        actions: &[Action<Peer>],
    ) -> Checked {
        self.expire(now);
        // Time passes first. What an event itself ends in this way does not depend on the order.
        let passes = |action: &&Action<Peer>| {
            matches!(
                action,
                Action::Unban { .. }
                    | Action::Dial { .. }
                    | Action::Forget { .. }
                    | Action::Incident { on: false }
            )
        };
        let (passed, rest) = actions.split_at(actions.iter().take_while(passes).count());
        for (at, action) in passed.iter().enumerate() {
            let last = at.checked_sub(1).and_then(|at| passed.get(at));
            self.carry_out(action, last, event, before)?;
        }
        self.learn(event);
        for (at, action) in rest.iter().enumerate() {
            let last = at.checked_sub(1).and_then(|at| rest.get(at));
            self.carry_out(action, last, event, before)?;
        }
        let groundless = self.peers.values().chain(self.networks.values()).any(Ends::is_empty);
        orders::that(!groundless, || format!("somebody is banned on no grounds: {self:?}"))
    }

    fn carry_out(
        &mut self,
        action: &Action<Peer>,
        last: Option<&Action<Peer>>,
        event: &Event<Peer>,
        before: &[Ban<Peer>],
    ) -> Checked {
        orders::check(self, action, last, event, before)
            .map_err(|fault| format!("{action:?}: {fault}\n{self:?}"))?;
        match action {
            Action::Amend { subject, cause, until } | Action::Ban { subject, cause, until } => {
                self.ends_of(subject).insert(*cause, *until);
            }
            Action::Disconnect { peer } => {
                self.links.insert(*peer, Link::Leaving);
            }
            Action::Forget { peer } => {
                self.links.remove(peer);
                self.seen.remove(peer);
            }
            Action::Unban { subject: Subject::Addr(net), .. } => {
                self.networks.remove(net);
            }
            Action::Unban { subject: Subject::Peer(peer), .. } => {
                self.peers.remove(peer);
            }
            Action::Dial { .. }
            | Action::Incident { .. }
            | Action::RequestScore { .. }
            | Action::Warn { .. }
            | Action::Withhold { .. } => {}
        }
        Ok(())
    }

    /// What the event itself says.
    fn learn(&mut self, event: &Event<Peer>) {
        match event {
            Event::Connected { peer, addr, direction: _ } => {
                self.links.insert(*peer, Link::Up);
                self.seen.extend(addr.map(|addr| (*peer, canonical_ip(addr))));
            }
            Event::Disconnected { peer } => {
                self.links.remove(peer);
            }
            Event::Protect { subject, addr } => {
                self.protect(subject);
                if let (Subject::Peer(peer), Some(addr)) = (subject, addr) {
                    self.seen.entry(*peer).or_insert_with(|| canonical_ip(*addr));
                }
            }
            Event::Reconfigure { .. } => self.keep_remote_bans(),
            Event::Unban { subject, cause } => self.unban(subject, *cause),
            Event::Unprotect { subject } => self.unprotect(subject),
            Event::Ban { .. }
            | Event::Expel { .. }
            | Event::Heartbeat
            | Event::Report { .. }
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => {}
        }
    }

    fn keep_remote_bans(&mut self) {
        let bans = self.peers.values().chain(self.networks.values());
        let remote = bans.filter(|ends| ends.contains_key(&Cause::Remote)).count();
        self.earlier_remote_bans = self.earlier_remote_bans.max(remote);
    }

    fn protect(&mut self, subject: &Subject<Peer>) {
        let orders_only = |ends: &mut Ends| ends.retain(|cause, _| *cause == Cause::Operator);
        match subject {
            Subject::Addr(net) => {
                let net = canonical_net(*net);
                self.protected_networks.insert(net);
                let inside = self.networks.iter_mut().filter(|(inner, _)| net.contains(*inner));
                inside.for_each(|(_, ends)| orders_only(ends));
            }
            Subject::Peer(peer) => {
                self.protected_peers.insert(*peer);
                self.peers.get_mut(peer).into_iter().for_each(orders_only);
            }
        }
    }

    fn unprotect(&mut self, subject: &Subject<Peer>) {
        match subject {
            Subject::Addr(net) => self.protected_networks.remove(&canonical_net(*net)),
            Subject::Peer(peer) => self.protected_peers.remove(peer),
        };
    }

    fn unban(&mut self, subject: &Subject<Peer>, cause: Option<Cause>) {
        let ends = match subject {
            Subject::Addr(net) => {
                let net = canonical_net(*net);
                self.pardoned_networks.extend(cause.is_none().then_some(net));
                self.networks.get_mut(&net)
            }
            Subject::Peer(peer) => {
                self.pardoned_peers.extend(cause.is_none().then_some(*peer));
                self.peers.get_mut(peer)
            }
        };
        if let Some((ends, cause)) = ends.zip(cause) {
            ends.remove(&cause);
        }
    }

    /// Drops the causes that are over. An `Unban` has to come all the same.
    fn expire(&mut self, now: Instant) {
        for ends in self.peers.values_mut().chain(self.networks.values_mut()) {
            ends.retain(|cause, until| *cause == Cause::Penalty || !until.is_over(now));
        }
    }

    fn ends_of(&mut self, subject: &Subject<Peer>) -> &mut Ends {
        match subject {
            Subject::Addr(net) => self.networks.entry(*net).or_default(),
            Subject::Peer(peer) => self.peers.entry(*peer).or_default(),
        }
    }
}

/// The ends of a saved ban; of one by penalty anything can be the end.
fn ends(ban: &SavedBan, now: Instant) -> Ends {
    let until = |(cause, end): &(Cause, Option<peerwarden_core::TimeOffset>)| match end {
        Some(_) if *cause == Cause::Penalty => (*cause, Until::At(Instant::ORIGIN)),
        Some(end) => {
            let nanos = now.as_nanos().saturating_add_signed(end.0);
            (*cause, Until::At(Instant::from_nanos(nanos)))
        }
        None => (*cause, Until::Forever),
    };
    ban.causes.iter().map(until).collect()
}
