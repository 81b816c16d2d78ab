//! A second implementation of the rules: naive on purpose, and no code shared with the engine.
//!
//! It keeps plain lists of records, networks and places, and computes everything again at each
//! question. Quotations are sentences of sections 2 and 3 of the design.

mod activation;
mod address;
mod answers;
mod ban;
mod bounds;
mod clock;
mod connections;
mod crowd;
mod debts;
mod expulsions;
mod falling;
mod hearsay;
mod incident;
mod long_budget;
mod moments;
mod network;
mod offences;
mod orders;
mod pardons;
mod passing;
mod penalty;
mod place;
mod protection;
mod queue;
mod reckoning;
mod reconfigure;
mod record;
mod reports;
mod restart;
mod scores;
mod standing;
mod waivers;
mod withholding;

use peerwarden_core::{Action, Config, Event, Instant, Subject};
use std::time::Duration;

pub(crate) use answers::Tally;
use incident::Incident;
use network::Network;
use place::Place;
use record::Record;

/// Who is judged.
pub(crate) type Peer = u8;

/// Nanoseconds since the origin, or how many there are in between.
type Nanos = u64;

/// The reference model.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    config: Config,
    /// The latest time seen.
    now: Nanos,
    /// How many bans began and peers came and went; says which was first.
    serial: u64,
    /// In the order of their creation.
    records: Vec<Record>,
    networks: Vec<Network>,
    /// In the order of their creation.
    places: Vec<Place>,
    queue: Vec<Peer>,
    incident: Incident,
    /// When the first `Connected` came.
    first_connected: Option<Nanos>,
    /// Whether a `Valid` came.
    valid_seen: bool,
    /// How many records were displaced since the engine was made or restored.
    displaced: u64,
}

impl Model {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            now: 0,
            serial: 0,
            records: Vec::new(),
            networks: Vec::new(),
            places: Vec::new(),
            queue: Vec::new(),
            incident: Incident::default(),
            first_connected: None,
            valid_seen: false,
            displaced: 0,
        }
    }

    pub(crate) fn handle_input(&mut self, event: Event<Peer>, now: Instant) -> Vec<Action<Peer>> {
        // "`now` earlier than one already seen counts as the latest seen."
        self.now = self.now.max(now.as_nanos());
        // "Every input, whatever it is, first lets time pass up to `now`."
        let mut actions = self.let_time_pass();

        let about = self.about(&event);
        let heartbeat = matches!(event, Event::Heartbeat);
        let connects = if let Event::Connected { peer, .. } = &event { Some(*peer) } else { None };
        actions.extend(self.look_at(event));

        // "A `Dial` for a peer that the same input connects or bans is left out."
        let before = actions.clone();
        actions.retain(|action| {
            !matches!(action, Action::Dial { peer }
                if connects == Some(*peer) || bans(&before, *peer))
        });
        // "What was displaced comes last."
        self.bound_standing();
        if !heartbeat {
            actions.extend(self.displace_records(&about));
        }
        actions.extend(self.displace_networks());
        // "Extra heartbeats change nothing but the moment at which an end is announced."
        if !heartbeat {
            self.displace_places();
        }
        actions
    }

    /// "Only then is the event looked at."
    fn look_at(&mut self, event: Event<Peer>) -> Vec<Action<Peer>> {
        match event {
            Event::Ban { subject, duration, origin } => self.order_ban(subject, duration, origin),
            Event::Connected { peer, addr, direction } => self.connect(peer, addr, direction),
            Event::Disconnected { peer } => self.disconnected(peer),
            Event::Expel { peer, misbehavior, duration } => self.expel(peer, misbehavior, duration),
            Event::Protect { subject, addr } => self.protect(subject, addr),
            Event::Reconfigure { config } => self.reconfigure(*config),
            Event::Report { peer, misbehavior, penalty, via } => {
                self.report(peer, misbehavior, penalty.as_micros(), via)
            }
            Event::Score { peer, score } => self.score(peer, score),
            Event::Tick => self.tick(),
            Event::Unban { subject, cause } => self.unban(subject, cause),
            Event::Unprotect { subject } => self.unprotect(subject),
            Event::Valid { peer, count } => self.valid(peer, count),
            Event::Waive { peer, points } => self.waive(peer, points.as_micros()),
            // "A `Heartbeat` is the input with nothing else to it."
            Event::Heartbeat => Vec::new(),
            // "`ScoreUnavailable` changes nothing."
            Event::ScoreUnavailable { .. } => Vec::new(),
            event => unreachable!("the model does not know {event:?}"),
        }
    }

    /// The peers "that the input was about (of hearsay: accused and deliverer)".
    fn about(&self, event: &Event<Peer>) -> Vec<Peer> {
        match event {
            Event::Ban { subject, .. }
            | Event::Protect { subject, .. }
            | Event::Unban { subject, .. }
            | Event::Unprotect { subject } => match subject {
                Subject::Peer(peer) => vec![*peer],
                Subject::Addr(_) => Vec::new(),
            },
            Event::Report { peer, via, .. } => {
                [*peer].into_iter().chain(self.deliverer(*peer, *via)).collect()
            }
            Event::Connected { peer, .. }
            | Event::Disconnected { peer }
            | Event::Expel { peer, .. }
            | Event::Score { peer, .. }
            | Event::ScoreUnavailable { peer }
            | Event::Valid { peer, .. }
            | Event::Waive { peer, .. } => vec![*peer],
            Event::Heartbeat | Event::Reconfigure { .. } | Event::Tick => Vec::new(),
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

fn bans(actions: &[Action<Peer>], who: Peer) -> bool {
    actions.iter().any(
        |action| matches!(action, Action::Ban { subject: Subject::Peer(peer), .. } if *peer == who),
    )
}

fn nanos(duration: Duration) -> Nanos {
    Nanos::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX)
}
