//! Waking of the driver, for what comes of an input.

use std::task::Waker;

use super::State;
use crate::driver::Driver;
use crate::next_wake::NextWake;
use crate::peer::PeerName;

/// Wakes when it is dropped, even if a panic of a log's subscriber does that: a waker that was taken and
/// not woken is a swarm that sleeps through a ban.
pub(super) struct WakeOnDrop(pub(super) Option<Waker>);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    /// Returns the waker of the driver, if there is something for it to do.
    pub(super) fn take_waker_if_needed(&mut self) -> Option<Waker> {
        let sooner = self.wants().is_sooner_than(&self.announced);
        if sooner || self.driver.has_work() { self.waker.take() } else { None }
    }

    pub(super) fn wanted(&mut self) -> NextWake {
        self.announced = self.wants();
        self.announced
    }

    fn wants(&self) -> NextWake {
        NextWake {
            deadline: self.engine.next_deadline(),
            ticks: self.engine.config().scores() && self.engine.counts().connected > 0,
            driver: self.driver.deadline(),
        }
    }
}
