//! A policy that differs from the one before in one setting alone.

use std::time::Duration;

use peerwarden_core::{Config, Event, Instant, Points, Subject};

use crate::sim::{NOTHING, Sim};

#[test]
fn a_debt_falls_at_the_usual_rate_once_slow_accrual_is_off() {
    let mut sim = Sim::new(Config::flow());
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(88), ["unban peer:a"]);
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(961), ["unban peer:a"]);
    sim.report("a", 50);

    // Two offences: 100 points a second, and then 1000.
    sim.at(971);
    assert_eq!(sim.reconfigure(Config::flow().with_slow_accrual(false)), NOTHING);

    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 1_000));
    sim.at(981);
    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 1_000 - 10_000));
}

#[test]
fn what_was_forgiven_stays_forgiven_under_a_longer_period() {
    let mut sim = Sim::new(forgiving(100));
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(88), ["unban peer:a"]);
    sim.report("a", 101);
    sim.at(100);
    // Whoever is kept in any case is not looked at when an offence is forgiven.
    assert_eq!(sim.input(Event::Protect { subject: Subject::Peer("a") }), ["unban peer:a"]);
    sim.at(200);
    assert_eq!(sim.status("a").offences, 1);

    assert_eq!(sim.reconfigure(forgiving(1_000)), NOTHING);

    assert_eq!(sim.status("a").offences, 1);
    sim.at(1_199);
    assert_eq!(sim.status("a").offences, 1);
    sim.at(1_200);
    assert_eq!(sim.status("a").offences, 0);
}

#[test]
fn a_shorter_period_is_waited_for_from_here_on() {
    let mut sim = Sim::new(forgiving(1_000));
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(88), ["unban peer:a"]);

    // The ban ended at 87.264.
    assert_eq!(sim.warden.next_deadline(), Some(Instant::from_secs(1_088)));
    assert_eq!(sim.reconfigure(forgiving(10)), NOTHING);
    assert_eq!(sim.warden.next_deadline(), Some(Instant::from_secs(98)));
}

fn forgiving(secs: u64) -> Config {
    Config::flow().with_forgive_after(Some(Duration::from_secs(secs))).unwrap()
}
