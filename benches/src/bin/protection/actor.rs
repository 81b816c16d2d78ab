//! Those who run peers, and what they are told.

use peerwarden_core::Instant;

use crate::peer::{ActorNo, PeerNo};
use crate::world::World;

/// Somebody who runs a peer, or one after another.
pub(crate) trait Actor {
    /// The run begins.
    fn start(&mut self, me: ActorNo, world: &mut World);

    /// Something happened that it was waiting for.
    fn notice(&mut self, me: ActorNo, notice: Notice, world: &mut World);
}

/// What an actor is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Notice {
    /// An alarm that it set, with the number that it gave it.
    Alarm(u32),
    /// The connection that it asked for is up.
    Up(PeerNo),
    /// The connection that it asked for was refused.
    Refused(PeerNo),
    /// The node has closed the connection.
    Down(PeerNo),
    /// The node has just looked at the peer's score.
    Looked(PeerNo),
}

/// Alarm clock that knows only the latest alarm that was set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alarm {
    latest: u32,
}

impl Alarm {
    /// One of up to eight alarm clocks of an actor.
    pub(crate) const fn new(clock: u32) -> Self {
        Self { latest: clock << COUNTER_BITS }
    }

    /// Sets the alarm; what was set before will not ring.
    pub(crate) fn set(&mut self, me: ActorNo, at: Instant, world: &mut World) {
        self.clear();
        world.alarm(me, at, self.latest);
    }

    /// What was set before will not ring.
    pub(crate) fn clear(&mut self) {
        let counter = self.latest.wrapping_add(1) & COUNTER;
        self.latest = (self.latest & !COUNTER) | counter;
    }

    /// Whether this is the alarm that was set last on this clock.
    pub(crate) fn rings(self, number: u32) -> bool {
        self.latest == number
    }
}

const COUNTER: u32 = (1 << COUNTER_BITS) - 1;
const COUNTER_BITS: u32 = 29;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_one_actor_do_not_ring_for_each_other_and_only_for_the_latest() {
        let (mut one, mut other) = (Alarm::new(0), Alarm::new(1));
        one.clear();
        let earlier = one.latest;
        assert!(one.rings(earlier));
        other.clear();
        assert!(!other.rings(earlier));
        one.clear();
        assert!(!one.rings(earlier));
        one.latest = COUNTER;
        one.clear();
        assert!(!other.rings(one.latest), "a counter that wraps stays on its own clock");
    }
}
