//! Refusal at a gate, of either kind.

use std::net::IpAddr;

use peerwarden_core::Instant;

use crate::address_refusal::AddressRefusal;
use crate::notice::NoticeKind;
use crate::refusal::Refusal;

/// Why a connection may not be.
///
/// Deliberately exhaustive: each kind becomes an error of the network library's own.
#[derive(Clone, Debug)]
pub enum GateRefusal<P> {
    /// Its address is refused.
    Address(Box<AddressRefusal<P>>),
    /// The peer or its IP is banned.
    Banned(Box<Refusal<P>>),
}

impl<P: Clone> GateRefusal<P> {
    /// Returns when it was refused.
    pub(crate) fn at(&self) -> Instant {
        match self {
            Self::Address(refused) => refused.at,
            Self::Banned(refused) => refused.at,
        }
    }

    /// Adds the IP that was dialled, where it was not what decided.
    #[must_use]
    pub fn at_ip(mut self, ip: Option<IpAddr>) -> Self {
        if let Self::Banned(refused) = &mut self {
            refused.addr = refused.addr.or(ip);
        }
        self
    }

    /// Returns the notice for subscribers.
    pub(crate) fn notice(&self) -> NoticeKind<P> {
        match self {
            Self::Address(refused) => NoticeKind::RefusedAddress((**refused).clone()),
            Self::Banned(refused) => NoticeKind::Denied((**refused).clone()),
        }
    }
}
