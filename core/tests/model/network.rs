//! Networks: what is known of them, and whom they refuse.

use peerwarden_core::{Cause, Direction, IpNet, Until};
use std::net::{IpAddr, Ipv4Addr};

use super::record::Ban;
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
    /// "It is milder than the others: inbound only."
    pub(crate) fn is_for(&self, direction: Direction) -> bool {
        direction == Direction::Inbound || self.cause != Cause::Address
    }
}

impl Model {
    /// What stands against `ip`, whoever it is.
    pub(crate) fn refusals(&self, ip: IpAddr, now: Nanos) -> Vec<Refusal> {
        let ip = canonical_ip(ip);
        let holding = || self.networks.iter().filter(|each| each.net.contains(&ip));

        // "An operator's ban of a network that holds the IP, unless a protected network inside
        // that one holds it too: deny." Inside is narrower: "only the operator's own ban of exactly
        // that subject stands".
        let mut refusals = Vec::new();
        for network in holding() {
            let excused = holding().any(|other| {
                other.protected && network.net != other.net && network.net.contains(&other.net)
            });
            if !excused {
                refusals.extend(refusal(network, Cause::Operator, now));
            }
        }
        if !refusals.is_empty() {
            return refusals;
        }
        // "The IP is in a protected network: allow."
        if holding().any(|network| network.protected) {
            return Vec::new();
        }
        // "A remote or automatic ban of a network that holds it: deny."
        for network in holding() {
            refusals.extend(refusal(network, Cause::Remote, now));
            refusals.extend(refusal(network, Cause::Address, now));
        }
        refusals
    }

    pub(crate) fn refuses(&self, ip: IpAddr, direction: Direction) -> bool {
        let refusals = self.refusals(ip, self.now);
        refusals.iter().any(|refusal| refusal.is_for(direction))
    }

    /// The connected peers last seen in `net` whom a network ban refuses, "in the order in which
    /// they went from not connected to connected; one with cause `Address` only those who owe
    /// penalty or have an offence".
    pub(crate) fn connected_and_refused(&self, net: IpNet) -> Vec<usize> {
        let mut refused = Vec::new();
        for (at, record) in self.records.iter().enumerate() {
            if !record.connected() || record.protected {
                continue;
            }
            let Some(ip) = record.last_seen.filter(|ip| net.contains(ip)) else {
                continue;
            };
            let refusals = self.refusals(ip, self.now);
            let guilty = record.owes(self.now, &self.config) > 0
                || record.offences_at(self.now, &self.config) > 0;
            if refusals.iter().any(|each| guilty || each.cause != Cause::Address) {
                refused.push(at);
            }
        }
        refused.sort_by_key(|at| self.records[*at].joined);
        refused
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
    let (_, until) = ban.causes.iter().find(|(each, _)| *each == cause)?;
    Some(Refusal { net: network.net, cause, ends: [*until, ban.end()] })
}

/// "IPv4-mapped (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`) IPv6 is IPv4."
pub(crate) fn canonical_ip(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        _ => ip,
    }
}

/// "Networks are masked (`10.1.2.3/8` is `10.0.0.0/8`)."
pub(crate) fn canonical_net(net: IpNet) -> IpNet {
    let net = net.trunc();
    match (net, canonical_ip(net.addr())) {
        (IpNet::V6(_), ip @ IpAddr::V4(_)) if net.prefix_len() >= 96 => {
            IpNet::new(ip, net.prefix_len() - 96).expect("it is at most 32")
        }
        _ => net,
    }
}
