//! Engine of a shadow policy.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_core::{
    Action, Config, Direction, Event, Instant, PeerCursor, RestoreError, Subject,
};

use crate::engine::{Engine, EngineCopy, EngineKey};
use crate::outcome::{BanEvent, Outcome};
use crate::overrides::Overrides;
use crate::peer::PeerName;
use crate::recording::Recorded;

/// An engine that judges by a shadow policy what happens to the node's.
pub(super) struct Judge<P, K> {
    engine: Engine<P, K>,
    /// The peers that are connected and stay, under the policy in force.
    connected: BTreeMap<P, (Option<IpAddr>, Direction)>,
    /// Those of them that it told to disconnect, and that did not.
    told_to_leave: BTreeSet<P>,
    overrides: Overrides<P>,
}

impl<P: PeerName, K: EngineKey<P>> Judge<P, K> {
    /// Begins with a copy of the node's engine, and has it judge by `config`.
    pub(super) fn new(
        copy: EngineCopy<K>,
        config: &Config,
    ) -> Result<(Self, Instant), RestoreError<P>> {
        let now = copy.now();
        let mut engine = Engine::resume(copy)?;
        let connected = connected(&engine, now);
        let config = Box::new(config.clone());
        drop(engine.handle_input(Event::Reconfigure { config }, now));
        let (told_to_leave, overrides) = (BTreeSet::new(), Overrides::default());
        Ok((Self { engine, connected, told_to_leave, overrides }, now))
    }

    /// Returns the subjects that an automatic cause has banned.
    pub(super) fn banned(&self, now: Instant) -> BTreeSet<Subject<P>> {
        let bans = self.engine.bans_after(None, now);
        let automatic = bans.filter(|ban| ban.causes.iter().any(|each| each.cause.is_automatic()));
        automatic.map(|ban| ban.subject).collect()
    }

    /// Judges an input, and gives what came of it.
    pub(super) fn input(&mut self, input: &Recorded<P>) -> Vec<BanEvent<P>> {
        let Recorded { at, event, actions } = input;
        self.note_connection(event, actions);
        // That the policy in force is another is nothing to this one. Time passes all the same.
        let is_other = matches!(event, Event::Reconfigure { .. });
        let event = if is_other { Event::Heartbeat } else { event.clone() };
        let mut actions = self.engine.handle_input(event, *at);
        if actions.is_empty() {
            return Vec::new();
        }
        for action in &actions {
            if let Action::Disconnect { peer } = action
                && self.connected.contains_key(peer)
            {
                self.told_to_leave.insert(peer.clone());
            }
        }
        if actions.iter().any(|action| matches!(action, Action::Unban { .. })) {
            self.let_back(*at, &mut actions);
        }
        Outcome::new(&actions, &self.engine, &self.overrides, *at).ban_events
    }

    fn note_connection(&mut self, event: &Event<P>, answer: &[Action<P>]) {
        if let Event::Connected { peer, addr, direction } = event {
            self.told_to_leave.remove(peer);
            let known = self.connected.entry(peer.clone()).or_insert((None, *direction));
            known.0 = addr.or(known.0);
            if *direction == Direction::Outbound {
                known.1 = *direction;
            }
        }
        if let Event::Disconnected { peer } = event {
            self.told_to_leave.remove(peer);
            self.connected.remove(peer);
        }
        for action in answer {
            if let Action::Disconnect { peer } = action {
                self.told_to_leave.remove(peer);
                self.connected.remove(peer);
            }
        }
    }

    /// Takes the peers that are still here, and would not be refused any more, for come back.
    fn let_back(&mut self, at: Instant, actions: &mut Vec<Action<P>>) {
        let staying: Vec<_> = self.told_to_leave.iter().cloned().collect();
        for peer in staying {
            let Some((addr, direction)) = self.connected.get(&peer).copied() else {
                continue;
            };
            if self.engine.check_peer(&peer, addr, at).denial(direction).is_none() {
                self.told_to_leave.remove(&peer);
                let event = Event::Connected { peer, addr, direction };
                actions.extend(self.engine.handle_input(event, at));
            }
        }
    }
}

/// The peers that are connected and stay, read in pages.
fn connected<P: PeerName, K: EngineKey<P>>(
    engine: &Engine<P, K>,
    now: Instant,
) -> BTreeMap<P, (Option<IpAddr>, Direction)> {
    let mut all = BTreeMap::new();
    let mut from = Some(PeerCursor::default());
    while let Some(cursor) = from {
        let (page, next) = engine.peers(cursor, PAGE, now);
        let up = page.into_iter().filter(|(_, status)| status.connected);
        let up = up.filter_map(|(peer, status)| Some((peer, (status.addr, status.direction?))));
        all.extend(up);
        from = next;
    }
    all
}

const PAGE: usize = 4_096;
