//! Attacker that pays one visit after another.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use peerwarden_core::Instant;

use super::tactic::{Deed, Identity, Refusal, Stop, Tactic};
use crate::actor::{Actor, Alarm, Notice};
use crate::network::Pool;
use crate::peer::{ActorNo, Class, PeerNo};
use crate::time::{millis, secs};
use crate::world::World;

/// Addresses that several visitors draw from.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pool: Pool,
    used: Rc<Cell<u64>>,
}

impl Shared {
    /// From the first address on.
    pub(crate) fn new(pool: Pool) -> Self {
        Self { pool, used: Rc::default() }
    }

    /// The first of them.
    pub(super) fn first(&self) -> IpAddr {
        self.pool.at(0)
    }

    fn next(&self) -> IpAddr {
        let used = self.used.get();
        self.used.set(used + 1);
        self.pool.at(used)
    }
}

/// Attacker that pays one visit after another, one connection at a time.
#[derive(Debug)]
pub(crate) struct Visitor {
    tactic: Tactic,
    addresses: Shared,
    peer: Option<PeerNo>,
    dials: Alarm,
    sends: Alarm,
    visits: u64,
    sent: u64,
    /// Bad messages so far: whose turn it is to be framed.
    named: usize,
    /// Whether the world is to look after the record of this one.
    watched: bool,
    /// When the first bad message of this visit is sent.
    first_sent: Instant,
    /// Up to when its valid messages are counted.
    counted: Instant,
}

impl Visitor {
    /// One that draws its addresses from there.
    pub(crate) fn new(tactic: Tactic, addresses: &Shared) -> Self {
        Self {
            tactic,
            addresses: addresses.clone(),
            peer: None,
            dials: Alarm::new(0),
            sends: Alarm::new(1),
            visits: 0,
            sent: 0,
            named: 0,
            watched: false,
            first_sent: Instant::ORIGIN,
            counted: Instant::ORIGIN,
        }
    }

    /// The same; figures look after its record.
    pub(crate) fn watched(mut self) -> Self {
        self.watched = true;
        self
    }

    fn dial_in(&mut self, me: ActorNo, delay: Duration, world: &mut World) {
        let at = world.now().saturating_add(delay);
        self.dials.set(me, at, world);
    }

    /// Dials, from an address where it is not refused. If there is none, it does as it does then.
    fn visit(&mut self, me: ActorNo, world: &mut World) {
        if self.peer.is_none() || self.tactic.identity == Identity::Fresh {
            let addr = self.addresses.next();
            self.peer = Some(world.new_peer(me, addr, Class::Attacker));
        }
        let Some(peer) = self.peer else { return };
        if std::mem::take(&mut self.watched) {
            world.watch(peer);
        }
        let mut first_free = None;
        for _ in 0..self.addresses.pool.len().min(LOOKED_AT) {
            let addr = world.address(peer);
            let free = world.free_at(peer, addr);
            if free.is_some_and(|free| free <= world.now()) {
                world.dial(peer);
                return;
            }
            first_free = [first_free, free].into_iter().flatten().min();
            world.move_peer(peer, self.addresses.next());
        }
        self.wait(me, first_free, world);
    }

    /// It is refused wherever it looked; the first of these is free then.
    fn wait(&mut self, me: ActorNo, free: Option<Instant>, world: &mut World) {
        match self.tactic.refused {
            Refusal::GiveUp => {}
            Refusal::Wait => {
                if let Some(free) = free {
                    self.dials.set(me, free.max(world.now().saturating_add(millis(1))), world);
                }
            }
            Refusal::NextFull(period) => {
                let passed = world.now().as_nanos() % period.as_nanos().max(1) as u64;
                let rest = period.saturating_sub(Duration::from_nanos(passed));
                self.dial_in(me, rest, world);
            }
        }
    }

    fn came_up(&mut self, me: ActorNo, world: &mut World) {
        self.visits += 1;
        self.sent = 0;
        self.counted = world.now();
        let first = self.visits == 1;
        let quiet = if first { self.tactic.quiet_at_first } else { self.tactic.quiet };
        let at = world.now().saturating_add(quiet.max(self.tactic.gap));
        self.first_sent = at;
        self.sends.set(me, at, world);
    }

    /// Sends a message, and plans the next one or ends the visit.
    fn send(&mut self, me: ActorNo, peer: PeerNo, world: &mut World) {
        if !self.deliver(peer, world) {
            return;
        }
        self.sent += 1;
        if matches!(self.tactic.stop, Stop::After(count) if self.sent >= count) {
            world.leave(peer);
            self.dial_in(me, self.tactic.rest, world);
        } else {
            let sending = world.now().saturating_duration_since(self.first_sent);
            let at = world.now().saturating_add(self.tactic.gap_after(sending));
            self.sends.set(me, at, world);
        }
    }

    fn deliver(&mut self, peer: PeerNo, world: &mut World) -> bool {
        if self.tactic.cover > 0 {
            let since = world.now().saturating_duration_since(self.counted).as_secs_f64();
            self.counted = world.now();
            world.valid(peer, (since * self.tactic.cover as f64) as u64);
        }
        let author = |authors: &[PeerNo]| {
            authors.get(self.named % authors.len().max(1)).copied().unwrap_or(peer)
        };
        let accepted = match &self.tactic.deed {
            Deed::Silence => true,
            Deed::Bad => world.bad(peer),
            Deed::Framing(authors) => world.bad_by(peer, author(authors)),
            Deed::Unsigned(authors) => world.bad_unsigned(peer, author(authors)),
        };
        self.named += 1;
        accepted
    }
}

impl Actor for Visitor {
    fn start(&mut self, me: ActorNo, world: &mut World) {
        let jitter = millis(world.rng.u64(..1_000));
        self.dial_in(me, self.tactic.begins.saturating_add(jitter), world);
    }

    fn notice(&mut self, me: ActorNo, notice: Notice, world: &mut World) {
        match notice {
            Notice::Alarm(number) if self.dials.rings(number) => self.visit(me, world),
            Notice::Alarm(number) if self.sends.rings(number) => {
                if let Some(peer) = self.peer {
                    self.send(me, peer, world);
                }
            }
            Notice::Up(_) => self.came_up(me, world),
            Notice::Down(_) => {
                self.sends.clear();
                self.dial_in(me, self.tactic.rest, world);
            }
            // It was not refused by the policy, or has just become so: slots are taken.
            Notice::Refused(_) => self.dial_in(me, TRIES_EVERY, world),
            Notice::Alarm(_) | Notice::Looked(_) => {}
        }
    }
}

/// Addresses of its pool that an attacker tries before it waits.
const LOOKED_AT: u64 = 256;
/// Time after which it tries again while all slots are taken.
const TRIES_EVERY: Duration = secs(1);
