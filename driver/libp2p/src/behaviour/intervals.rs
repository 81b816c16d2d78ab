//! Options of the behaviour, and time that passes.

use std::collections::BTreeSet;
use std::task::Context;
use std::time::Duration;

use peerwarden_host::{OutOfBounds, Timer};

use super::Behaviour;
use crate::DriverOptions;
use crate::log;
use crate::redials::Limits;
use crate::static_peer::StaticPeer;

impl<T: Timer> Behaviour<T> {
    /// Sets how much time lies between two heartbeats, at least.
    ///
    /// 1 s by default: a ban's end is announced at most that much late, and a million of them cost
    /// no more than one wake-up a second. Gates do not wait for it.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn with_heartbeat_interval(mut self, interval: Duration) -> Result<Self, OutOfBounds> {
        self.intervals.set_heartbeat_interval(interval)?;
        Ok(self)
    }

    /// Sets how much time lies between two ticks, each of which asks for the score of the next few
    /// connected peers.
    ///
    /// 1 s by default, op-node's.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn with_tick_interval(mut self, interval: Duration) -> Result<Self, OutOfBounds> {
        self.intervals.set_tick_interval(interval)?;
        Ok(self)
    }

    /// Says how long the transport gives a connection to close, if that is not
    /// [`CloseTimeout::DEFAULT`](crate::CloseTimeout::DEFAULT): the same as
    /// [`CloseTimeout::new`](crate::CloseTimeout::new) is given.
    ///
    /// No behaviour reaches the transport, so this closes nothing. A peer that was told to leave and
    /// is still connected a second after that time is logged once, at level `warn`, because then
    /// `CloseTimeout` is most likely missing.
    #[must_use]
    pub fn with_close_timeout(mut self, close_timeout: Duration) -> Self {
        self.close_deadlines.set_close_timeout(close_timeout);
        self
    }

    /// Goes by `options`, and protects and bans the subjects that they name. What earlier options named and
    /// these do not is no longer protected, banned or kept connected by them.
    ///
    /// The timeout for closing and the file for data are for others: the transport and the store. The
    /// timeout is taken as [`with_close_timeout`](Self::with_close_timeout) takes it.
    /// A file for data that was not opened is worth a warning in the log.
    #[must_use]
    pub fn with_options(mut self, options: &DriverOptions) -> Self {
        self.node.apply_options(options);
        self.take_options(options)
    }

    /// Takes what is the behaviour's own of the options.
    pub(super) fn take_options(mut self, options: &DriverOptions) -> Self {
        self.intervals.apply_options(options);
        self.close_deadlines.set_close_timeout(options.close_timeout());
        self.incomplete.set_farewell(options.farewell());
        let limits =
            Limits { under_way: options.max_redials(), attempts: options.redial_attempts() };
        let mut state = self.shared().lock();
        state.driver.redials.set_limits(limits);
        state.driver.closes.set_farewell(options.farewell());
        drop(state);
        self.keep_static(options);
        self
    }

    /// Keeps the static peers connected, and no longer those that earlier options named alone.
    fn keep_static(&self, options: &DriverOptions) {
        let named: BTreeSet<_> = options.static_peers().iter().map(StaticPeer::peer).collect();
        let before = std::mem::replace(&mut self.shared().lock().driver.statics, named.clone());
        for peer in before.difference(&named) {
            self.let_go(*peer);
        }
        let own = self.shared().lock().local_peer_id().copied();
        // A list for a whole fleet names this node too.
        for peer in options.static_peers().iter().filter(|peer| own != Some(peer.peer())) {
            if let Err(error) = self.keep_connected(peer.peer(), peer.addresses().to_vec()) {
                log::not_kept(&peer.peer(), &error);
            }
        }
    }

    /// Does what is due, and sees to it that the task is woken for what will be.
    pub(super) fn poll_timers(&mut self, cx: &mut Context<'_>) {
        self.intervals.poll(self.node.shared(), &self.timer, cx);
    }
}
