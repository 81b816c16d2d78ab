//! Judges of a scenario: the engine or the reference model.

use foldhash::fast::RandomState;
use peerwarden_core::{Action, Config, Direction, Event, Instant, Live, PeerStatus, Saved, Warden};
use std::net::IpAddr;

/// Something that judges peers by the rules.
pub(crate) trait Judge {
    /// One that knows no peer yet.
    fn new(config: Config) -> Self;

    /// One that goes on from this.
    fn resume(
        config: Config,
        saved: Vec<Saved<String>>,
        live: Option<Live<String>>,
        now: Instant,
    ) -> Result<Self, String>
    where
        Self: Sized;

    fn handle_input(&mut self, event: Event<String>, now: Instant) -> Vec<Action<String>>;

    /// Whether an inbound connection of this peer is refused.
    fn refuses_peer(&self, peer: &str, addr: Option<IpAddr>, now: Instant) -> bool;

    /// Whether an inbound connection from this IP is refused before the peer is known.
    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool;

    fn status(&self, peer: &str, now: Instant) -> Option<PeerStatus>;
}

/// The engine.
pub(crate) type Engine = Warden<String, RandomState>;

impl Judge for Engine {
    fn new(config: Config) -> Self {
        Self::new(config, RandomState::default())
    }

    fn resume(
        config: Config,
        saved: Vec<Saved<String>>,
        live: Option<Live<String>>,
        now: Instant,
    ) -> Result<Self, String> {
        let live = live.unwrap_or_default();
        Self::resume(config, RandomState::default(), saved, live, now)
            .map_err(|error| error.to_string())
    }

    fn handle_input(&mut self, event: Event<String>, now: Instant) -> Vec<Action<String>> {
        self.handle_input(event, now)
    }

    fn refuses_peer(&self, peer: &str, addr: Option<IpAddr>, now: Instant) -> bool {
        self.check_peer(&peer.to_owned(), addr, now).denial(Direction::Inbound).is_some()
    }

    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool {
        self.check_addr(addr, now).denial(Direction::Inbound).is_some()
    }

    fn status(&self, peer: &str, now: Instant) -> Option<PeerStatus> {
        self.status(&peer.to_owned(), now)
    }
}
