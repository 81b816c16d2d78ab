//! Queue of events for the swarm.

use std::collections::VecDeque;

use libp2p::PeerId;

use crate::event::{Event, EventKind};

/// Events that wait for the swarm to ask for them, bounded whatever causes them.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    events: VecDeque<EventKind>,
    missed: u64,
}

impl EventQueue {
    pub(crate) fn emit(&mut self, kind: EventKind) {
        if self.events.len() >= Event::CAPACITY && self.events.pop_front().is_some() {
            self.missed = self.missed.saturating_add(1);
        }
        self.events.push_back(kind);
    }

    /// The next event for the application. A question for the score of a peer that is not connected
    /// any more is left out.
    pub(crate) fn next_event(&mut self, is_connected: impl Fn(&PeerId) -> bool) -> Option<Event> {
        let is_late = |kind: &EventKind| matches!(kind, EventKind::ScoreRequested { peer } if !is_connected(peer));
        let kind = loop {
            let kind = self.events.pop_front()?;
            if !is_late(&kind) {
                break kind;
            }
        };
        let missed = std::mem::take(&mut self.missed);
        Some(Event { kind, missed })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}
