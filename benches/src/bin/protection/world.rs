//! The node under attack, the network around it, and the time.
//!
//! A handshake takes 0.1 s; a connection that the node closes still carries messages for 10 ms. All
//! connections are inbound. The node has so many slots; beyond them it refuses.

mod connections;
mod messages;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use fastrand::Rng;
use peerwarden_core::Instant;

use crate::actor::{Actor, Notice};
use crate::clock::Clock;
use crate::ledger::{Figures, Ledger};
use crate::peer::{ActorNo, Link, Peer, PeerNo};
use crate::policy::{Knowledge, Order, Policy};
use crate::queue::Queue;
use crate::scorer::Scorer;
use crate::time::secs;

/// Everything but those who run peers.
pub(crate) struct World {
    now: Instant,
    queue: Queue<Happening>,
    policy: Box<dyn Policy>,
    clock: Clock,
    knowledge: Knowledge,
    feeds_valid: bool,
    scorer: Scorer,
    peers: Vec<Peer>,
    up: usize,
    slots: usize,
    notices: VecDeque<(ActorNo, Notice)>,
    orders: Vec<Order>,
    ledger: Ledger,
    /// Whose record a flood is to push out.
    offender: Option<PeerNo>,
    /// Random numbers of this run.
    pub(crate) rng: Rng,
}

/// What a world is made of.
pub(crate) struct Setup {
    /// The policy that is tried.
    pub(crate) policy: Box<dyn Policy>,
    /// What attackers know of it.
    pub(crate) knowledge: Knowledge,
    /// Whether the application counts valid messages.
    pub(crate) feeds_valid: bool,
    /// Connections that the node holds at most.
    pub(crate) slots: usize,
    /// Time before anything is looked at.
    pub(crate) warmup: Duration,
    /// Time that is looked at.
    pub(crate) length: Duration,
    /// Bad messages after which the run ends.
    pub(crate) enough: u64,
    /// Seed of all random numbers.
    pub(crate) seed: u64,
}

#[derive(Debug)]
enum Happening {
    Alarm(ActorNo, u32),
    Closed(PeerNo, u32),
    Established(PeerNo, u32),
    Second,
}

impl World {
    /// With nobody in it.
    pub(crate) fn new(setup: Setup) -> Self {
        let from = Instant::ORIGIN.saturating_add(setup.warmup);
        Self {
            now: Instant::ORIGIN,
            queue: Queue::new(),
            policy: setup.policy,
            clock: Clock::default(),
            knowledge: setup.knowledge,
            feeds_valid: setup.feeds_valid,
            scorer: Scorer::default(),
            peers: Vec::new(),
            up: 0,
            slots: setup.slots,
            notices: VecDeque::new(),
            orders: Vec::new(),
            ledger: Ledger::new(from, setup.length, setup.enough),
            offender: None,
            rng: Rng::with_seed(setup.seed),
        }
    }

    /// Runs until `end`, or until so many bad messages were accepted that it is enough.
    pub(crate) fn run(mut self, mut actors: Vec<Box<dyn Actor>>, end: Instant) -> Figures {
        for (actor, number) in actors.iter_mut().zip(0..) {
            actor.start(ActorNo(number), &mut self);
        }
        self.queue.push(self.now.saturating_add(secs(1)), Happening::Second);
        self.deliver(&mut actors);
        while let Some((at, happening)) = self.queue.pop() {
            if at >= end || self.ledger.is_enough() {
                break;
            }
            self.now = at;
            self.happen(happening);
            self.deliver(&mut actors);
        }
        let ended = if self.ledger.is_enough() { self.now } else { end };
        let now = self.clock.read(ended);
        let remembered = self.offender.map(|peer| self.policy.remembers(peer, now));
        Figures { remembered, ..self.ledger.close(ended) }
    }

    /// The time.
    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// What attackers know of the policy.
    pub(crate) fn knowledge(&self) -> Knowledge {
        self.knowledge
    }

    /// Steps of the clock that the policy reads.
    pub(crate) fn clock(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// Figures look after this peer's record.
    pub(crate) fn watch(&mut self, offender: PeerNo) {
        self.offender = Some(offender);
    }

    /// Tells the actor at that time, with this number.
    pub(crate) fn alarm(&mut self, actor: ActorNo, at: Instant, number: u32) {
        self.queue.push(at, Happening::Alarm(actor, number));
    }

    fn deliver(&mut self, actors: &mut [Box<dyn Actor>]) {
        while let Some((actor, notice)) = self.notices.pop_front() {
            if let Some(told) = usize::try_from(actor.0).ok().and_then(|at| actors.get_mut(at)) {
                told.notice(actor, notice, self);
            }
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Alarm(actor, number) => {
                self.notices.push_back((actor, Notice::Alarm(number)));
            }
            Happening::Closed(peer, session) => self.closed(peer, session),
            Happening::Established(peer, session) => self.established(peer, session),
            Happening::Second => {
                let now = self.clock.read(self.now);
                self.policy.second(now, &mut self.orders);
                self.carry_out();
                self.ledger.table(self.policy.tracked());
                self.ledger.note_fewest(self.now);
                self.queue.push(self.now.saturating_add(secs(1)), Happening::Second);
            }
        }
    }

    /// Does what the policy wants done, and what follows from it.
    fn carry_out(&mut self) {
        let mut orders = std::mem::take(&mut self.orders);
        let mut next = 0;
        while let Some(order) = orders.get(next).copied() {
            next += 1;
            match order {
                Order::AskScore(peer) => {
                    let score = self.scorer.score(peer, self.now);
                    let now = self.clock.read(self.now);
                    self.policy.score(peer, score, now, &mut orders);
                    if let Some(known) = self.peer(peer) {
                        self.notices.push_back((known.actor, Notice::Looked(peer)));
                    }
                }
                Order::Banned(peer) => {
                    if let Some(known) = self.peer(peer) {
                        self.ledger.banned(peer, known.class, self.now);
                    }
                }
                Order::Disconnect(peer) => self.close(peer),
                Order::PlaceBanned => self.ledger.place_banned(self.now),
            }
        }
        orders.clear();
        self.orders = orders;
    }

    fn peer(&self, PeerNo(number): PeerNo) -> Option<Peer> {
        self.peers.get(usize::try_from(number).ok()?).copied()
    }

    fn peer_mut(&mut self, PeerNo(number): PeerNo) -> Option<&mut Peer> {
        self.peers.get_mut(usize::try_from(number).ok()?)
    }

    fn set_link(&mut self, peer: PeerNo, link: Link) {
        if let Some(known) = self.peer_mut(peer) {
            known.link = link;
        }
    }
}
