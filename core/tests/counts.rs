//! Counts for an operator's graphs: banned places, incidents, hearsay that was charged.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, in its helpers too")]

use std::hash::RandomState;
use std::time::Duration;

use peerwarden_core::{
    Cause, Config, Direction, Event, Instant, Misbehavior, Origin, Penalty, PlaceLevel, Points,
    Subject, Warden,
};

#[test]
fn banned_places_are_counted_by_the_length_of_their_prefix() {
    let mut sim = Sim::new(crowd_of_none());
    assert_eq!(places(&sim), (vec![], vec![]));

    for (peer, addr) in [
        ("a", "192.0.2.1"),
        ("b", "192.0.2.2"),
        ("c", "2001:db8:1::1"),
        ("d", "2001:db8:1:1::1"),
        ("e", "198.51.100.1"),
    ] {
        sim.connect(peer, addr);
        sim.report(peer, 101);
    }
    // Banned again, which moves its end, and by another origin.
    sim.input(ban("192.0.2.1/32"));
    assert_eq!(places(&sim), (vec![(32, 3)], vec![(48, 1), (64, 2)]));

    let restored = restored(&sim);
    assert_eq!(places(&restored), places(&sim));

    let cause = Some(Cause::Address);
    sim.input(Event::Unban { subject: network("192.0.2.2/32"), cause });
    sim.input(Event::Unban { subject: network("192.0.2.1/32"), cause });
    sim.input(Event::Unban { subject: network("2001:db8:1::/48"), cause });
    assert_eq!(places(&sim), (vec![(32, 1)], vec![(64, 2)]));
    sim.at(601);
    sim.input(Event::Heartbeat);
    assert_eq!(places(&sim), (vec![], vec![]));
}

#[test]
fn an_incident_is_counted_while_it_is_on() {
    let mut sim = Sim::new(Config::default());
    for (peer, addr) in PEERS.iter().zip(["10", "11", "12", "13", "14", "15", "16", "17"]) {
        sim.connect(peer, &format!("203.{addr}.0.1"));
    }
    sim.at(1_000);
    assert!(!sim.warden.counts().incident);

    for peer in PEERS {
        sim.report(peer, 100);
    }
    let actions = sim.report("a", 1);

    assert!(actions.contains(&"incident on".to_owned()), "{actions:?}");
    assert!(sim.warden.counts().incident);
    sim.at(1_599);
    sim.input(Event::Heartbeat);
    assert!(sim.warden.counts().incident);
    sim.at(1_600);
    sim.input(Event::Heartbeat);
    assert!(!sim.warden.counts().incident);
}

#[test]
fn hearsay_beyond_the_allowance_is_counted_as_charged() {
    let mut sim = Sim::new(Config::default());
    let hearsay = |via| Event::Report {
        peer: "accused",
        misbehavior: Misbehavior::INVALID_MESSAGE,
        penalty: Penalty::DEFAULT,
        via: Some(via),
    };
    for _ in 0..10 {
        sim.input(hearsay("deliverer"));
    }
    assert_eq!(sim.warden.counts().hearsay_charged, 0);

    for _ in 0..3 {
        sim.input(hearsay("deliverer"));
    }
    assert_eq!(sim.warden.counts().hearsay_charged, 3);

    // A protected peer is charged nothing, and the accused is left alone all the same.
    sim.input(Event::Protect { subject: Subject::Peer("trusted"), addr: None });
    for _ in 0..13 {
        sim.input(hearsay("trusted"));
    }
    assert_eq!(sim.warden.counts().hearsay_charged, 3);
}

/// An engine and the time.
struct Sim {
    warden: Warden<&'static str, RandomState>,
    now: Instant,
}

impl Sim {
    fn new(config: Config) -> Self {
        Self { warden: Warden::new(config, RandomState::new()), now: Instant::ORIGIN }
    }

    fn at(&mut self, secs: u64) {
        self.now = Instant::from_secs(secs);
    }

    fn input(&mut self, event: Event<&'static str>) -> Vec<String> {
        self.warden.handle_input(event, self.now).iter().map(ToString::to_string).collect()
    }

    fn report(&mut self, peer: &'static str, times: u32) -> Vec<String> {
        let (misbehavior, penalty) = (Misbehavior::INVALID_MESSAGE, Penalty::DEFAULT);
        let report = Event::Report { peer, misbehavior, penalty, via: None };
        (0..times).flat_map(|_| self.input(report.clone())).collect()
    }

    fn connect(&mut self, peer: &'static str, addr: &str) {
        let (addr, direction) = (addr.parse().ok(), Direction::Inbound);
        self.input(Event::Connected { peer, addr, direction });
    }
}

/// Numbers by prefix length.
type ByLength = Vec<(u8, usize)>;

fn places(sim: &Sim) -> (ByLength, ByLength) {
    (sim.warden.banned_places_v4().collect(), sim.warden.banned_places_v6().collect())
}

fn restored(sim: &Sim) -> Sim {
    let saved: Vec<_> = sim.warden.snapshot(sim.now).collect();
    let config = sim.warden.config().clone();
    let warden = Warden::restore(config, RandomState::new(), saved, sim.now).unwrap();
    Sim { warden, now: sim.now }
}

/// One ban is too many at each level; two in a /48.
fn crowd_of_none() -> Config {
    let level = |length, crowd| PlaceLevel { length, debts: Points::from_points(u64::MAX), crowd };
    Config::default()
        .with_places_v4(&[level(32, 0)])
        .unwrap()
        .with_places_v6(&[level(64, 0), level(48, 1)])
        .unwrap()
}

fn ban(net: &str) -> Event<&'static str> {
    let duration = Some(Duration::from_secs(60).try_into().unwrap());
    Event::Ban { subject: network(net), duration, origin: Origin::Operator }
}

fn network(net: &str) -> Subject<&'static str> {
    Subject::Addr(net.parse().unwrap())
}

const PEERS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
