//! Settings for standing and incidents.

use core::time::Duration;

use super::Config;

impl Config {
    /// Sets after how long here, without fault, a peer is in standing: not cut or refused because
    /// of its place. `None` for never.
    ///
    /// 30 min by default. Off in the other presets, until one of its settings is set.
    #[must_use]
    pub fn with_standing_after(mut self, duration: Option<Duration>) -> Self {
        self.standing_after = duration;
        self.standing = true;
        self
    }

    /// Sets for how long a peer that left in standing keeps it. 7 days by default.
    #[must_use]
    pub fn with_standing_for(mut self, duration: Duration) -> Self {
        self.standing_for = duration;
        self.standing = true;
        self
    }

    /// Sets whether bans are withheld when so many peers misbehave at once that the fault is likely
    /// this node's. On by default; off in the other presets.
    #[must_use]
    pub fn with_incident(mut self, on: bool) -> Self {
        self.incident = on;
        self
    }

    /// Returns after how long here, without fault, a peer is in standing; `None` for never.
    #[must_use]
    pub const fn standing_after(&self) -> Option<Duration> {
        if self.standing { self.standing_after } else { None }
    }

    /// Returns whether there is standing, however long it takes to earn.
    #[cfg(feature = "scenario")]
    pub(crate) const fn judges_standing(&self) -> bool {
        self.standing
    }

    /// Returns for how long a peer that left in standing keeps it.
    #[must_use]
    pub const fn standing_for(&self) -> Duration {
        self.standing_for
    }

    /// Returns whether bans are withheld in an incident.
    #[must_use]
    pub const fn incident(&self) -> bool {
        self.incident
    }
}
