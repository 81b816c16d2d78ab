//! `Guard`: a behaviour wrapped so that it only deals with peers that may connect.

mod behaviour;
mod event;
#[cfg(feature = "gossipsub")]
mod messages;

use std::fmt;

use libp2p::PeerId;
use libp2p::swarm::NetworkBehaviour;
use peerwarden_core::Score;

pub use event::GuardEvent;

use crate::behaviour::Behaviour;
use crate::handle::Handle;
use peerwarden_host::Timer;

/// Wraps any [`NetworkBehaviour`] so that the warden is asked first, whatever the inner behaviour
/// is made of.
///
/// As a field of a derived behaviour, [`Behaviour`] has to come first: behaviours before it keep
/// state for connections that it denies, and gossipsub, kad and request-response never drop that
/// state again. Inside a guard there is no order to get wrong:
///
/// - A connection that the warden denies is never offered to the inner behaviour.
/// - Once a connection is told to close, or its peer is banned, what its handlers still deliver is
///   dropped. The inner behaviour hears of the closed connection as usual, and ends its requests
///   and queries with that peer then.
/// - With [`scores`](Self::scores) the guard answers the engine's requests for scores. For a peer
///   that leaves, it takes the score **before** the inner behaviour hears of the closed connection:
///   afterwards gossipsub's score has lost its positive terms.
/// - With [`on_event`](Self::on_event) it shows each event of the inner behaviour to a closure that
///   can report peers. With feature `gossipsub`, `count_messages` counts the valid messages of a node
///   that leaves validation to gossipsub; `MessageValidation` counts and
///   reports those of a node that validates them itself.
///
/// Events that the inner behaviour had queued for the application before the ban are still
/// delivered.
///
/// ```
/// use libp2p::gossipsub;
/// use libp2p::swarm::NetworkBehaviour;
/// use peerwarden_libp2p::{Behaviour, Config, Guard, Misbehavior};
/// # use peerwarden_libp2p::ManualTimer as RuntimeTimer;
///
/// #[derive(NetworkBehaviour)]
/// struct Inner {
///     gossipsub: gossipsub::Behaviour,
///     ping: libp2p::ping::Behaviour,
/// }
///
/// # fn guard(inner: Inner) -> Guard<Inner, RuntimeTimer> {
/// Guard::new(Behaviour::new(Config::default(), RuntimeTimer::new()), inner)
///     .scores(|inner, peer| inner.gossipsub.peer_score(peer))
///     .on_event(|event, warden| {
///         if let InnerEvent::Gossipsub(gossipsub::Event::SlowPeer { peer_id, .. }) = event {
///             let _ = warden.report(*peer_id, Misbehavior::RESOURCE_INTENSIVE_REQUEST);
///         }
///     })
/// # }
/// ```
///
/// `peerwarden_tokio::guard` and `peerwarden_smol::guard` make one on the runtime's clock.
pub struct Guard<B: NetworkBehaviour, T: Timer> {
    warden: Behaviour<T>,
    inner: B,
    scorer: Option<Scorer<B>>,
    observers: Vec<Observer<B>>,
    /// Events lost before a request for a score that the guard answered itself, to be told with the
    /// next event.
    missed: u64,
}

/// Looks a peer's score up in the inner behaviour.
type Scorer<B> = Box<dyn FnMut(&mut B, &PeerId) -> Option<f64> + Send>;

/// Looks at an event of the inner behaviour before the application gets it.
type Observer<B> = Box<dyn FnMut(&<B as NetworkBehaviour>::ToSwarm, &Handle) + Send>;

impl<B: NetworkBehaviour, T: Timer> Guard<B, T> {
    /// Wraps `inner`, which from here on deals with no peer that `warden` refuses.
    #[must_use]
    pub fn new(warden: Behaviour<T>, inner: B) -> Self {
        Self { warden, inner, scorer: None, observers: Vec::new(), missed: 0 }
    }

    /// Answers the engine's requests for scores with what `scorer` returns for a peer; `None`, a NaN
    /// and an infinity mean that there is no score.
    ///
    /// The application gets no [`ScoreRequested`](crate::EventKind::ScoreRequested) then. The
    /// closure runs while the swarm is polled: at most once for each request, and once when a peer's
    /// last connection closes, if the policy checks scores on leaving. It must not block.
    #[must_use]
    pub fn scores(
        mut self,
        scorer: impl FnMut(&mut B, &PeerId) -> Option<f64> + Send + 'static,
    ) -> Self {
        self.scorer = Some(Box::new(scorer));
        self
    }

    /// Shows every event of the inner behaviour to `observer`, before the application gets it.
    ///
    /// For what can be told from the event alone, such as a request that is too long. It runs while
    /// the swarm is polled, and must not block. Called again, it adds another observer.
    #[must_use]
    pub fn on_event(mut self, observer: impl FnMut(&B::ToSwarm, &Handle) + Send + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Changes the warden before the swarm runs: its options, its metrics, its own peer id.
    ///
    /// ```
    /// use libp2p::{PeerId, ping};
    /// use peerwarden_libp2p::{Behaviour, Config, Guard, ManualTimer};
    ///
    /// # fn guard(own: PeerId) -> Guard<ping::Behaviour, ManualTimer> {
    /// Guard::new(Behaviour::new(Config::default(), ManualTimer::new()), ping::Behaviour::default())
    ///     .with_warden(|warden| warden.with_local_peer_id(own))
    /// # }
    /// ```
    #[must_use]
    pub fn with_warden(self, change: impl FnOnce(Behaviour<T>) -> Behaviour<T>) -> Self {
        Self { warden: change(self.warden), ..self }
    }

    /// A handle to the warden, for any task and thread.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.warden.handle()
    }

    /// The wrapped behaviour.
    #[must_use]
    pub fn inner(&self) -> &B {
        &self.inner
    }

    /// The wrapped behaviour, to publish, subscribe or send requests.
    pub fn inner_mut(&mut self) -> &mut B {
        &mut self.inner
    }

    /// The warden.
    #[must_use]
    pub fn warden(&self) -> &Behaviour<T> {
        &self.warden
    }

    /// The warden, to change its options.
    pub fn warden_mut(&mut self) -> &mut Behaviour<T> {
        &mut self.warden
    }

    /// The inner behaviour's score of `peer`, if there is one that can be compared.
    fn score(&mut self, peer: &PeerId) -> Option<Score> {
        let scorer = self.scorer.as_mut()?;
        scorer(&mut self.inner, peer).and_then(|score| Score::try_from(score).ok())
    }
}

impl<B: NetworkBehaviour + fmt::Debug, T: Timer> fmt::Debug for Guard<B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("warden", &self.warden)
            .field("inner", &self.inner)
            .field("scores", &self.scorer.is_some())
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
