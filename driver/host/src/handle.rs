//! `Handle`: reports, bans and queries from any thread.

mod conduct;
mod operator;
mod policy;
#[cfg(feature = "recording")]
mod recording;
mod shadow;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use peerwarden_core as core;
use peerwarden_core::{
    Amplification, Config, Counts, Cursor, Denial, Direction, Instant, Misbehavior, PeerCursor,
    PeerStatus, Score, Subject, Verdict,
};

use crate::closed::Closed;
use crate::driver::{Commands, Driver};
use crate::engine::Engine;
use crate::gate::Gate;
use crate::gate_refusal::GateRefusal;
use crate::listing::{Ban, Peer, PeerPage};
use crate::log;
use crate::note::BanNotes;
use crate::peer::PeerName;
use crate::shared::Shared;
use crate::store::{Flush, FlushError, StoreHealth};
use crate::subscription::Subscription;
use crate::tallies::Tallies;

/// Reports, bans and asks, from any task and any thread.
///
/// Calls are synchronous and short: the engine sits behind one lock that is held for
/// microseconds, so no report is ever dropped and there is no queue to fill. What a call causes,
/// such as a connection to close, the driver carries out; the call wakes it. Two calls can hold the lock
/// for longer: [`reconfigure`](Self::reconfigure) looks at every record if debts fall otherwise (0.15 s
/// with a million), and [`protect`](Self::protect) at every banned network inside one (5 ms with 10 000).
///
/// A handle keeps nothing alive. Every call fails with [`Closed`] once the [`Node`](crate::Node), on
/// libp2p the behaviour, is dropped.
pub struct Handle<P: PeerName, D: Driver<P> = Commands<P>> {
    shared: Weak<Shared<P, D>>,
}

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    pub(crate) fn new(shared: &Arc<Shared<P, D>>) -> Self {
        Self { shared: Arc::downgrade(shared) }
    }

    /// Reports that `peer`, connected or not, did something wrong. It costs what the policy says.
    ///
    /// The peer to blame is the one that handed the bytes over. For others there is
    /// [`report_from`](Self::report_from).
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn report(&self, peer: P, misbehavior: Misbehavior) -> Result<(), Closed> {
        self.report_amplified(peer, misbehavior, Amplification::ONE)
    }

    /// Reports a misdeed that is better or worse than most of its kind.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn report_amplified(
        &self,
        peer: P,
        misbehavior: Misbehavior,
        amplification: Amplification,
    ) -> Result<(), Closed> {
        let logged = log::logs_reports().then(|| peer.clone());
        self.input_with(|config| core::Event::Report {
            peer,
            misbehavior,
            penalty: config.penalty(misbehavior, amplification),
            via: None,
        })?;
        if let Some(peer) = logged {
            log::reported(&peer, &misbehavior);
        }
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
    /// [`Closed`] if the node was shut down.
    pub fn score(&self, peer: P, score: Score) -> Result<(), Closed> {
        self.input(core::Event::Score { peer, score })
    }

    /// Says that the score of `peer` that was asked for cannot be had.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn score_unavailable(&self, peer: P) -> Result<(), Closed> {
        self.input(core::Event::ScoreUnavailable { peer })
    }

    /// Returns what is held for or against `peer`; `None` if nothing is.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn status(&self, peer: &P) -> Result<Option<PeerStatus>, Closed> {
        self.query(|engine, now| engine.status(peer, now))
    }

    /// Returns whether `peer`, at `addr` if that is known, may connect.
    ///
    /// [`Verdict::denial`] says what that means for each direction.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn check_peer(&self, peer: &P, addr: Option<IpAddr>) -> Result<Verdict, Closed> {
        self.query(|engine, now| engine.check_peer(peer, addr, now))
    }

    /// Returns whether a peer that is not known yet may connect from `addr`.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn check_addr(&self, addr: IpAddr) -> Result<Verdict, Closed> {
        self.query(|engine, now| engine.check_addr(addr, now))
    }

    /// Returns up to `at_most` active bans, oldest first, after the cursor `after`; `None` starts at the
    /// first.
    ///
    /// The lock is held for a few hundred bans at a time, however large the page is. However many
    /// bans begin and end meanwhile and between two pages, one that is in force all the while is read
    /// exactly once: go on from the last ban's [`cursor`](Ban::cursor), and stop at an empty page.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn bans(&self, after: Option<Cursor>, at_most: usize) -> Result<Vec<Ban<P>>, Closed> {
        let shared = self.shared()?;
        let (mut bans, mut after) = (Vec::new(), after);
        while bans.len() < at_most {
            let room = at_most.saturating_sub(bans.len()).min(AT_ONCE);
            let now = shared.now();
            let state = shared.lock_if_open()?;
            let page = state.engine.bans_after(after, now).take(room);
            let page = page.map(|ban| {
                let notes = state.overrides.notes(&ban.subject);
                Ban::new(ban, notes)
            });
            let page: Vec<_> = page.collect();
            drop(state);
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.cursor);
            bans.extend(page);
        }
        Ok(bans)
    }

    /// Returns up to `at_most` peers of which something is held, with that, in no particular order, from
    /// the cursor `from` on; `None` starts at the first.
    ///
    /// Go on from [`PeerPage::next`] until there is none. The lock is held for a few hundred peers at a
    /// time, however large the page is. One that is remembered all the while is read exactly once, whatever
    /// comes and goes between two pages.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn peers(&self, from: Option<PeerCursor>, at_most: usize) -> Result<PeerPage<P>, Closed> {
        let shared = self.shared()?;
        let (mut peers, mut next) = (Vec::new(), Some(from.unwrap_or_default()));
        while let Some(from) = next.filter(|_| peers.len() < at_most) {
            // No more slots than there is room for peers.
            let room = at_most.saturating_sub(peers.len()).min(AT_ONCE);
            let now = shared.now();
            let state = shared.lock_if_open()?;
            let (page, after) = state.engine.peers(from, room, now);
            let page = page.into_iter().map(|(peer, status)| {
                let notes = state.overrides.notes(&Subject::Peer(peer.clone()));
                let last_score = state.scores.last(&peer);
                Peer::new(peer, status, notes, last_score)
            });
            peers.extend(page);
            next = after;
        }
        Ok(PeerPage { peers, next })
    }

    /// Returns everything that refuses a connection in this direction with `peer`, if that is known, at `addr`, if
    /// that is: the deciding reason first, and none if it may be.
    ///
    /// What [`check_peer`](Self::check_peer) and, without a peer, [`check_addr`](Self::check_addr) stop at
    /// the first of. Lifting the deciding ban alone leaves the others in force.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn reasons(
        &self,
        peer: Option<&P>,
        addr: Option<IpAddr>,
        direction: Direction,
    ) -> Result<Vec<Denial>, Closed> {
        self.query(|engine, now| {
            let reasons = engine.reasons(peer, addr, now);
            reasons.into_iter().filter(|denial| denial.applies_to(direction)).collect()
        })
    }

    /// Returns what was noted on the bans of `subject` that are in force.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn notes(&self, subject: &Subject<P>) -> Result<BanNotes, Closed> {
        self.shared()?.notes(subject)
    }

    /// Returns what the wall clock says when the node's clock says `at`: for people to read when a ban ends.
    ///
    /// As the wall clock is set right now. Where the system has no name for so far a moment, it is the
    /// time now.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn wall(&self, at: Instant) -> Result<SystemTime, Closed> {
        let shared = self.shared()?;
        let wall = shared.wall_at(at);
        drop(shared.lock_if_open()?);
        Ok(wall)
    }

    /// Returns a stream of bans, unbans, withheld bans and denials from here on.
    ///
    /// What [`bans`](Self::bans) says after this and what the subscription tells join up to
    /// everything: nothing falls between them.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn subscribe(&self) -> Result<Subscription<P>, Closed> {
        self.shared()?.subscribe()
    }

    /// Returns how much is held.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn counts(&self) -> Result<Counts, Closed> {
        self.query(|engine, _| engine.counts())
    }

    /// Returns every count, as plain data for any metrics library.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn tallies(&self) -> Result<Tallies, Closed> {
        self.shared()?.tallies()
    }

    /// Returns the time on the node's clock, on which bans begin and end.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn now(&self) -> Result<Instant, Closed> {
        self.query(|_, now| now)
    }

    /// Waits until all earlier changes are durable: await it, or
    /// [`wait`](Flush::wait) for it.
    ///
    /// What is urgent is durable within 100 ms without it.
    pub fn flush(&self) -> Flush {
        let result = self.shared().map(|shared| {
            let stored = shared.lock_if_open().map(|state| state.dirty.is_some())?;
            if stored { Ok(shared.control.flush()) } else { Err(FlushError::NoStore) }
        });
        match result {
            Ok(Ok(flush)) => flush,
            Ok(Err(error)) => Flush::ready(Err(error)),
            Err(Closed) => Flush::ready(Err(Closed.into())),
        }
    }

    /// Returns how the store is doing; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn store_health(&self) -> Result<Option<StoreHealth>, Closed> {
        let shared = self.shared()?;
        let counts =
            shared.lock_if_open()?.dirty.as_ref().map(|dirty| (dirty.rows(), dirty.waiting()));
        Ok(counts.map(|(rows, waiting)| {
            let health = shared.control.health();
            StoreHealth { rows, waiting: waiting.saturating_add(health.waiting), ..health }
        }))
    }

    /// Tells subscribers, logs and metrics of a connection that a driver refused.
    pub fn report_refusal(&self, gate: Gate, refusal: &GateRefusal<P>) {
        if let Ok(shared) = self.shared() {
            shared.report_refusal(gate, refusal);
        }
    }

    /// Puts a question to the engine, as of now. It is answered under the lock.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn query<T>(
        &self,
        question: impl FnOnce(&Engine<P, D::Key>, Instant) -> T,
    ) -> Result<T, Closed> {
        let shared = self.shared()?;
        let now = shared.now();
        let answer = question(&shared.lock_if_open()?.engine, now);
        Ok(answer)
    }

    fn input(&self, event: core::Event<P>) -> Result<(), Closed> {
        self.input_with(|_| event)
    }

    fn input_with(&self, make: impl FnOnce(&Config) -> core::Event<P>) -> Result<(), Closed> {
        self.shared()?.input_from_handle(make)
    }

    /// Returns the engine behind its lock, for a driver.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn shared(&self) -> Result<Arc<Shared<P, D>>, Closed> {
        self.shared.upgrade().ok_or(Closed)
    }
}

impl<P: PeerName, D: Driver<P>> Clone for Handle<P, D> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<P: PeerName, D: Driver<P>> fmt::Debug for Handle<P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// How many bans are read under one lock, which takes some tens of microseconds.
const AT_ONCE: usize = 256;
