//! Inputs of the engine.

use alloc::boxed::Box;
use core::error::Error;
use core::fmt;
use core::net::IpAddr;
use core::time::Duration;

use crate::config::Config;
use crate::misbehavior::Misbehavior;
use crate::penalty::{Penalty, Points};
use crate::score::Score;
use crate::subject::{Cause, Direction, Origin, Subject};

/// Something that happened, or that the operator, a remote list or the application asks for.
///
/// Feeding one in cannot fail. One that makes no sense in the current state, such as the
/// disconnection of an unknown peer, changes nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Event<P> {
    /// The operator or a remote list bans `subject`.
    ///
    /// The newest word of each origin replaces its earlier one, even if that shortens the ban.
    /// From [`Origin::Remote`] a ban lasts at most [`Config::max_remote_ban`](crate::Config), and
    /// one on a protected subject is withheld.
    Ban {
        /// The subject.
        subject: Subject<P>,
        /// How long the ban lasts. `None` is permanent for the operator, and the longest allowed
        /// for a remote list.
        duration: Option<BanDuration>,
        /// The origin of the order.
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
        /// Which side opened it.
        direction: Direction,
    },
    /// The last connection with `peer` was closed.
    Disconnected {
        /// The disconnected peer.
        peer: P,
    },
    /// The application expels `peer`: a ban with [`Cause::Application`], and an offence.
    ///
    /// While such a ban is active, another one only moves its end, and only to later.
    Expel {
        /// The peer to expel.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// How long the ban lasts; `None` for the entry of
        /// [`ban_durations`](crate::Config::with_ban_durations) for its number of offences.
        duration: Option<BanDuration>,
    },
    /// Nothing but the passing of time.
    ///
    /// Feed one in at [`Warden::next_deadline`](crate::Warden::next_deadline). Early, late and
    /// repeated ones are harmless.
    Heartbeat,
    /// From here on no automatic or remote ban applies to `subject`, and those that are active end.
    Protect {
        /// The subject to protect.
        subject: Subject<P>,
        /// For a peer, the IP at which it is expected. Counts as the one last seen if none was.
        addr: Option<IpAddr>,
    },
    /// From here on `config` is the policy; everything that is remembered stays.
    ///
    /// Time has passed under the old policy by then. What was decided stands: ends of bans by
    /// score, by the application, because of places, by order of the operator or a remote list, and
    /// graces, whatever the new durations are. The change itself bans, spares and disconnects no
    /// peer. What is compared each time, such as penalty points with
    /// [`threshold`](Config::with_threshold), is judged by the new policy from the next input on.
    /// These settings take effect at once:
    ///
    /// - [`decay`](Config::with_decay), [`slow_accrual`](Config::with_slow_accrual): penalty points
    ///   stay, and fall at the new rate from here on. So bans by penalty, which last until they are
    ///   zero, end at another time; an [`Amend`](crate::Action::Amend) says when.
    /// - [`max_sentence`](Config::with_max_sentence): a peer banned by penalty that has more points
    ///   than that has as many now. What an earlier bound cut off does not come back.
    /// - [`forgive_after`](Config::with_forgive_after): the time that a peer has been without a ban
    ///   counts in full against the new period, so a shorter one can forgive several offences.
    /// - [`places_v4`](Config::with_places_v4), [`places_v6`](Config::with_places_v6): crowds of
    ///   places fall as their levels say from here on, those without a level any more by one
    ///   offence in ten minutes. What places answer for already stays.
    /// - [`standing_after`](Config::with_standing_after): peers in standing stay so.
    /// - [`long_budget`](Config::with_long_budget), [`default_penalty`](Config::with_default_penalty):
    ///   what falls by them falls otherwise from here on; without a long budget nothing is left of it.
    /// - [`max_records`](Config::with_max_records), [`max_addr_bans`](Config::with_max_addr_bans):
    ///   what is above the bound is displaced.
    /// - [`scores`](Config::with_scores), [`penalties`](Config::with_penalties): once off, running
    ///   counts and debts are kept, and bans run out. Once on again, both go on.
    ///
    /// A change of one of these but the bounds walks over all records, the one input to do so.
    Reconfigure {
        /// The new policy.
        config: Box<Config>,
    },
    /// `peer` misbehaved, connected or not.
    Report {
        /// The peer to blame.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// The penalty points to add; see [`Config::penalty`](crate::Config::penalty).
        penalty: Penalty,
        /// The peer that delivered what is reported, if it is another than the one to blame: then
        /// the report is hearsay, and counts within bounds only. `None` for a report of what the
        /// peer itself handed over.
        via: Option<P>,
    },
    /// The score of `peer`, asked for or not.
    Score {
        /// The peer that has this score.
        peer: P,
        /// The score.
        score: Score,
    },
    /// There is no score of `peer`, which was asked for. Changes nothing.
    ScoreUnavailable {
        /// The peer that was asked about.
        peer: P,
    },
    /// Time to check the scores of the next connected peers.
    Tick,
    /// A ban is lifted.
    Unban {
        /// The subject.
        subject: Subject<P>,
        /// `None` is the operator's pardon: every cause ends, penalty points become zero, and for a
        /// while automatic bans of the subject are withheld. Otherwise only that cause ends, which
        /// is how a list takes an entry back.
        cause: Option<Cause>,
    },
    /// `peer` sent a number of valid messages. They pay for reports in the long run; from the first
    /// one of any peer on, [`Config::long_budget`](crate::Config::long_budget) is in force.
    Valid {
        /// The peer that sent them.
        peer: P,
        /// How many.
        count: u64,
    },
    /// A report was wrong: takes penalty points off `peer`.
    Waive {
        /// The peer.
        peer: P,
        /// How much is taken off.
        points: Points,
    },
    /// `subject` is not protected any more. Peers that a network ban refuses now are disconnected.
    Unprotect {
        /// The subject to protect no longer.
        subject: Subject<P>,
    },
}

/// Duration of a ban by operator, remote list or application: more than zero.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BanDuration(Duration);

impl BanDuration {
    /// Returns the duration.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl TryFrom<Duration> for BanDuration {
    type Error = BanDurationError;

    fn try_from(duration: Duration) -> Result<Self, BanDurationError> {
        if duration.is_zero() { Err(BanDurationError) } else { Ok(Self(duration)) }
    }
}

impl From<BanDuration> for Duration {
    fn from(duration: BanDuration) -> Self {
        duration.0
    }
}

/// The refused duration of a ban: 0 seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BanDurationError;

impl fmt::Display for BanDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ban duration is 0s: give a positive duration, or `None` for a permanent ban")
    }
}

impl Error for BanDurationError {}
