//! Status of a node's part in its fleet.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::counts::FleetCounts;
use crate::link::LinkHealth;
use crate::rules::Mode;
use crate::unix_millis::UnixMillis;

/// How a node's part in its fleet is doing. Prints as a few sentences.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FleetStatus {
    /// The name of the fleet.
    pub fleet: String,
    /// The name of this node in it; `None` if it is not on the roster, and is not heard.
    pub member: Option<String>,
    /// What is done with what is believed.
    pub mode: Mode,
    /// How many members have to ban a subject.
    pub quorum: usize,
    /// Whether there is a connection with the bucket.
    pub connected: bool,
    /// Since when that is so, by this node's clock.
    pub since: UnixMillis,
    /// Why there is no connection, and what to check.
    pub error: Option<String>,
    /// Why the last statement of this node was not taken, and what to check; `None` if it was.
    pub write_error: Option<String>,
    /// Whether everything in the bucket was read.
    pub caught_up: bool,
    /// How many members there are.
    pub members: usize,
    /// Of how many of them, this node included, a statement was read since the start.
    pub members_seen: usize,
    /// How many statements are remembered.
    pub statements: usize,
    /// How many own bans the node says.
    pub said: usize,
    /// How many bans are believed and on the list `fleet`.
    pub believed: usize,
    /// When the first of them ends.
    pub first_end: Option<UnixMillis>,
    /// When the last of them ends.
    pub last_end: Option<UnixMillis>,
    /// Whether the brakes have stopped all further bans until an operator resumes them.
    pub stopped: bool,
    /// How the link is doing.
    pub link: LinkHealth,
    /// Counts since the start.
    pub counts: FleetCounts,
    /// When this was so, by this node's clock.
    pub now: UnixMillis,
}

/// `disconnected 12m (connection refused: ..); 214 believed bans stay until their ends, the first in 3m`.
impl fmt::Display for FleetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = Span(self.now.since(self.since));
        match (self.connected, &self.error) {
            (true, _) if self.caught_up => write!(f, "connected {since}")?,
            (true, _) => write!(f, "connected {since}, reading the bucket")?,
            (false, None) => write!(f, "connecting")?,
            (false, Some(error)) => write!(f, "disconnected {since} ({error})")?,
        }
        let bans = if self.believed == 1 { "believed ban" } else { "believed bans" };
        match (self.believed, self.mode) {
            (0, Mode::Observe) => write!(f, "; observing: no ban is carried out")?,
            (0, Mode::Enforce | Mode::Off) => write!(f, "; no ban is believed")?,
            (believed, _) if self.connected => write!(f, "; {believed} {bans}")?,
            (1, _) => write!(f, "; 1 believed ban stays until its end")?,
            (believed, _) => write!(f, "; {believed} {bans} stay until their ends")?,
        }
        if let Some(end) = self.first_end {
            let first = if self.believed == 1 { "" } else { ", the first" };
            write!(f, "{first} in {}", Span(end.since(self.now)))?;
        }
        if self.stopped {
            write!(
                f,
                "; stopped: too large a share of the connected peers would be banned, so nothing further is \
                 until you resume"
            )?;
        }
        if let Some(error) = self.write_error.as_ref().filter(|_| self.connected) {
            write!(f, "; what this node says is not taken ({error})")?;
        }
        match &self.member {
            Some(member) => write!(f, "; this node is {member}")?,
            None => write!(f, "; this node is not on the roster, so the others do not hear it")?,
        }
        if let Some(ahead) =
            self.link.clock_ahead_ms.filter(|ahead| ahead.unsigned_abs() > WORTH_SAYING)
        {
            let how = if ahead > 0 { "behind" } else { "ahead of" };
            let by = Span(Duration::from_millis(ahead.unsigned_abs()));
            write!(f, "; this node's clock is {by} {how} the server's: check it")?;
        }
        Ok(())
    }
}

/// A duration in its two largest units.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let step = match seconds {
            0..600 => 1,
            600..36_000 => 60,
            36_000..864_000 => 3_600,
            _ => 86_400,
        };
        let rounded = Duration::from_secs(seconds - seconds % step);
        write!(f, "{}", humantime::format_duration(rounded))
    }
}

/// From how many milliseconds on a difference of clocks is shown: a minute.
pub(crate) const WORTH_SAYING: u64 = 60_000;
