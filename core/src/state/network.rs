//! Networks that are banned or protected, and lookup by an IP inside.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::net::IpAddr;

use ipnet::IpNet;

use crate::causes::Causes;
use crate::state::canonical;
use crate::state::deadlines::Due;
use crate::state::table::{Key, Named, Table};
use crate::subject::Cause;
use crate::time::{Instant, Until};
use crate::verdict::Denial;

/// Where a network is; means nothing once it is gone.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct NetworkKey(u32);

/// State of one network.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) net: IpNet,
    pub(crate) ban: Option<NetworkBan>,
    pub(crate) protected: bool,
    /// Until when automatic bans are withheld after a pardon.
    pub(crate) grace: Option<Instant>,
    /// Its one entry among the deadlines.
    pub(crate) due: Option<Due>,
}

/// A network's ban, from its first cause to the end of its last.
#[derive(Clone, Debug)]
pub(crate) struct NetworkBan {
    /// Where in the order in which bans began it stands.
    pub(crate) order: u64,
    pub(crate) began: Instant,
    pub(crate) causes: Causes,
}

/// Every network that is banned or protected.
#[derive(Clone, Debug)]
pub(crate) struct Networks {
    pub(crate) table: Table<NetworkKey, Network>,
    pub(crate) banned: Lengths,
    pub(crate) protected: Lengths,
}

/// Some networks: how many there are of each prefix length, and which, in the order of their
/// addresses. No length is entered without a network, so that a look-up costs one step for each
/// length in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lengths {
    v4: BTreeMap<u8, usize>,
    v6: BTreeMap<u8, usize>,
    nets: BTreeSet<IpNet>,
}

impl Key for NetworkKey {
    fn from_index(index: u32) -> Self {
        Self(index)
    }

    fn index(self) -> u32 {
        self.0
    }
}

impl Named for Network {
    type Name = IpNet;

    fn name(&self) -> &IpNet {
        &self.net
    }
}

impl Networks {
    pub(crate) fn new() -> Self {
        Self { table: Table::new(), banned: Lengths::default(), protected: Lengths::default() }
    }

    pub(crate) fn find_or_create<S: BuildHasher>(&mut self, hasher: &S, net: IpNet) -> NetworkKey {
        self.table.find(hasher, &net).unwrap_or_else(|| {
            let network = Network { net, ban: None, protected: false, grace: None, due: None };
            self.table.insert(hasher, network)
        })
    }

    /// Returns how many entries the largest index has.
    pub(crate) fn entries(&self) -> usize {
        let lengths = self.banned.len().max(self.protected.len());
        let nets = self.banned.nets.len().max(self.protected.nets.len());
        self.table.entries().max(lengths).max(nets)
    }

    /// Returns whether `net` lies inside a protected network or is one.
    pub(crate) fn in_protected<S: BuildHasher>(&self, hasher: &S, net: &IpNet) -> bool {
        self.holding(hasher, &self.protected, net.addr())
            .any(|outer| outer.protected && canonical::inside(net, &outer.net))
    }

    /// Returns why `ip`, which is no protected peer's, is refused: an operator's ban before a
    /// remote list's before an automatic one, of each the narrowest. An automatic one counts unless
    /// the peer is spared, which is asked only then.
    pub(crate) fn denial<S: BuildHasher>(
        &self,
        hasher: &S,
        ip: IpAddr,
        now: Instant,
        is_spared: impl FnOnce() -> bool,
    ) -> Option<Denial> {
        if self.banned.is_empty() {
            return None;
        }
        let (mut operator, mut remote, mut automatic) = (None, None, None);
        for network in self.holding(hasher, &self.banned, ip) {
            operator = operator.or_else(|| network.denial(Cause::Operator, now));
            remote = remote.or_else(|| network.denial(Cause::Remote, now));
            automatic = automatic.or_else(|| network.denial(Cause::Address, now));
        }
        operator.or(remote).or(automatic)?;
        if let Some(inner) = self.longest_protected(hasher, ip) {
            return operator.filter(|denial| beats(denial, ip, inner));
        }
        operator.or(remote).or_else(|| automatic.filter(|_| !is_spared()))
    }

    /// Returns every reason for which `ip` is refused, the deciding one first.
    pub(crate) fn denials<S: BuildHasher>(
        &self,
        hasher: &S,
        ip: IpAddr,
        now: Instant,
        is_spared: bool,
    ) -> Vec<Denial> {
        let of = |cause| {
            let holding = self.holding(hasher, &self.banned, ip);
            holding.filter_map(move |network| network.denial(cause, now))
        };
        if let Some(inner) = self.longest_protected(hasher, ip) {
            return of(Cause::Operator).filter(|denial| beats(denial, ip, inner)).collect();
        }
        let automatic = of(Cause::Address).filter(|_| !is_spared);
        of(Cause::Operator).chain(of(Cause::Remote)).chain(automatic).collect()
    }

    /// Returns the length, for comparison with others that hold `ip`, of the narrowest protected
    /// network that does.
    pub(crate) fn longest_protected<S: BuildHasher>(&self, hasher: &S, ip: IpAddr) -> Option<u8> {
        let mut holding = self.holding(hasher, &self.protected, ip);
        let narrowest = holding.find(|network| network.protected)?;
        Some(canonical::length_for(ip, &narrowest.net))
    }

    /// Returns the networks of these lengths that hold `ip`, narrowest first: of a NAT64 address
    /// those that hold the IPv4 address inside, then those that hold it itself.
    fn holding<'a, S: BuildHasher>(
        &'a self,
        hasher: &'a S,
        lengths: &'a Lengths,
        ip: IpAddr,
    ) -> impl Iterator<Item = &'a Network> {
        let inside = canonical::nat64(ip).map(IpAddr::V4);
        inside.into_iter().chain([ip]).flat_map(move |ip| {
            lengths.of(ip).keys().rev().filter_map(move |len| {
                let key = self.table.find(hasher, &canonical::prefix(ip, *len))?;
                self.table.get(key)
            })
        })
    }
}

/// Returns whether an operator's ban holds against a protected network of length `inner` that holds
/// `ip` as well: one that is longer is spared from the ban of a wider one, not of its like.
fn beats(denial: &Denial, ip: IpAddr, inner: u8) -> bool {
    denial.network.is_some_and(|net| canonical::length_for(ip, &net) >= inner)
}

impl Network {
    /// Returns the causes that have the network banned.
    pub(crate) fn causes(&self) -> Causes {
        self.ban.as_ref().map_or_else(Causes::default, |ban| ban.causes)
    }

    /// Returns what it has to wait for, if anything.
    pub(crate) fn wanted(&self, now: Instant) -> Option<Due> {
        match &self.ban {
            Some(ban) => ban.causes.first_end().map(Due::End),
            None => self.grace.filter(|grace| now < *grace).map(Due::Review),
        }
    }

    fn denial(&self, cause: Cause, now: Instant) -> Option<Denial> {
        let until: Until = self.ban.as_ref()?.causes.end_of(cause)?;
        let holds = !until.is_over(now);
        holds.then_some(Denial { network: Some(self.net), cause, until })
    }
}

impl Lengths {
    fn of(&self, ip: IpAddr) -> &BTreeMap<u8, usize> {
        match ip {
            IpAddr::V4(_) => &self.v4,
            IpAddr::V6(_) => &self.v6,
        }
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Returns those of the networks that lie inside `outer` or are it, in the order of their
    /// addresses.
    pub(crate) fn within(&self, outer: IpNet) -> impl Iterator<Item = IpNet> {
        // A shorter prefix of the same first address comes before, and is not inside.
        let last = canonical::prefix(outer.broadcast(), outer.max_prefix_len());
        self.nets.range(outer..=last).copied()
    }

    /// Counts one more network (`true`) or one less.
    pub(crate) fn count(&mut self, net: &IpNet, more: bool) {
        let lengths = match net {
            IpNet::V4(_) => &mut self.v4,
            IpNet::V6(_) => &mut self.v6,
        };
        let networks = lengths.entry(net.prefix_len()).or_default();
        *networks = if more { *networks + 1 } else { networks.saturating_sub(1) };
        if *networks == 0 {
            lengths.remove(&net.prefix_len());
        }
        if more {
            self.nets.insert(*net);
        } else {
            self.nets.remove(net);
        }
    }
}
