//! Shadow policies.

use peerwarden_core::Config;

use super::Handle;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;
use crate::shadow::{ShadowBan, ShadowError, ShadowName, ShadowStatus};

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Judges by `config` as well from here on, and tells what it would do: a [shadow policy](crate::shadow),
    /// in the place of another of its name.
    ///
    /// Returns once it has begun: 0.3 s for 100,000 peers, of which nothing holds the lock for longer than a
    /// page. Call it from where that may be waited for.
    ///
    /// # Errors
    ///
    /// [`ShadowError`] if there are [too many](ShadowError::MOST), or the node was shut down.
    pub fn shadow(&self, name: ShadowName, config: Config) -> Result<(), ShadowError> {
        let shared = self.shared()?;
        drop(shared.lock_if_open()?);
        shared.shadows.start(&shared, name, config)
    }

    /// Ends a shadow policy; `false` if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn end_shadow(&self, name: &ShadowName) -> Result<bool, Closed> {
        let shared = self.shared()?;
        drop(shared.lock_if_open()?);
        Ok(shared.shadows.stop(name))
    }

    /// Returns how the shadow policies do, by name, once they have judged every input until now.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn shadows(&self) -> Result<Vec<ShadowStatus>, Closed> {
        let shared = self.shared()?;
        drop(shared.lock_if_open()?);
        Ok(shared.shadows.statuses())
    }

    /// Returns up to `most` of the subjects that were banned since a shadow policy began, by it or by the policy
    /// in force, those of one alone first; `None` if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn shadow_bans(
        &self,
        name: &ShadowName,
        most: usize,
    ) -> Result<Option<Vec<ShadowBan<P>>>, Closed> {
        let shared = self.shared()?;
        drop(shared.lock_if_open()?);
        Ok(shared.shadows.bans(name, most).map(|(_, bans)| bans))
    }

    /// Returns a shadow policy; `None` if there is none of this name.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn shadow_config(&self, name: &ShadowName) -> Result<Option<Config>, Closed> {
        let shared = self.shared()?;
        drop(shared.lock_if_open()?);
        Ok(shared.shadows.config(name).map(|config| (*config).clone()))
    }

    /// Puts a shadow policy in force, as [`reconfigure`](Self::reconfigure) does, and ends it as a shadow;
    /// `false` if there is none of this name.
    ///
    /// What was decided stands: peers that it would have banned are not banned by that.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn promote_shadow(&self, name: &ShadowName) -> Result<bool, Closed> {
        let Some(config) = self.shadow_config(name)? else {
            return Ok(false);
        };
        self.reconfigure(config)?;
        self.end_shadow(name)?;
        Ok(true)
    }
}
