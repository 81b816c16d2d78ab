//! Replay of a recording under other policies: which peers each of them would have banned.
//!
//! A [`Replay`] feeds what was recorded into an engine for each policy, the recorded one first, and compares
//! what they do. It is data in, data out: files are read and nothing is written.
//!
//! # What is exact
//!
//! Under the recorded policy the engine comes to the same actions as the node's did. Each hash in the
//! recording is compared, and [`ReplayReport::exactness`] says how far they agree.
//!
//! Under another policy:
//!
//! - A report costs what that policy says: as much more or less than in the recording as the policy's
//!   [penalty](peerwarden_core::Config::penalty) for its kind is than that of the recorded one.
//! - Bans end when they are over, whether or not the node's engine had an input then.
//! - New policies that were put in force during the recording are passed over.
//! - Everything else is fed in as it was recorded. What peers would have done after another verdict is not
//!   known: a peer that only the other policy bans goes on as if it were not, and is charged for it, and
//!   a peer that only the recorded policy banned stays away.
//! - Scores are in a recording where the recorded policy asked for them. Under one that looks at more of
//!   them there are none to look at.

mod difference;
mod engine;
mod error;
mod exactness;
mod files;
mod in_force;
mod names;
mod pricing;
mod report;
mod run;
mod tally;
mod trace;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use peerwarden_core::Config;

pub use difference::{BannedUnderBoth, Difference};
pub use error::ReplayError;
pub use exactness::{Exactness, Inexact, InexactReason};
pub use in_force::InForce;
pub use report::{
    BannedSubject, HonestOutcome, HonestPeer, PolicyOutcome, ReplayClock, ReplayProgress,
    ReplayReport, Span,
};
pub use trace::{Refusal, Trace, TracePoint};

/// A replay, to be set up and [run](Self::run).
///
/// ```no_run
/// use peerwarden_host::Config;
/// use peerwarden_host::replay::Replay;
///
/// let report = Replay::new(["day.jsonl.zst"])
///     .with_policy("strict", Config::default().with_threshold("50000".parse::<f64>()?.try_into()?))
///     .run(|_| {})?;
/// for difference in &report.differences {
///     for banned in &difference.only_other {
///         println!("only under {}: {}", difference.other, banned.subject);
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    files: Vec<PathBuf>,
    policies: Vec<(String, Config)>,
    peer: Option<String>,
    honest: Option<BTreeSet<String>>,
    since: Option<Since>,
}

/// From when on a replay counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Since {
    /// From so long after the recording began.
    After(Duration),
    /// From this time of day on.
    At(SystemTime),
}

impl Replay {
    /// Name of the policy under which was recorded.
    pub const RECORDED: &'static str = "recorded";

    /// Replays these files, which are parts of one recording, in whatever order.
    #[must_use]
    pub fn new<F: Into<PathBuf>>(files: impl IntoIterator<Item = F>) -> Self {
        Self {
            files: files.into_iter().map(Into::into).collect(),
            policies: Vec::new(),
            peer: None,
            honest: None,
            since: None,
        }
    }

    /// Compares with this policy too, under this name.
    #[must_use]
    pub fn with_policy(mut self, name: impl Into<String>, config: Config) -> Self {
        self.policies.push((name.into(), config));
        self
    }

    /// Follows the penalty of this peer over time.
    #[must_use]
    pub fn with_peer(mut self, peer: impl Into<String>) -> Self {
        self.peer = Some(peer.into());
        self
    }

    /// Says which of these peers, known to be honest, each policy hits.
    #[must_use]
    pub fn with_honest(mut self, peers: impl IntoIterator<Item = String>) -> Self {
        self.honest = Some(peers.into_iter().collect());
        self
    }

    /// Counts from this moment on only. What comes before is replayed all the same, and bans that are in
    /// force by then count from then on.
    #[must_use]
    pub const fn with_since(mut self, since: Since) -> Self {
        self.since = Some(since);
        self
    }

    /// Replays it, and tells every few thousand inputs how far it is.
    ///
    /// # Errors
    ///
    /// [`ReplayError`] if there is nothing that can be replayed. What is only damaged or cut further on is
    /// replayed so far, and [`ReplayReport::stopped`] says so.
    pub fn run(self, progress: impl FnMut(ReplayProgress)) -> Result<ReplayReport, ReplayError> {
        run::run(self, progress)
    }
}
