//! Honest peer: sends valid messages, now and then a bad one, and comes back when it was cut.

use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::actor::{Actor, Alarm, Notice};
use crate::habits::Habits;
use crate::peer::{ActorNo, Class, PeerNo};
use crate::time::{millis, mins, secs};
use crate::world::World;

/// An honest peer. One that was cut or refused tries again 30 to 40 s later, blindly.
#[derive(Debug)]
pub(crate) struct Honest {
    peer: PeerNo,
    addr: IpAddr,
    habits: Habits,
    dials: Alarm,
    leaves: Alarm,
    sends: Alarm,
    /// What the alarm for sending is for.
    due: Due,
    /// Up to when its valid messages are counted.
    counted: Instant,
    /// Valid messages that were less than one.
    fraction: f64,
    /// Whether it does not want to be connected for now.
    away: bool,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    BadMessage,
    AnotherLook,
}

impl Honest {
    /// One whose first id is `peer`.
    pub(crate) fn new(peer: PeerNo, addr: IpAddr, habits: Habits) -> Self {
        Self {
            peer,
            addr,
            habits,
            dials: Alarm::new(0),
            leaves: Alarm::new(1),
            sends: Alarm::new(2),
            due: Due::AnotherLook,
            counted: Instant::ORIGIN,
            fraction: 0.0,
            away: true,
        }
    }

    fn class(&self) -> Class {
        if self.habits.fresh { Class::Newcomer } else { Class::Resident }
    }

    fn dial_in(&mut self, me: ActorNo, delay: Duration, world: &mut World) {
        let at = world.now().saturating_add(delay);
        self.dials.set(me, at, world);
    }

    fn came_up(&mut self, me: ActorNo, world: &mut World) {
        self.counted = world.now();
        self.plan(me, world);
        if let Some(sessions) = self.habits.sessions {
            let over = world.now().saturating_add(exponential(sessions.here, world));
            self.leaves.set(me, over, world);
        }
    }

    fn went_down(&mut self, me: ActorNo, world: &mut World) {
        self.sends.clear();
        self.leaves.clear();
        let delay = retry(world);
        self.dial_in(me, delay, world);
    }

    /// Its session is over: it does not want to be here for a while.
    fn leave(&mut self, me: ActorNo, world: &mut World) {
        self.count_valid(world);
        self.sends.clear();
        world.leave(self.peer);
        world.wants(self.class(), false);
        if self.habits.fresh {
            self.peer = world.new_peer(me, self.addr, Class::Newcomer);
        }
        if let Some(sessions) = self.habits.sessions {
            let away = exponential(sessions.away, world);
            self.away = true;
            self.dial_in(me, away, world);
        }
    }

    /// Tells the application of the valid messages since the last time.
    fn count_valid(&mut self, world: &mut World) {
        let since = world.now().saturating_duration_since(self.counted).as_secs_f64();
        let messages = since * self.habits.valid + self.fraction;
        self.fraction = messages.fract();
        self.counted = world.now();
        world.valid(self.peer, messages as u64);
    }

    /// Draws when the next bad message comes. Chance has no memory, so that is drawn anew wherever the
    /// rate changes, and once a minute.
    fn plan(&mut self, me: ActorNo, world: &mut World) {
        let now = world.now();
        let (rate, change) = self.habits.rate(now);
        let minute = now.saturating_add(COUNTED_EVERY);
        let look = change.map_or(minute, |change| change.min(minute));
        let next = Duration::from_secs_f64((draw(world) / rate.max(1e-9)).min(1e9));
        let message = now.saturating_add(next);
        let (at, due) =
            if message < look { (message, Due::BadMessage) } else { (look, Due::AnotherLook) };
        self.due = due;
        self.sends.set(me, at, world);
    }
}

impl Actor for Honest {
    fn start(&mut self, me: ActorNo, world: &mut World) {
        let at = millis(world.rng.u64(..10_000));
        self.dial_in(me, at, world);
    }

    fn notice(&mut self, me: ActorNo, notice: Notice, world: &mut World) {
        match notice {
            Notice::Alarm(number) if self.dials.rings(number) => {
                if std::mem::take(&mut self.away) {
                    world.wants(self.class(), true);
                }
                world.dial(self.peer);
            }
            Notice::Alarm(number) if self.leaves.rings(number) => self.leave(me, world),
            Notice::Alarm(number) if self.sends.rings(number) => {
                self.count_valid(world);
                if let Due::BadMessage = self.due {
                    world.bad(self.peer);
                }
                self.plan(me, world);
            }
            Notice::Alarm(_) | Notice::Looked(_) => {}
            Notice::Up(peer) if peer == self.peer => self.came_up(me, world),
            Notice::Down(peer) | Notice::Refused(peer) if peer == self.peer => {
                self.went_down(me, world);
            }
            Notice::Up(_) | Notice::Down(_) | Notice::Refused(_) => {}
        }
    }
}

fn retry(world: &mut World) -> Duration {
    RETRY.saturating_add(millis(world.rng.u64(..10_000)))
}

/// A time drawn from the exponential distribution with this mean.
fn exponential(mean: Duration, world: &mut World) -> Duration {
    mean.mul_f64(draw(world))
}

/// A number drawn from the exponential distribution with mean 1.
fn draw(world: &mut World) -> f64 {
    -(1.0 - world.rng.f64()).ln()
}

const COUNTED_EVERY: Duration = mins(1);
const RETRY: Duration = secs(30);
