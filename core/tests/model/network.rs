//! Networks, and the peers that they refuse.

use peerwarden_core::{Cause, Direction, IpNet, Until};
use std::net::IpAddr;

use super::address::{canonical_ip, holds, length, lies_inside};
use super::ban::Ban;
use super::record::Record;
use super::{Model, Nanos};

#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) net: IpNet,
    pub(crate) ban: Option<Ban>,
    pub(crate) protected: bool,
    pub(crate) grace_until: Nanos,
}

impl Network {
    pub(crate) fn has(&self, cause: Cause, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.has(cause, now))
    }

    pub(crate) fn banned(&self, now: Nanos) -> bool {
        self.ban.as_ref().is_some_and(|ban| ban.holds(now))
    }

    pub(crate) fn has_nothing_left(&self, now: Nanos) -> bool {
        !self.banned(now) && !self.protected && self.grace_until <= now
    }
}

/// A ban of a network that stands against an IP.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) net: IpNet,
    pub(crate) cause: Cause,
    /// When this cause ends, and when the whole ban does.
    pub(crate) ends: [Until; 2],
}

impl Refusal {
    /// "Inbound only": "the outbound gates ignore `Address`".
    pub(crate) fn is_for(&self, direction: Direction) -> bool {
        direction == Direction::Inbound || self.cause != Cause::Address
    }
}

impl Model {
    /// The networks that stand against `ip`. The first that fits decides, so those of a later rule
    /// are left out.
    pub(crate) fn refusals(&self, ip: IpAddr, spared: bool, now: Nanos) -> Vec<Refusal> {
        let rules = self.refusals_by_rule(ip, spared, now);
        rules.into_iter().find(|refusals| !refusals.is_empty()).unwrap_or_default()
    }

    /// All networks that stand against `ip`, in the order of the rules.
    pub(crate) fn refusals_by_rule(
        &self,
        ip: IpAddr,
        spared: bool,
        now: Nanos,
    ) -> [Vec<Refusal>; 3] {
        let ip = canonical_ip(ip);
        let holding = || self.networks.iter().filter(|each| holds(each.net, ip));
        let with = |cause| holding().filter_map(move |each| refusal(each, cause, now));

        // "An operator's ban of a network that holds the IP, unless a protected network inside
        // that one holds it too: deny." "A protected network is inside a banned one if it is
        // longer, both holding the IP."
        let mut operators: Vec<_> = with(Cause::Operator).collect();
        operators.retain(|refusal| {
            let longer = |other: &Network| length(other.net, ip) > length(refusal.net, ip);
            !holding().any(|other| other.protected && longer(other))
        });
        // "The IP is in a protected network: allow."
        if holding().any(|network| network.protected) {
            return [operators, Vec::new(), Vec::new()];
        }
        // "A remote ban of a network that holds it: deny."
        let remote = with(Cause::Remote).collect();
        // "One with cause `Address`: deny, unless the peer is spared."
        let address = if spared { Vec::new() } else { with(Cause::Address).collect() };
        [operators, remote, address]
    }

    /// What stands against the peer where it was last seen.
    pub(crate) fn refusals_of(&self, record: &Record) -> Vec<Refusal> {
        let spared = record.is_spared(self.now, &self.config);
        let ip = record.last_seen.filter(|_| !record.protected);
        ip.map_or_else(Vec::new, |ip| self.refusals(ip, spared, self.now))
    }

    /// The peers here last seen in `net` whom a network ban refuses, "in the order of the
    /// `Connected`s that found them neither here nor leaving; one with cause `Address` only those
    /// who owe penalty or have an offence, and are not spared, whoever dialled".
    pub(crate) fn here_and_refused(&self, net: IpNet) -> Vec<usize> {
        let mut refused = Vec::new();
        for (at, record) in self.records.iter().enumerate() {
            let inside = record.last_seen.is_some_and(|ip| holds(net, ip));
            if record.is_here() && inside && self.is_cut(record) {
                refused.push(at);
            }
        }
        refused.sort_by_key(|at| self.records[*at].joined);
        refused
    }

    /// Whether a ban of a network that is new to the peer disconnects it.
    pub(crate) fn is_cut(&self, record: &Record) -> bool {
        let guilty = record.owes(self.now, &self.config) > 0
            || record.offences_at(self.now, &self.config) > 0;
        let refusals = self.refusals_of(record);
        refusals.iter().any(|refusal| guilty || refusal.cause != Cause::Address)
    }

    pub(crate) fn lies_inside_a_protected_network(&self, net: IpNet) -> bool {
        let mut protected = self.networks.iter().filter(|network| network.protected);
        protected.any(|network| lies_inside(net, network.net))
    }

    pub(crate) fn network(&self, net: IpNet) -> Option<&Network> {
        self.networks.iter().find(|network| network.net == net)
    }

    pub(crate) fn network_mut(&mut self, net: IpNet) -> &mut Network {
        let at = self.networks.iter().position(|each| each.net == net);
        let at = at.unwrap_or_else(|| {
            self.networks.push(Network { net, ban: None, protected: false, grace_until: 0 });
            self.networks.len() - 1
        });
        &mut self.networks[at]
    }
}

fn refusal(network: &Network, cause: Cause, now: Nanos) -> Option<Refusal> {
    let ban = network.ban.as_ref().filter(|ban| ban.has(cause, now))?;
    Some(Refusal { net: network.net, cause, ends: [ban.end_of(cause)?, ban.end()] })
}
