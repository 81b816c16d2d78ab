//! Settings for bans by any cause.

use core::time::Duration;

use super::Config;
use super::error::{ConfigError, optional, positive};

impl Config {
    /// Sets after how long without a ban one offence is taken off the record, and after as long
    /// again the next; `None` for never.
    ///
    /// 24 h by default. Flow and op-node forgive nothing.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_forgive_after(mut self, period: Option<Duration>) -> Result<Self, ConfigError> {
        self.forgive_after = optional("forgive_after", period)?;
        Ok(self)
    }

    /// Sets for how long after an operator's pardon automatic bans of the subject are withheld;
    /// `None` for not at all.
    ///
    /// 10 minutes by default: the score that led to the ban is likely still there. op-node bans
    /// such a peer again at its next check.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_unban_grace(mut self, grace: Option<Duration>) -> Result<Self, ConfigError> {
        self.unban_grace = optional("unban_grace", grace)?;
        Ok(self)
    }

    /// Sets whether peers that this node had dialled are to be dialled again after their bans.
    ///
    /// On by default, as in Flow; off in op-node's preset.
    #[must_use]
    pub fn with_redial(mut self, on: bool) -> Self {
        self.redial = on;
        self
    }

    /// Sets whether automatic bans are only announced as withheld, to try a policy out.
    ///
    /// Off by default. Bans by the operator and by remote lists are real all the same.
    #[must_use]
    pub fn with_dry_run(mut self, on: bool) -> Self {
        self.dry_run = on;
        self
    }

    /// Sets the longest duration of a ban by a remote list. 7 days by default.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ZeroDuration`] for 0 seconds.
    pub fn with_max_remote_ban(mut self, longest: Duration) -> Result<Self, ConfigError> {
        self.max_remote_ban = positive("max_remote_ban", longest)?;
        Ok(self)
    }

    /// Returns after how long without a ban one offence is taken off the record.
    #[must_use]
    pub const fn forgive_after(&self) -> Option<Duration> {
        self.forgive_after
    }

    /// Returns for how long after a pardon automatic bans are withheld.
    #[must_use]
    pub const fn unban_grace(&self) -> Option<Duration> {
        self.unban_grace
    }

    /// Returns whether peers that this node had dialled are to be dialled again after their bans.
    #[must_use]
    pub const fn redial(&self) -> bool {
        self.redial
    }

    /// Returns whether automatic bans are only announced as withheld.
    #[must_use]
    pub const fn dry_run(&self) -> bool {
        self.dry_run
    }

    /// Returns the longest duration of a ban by a remote list.
    #[must_use]
    pub const fn max_remote_ban(&self) -> Duration {
        self.max_remote_ban
    }
}
