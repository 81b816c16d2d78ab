//! Policies that differ from the one before in a single setting.

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
    // A record that is kept in any case is not looked at when an offence is forgiven.
    assert_eq!(
        sim.input(Event::Protect { subject: Subject::Peer("a"), addr: None }),
        ["unban peer:a"]
    );
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

#[test]
fn a_debt_falls_faster_from_when_a_shorter_period_forgives() {
    let mut sim = Sim::new(forgiving(1_000));
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(88), ["unban peer:a"]);
    sim.report("a", 101);
    assert_eq!(sim.heartbeat(961), ["unban peer:a"]);
    sim.report("a", 50);

    // The ban ended at 960.64: two periods ago. Until now the debt fell by 100 a second.
    sim.at(981);
    assert_eq!(sim.reconfigure(forgiving(10)), NOTHING);

    assert_eq!(sim.status("a").offences, 0);
    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 2_000));
    sim.at(982);
    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 3_000));
}

#[test]
fn an_end_that_the_policy_moved_is_what_later_ones_are_compared_with() {
    let longest = |secs| Config::flow().with_max_sentence(Some(Duration::from_secs(secs))).unwrap();
    let mut sim = Sim::new(longest(600));
    assert_eq!(sim.report("a", 101), ["ban peer:a penalty until 87.264"]);
    assert_eq!(sim.reconfigure(longest(30)), ["amend peer:a penalty until 30"]);
    sim.at(10);

    // 20 000 points are left, and 864 more are owed: less than a second. Another 864 are not.
    assert_eq!(sim.report("a", 1), NOTHING);
    assert_eq!(sim.report("a", 1), ["amend peer:a penalty until 31.728"]);
}

fn forgiving(secs: u64) -> Config {
    Config::flow().with_forgive_after(Some(Duration::from_secs(secs))).unwrap()
}
