//! Subjects of bans, their causes and origins.

use core::fmt;

use ipnet::IpNet;

use crate::state::canonical;

/// What can be banned or protected.
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
    /// The same, named the way in which the engine names it: networks masked, and those of IPv4 that
    /// is written as IPv6 as IPv4.
    ///
    /// For whoever keeps something by subject, such as a store: two that mean the same are equal
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

/// On what grounds a subject is banned.
///
/// Each is independent of the others: a subject is banned while any of them is active.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "serde", serde(from = "written::Cause", into = "written::Cause"))]
#[non_exhaustive]
pub enum Cause {
    /// Too many peers that were seen in this network misbehaved. Networks only; automatic.
    Address,
    /// The application wanted the peer out. Peers only; automatic.
    Application,
    /// The operator said so.
    Operator,
    /// What the peer owes for its misdeeds went over the threshold. Peers only; automatic.
    Penalty,
    /// A list from elsewhere said so.
    Remote,
    /// An outside scorer's score was too low. Peers only; automatic.
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

    /// Whether such a ban is the engine's own: counted as an offence, and withheld for the reasons in
    /// [`Withheld`](crate::Withheld).
    #[must_use]
    pub const fn is_automatic(self) -> bool {
        match self {
            Self::Address | Self::Application | Self::Penalty | Self::Score => true,
            Self::Operator | Self::Remote => false,
        }
    }

    /// The name, in lower case: `penalty`.
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

/// Who asked for a ban that the engine did not decide on itself.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Origin {
    /// The operator of this node: always obeyed, whoever is protected.
    Operator,
    /// A list kept elsewhere: bounded in time, width and number, and without power over the
    /// protected.
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

/// Who opened a connection.
///
/// Exhaustive, since a connection has two sides.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Direction {
    /// The other side.
    Inbound,
    /// This node.
    Outbound,
}

/// Causes as they are written down.
#[cfg(feature = "serde")]
mod written {
    /// A cause by its place among all that there have been, for formats that write places instead
    /// of names. New ones come last, so that what was written before them is still read.
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
