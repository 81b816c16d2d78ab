//! Subjects of bans, their causes and origins.

use core::fmt;

use ipnet::IpNet;

use crate::state::canonical;

/// A peer or a network, which can be banned or protected.
///
/// Deliberately exhaustive: code that bans or looks up takes both kinds into account.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Subject<P> {
    /// A network, which may be a single address.
    ///
    /// Networks are masked, and one longer than /96 of IPv4 written as IPv6 (in `::ffff:0:0/96` or
    /// `64:ff9b::/96`) is IPv4: `10.1.2.3/8` and `::ffff:10.0.0.0/104` are both `10.0.0.0/8`.
    Addr(IpNet),
    /// A peer, wherever it connects from.
    Peer(P),
}

impl<P> Subject<P> {
    /// Returns the same, named the way in which the engine names it: networks masked, and those of
    /// IPv4 that is written as IPv6 as IPv4.
    ///
    /// For callers that use subjects as keys, such as a store: two that mean the same are equal
    /// only in this form.
    ///
    /// ```
    /// use peerwarden_core::Subject;
    ///
    /// let typed = Subject::<u8>::Addr("10.1.2.3/8".parse()?);
    /// let mapped = Subject::Addr("::ffff:10.0.0.0/104".parse()?);
    /// assert_eq!(typed.canonical(), mapped.canonical());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn canonical(self) -> Self {
        match self {
            Self::Addr(net) => Self::Addr(canonical::canonical_net(net)),
            Self::Peer(_) => self,
        }
    }
}

/// `peer:` or `addr:`, and which.
impl<P: fmt::Display> fmt::Display for Subject<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addr(network) => write!(f, "addr:{}", canonical::Shown(network)),
            Self::Peer(peer) => write!(f, "peer:{peer}"),
        }
    }
}

/// Cause of a ban.
///
/// Each is independent of the others: a subject is banned while any of them is active.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(from = "written::Cause", into = "written::Cause"))]
#[non_exhaustive]
pub enum Cause {
    /// Too many peers that were seen in this network misbehaved. Networks only; automatic.
    Address,
    /// The application expelled the peer. Peers only; automatic.
    Application,
    /// The operator banned the subject.
    Operator,
    /// The penalty points of the peer rose above the threshold. Peers only; automatic.
    Penalty,
    /// A remote list banned the subject.
    Remote,
    /// The score from an outside scorer was too low. Peers only; automatic.
    Score,
}

impl Cause {
    /// Every cause there is, in the order of their names.
    pub const ALL: [Self; 6] = [
        Self::Address,
        Self::Application,
        Self::Operator,
        Self::Penalty,
        Self::Remote,
        Self::Score,
    ];

    /// Returns whether such a ban is the engine's own: counted as an offence, and withheld for the
    /// reasons in [`Withheld`](crate::Withheld).
    #[must_use]
    pub const fn is_automatic(self) -> bool {
        match self {
            Self::Address | Self::Application | Self::Penalty | Self::Score => true,
            Self::Operator | Self::Remote => false,
        }
    }

    /// Returns the name, in lower case: `penalty`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Application => "application",
            Self::Operator => "operator",
            Self::Penalty => "penalty",
            Self::Remote => "remote",
            Self::Score => "score",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Origin of a ban that the engine did not decide on itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Origin {
    /// The operator of this node, whose bans apply to protected subjects too.
    Operator,
    /// A list kept elsewhere: its bans are bounded in time, width and number, and do not apply to
    /// protected subjects.
    Remote,
}

impl From<Origin> for Cause {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Operator => Self::Operator,
            Origin::Remote => Self::Remote,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Cause::from(*self).fmt(f)
    }
}

/// Direction of a connection: which side opened it.
///
/// Exhaustive, since a connection has two sides.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Direction {
    /// The peer opened it.
    Inbound,
    /// This node opened it.
    Outbound,
}

impl Direction {
    /// The name, in lower case: `inbound`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Causes in serialized form.
#[cfg(feature = "serde")]
mod written {
    /// A cause by its index among all that there have been, for formats that write indexes instead
    /// of names. New ones come last, so that older data can still be read.
    #[derive(serde::Deserialize, serde::Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub(super) enum Cause {
        Address,
        Operator,
        Penalty,
        Remote,
        Score,
        Application,
    }

    impl From<super::Cause> for Cause {
        fn from(cause: super::Cause) -> Self {
            match cause {
                super::Cause::Address => Self::Address,
                super::Cause::Application => Self::Application,
                super::Cause::Operator => Self::Operator,
                super::Cause::Penalty => Self::Penalty,
                super::Cause::Remote => Self::Remote,
                super::Cause::Score => Self::Score,
            }
        }
    }

    impl From<Cause> for super::Cause {
        fn from(cause: Cause) -> Self {
            match cause {
                Cause::Address => Self::Address,
                Cause::Operator => Self::Operator,
                Cause::Penalty => Self::Penalty,
                Cause::Remote => Self::Remote,
                Cause::Score => Self::Score,
                Cause::Application => Self::Application,
            }
        }
    }
}
