//! One policy's engine in a replay.

use std::collections::BTreeSet;

use peerwarden_core::{Action, Config, Event, Instant, Live, Saved, Subject, Warden};

use super::names::{Names, NumberHasher, PeerNo};
use super::report::PolicyOutcome;
use super::tally::Tally;
use super::trace::Tracer;

/// An engine under one policy, and the tally of what it does.
#[derive(Debug)]
pub(super) struct PolicyEngine {
    name: String,
    warden: Warden<PeerNo, NumberHasher>,
    tally: Tally,
    tracer: Option<Tracer>,
    /// The latest moment.
    now: Instant,
}

/// What an engine begins with.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    pub(super) saved: Vec<Saved<PeerNo>>,
    pub(super) live: Live<PeerNo>,
}

impl PolicyEngine {
    /// Makes one that goes on from what was remembered at this moment.
    pub(super) fn new(
        name: String,
        config: Config,
        memory: Memory,
        at: Instant,
        names: &Names,
    ) -> Result<Self, String> {
        let hasher = NumberHasher::default();
        let warden = Warden::resume(config, hasher, memory.saved, memory.live, at);
        let name_of = |peer: PeerNo| names.name(peer).to_owned();
        let warden = warden.map_err(|error| error.map_peer(name_of).to_string())?;
        let mut engine = Self { name, warden, tally: Tally::default(), tracer: None, now: at };
        engine.begin(at);
        Ok(engine)
    }

    /// Counts from this moment on, forgetting what was counted before.
    pub(super) fn begin(&mut self, at: Instant) {
        self.now = self.now.max(at);
        let bans = self.warden.bans(self.now);
        let bans = bans.filter_map(|ban| {
            let first = ban.causes.iter().next()?;
            Some((ban.subject, first.cause))
        });
        self.tally.begin(self.now, bans);
        if let Some(tracer) = &mut self.tracer {
            *tracer = Tracer::new(tracer.peer(), self.now);
        }
    }

    /// Follows a peer from this moment on.
    pub(super) fn trace(&mut self, peer: PeerNo, at: Instant) {
        self.tracer = Some(Tracer::new(peer, at));
    }

    pub(super) fn config(&self) -> &Config {
        self.warden.config()
    }

    /// Lets every ban end that is over before `at`, at its end.
    pub(super) fn pass(&mut self, at: Instant) {
        while let Some(due) = self.warden.next_deadline().filter(|due| *due < at) {
            let due = due.max(self.now);
            let _ = self.feed(Event::Heartbeat, None, due);
        }
    }

    /// Feeds an event in that is about `peer`, if it is about one, and returns what comes of it.
    #[must_use = "the actions of the recorded policy are part of its hash"]
    pub(super) fn feed(
        &mut self,
        event: Event<PeerNo>,
        peer: Option<PeerNo>,
        at: Instant,
    ) -> Vec<Action<PeerNo>> {
        self.now = self.now.max(at);
        let now = self.now;
        let followed = self.tracer.as_mut().map(|tracer| {
            tracer.advance(&self.warden, now);
            let is_about = peer == Some(tracer.peer());
            if is_about {
                tracer.look(&self.warden, now);
            }
            is_about
        });
        // The engine itself is given the moment as it was recorded, however early.
        let actions = self.warden.handle_input(event, at);
        actions.iter().for_each(|action| self.tally.count(action, now));
        if let Some(tracer) = self.tracer.as_mut()
            && (followed == Some(true) || actions.iter().any(is_ban))
        {
            tracer.look(&self.warden, now);
        }
        actions
    }

    /// Returns what came of it, as of the last moment.
    pub(super) fn close(
        self,
        end: Instant,
        honest: Option<&BTreeSet<String>>,
        names: &Names,
    ) -> PolicyOutcome {
        let honest = honest.map(|honest| self.tally.honest(honest, names));
        let trace = self.tracer.map(|tracer| tracer.close(&self.warden, end));
        let (bans, withheld) = (self.tally.bans.clone(), self.tally.withheld.clone());
        let (incidents, first_ban) = (self.tally.incidents, self.tally.first_ban);
        let (banned, in_force) = self.tally.close(end, names);
        let peers = banned.iter().filter(|banned| matches!(banned.subject, Subject::Peer(_)));
        let (number, time) = (peers.clone().count(), peers.map(super::BannedSubject::time).sum());
        PolicyOutcome {
            name: self.name,
            threshold: self.warden.config().threshold(),
            bans,
            withheld,
            incidents,
            peers: number,
            networks: banned.len().saturating_sub(number),
            time_banned: time,
            first_ban,
            banned,
            honest,
            in_force,
            trace,
        }
    }
}

/// Whether an action changes what is refused.
const fn is_ban(action: &Action<PeerNo>) -> bool {
    matches!(action, Action::Ban { .. } | Action::Unban { .. })
}
