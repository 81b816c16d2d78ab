//! IPs and networks replaced by others, as pseudonyms are.

use alloc::vec::Vec;
use core::net::IpAddr;

use ipnet::IpNet;

use crate::action::Action;
use crate::event::Event;
use crate::live::{Live, LiveNetwork};
use crate::saved::{Saved, SavedNetwork, SavedPeer, SavedPlace};
use crate::subject::Subject;

impl<P> Subject<P> {
    /// Returns the same subject with its network, if it is one, replaced.
    #[must_use]
    pub fn map_addr(self, net: impl FnOnce(IpNet) -> IpNet) -> Self {
        match self {
            Self::Addr(old) => Self::Addr(net(old)),
            Self::Peer(_) => self,
        }
    }
}

impl<P> Event<P> {
    /// Returns the same event with every IP replaced by what `ip` makes of it, and every network, those
    /// that a policy [exempts](crate::Config::with_exempt) too, by what `net` does.
    #[must_use]
    pub fn map_addrs(
        self,
        ip: impl FnOnce(IpAddr) -> IpAddr,
        mut net: impl FnMut(IpNet) -> IpNet,
    ) -> Self {
        match self {
            Self::Ban { subject, duration, origin } => {
                Self::Ban { subject: subject.map_addr(net), duration, origin }
            }
            Self::Connected { peer, addr, direction } => {
                Self::Connected { peer, addr: addr.map(ip), direction }
            }
            Self::Protect { subject, addr } => {
                Self::Protect { subject: subject.map_addr(net), addr: addr.map(ip) }
            }
            Self::Reconfigure { mut config } => {
                let exempt: Vec<_> = config.exempt().iter().copied().map(&mut net).collect();
                *config = (*config).with_exempt(&exempt);
                Self::Reconfigure { config }
            }
            Self::Unban { subject, cause } => Self::Unban { subject: subject.map_addr(net), cause },
            Self::Unprotect { subject } => Self::Unprotect { subject: subject.map_addr(net) },
            Self::Disconnected { .. }
            | Self::Expel { .. }
            | Self::Heartbeat
            | Self::Report { .. }
            | Self::Score { .. }
            | Self::ScoreUnavailable { .. }
            | Self::Tick
            | Self::Valid { .. }
            | Self::Waive { .. } => self,
        }
    }
}

impl<P> Action<P> {
    /// Returns the same action with its network, if it has one, replaced.
    pub fn map_addrs(self, net: impl FnOnce(IpNet) -> IpNet) -> Self {
        match self {
            Self::Amend { subject, cause, until } => {
                Self::Amend { subject: subject.map_addr(net), cause, until }
            }
            Self::Ban { subject, cause, until } => {
                Self::Ban { subject: subject.map_addr(net), cause, until }
            }
            Self::Unban { subject, cause } => Self::Unban { subject: subject.map_addr(net), cause },
            Self::Withhold { subject, cause, why } => {
                Self::Withhold { subject: subject.map_addr(net), cause, why }
            }
            Self::Dial { .. }
            | Self::Disconnect { .. }
            | Self::Forget { .. }
            | Self::Incident { .. }
            | Self::RequestScore { .. }
            | Self::Warn { .. } => self,
        }
    }
}

impl<P> Saved<P> {
    /// Returns the same with its IP or network replaced.
    #[must_use]
    pub fn map_addrs(
        self,
        ip: impl FnOnce(IpAddr) -> IpAddr,
        net: impl FnOnce(IpNet) -> IpNet,
    ) -> Self {
        match self {
            Self::Network(network) => {
                Self::Network(SavedNetwork { net: net(network.net), ..network })
            }
            Self::Peer(peer) => Self::Peer(SavedPeer { addr: peer.addr.map(ip), ..peer }),
            Self::Place(place) => Self::Place(SavedPlace { net: net(place.net), ..place }),
        }
    }
}

impl<P> Live<P> {
    /// Returns the same with its networks replaced.
    #[must_use]
    pub fn map_addrs(mut self, mut net: impl FnMut(IpNet) -> IpNet) -> Self {
        let replace = |network: LiveNetwork| LiveNetwork { net: net(network.net), ..network };
        self.networks = self.networks.into_iter().map(replace).collect();
        self
    }
}
