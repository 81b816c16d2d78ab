//! The policy, and its replacement by another one.

use std::sync::Arc;

use peerwarden_core::{Config, Event};

use super::{Shared, State};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::notice::NoticeKind;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// The policy, without holding the lock for longer than it takes to find it.
    pub(crate) fn config(&self) -> Result<Arc<Config>, Closed> {
        Ok(self.lock_if_open()?.policy.clone())
    }

    /// Judges by `config` from here on.
    pub(crate) fn reconfigure(&self, config: Config) -> Result<(), Closed> {
        self.reconfigure_if(config, |_| true).map(drop)
    }

    /// Judges by `config` from here on, if the policy so far is the expected one. Whether it is.
    pub(crate) fn reconfigure_if(
        &self,
        config: Config,
        expected: impl FnOnce(&Arc<Config>) -> bool,
    ) -> Result<bool, Closed> {
        let policy = Arc::new(config.clone());
        let now = self.now();
        let mut state = self.lock_for_input_if_open(now)?;
        if !expected(&state.policy) {
            return Ok(false);
        }
        let _old = std::mem::replace(&mut state.policy, policy);
        state.broadcast.send(now, || Some(NoticeKind::Reconfigured));
        let event = Event::Reconfigure { config: Box::new(config) };
        self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
        #[cfg(feature = "lists")]
        self.lists.renew_soon();
        Ok(true)
    }
}
