//! Attacker that misbehaves right after the node has looked at its score.

use std::time::Duration;

use super::visitor::Shared;
use crate::actor::{Actor, Alarm, Notice};
use crate::peer::{ActorNo, Class, PeerNo};
use crate::time::{millis, secs};
use crate::world::World;

/// Attacker whose score is back above the minimum by the time the node looks again.
///
/// It expects the next look after the shortest of the latest three times between two, and sends as many
/// payloads as that time makes good. 20 of them have faded after 46 s, and more do not count: then it
/// sends 1000.
#[derive(Debug)]
pub(crate) struct Oscillator {
    peer: Option<PeerNo>,
    addr: std::net::IpAddr,
    dials: Alarm,
    sends: Alarm,
    looked: Option<peerwarden_core::Instant>,
    /// Latest times between two looks.
    between: [Option<Duration>; 3],
    left: u64,
}

impl Oscillator {
    /// One that comes from there.
    pub(crate) fn new(addresses: &Shared) -> Self {
        Self {
            peer: None,
            addr: addresses.first(),
            dials: Alarm::new(0),
            sends: Alarm::new(1),
            looked: None,
            between: [None; 3],
            left: 0,
        }
    }

    fn looked(&mut self, me: ActorNo, world: &mut World) {
        let now = world.now();
        let since = self.looked.replace(now).map(|last| now.saturating_duration_since(last));
        self.between = [since, self.between[0], self.between[1]];
        if let [Some(a), Some(b), Some(c)] = self.between {
            self.left = affordable(a.min(b).min(c));
            self.sends.set(me, now.saturating_add(millis(1)), world);
        }
    }
}

/// Payloads that can be sent at each such time without a score of -100 at the end of it: what is left
/// of earlier ones counts too, up to 20 of them in all.
fn affordable(time: Duration) -> u64 {
    let left = (-time.as_secs_f64() / HALF_LIFE.as_secs_f64()).exp2();
    if 20.0 * left < BELOW_MINIMUM {
        return AT_ONCE;
    }
    (BELOW_MINIMUM * (1.0 - left) / left) as u64
}

impl Actor for Oscillator {
    fn start(&mut self, me: ActorNo, world: &mut World) {
        self.peer = Some(world.new_peer(me, self.addr, Class::Attacker));
        let at = world.now().saturating_add(secs(1));
        self.dials.set(me, at, world);
    }

    fn notice(&mut self, me: ActorNo, notice: Notice, world: &mut World) {
        let Some(peer) = self.peer else { return };
        match notice {
            Notice::Alarm(number) if self.dials.rings(number) => world.dial(peer),
            Notice::Alarm(number) if self.sends.rings(number) => {
                if self.left > 0 && world.rejected(peer) {
                    self.left -= 1;
                    let at = world.now().saturating_add(millis(1));
                    self.sends.set(me, at, world);
                }
            }
            Notice::Looked(_) => self.looked(me, world),
            Notice::Down(_) | Notice::Refused(_) => {
                self.sends.clear();
                (self.looked, self.between) = (None, [None; 3]);
                let soon = world.now().saturating_add(secs(1));
                let free = world.free_at(peer, self.addr).unwrap_or(soon);
                self.dials.set(me, free.max(soon), world);
            }
            Notice::Alarm(_) | Notice::Up(_) => {}
        }
    }
}

const AT_ONCE: u64 = 1_000;
/// Payloads that weigh just under 100.
const BELOW_MINIMUM: f64 = 4.95;
/// A little more than the 18 s of the model: the node decays in steps of 2 s.
const HALF_LIFE: Duration = secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_affordable_grows_with_the_time_between_looks_until_it_is_without_limit() {
        assert_eq!([0, 10, 20, 30, 46].map(|time| affordable(secs(time))), [0, 2, 4, 9, 1_000]);
    }
}
