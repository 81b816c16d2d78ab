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
    /// The application wants `peer` out: a ban with [`Cause::Application`], and an offence.
    ///
    /// While such a ban is active, another one only moves its end, and only to later.
    Expel {
        /// The peer to put out.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// For how long; `None` for the entry of
        /// [`ban_durations`](crate::Config::with_ban_durations) for so many offences.
        duration: Option<BanDuration>,
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
        /// For a peer, the IP at which it is expected. Counts as the one last seen if none was.
        addr: Option<IpAddr>,
    },
    /// From here on `config` is the policy; everything that is remembered stays.
    ///
    /// Time has passed under the old policy by then. What was decided stands: ends of bans by
    /// score, by the application, because of places, by order of the operator or a remote list, and graces, whatever the
    /// new durations are, and nobody is banned, spared or disconnected by the change itself. What
    /// is judged anew each time, such as a debt against
    /// [`threshold`](Config::with_threshold), is judged by the new policy from the next input on. At
    /// once comes into force:
    ///
    /// - [`decay`](Config::with_decay), [`slow_accrual`](Config::with_slow_accrual): what is owed
    ///   stays owed, and falls at the new rate from here on. So bans by penalty, which last until
    ///   nothing is owed, end at another time; an [`Amend`](crate::Action::Amend) says when.
    /// - [`max_sentence`](Config::with_max_sentence): who is banned by penalty and owes more than
    ///   that now owes that. What an earlier bound cut off does not come back.
    /// - [`forgive_after`](Config::with_forgive_after): the time that a peer has been without a ban
    ///   counts in full against the new period, so a shorter one can forgive several offences.
    /// - [`places_v4`](Config::with_places_v4), [`places_v6`](Config::with_places_v6): crowds of places
    ///   fall as their levels say from here on, those without a level any more by one offence in ten
    ///   minutes. What places answer for so far stays.
    /// - [`standing_after`](Config::with_standing_after): peers in standing stay so.
    /// - [`long_budget`](Config::with_long_budget), [`default_penalty`](Config::with_default_penalty):
    ///   what falls by them falls otherwise from here on; without a long budget nothing is left of it.
    /// - [`max_records`](Config::with_max_records), [`max_addr_bans`](Config::with_max_addr_bans):
    ///   what is too much is displaced.
    /// - [`scores`](Config::with_scores), [`penalties`](Config::with_penalties): once off, running
    ///   counts and debts are kept, and bans run out. Once on again, both go on.
    ///
    /// A change of one of these but the bounds walks over all records, the one input to do so.
    Reconfigure {
        /// The new policy.
        config: Box<Config>,
    },
    /// `peer` did something wrong, connected or not.
    Report {
        /// The peer to blame.
        peer: P,
        /// What it did.
        misbehavior: Misbehavior,
        /// What that costs it; see [`Config::penalty`](crate::Config::penalty).
        penalty: Penalty,
        /// The peer that delivered what is reported, if it is another than the one to blame: then
        /// the report is hearsay, and counts within bounds only. `None` for a report of what the
        /// peer itself handed over.
        via: Option<P>,
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
    /// `peer` sent so many messages that were fine. They pay for reports in the long run; from the
    /// first one of any peer on, [`Config::long_budget`](crate::Config::long_budget) is in force.
    Valid {
        /// The peer that sent them.
        peer: P,
        /// How many there were.
        count: u64,
    },
    /// A report was wrong: `peer` owes so much less.
    Waive {
        /// The peer that owes.
        peer: P,
        /// How much is taken off.
        points: Points,
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

/// A ban was to last 0 seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BanDurationError;

impl fmt::Display for BanDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ban duration is 0s: give a positive duration, or `None` for a permanent ban")
    }
}

impl Error for BanDurationError {}
