//! The policy, while it is in force.

use peerwarden_core::Config;

use super::Handle;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Returns the policy.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn config(&self) -> Result<Config, Closed> {
        Ok((*self.shared()?.config()?).clone())
    }

    /// Judges by `config` from here on, and forgets nothing.
    ///
    /// What was decided stands, and no peer is banned or spared by the change itself; what a new
    /// setting does to running debts and bans is said at [`Event::Reconfigure`], and subscribers
    /// are told of it, by [`NoticeKind::Reconfigured`], and of the bans whose end it moves. Where that
    /// means to look at every record, which it does for how debts fall and are forgiven, the lock is held
    /// for 0.15 to 0.5 microseconds a record, longer than by any other call.
    ///
    /// [`Event::Reconfigure`]: peerwarden_core::Event::Reconfigure
    /// [`NoticeKind::Reconfigured`]: crate::NoticeKind::Reconfigured
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn reconfigure(&self, config: Config) -> Result<(), Closed> {
        self.shared()?.reconfigure(config)
    }
}
