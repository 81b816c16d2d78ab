//! A second implementation of the rules: naive on purpose, and no code shared with the engine.
//!
//! It keeps a plain list of records and one of networks, and works everything out anew at each
//! question. Quotations are sentences of section 3 of the design.

mod answers;
mod bounds;
mod colocation;
mod connections;
mod debt;
mod mercy;
mod network;
mod orders;
mod passing;
mod penalties;
mod reconfigure;
mod record;
mod scores;

use peerwarden_core::{Action, Config, Event, Instant, Subject};

pub(crate) use answers::Tally;
use network::Network;
use record::Record;

/// Who is judged.
pub(crate) type Peer = u8;

/// Nanoseconds since the origin.
type Nanos = u64;

/// The reference model.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    config: Config,
    /// The latest time seen.
    now: Nanos,
    /// How many bans began and peers connected; says which was first.
    serial: u64,
    /// In the order of their creation.
    records: Vec<Record>,
    networks: Vec<Network>,
    queue: Vec<Peer>,
    /// How many records were displaced since the engine was made or restored.
    pub(crate) displaced: u64,
}

impl Model {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            now: 0,
            serial: 0,
            records: Vec::new(),
            networks: Vec::new(),
            queue: Vec::new(),
            displaced: 0,
        }
    }

    pub(crate) fn handle_input(&mut self, event: Event<Peer>, now: Instant) -> Vec<Action<Peer>> {
        // "`now` earlier than one already seen counts as the latest seen."
        self.now = self.now.max(now.as_nanos());
        // "Every input, whatever it is, first lets time pass up to `now`."
        let mut actions = self.let_time_pass();

        let about = peer_of(&event);
        let connects = matches!(event, Event::Connected { .. });
        actions.extend(self.look_at(event));

        // "A `Dial` for a peer that the same input connects or bans is left out."
        let before = actions.clone();
        actions.retain(|action| {
            !matches!(action, Action::Dial { peer }
                if connects && about == Some(*peer) || bans(&before, *peer))
        });
        // "What was displaced comes last."
        actions.extend(self.displace(about));
        actions
    }

    /// "Only then is the event looked at."
    fn look_at(&mut self, event: Event<Peer>) -> Vec<Action<Peer>> {
        match event {
            Event::Ban { subject, duration, origin } => self.order_ban(subject, duration, origin),
            Event::Connected { peer, addr, direction } => self.connect(peer, addr, direction),
            Event::Disconnected { peer } => self.disconnected(peer),
            Event::Protect { subject, addr: _ } => self.protect(subject),
            Event::Reconfigure { config } => self.reconfigure(*config),
            Event::Report { peer, misbehavior, penalty, via: _ } => {
                self.report(peer, misbehavior, penalty.as_micros())
            }
            Event::Score { peer, score } => self.score(peer, score),
            Event::Tick => self.tick(),
            Event::Unban { subject, cause } => self.unban(subject, cause),
            Event::Unprotect { subject } => self.unprotect(subject),
            // "A `Heartbeat` is the input with nothing else to it."
            Event::Heartbeat => Vec::new(),
            // "`ScoreUnavailable` changes nothing."
            Event::ScoreUnavailable { .. } => Vec::new(),
            Event::Expel { .. } | Event::Valid { .. } | Event::Waive { .. } => Vec::new(),
            event => unreachable!("the model does not know {event:?}"),
        }
    }

    fn find(&self, peer: Peer) -> Option<usize> {
        self.records.iter().position(|record| record.peer == peer)
    }

    /// The place of the peer's record, which is made if there is none.
    fn find_or_make(&mut self, peer: Peer) -> usize {
        self.find(peer).unwrap_or_else(|| {
            self.records.push(Record::new(peer));
            self.records.len() - 1
        })
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }
}

/// The peer that an input is about.
fn peer_of(event: &Event<Peer>) -> Option<Peer> {
    match event {
        Event::Ban { subject, .. }
        | Event::Protect { subject, addr: _ }
        | Event::Unban { subject, .. }
        | Event::Unprotect { subject } => match subject {
            Subject::Peer(peer) => Some(*peer),
            Subject::Addr(_) => None,
        },
        Event::Connected { peer, .. }
        | Event::Disconnected { peer }
        | Event::Report { peer, .. }
        | Event::Expel { peer, .. }
        | Event::Score { peer, .. }
        | Event::ScoreUnavailable { peer }
        | Event::Valid { peer, .. }
        | Event::Waive { peer, .. } => Some(*peer),
        Event::Heartbeat | Event::Reconfigure { .. } | Event::Tick => None,
        event => unreachable!("the model does not know {event:?}"),
    }
}

fn bans(actions: &[Action<Peer>], who: Peer) -> bool {
    actions.iter().any(
        |action| matches!(action, Action::Ban { subject: Subject::Peer(peer), .. } if *peer == who),
    )
}
