//! Heartbeat and tick timers.

use std::collections::BTreeSet;
use std::fmt;
use std::task::Context;
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_core as core;
use peerwarden_core::Instant;

use super::Behaviour;
use crate::alarm::Alarm;
use crate::bounds::{self, OutOfBounds};
use crate::log;
use crate::name_resolver::NameResolver;
use crate::next_wake::NextWake;
use crate::options::DriverOptions;
use crate::static_peer::StaticPeer;
use crate::timer::Timer;

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
        self.intervals.heartbeat_interval = bounds::interval("heartbeat_interval", interval)?;
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
        self.intervals.tick_interval = bounds::interval("tick_interval", interval)?;
        Ok(self)
    }

    /// Goes by `options`, and protects and bans whom they name. Whom earlier options named and these
    /// do not is no longer protected, banned or kept connected by them.
    ///
    /// The timeout for closing and the file for data are for others: the transport and the store.
    /// A file for data that nobody has opened is worth a warning in the log.
    #[must_use]
    pub fn with_options(mut self, options: &DriverOptions) -> Self {
        self.intervals.heartbeat_interval = options.heartbeat_interval();
        self.intervals.tick_interval = options.tick_interval();
        self = self
            .with_max_redials(options.max_redials())
            .with_redial_attempts(options.redial_attempts());
        if let Some(file) = options.data_file()
            && self.writer.is_none()
        {
            log::no_store(file);
        }
        self.shared.apply_options(options);
        self.names = NameResolver::spawn(options, &self.shared);
        self.keep_static(options);
        self
    }

    /// Keeps the static peers connected, and no longer those that earlier options named alone.
    fn keep_static(&self, options: &DriverOptions) {
        let named: BTreeSet<_> = options.static_peers().iter().map(StaticPeer::peer).collect();
        let before = self.shared.lock().overrides.replace_static(named.clone());
        for peer in before.difference(&named) {
            self.let_go(*peer);
        }
        let own = self.shared.lock().overrides.local.peer();
        // A list for a whole fleet names this node too.
        for peer in options.static_peers().iter().filter(|peer| own != Some(peer.peer())) {
            if let Err(error) = self.keep_connected(peer.peer(), peer.addresses().to_vec()) {
                log::not_kept(&peer.peer(), &error);
            }
        }
    }

    /// Does what is due, and sees to it that the task is woken for what will be.
    pub(super) fn poll_timers(&mut self, cx: &mut Context<'_>) {
        for _ in 0..MAX_INPUTS {
            // Whatever a handle causes after this wakes the task again, so nothing is overlooked.
            let wanted = self.shared.register(cx);
            let Some((event, now)) = self.intervals.poll(&self.timer, &wanted, cx) else {
                return;
            };
            self.shared.input(event, now, |_| {});
        }
        cx.waker().wake_by_ref();
    }
}

/// The two alarms, and what they ring for. Idle, there is none.
pub(super) struct Intervals<T: Timer> {
    heartbeat_interval: Duration,
    tick_interval: Duration,
    heartbeat: Alarm<T>,
    tick: Alarm<T>,
    last_heartbeat: Option<Instant>,
    next_tick: Option<Instant>,
}

impl<T: Timer> Intervals<T> {
    pub(super) fn new() -> Self {
        Self {
            heartbeat_interval: SECOND,
            tick_interval: SECOND,
            heartbeat: Alarm::new(),
            tick: Alarm::new(),
            last_heartbeat: None,
            next_tick: None,
        }
    }

    /// What is due, and what time it is for it.
    ///
    /// Every answer moves its own next due time by an interval.
    pub(super) fn poll(
        &mut self,
        timer: &T,
        wanted: &NextWake,
        cx: &mut Context<'_>,
    ) -> Option<(core::Event<PeerId>, Instant)> {
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
