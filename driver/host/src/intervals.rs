//! Heartbeat and tick timers.

use std::fmt;
use std::task::Context;
use std::time::Duration;

use peerwarden_core as core;
use peerwarden_core::Instant;

use crate::alarm::Alarm;
use crate::bounds::{self, OutOfBounds};
use crate::driver::Driver;
use crate::known_peer::KnownPeer;
use crate::next_wake::NextWake;
use crate::options::DriverOptions;
use crate::peer::PeerName;
use crate::shared::Shared;
use crate::timer::Timer;

/// Two alarms, for heartbeats and ticks. Idle, there is none.
pub struct Intervals<T: Timer> {
    heartbeat_interval: Duration,
    tick_interval: Duration,
    heartbeat: Alarm<T>,
    tick: Alarm<T>,
    last_heartbeat: Option<Instant>,
    next_tick: Option<Instant>,
}

impl<T: Timer> Intervals<T> {
    /// Returns timers of one second each, with nothing to wait for.
    #[must_use]
    pub fn new() -> Self {
        Self {
            heartbeat_interval: SECOND,
            tick_interval: SECOND,
            heartbeat: Alarm::new(),
            tick: Alarm::new(),
            last_heartbeat: None,
            next_tick: None,
        }
    }

    /// Sets how much time lies between two heartbeats, at least.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn set_heartbeat_interval(&mut self, interval: Duration) -> Result<(), OutOfBounds> {
        self.heartbeat_interval = bounds::interval("heartbeat_interval", interval)?;
        Ok(())
    }

    /// Sets how much time lies between two ticks.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn set_tick_interval(&mut self, interval: Duration) -> Result<(), OutOfBounds> {
        self.tick_interval = bounds::interval("tick_interval", interval)?;
        Ok(())
    }

    /// Takes both intervals from `options`.
    pub fn apply_options<P: PeerName, A: KnownPeer<P>>(&mut self, options: &DriverOptions<P, A>) {
        self.heartbeat_interval = options.heartbeat_interval();
        self.tick_interval = options.tick_interval();
    }

    /// Gives the engine the heartbeats and ticks that are due, and has the task woken for those that will
    /// be and for what a handle causes.
    pub fn poll<P: PeerName, D: Driver<P>>(
        &mut self,
        shared: &Shared<P, D>,
        timer: &T,
        cx: &mut Context<'_>,
    ) {
        for _ in 0..MAX_INPUTS {
            // Where a great many bans end at once, other tasks have their turn between two slices of them.
            if shared.pass_one_slice(timer.now()) {
                break;
            }
            // Whatever a handle causes after this wakes the task again, so nothing is overlooked.
            let wanted = shared.register(cx);
            let Some((event, now)) = self.due(timer, &wanted, cx) else {
                return;
            };
            shared.input(event, now, |_| {});
        }
        cx.waker().wake_by_ref();
    }

    /// What is due, and what time it is for it.
    ///
    /// Every answer moves its own next due time by an interval.
    fn due<P>(
        &mut self,
        timer: &T,
        wanted: &NextWake,
        cx: &mut Context<'_>,
    ) -> Option<(core::Event<P>, Instant)> {
        let due = wanted.deadline.map(|deadline| {
            let earliest = self
                .last_heartbeat
                .map_or(deadline, |last| last.saturating_add(self.heartbeat_interval));
            deadline.max(earliest)
        });
        if let Some(now) = self.heartbeat.poll(timer, due, cx) {
            self.last_heartbeat = Some(now);
            return Some((core::Event::Heartbeat, now));
        }

        self.next_tick = if wanted.ticks {
            self.next_tick.or_else(|| Some(next_multiple(timer.now(), self.tick_interval)))
        } else {
            None
        };
        if let Some(now) = self.tick.poll(timer, self.next_tick, cx) {
            self.next_tick = Some(next_multiple(now, self.tick_interval));
            return Some((core::Event::Tick, now));
        }
        None
    }
}

impl<T: Timer> Default for Intervals<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Timer> fmt::Debug for Intervals<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intervals")
            .field("heartbeat", &self.heartbeat)
            .field("tick", &self.tick)
            .finish_non_exhaustive()
    }
}

/// The first moment after `now` that is a whole number of intervals from the clock's origin.
///
/// Ticks come at such moments and not an interval after the first peer came, so that nobody puts
/// them off by coming and going.
fn next_multiple(now: Instant, interval: Duration) -> Instant {
    let interval = u64::try_from(interval.as_nanos()).unwrap_or(u64::MAX);
    let into = now.as_nanos().checked_rem(interval).unwrap_or(0);
    now.saturating_add(Duration::from_nanos(interval.saturating_sub(into)))
}

/// How often time is let pass before others get their turn. A heartbeat and a tick can be due, and
/// then nothing is, unless the clock runs faster than the node or has come to its end.
const MAX_INPUTS: usize = 4;

const SECOND: Duration = Duration::from_secs(1);
