//! Reports of replays, as plain data.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use peerwarden_core::{Cause, Instant, Points, Subject, Withheld};
use serde::{Serialize, Serializer};

use super::difference::Difference;
use super::exactness::Exactness;
use super::in_force::InForce;
use super::trace::Trace;

/// What came of a replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReplayReport {
    /// What the operator called the recording; may be empty.
    pub name: String,
    /// The version of `peerwarden-core` that ran on the node.
    pub engine: String,
    /// Whether names and IPs have been replaced.
    pub pseudonymised: bool,
    /// How the engine's clock, of which all moments here are, goes with the time of day.
    pub clock: ReplayClock,
    /// The moment from which on it counts.
    pub from: Instant,
    /// The last moment of the recording.
    pub until: Instant,
    /// How many files were replayed.
    pub files: usize,
    /// How many inputs were replayed, those before [`from`](Self::from) included.
    pub inputs: u64,
    /// How far the recorded policy came to the recorded actions.
    pub exactness: Exactness,
    /// Why the recording was not replayed to its end, in a sentence; `None` if it was.
    pub stopped: Option<String>,
    /// What each policy did: the recorded one first, the others in the order in which they were given.
    pub policies: Vec<PolicyOutcome>,
    /// How each of the others differs from the recorded one, in the same order.
    pub differences: Vec<Difference>,
    /// The peer whose penalty was followed.
    pub peer: Option<String>,
}

/// A moment on the engine's clock, and the time of day that it was.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ReplayClock {
    /// The moment.
    pub now: Instant,
    /// The time of day, as of RFC 3339.
    pub time: String,
}

/// What one policy did.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PolicyOutcome {
    /// Its name.
    pub name: String,
    /// The points above which it bans a peer, as the recording ends.
    pub threshold: Points,
    /// How often each cause became active, zeros left out.
    pub bans: BTreeMap<Cause, u64>,
    /// How often a ban was withheld, by the reason.
    pub withheld: BTreeMap<Withheld, u64>,
    /// How many incidents began.
    pub incidents: u64,
    /// How many peers were banned at some time, those among them that were as it began included.
    pub peers: usize,
    /// How many networks were banned at some time, likewise.
    pub networks: usize,
    /// How long peers were banned, all together.
    #[serde(serialize_with = "seconds")]
    pub time_banned: Duration,
    /// The first moment at which a ban began.
    pub first_ban: Option<Instant>,
    /// Every peer and network that was banned at some time, in the order in which they were first.
    pub banned: Vec<BannedSubject>,
    /// The honest peers that were hit; `None` if it was not asked which peers are honest.
    pub honest: Option<HonestOutcome>,
    /// How many bans were in force over time.
    #[serde(skip)]
    pub in_force: Vec<InForce>,
    /// The penalty of the peer that is followed, over time.
    pub trace: Option<Trace>,
}

/// A peer or network that was banned at some time.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BannedSubject {
    /// The peer or network.
    pub subject: Subject<String>,
    /// When its first ban began, or the moment from which on it counts if that was before.
    pub first: Instant,
    /// The cause of that.
    pub cause: Cause,
    /// Whether it was banned already as it began to count.
    pub before: bool,
    /// When it was banned, in order.
    pub spans: Vec<Span>,
}

/// A time for which something was banned.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Span {
    /// The beginning.
    pub from: Instant,
    /// The end; the end of the recording if it was still banned then.
    pub until: Instant,
}

/// The honest peers that a policy hit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HonestOutcome {
    /// How many were asked about.
    pub asked: usize,
    /// How many of them come up in the recording.
    pub present: usize,
    /// Those that were hit, in the order in which they were first.
    pub hit: Vec<HonestPeer>,
}

/// An honest peer that a policy hit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HonestPeer {
    /// The peer.
    pub peer: String,
    /// When it was first banned, or disconnected because its network was.
    pub first: Instant,
    /// Whether it was the ban of its network alone.
    pub network_only: bool,
}

/// How far a replay is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ReplayProgress {
    /// How many inputs have been replayed.
    pub inputs: u64,
    /// How many bytes of the files have been read.
    pub bytes: u64,
    /// How many there are.
    pub of_bytes: u64,
}

impl ReplayReport {
    /// Returns what the recorded policy did.
    #[must_use]
    pub fn recorded(&self) -> Option<&PolicyOutcome> {
        self.policies.first()
    }

    /// Returns the time of day at this moment; `None` if the recording does not say it.
    #[must_use]
    pub fn time_of_day(&self, moment: Instant) -> Option<SystemTime> {
        let time = humantime::parse_rfc3339_weak(&self.clock.time).ok()?;
        let now = self.clock.now;
        if moment < now {
            time.checked_sub(now.saturating_duration_since(moment))
        } else {
            time.checked_add(moment.saturating_duration_since(now))
        }
    }
}

impl PolicyOutcome {
    /// Returns how many bans began, all causes together.
    #[must_use]
    pub fn bans_begun(&self) -> u64 {
        self.bans.values().sum()
    }
}

impl BannedSubject {
    /// Returns how long it was banned.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.spans.iter().map(|span| span.until.saturating_duration_since(span.from)).sum()
    }
}

fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}
