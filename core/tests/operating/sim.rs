//! Engine with a clock, for tests.

use std::hash::RandomState;

use peerwarden_core::{
    Amplification, Config, Direction, Event, Instant, Misbehavior, PeerStatus, Score, Subject,
    Warden,
};

/// An engine and the time; says what it answers in lines.
pub(crate) struct Sim {
    pub(crate) warden: Warden<&'static str, RandomState>,
    pub(crate) now: Instant,
}

impl Sim {
    pub(crate) fn new(config: Config) -> Self {
        Self { warden: Warden::new(config, RandomState::new()), now: Instant::ORIGIN }
    }

    pub(crate) fn at(&mut self, secs: u64) {
        self.now = Instant::from_secs(secs);
    }

    pub(crate) fn input(&mut self, event: Event<&'static str>) -> Vec<String> {
        self.warden.handle_input(event, self.now).iter().map(ToString::to_string).collect()
    }

    pub(crate) fn reconfigure(&mut self, config: Config) -> Vec<String> {
        let actions = self.input(Event::Reconfigure { config: Box::new(config.clone()) });
        assert_eq!(*self.warden.config(), config);
        actions
    }

    pub(crate) fn report(&mut self, peer: &'static str, times: u32) -> Vec<String> {
        let misbehavior = Misbehavior::INVALID_MESSAGE;
        let penalty = self.warden.config().penalty(misbehavior, Amplification::ONE);
        let report = Event::Report { peer, misbehavior, penalty, via: None };
        (0..times).flat_map(|_| self.input(report.clone())).collect()
    }

    pub(crate) fn score(&mut self, peer: &'static str, score: f64) -> Vec<String> {
        self.input(Event::Score { peer, score: Score::try_from(score).unwrap() })
    }

    pub(crate) fn expel(&mut self, peer: &'static str) -> Vec<String> {
        let misbehavior = Misbehavior::INVALID_MESSAGE;
        self.input(Event::Expel { peer, misbehavior, duration: None })
    }

    pub(crate) fn connect(&mut self, peer: &'static str, addr: &str) {
        let (addr, direction) = (addr.parse().ok(), Direction::Inbound);
        self.input(Event::Connected { peer, addr, direction });
    }

    /// What a heartbeat at that second says, but for what is forgotten.
    pub(crate) fn heartbeat(&mut self, secs: u64) -> Vec<String> {
        self.at(secs);
        self.heartbeat_now()
    }

    pub(crate) fn heartbeat_now(&mut self) -> Vec<String> {
        let mut actions = self.input(Event::Heartbeat);
        actions.retain(|action| !action.starts_with("forget"));
        actions
    }

    pub(crate) fn status(&self, peer: &'static str) -> PeerStatus {
        let subject = Subject::Peer(peer);
        let status = self.warden.status(&peer, self.now);
        status.unwrap_or_else(|| panic!("nothing is known of {subject}"))
    }
}

/// No action.
pub(crate) const NOTHING: [&str; 0] = [];
