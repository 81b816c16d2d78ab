//! Observations that the nodes make.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use libp2p::Multiaddr;
use peerwarden_tokio::{Cause, Misbehavior, Points, Withheld};

use crate::demo::participants::Participant;
use crate::demo::restored::Sentence;

/// Something that one of the nodes saw happen.
///
/// The terminal and the checklist know nothing else: what is not observed is not told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Observation {
    /// The guard listens here.
    Listening { address: Multiaddr },
    /// Metrics can be read at this address, and how that is meant: to the end of the story, or
    /// after it.
    Serving { address: SocketAddr, after_the_story: bool },
    /// The guard keeps its bans in a file, in which there are so many rows.
    Opened { file: PathBuf, rows: usize },
    /// The guard knows `who` from before the start.
    Remembered {
        who: Participant,
        /// The ban that is still in force.
        banned: Option<Sentence>,
        protected: bool,
        offences: u32,
        owes: Points,
    },
    /// The guard has somebody banned, from before the start, who is not of the participants.
    RememberedStranger { subject: String, banned: Sentence },
    /// The guard has so many more banned who are not of the participants.
    RememberedMore { bans: usize },
    /// The guard is connected with `who`.
    Joined { who: Participant, dialled_by_guard: bool },
    /// The guard is connected with everybody, and knows what they subscribe to.
    Gathered { peers: usize },
    /// A message of `who` came through to the guard, and was good.
    Delivered { who: Participant },
    /// So many good messages have come through; told now and then.
    Flowing { messages: u64, peers: usize },
    /// `who` sent a bad message, and the guard reported it.
    Reported {
        who: Participant,
        misbehavior: Misbehavior,
        /// What `who` owes, this included.
        owes: Points,
        /// How many reports there were since the last ban, this included.
        nth: u32,
    },
    /// `who` starts to break the rules, or no longer does.
    Turned { who: Participant, bad: bool },
    /// An honest peer was sent a bad message by `who` and did not forward it.
    Dropped { by: Participant, who: Participant },
    /// The guard looked up the gossipsub score of `who`.
    Scored { who: Participant, score: f64 },
    /// `who` is banned.
    Banned {
        who: Participant,
        cause: Cause,
        lasts: Duration,
        /// What `who` owes.
        owes: Points,
        /// Which offence it is.
        offence: u32,
        /// How long the ban before lasted, if there was one.
        before: Option<Duration>,
    },
    /// `who` would have been banned.
    Withheld { who: Participant, cause: Cause, why: Withheld },
    /// The guard's last connection with `who` is closed.
    Left {
        who: Participant,
        /// Time since the report that made the ban, if one did.
        after_report: Option<Duration>,
    },
    /// `who`, thrown out, dials the guard.
    Knocked { who: Participant, nth: u32 },
    /// The guard turned `who` away.
    Refused {
        who: Participant,
        cause: Cause,
        /// How long the ban will still last.
        left: Duration,
    },
    /// What `who` saw of that: a connection that came up and was closed again.
    Bounced { who: Participant, lasted: Duration },
    /// A connection that `who` wanted did not come up.
    Unreached { who: Participant, error: String },
    /// The ban of `who` is over.
    Unbanned {
        who: Participant,
        /// How long it lasted; `None` if it is from before the start.
        after: Option<Duration>,
    },
    /// The guard has dialled `who` after the ban, and is connected again.
    Redialled { who: Participant },
    /// The guard dialled `who` after the ban, in vain.
    RedialFailed { who: Participant, error: String },
    /// `who` has stopped publishing, after so many good messages.
    Published { who: Participant, messages: u64 },
    /// Everything that is to outlive the guard has been written, or why not.
    Kept {
        file: PathBuf,
        rows: usize,
        /// How many rows are not up to date in the file.
        waiting: usize,
        error: Option<String>,
    },
    /// At the end, the guard is connected with `who`.
    Present { who: Participant },
    /// What became of all good messages of honest peers.
    Counted {
        published: u64,
        delivered: u64,
        /// The longest time in which nothing came from one of them.
        longest_gap: Duration,
    },
}
