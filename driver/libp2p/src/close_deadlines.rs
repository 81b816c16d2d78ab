//! Deadlines of the connections that the swarm was told to close.

use std::collections::VecDeque;
use std::fmt;
use std::task::Context;
use std::time::Duration;

use libp2p::PeerId;
use libp2p::swarm::ConnectionId;
use peerwarden_core::Instant;
use peerwarden_host::Timer;
use peerwarden_host::driver::{Alarm, Connections};

use crate::close_timeout::CloseTimeout;
use crate::log;

/// Notices, once, that a connection outlives what [`CloseTimeout`] would have let it.
///
/// It is looked for when the timeout is over and again a second later. A task that is polled late
/// proves nothing, because the connections may not have been either: then it looks again in a
/// second, and so on.
pub(crate) struct CloseDeadlines<T: Timer> {
    close_timeout: Duration,
    /// Oldest first. Connections that are closed by now are taken out when they come first.
    due: VecDeque<(Instant, ConnectionId)>,
    /// When to look again at the first of them, which should have been closed before.
    again: Option<Instant>,
    alarm: Alarm<T>,
    /// Whether it was logged: once is enough.
    told: bool,
}

impl<T: Timer> CloseDeadlines<T> {
    pub(crate) fn new() -> Self {
        Self {
            close_timeout: CloseTimeout::<()>::DEFAULT,
            due: VecDeque::new(),
            again: None,
            alarm: Alarm::new(),
            told: false,
        }
    }

    /// Sets what the transport gives a connection to close.
    pub(crate) fn set_close_timeout(&mut self, close_timeout: Duration) {
        self.close_timeout = close_timeout;
    }

    /// The swarm is told to close these connections.
    pub(crate) fn add(&mut self, ids: impl IntoIterator<Item = ConnectionId>, now: Instant) {
        if self.told {
            return;
        }
        let due = now.saturating_add(self.close_timeout);
        let room = MOST_WATCHED.saturating_sub(self.due.len());
        self.due.extend(ids.into_iter().take(room).map(|id| (due, id)));
    }

    /// Looks at the first connection that is still up, if it is time.
    pub(crate) fn poll(
        &mut self,
        connections: &Connections<PeerId, ConnectionId>,
        timer: &T,
        cx: &mut Context<'_>,
    ) {
        while let Some((_, id)) = self.due.front()
            && connections.get(*id).is_none()
        {
            self.due.pop_front();
            self.again = None;
        }
        let first = self.due.front().map(|(due, id)| (self.again.unwrap_or(*due), *id));
        let Some(now) = self.alarm.poll(timer, first.map(|(due, _)| due), cx) else {
            return;
        };
        let Some((due, id)) = first else {
            return;
        };
        let is_late = now >= due.saturating_add(A_SECOND);
        if self.again.is_none() || is_late {
            let again = now.saturating_add(A_SECOND);
            self.again = Some(again);
            let _: Option<Instant> = self.alarm.poll(timer, self.again, cx);
            return;
        }
        if let Some(connection) = connections.get(id) {
            log::still_connected(&connection.peer, self.close_timeout.saturating_add(A_SECOND));
        }
        self.told = true;
        self.due = VecDeque::new();
    }
}

impl<T: Timer> fmt::Debug for CloseDeadlines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloseDeadlines")
            .field("close_timeout", &self.close_timeout)
            .field("due", &self.due.len())
            .finish_non_exhaustive()
    }
}

/// How many connections are watched at a time. Without a timeout around the muxer any of them can
/// be the one that stays.
const MOST_WATCHED: usize = 1_024;

/// How much later than due a connection may be closed on a busy node.
const A_SECOND: Duration = Duration::from_secs(1);
