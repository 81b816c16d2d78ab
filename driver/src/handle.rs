//! The door for every other task.

mod conduct;
mod keep;
mod orders;
mod policy;

use std::net::IpAddr;
use std::sync::{Arc, Weak};

use libp2p::PeerId;
use peerwarden_core as core;
use peerwarden_core::{
    Amplification, Ban, Config, Counts, Cursor, Instant, Misbehavior, PeerStatus, Score, Verdict,
};

use crate::gate::Gate;
use crate::log;
use crate::refusal::Refusal;
use crate::shared::{Engine, Shared};
use crate::store::{Flush, FlushError, StoreHealth};
use crate::subscription::Subscription;
use crate::tallies::Tallies;
pub use keep::KeepConnectedError;

/// A door to the engine of a [`Behaviour`](crate::Behaviour), for any task and any thread.
///
/// Calls are synchronous and short: the engine sits behind one lock that is held for
/// microseconds, so no report is ever dropped and there is no queue to fill. What a call causes,
/// such as a connection to close, the behaviour carries out as soon as the swarm is polled; the
/// call wakes it.
///
/// A handle keeps nothing alive. Every call fails with [`Gone`] once the behaviour is dropped.
#[derive(Clone, Debug)]
pub struct Handle {
    shared: Weak<Shared>,
}

/// The swarm was dropped, and its behaviour with it: there is nobody left to judge.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the behaviour that this handle belongs to is gone")]
pub struct Gone;

impl Handle {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::downgrade(shared) }
    }

    /// Reports that `peer`, connected or not, did something wrong. It costs what the policy says.
    ///
    /// The peer to blame is the one that handed the bytes over. For others there is
    /// [`report_from`](Self::report_from), and the [guide](crate::guide#5-whom-to-blame) on which of
    /// them it is.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn report(&self, peer: PeerId, misbehavior: Misbehavior) -> Result<(), Gone> {
        self.report_amplified(peer, misbehavior, Amplification::ONE)
    }

    /// Reports a misdeed that is better or worse than most of its kind.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn report_amplified(
        &self,
        peer: PeerId,
        misbehavior: Misbehavior,
        amplification: Amplification,
    ) -> Result<(), Gone> {
        self.input_with(|config| core::Event::Report {
            peer,
            misbehavior,
            penalty: config.penalty(misbehavior, amplification),
            via: None,
        })?;
        log::reported(&peer, &misbehavior);
        Ok(())
    }

    /// Says how `peer` is judged by a scorer such as gossipsub's, asked or not.
    ///
    /// While the peer is connected it takes [`confirmations`](crate::Config::confirmations) low ones
    /// in a row to ban it, afterwards one. So give no score of a peer that has left if the scorer
    /// forgets what was good then, as gossipsub does: with
    /// [`check_on_leave`](crate::Config::with_check_on_leave) the last one given before counts.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn score(&self, peer: PeerId, score: Score) -> Result<(), Gone> {
        self.input(core::Event::Score { peer, score })
    }

    /// Says that the score of `peer` that was asked for cannot be had.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn score_unavailable(&self, peer: PeerId) -> Result<(), Gone> {
        self.input(core::Event::ScoreUnavailable { peer })
    }

    /// What is held for or against `peer`; `None` if nothing is.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn status(&self, peer: &PeerId) -> Result<Option<PeerStatus>, Gone> {
        self.ask(|engine, now| engine.status(peer, now))
    }

    /// Whether `peer`, at `addr` if that is known, may connect.
    ///
    /// [`Verdict::denial`] says what that means for each direction.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn check_peer(&self, peer: &PeerId, addr: Option<IpAddr>) -> Result<Verdict, Gone> {
        self.ask(|engine, now| engine.check_peer(peer, addr, now))
    }

    /// Whether somebody, not known yet, may connect from `addr`.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn check_addr(&self, addr: IpAddr) -> Result<Verdict, Gone> {
        self.ask(|engine, now| engine.check_addr(addr, now))
    }

    /// A page of the bans in force, in the order in which they began: at most `at_most` of those
    /// that began after this cursor, `None` for the first page.
    ///
    /// The lock is held for a few hundred bans at a time, however large the page is. However many
    /// bans begin and end meanwhile and between two pages, one that is in force all the while is read
    /// exactly once: go on from the last ban's [`cursor`](Ban::cursor), and stop at an empty page.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn bans(&self, after: Option<Cursor>, at_most: usize) -> Result<Vec<Ban<PeerId>>, Gone> {
        let (mut bans, mut after) = (Vec::new(), after);
        while bans.len() < at_most {
            let room = at_most.saturating_sub(bans.len()).min(AT_ONCE);
            let some: Vec<_> =
                self.ask(|engine, now| engine.bans_after(after, now).take(room).collect())?;
            let Some(last) = some.last() else {
                break;
            };
            after = Some(last.cursor);
            bans.extend(some);
        }
        Ok(bans)
    }

    /// Tells of bans, unbans, withheld bans and denials from here on.
    ///
    /// What [`bans`](Self::bans) says after this and what the subscription tells join up to
    /// everything: nothing falls between them.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn subscribe(&self) -> Result<Subscription, Gone> {
        self.shared()?.subscribe()
    }

    /// How much is held.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn counts(&self) -> Result<Counts, Gone> {
        self.ask(|engine, _| engine.counts())
    }

    /// Every count, as plain data for any metrics library.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn tallies(&self) -> Result<Tallies, Gone> {
        self.shared()?.tallies()
    }

    /// What time it is on the behaviour's clock, on which bans begin and end.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn now(&self) -> Result<Instant, Gone> {
        self.ask(|_, now| now)
    }

    /// Waits until everything that was said before is durable: await it, or
    /// [`wait`](Flush::wait) for it.
    ///
    /// What is urgent is durable within 100 ms without it.
    pub fn flush(&self) -> Flush {
        let result = self.shared().map(|shared| {
            let stored = shared.enter().map(|state| state.ledger.is_some())?;
            if stored { Ok(shared.mailbox.flush()) } else { Err(FlushError::NoStore) }
        });
        match result {
            Ok(Ok(flush)) => flush,
            Ok(Err(error)) => Flush::ready(Err(error)),
            Err(Gone) => Flush::ready(Err(Gone.into())),
        }
    }

    /// How the store is doing; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the behaviour is.
    pub fn store_health(&self) -> Result<Option<StoreHealth>, Gone> {
        let shared = self.shared()?;
        let counts =
            shared.enter()?.ledger.as_ref().map(|ledger| (ledger.rows(), ledger.waiting()));
        Ok(counts.map(|(rows, waiting)| {
            let health = shared.mailbox.health();
            StoreHealth { rows, waiting: waiting.saturating_add(health.waiting), ..health }
        }))
    }

    /// A connection was refused.
    pub(crate) fn tell_of(&self, gate: Gate, refusal: &Refusal) {
        if let Ok(shared) = self.shared() {
            shared.tell_of(gate, refusal);
        }
    }

    /// Puts a question to the engine, as of now. It is answered under the lock.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Engine, Instant) -> T) -> Result<T, Gone> {
        let shared = self.shared()?;
        let now = shared.now();
        let answer = question(&shared.enter()?.engine, now);
        Ok(answer)
    }

    fn input(&self, event: core::Event<PeerId>) -> Result<(), Gone> {
        self.input_with(|_| event)
    }

    fn input_with(&self, make: impl FnOnce(&Config) -> core::Event<PeerId>) -> Result<(), Gone> {
        self.shared()?.input_from_outside(make)
    }

    fn shared(&self) -> Result<Arc<Shared>, Gone> {
        self.shared.upgrade().ok_or(Gone)
    }
}

/// How many bans are read under one lock, which takes some tens of microseconds.
const AT_ONCE: usize = 256;
