//! What the engine is told.

use core::error::Error;
use core::fmt;
use core::net::IpAddr;
use core::time::Duration;

use crate::misbehavior::Misbehavior;
use crate::penalty::Penalty;
use crate::score::Score;
use crate::subject::{Cause, Direction, Origin, Subject};

/// Something that happened, or that somebody with the right to it has asked for.
///
/// Feeding one in cannot fail. One that makes no sense in the current state, such as the
/// disconnection of a peer nobody knows, changes nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event<P> {
    /// The operator or a remote list wants `subject` out.
    ///
    /// The newest word of each origin replaces its earlier one, even if that shortens the ban.
    /// From [`Origin::Remote`] a ban lasts at most [`Config::max_remote_ban`](crate::Config), and
    /// one on a protected subject is withheld.
    Ban {
        /// Who is meant.
        subject: Subject<P>,
        /// For how long; `None` for ever, or for as long as a remote list is allowed to ask.
        duration: Option<BanDuration>,
        /// Whose word it is.
        origin: Origin,
    },
    /// A connection with `peer` came up, or its address changed.
    ///
    /// Given for every connection, not only for the first. The answer is
    /// [`Action::Disconnect`](crate::Action::Disconnect) if it should not be.
    Connected {
        /// The peer at the other end.
        peer: P,
        /// The IP observed on the connection, if there is one: none if it is relayed or was dialled
        /// by name. Never an address that the peer merely claims.
        addr: Option<IpAddr>,
        /// Who opened it.
        direction: Direction,
    },
    /// The last connection with `peer` is gone.
    Disconnected {
        /// The peer that is gone.
        peer: P,
    },
    /// Nothing but the passing of time.
    ///
    /// Feed one in at [`Warden::next_deadline`](crate::Warden::next_deadline). Early, late and
    /// repeated ones are harmless.
    Heartbeat,
    /// From here on `subject` is spared by every automatic and remote ban, and those that are
    /// active end.
    Protect {
        /// Who is to be spared.
        subject: Subject<P>,
    },
    /// `peer` did something wrong, connected or not.
    Report {
        /// The peer to blame.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// What that costs it; see [`Config::penalty`](crate::Config::penalty).
        penalty: Penalty,
    },
    /// The score of `peer`, asked for or not.
    Score {
        /// The peer that was judged.
        peer: P,
        /// The judgement.
        score: Score,
    },
    /// The score of `peer` that was asked for cannot be had. Changes nothing.
    ScoreUnavailable {
        /// The peer that was asked about.
        peer: P,
    },
    /// Time to check the next connected peers' scores.
    Tick,
    /// A ban is lifted.
    Unban {
        /// Who is meant.
        subject: Subject<P>,
        /// `None` is the operator's pardon: every cause ends, what is owed is waived, and for a
        /// while automatic bans of the subject are withheld. Otherwise only that cause ends, which
        /// is how a list takes an entry back.
        cause: Option<Cause>,
    },
    /// `subject` is no longer spared. Whom a network ban refuses is disconnected.
    Unprotect {
        /// Who was spared.
        subject: Subject<P>,
    },
}

/// How long a ban by operator or remote list is to last: more than nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BanDuration(Duration);

impl BanDuration {
    /// The duration.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl TryFrom<Duration> for BanDuration {
    type Error = ZeroBan;

    fn try_from(duration: Duration) -> Result<Self, ZeroBan> {
        if duration.is_zero() { Err(ZeroBan) } else { Ok(Self(duration)) }
    }
}

impl From<BanDuration> for Duration {
    fn from(duration: BanDuration) -> Self {
        duration.0
    }
}

/// A ban was to last 0 seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ZeroBan;

impl fmt::Display for ZeroBan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ban of 0s bans nobody: give a longer one, or none for a ban without end")
    }
}

impl Error for ZeroBan {}
