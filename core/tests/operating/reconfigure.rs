//! Changes of policy at run time.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use peerwarden_core::{
    Cause, Config, DecayRate, Event, Instant, PlaceLevel, Points, Until, Verdict,
};

use crate::sim::{NOTHING, Sim};

#[test]
fn nobody_is_banned_by_a_lower_threshold_until_something_is_reported() {
    let mut sim = Sim::new(Config::flow());
    assert_eq!(sim.report("a", 50), NOTHING);

    let config = Config::flow().with_threshold(Points::from_points(10_000));
    assert_eq!(sim.reconfigure(config), NOTHING);

    assert_eq!(sim.status("a").penalty, Points::from_points(50 * 864));
    assert_eq!(sim.report("a", 1), ["ban peer:a penalty until 44.064"]);
}

#[test]
fn waivers_and_valid_messages_are_ignored_while_penalties_are_off() {
    let budget = Points::from_points(2_000);
    let on = Config::default().with_long_budget(Some(budget)).with_warning(None);
    let mut sim = Sim::new(on.clone());
    sim.input(Event::Valid { peer: "a", count: 1 });
    assert_eq!(sim.report("a", 2), NOTHING);

    assert_eq!(sim.reconfigure(on.clone().with_penalties(false)), NOTHING);
    sim.input(Event::Waive { peer: "a", points: Points::from_points(1_000) });
    sim.input(Event::Valid { peer: "a", count: 1_000 });
    assert_eq!(sim.reconfigure(on), NOTHING);

    assert_eq!(sim.status("a").penalty, Points::from_points(2 * 864));
    // Three reports are over the budget: nothing has paid for the first two.
    assert_eq!(sim.report("a", 1), ["ban peer:a penalty until 86.401"]);
}

#[test]
fn a_debt_stays_what_it_is_and_falls_at_the_new_rate() {
    let mut sim = Sim::new(Config::flow());
    sim.report("a", 50);
    sim.at(3);

    assert_eq!(sim.reconfigure(decay(&[10])), NOTHING);

    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 3_000));
    sim.at(13);
    assert_eq!(sim.status("a").penalty, Points::from_points(43_200 - 3_000 - 100));
}

#[test]
fn a_ban_by_penalty_ends_when_the_debt_is_paid_at_the_new_rate() {
    let mut sim = Sim::new(Config::flow());
    assert_eq!(sim.report("a", 101), ["ban peer:a penalty until 87.264"]);
    assert_eq!(sim.report("b", 101), ["ban peer:b penalty until 87.264"]);
    sim.at(47);

    // 40 264 points are left.
    let moved = sim.reconfigure(decay(&[100]));
    assert_eq!(moved, ["amend peer:a penalty until 449.64", "amend peer:b penalty until 449.64"]);
    assert_eq!(sim.reconfigure(decay(&[100])), NOTHING);
    assert_eq!(sim.warden.next_deadline(), Some(Instant::from_millis(87_264)));

    sim.at(87);
    assert_eq!(sim.heartbeat(90), NOTHING);
    assert_eq!(sim.warden.next_deadline(), Some(Instant::from_millis(449_640)));
    let faster = ["amend peer:a penalty until 125.964", "amend peer:b penalty until 125.964"];
    assert_eq!(sim.reconfigure(decay(&[1_000])), faster);
    assert_eq!(sim.heartbeat(126), ["unban peer:a", "unban peer:b"]);
}

#[test]
fn a_shorter_longest_sentence_shortens_bans_and_a_longer_one_gives_nothing_back() {
    let longest = |secs| Config::flow().with_max_sentence(Some(Duration::from_secs(secs))).unwrap();
    let mut sim = Sim::new(longest(600));
    sim.report("a", 101);

    assert_eq!(sim.reconfigure(longest(30)), ["amend peer:a penalty until 30"]);
    assert_eq!(sim.reconfigure(longest(600)), NOTHING);
    assert_eq!(sim.heartbeat(30), ["unban peer:a"]);
}

#[test]
fn ends_of_bans_by_score_stand_whatever_the_new_durations_are() {
    let mut sim = Sim::new(Config::op_node());
    assert_eq!(sim.score("a", -200.0), ["ban peer:a score until 3600"]);

    let minute = [Duration::from_secs(60)];
    let config = Config::op_node().with_ban_durations(&minute).unwrap();
    assert_eq!(sim.reconfigure(config), NOTHING);

    assert_eq!(sim.score("b", -200.0), ["ban peer:b score until 60"]);
    assert_eq!(sim.heartbeat(60), ["unban peer:b"]);
    assert_eq!(sim.heartbeat(3_600), ["unban peer:a"]);
}

#[test]
fn low_scores_in_a_row_count_on() {
    let in_a_row = |scores| Config::op_node().with_confirmations(NonZeroU32::new(scores).unwrap());
    let mut sim = Sim::new(in_a_row(5));
    sim.connect("a", "203.0.113.1");
    assert_eq!(sim.score("a", -200.0), NOTHING);
    assert_eq!(sim.score("a", -200.0), NOTHING);

    assert_eq!(sim.reconfigure(in_a_row(3)), NOTHING);

    assert_eq!(sim.score("a", -200.0), ["ban peer:a score until 3600", "disconnect a"]);
}

#[test]
fn time_without_a_ban_counts_in_full_against_a_shorter_period() {
    let hours = |hours: u64| Some(Duration::from_secs(hours * 3_600));
    let slow = Config::flow().with_forgive_after(hours(24)).unwrap();
    let mut sim = Sim::new(slow.clone());
    for offence in 0..3 {
        sim.at(offence * 2_000);
        sim.report("a", 101);
    }
    let end = sim.status("a").until().and_then(Until::instant).unwrap();
    sim.now = end.saturating_add(Duration::from_secs(5 * 3_600));
    assert_eq!(sim.heartbeat_now(), ["unban peer:a"]);
    let before = sim.status("a").offences;

    assert_eq!(sim.reconfigure(slow.with_forgive_after(hours(2)).unwrap()), NOTHING);

    assert_eq!(sim.status("a").offences, before - 2);
    sim.now = sim.now.saturating_add(Duration::from_secs(3_599));
    assert_eq!(sim.status("a").offences, before - 2);
    sim.now = sim.now.saturating_add(Duration::from_secs(1));
    assert_eq!((before, sim.warden.status(&"a", sim.now)), (3, None));
}

#[test]
fn offences_so_far_fall_as_the_new_level_of_a_place_says() {
    let mut sim = Sim::new(crowd(2));
    for (peer, at) in [("a", 0), ("b", 0), ("c", 200)] {
        sim.at(at);
        sim.connect(peer, "203.0.113.1");
        assert_eq!(sim.expel(peer).len(), 2);
    }

    // Two offences, less one in 200 s, and one more. From here on one falls in 100 s, then in 300 s.
    assert_eq!(sim.reconfigure(crowd(5)), NOTHING);
    sim.at(250);
    assert_eq!(sim.reconfigure(crowd(1)), NOTHING);
    sim.at(300);

    sim.connect("d", "203.0.113.1");
    assert!(sim.expel("d").contains(&"ban addr:203.0.113.1/32 address until 900".into()));
}

#[test]
fn a_network_that_is_banned_stays_so_without_places() {
    let mut sim = Sim::new(crowd(0));
    sim.connect("a", "203.0.113.1");
    assert_eq!(sim.expel("a").len(), 3);

    assert_eq!(sim.reconfigure(Config::default().with_places(false)), NOTHING);

    let addr: IpAddr = "203.0.113.1".parse().unwrap();
    assert_ne!(sim.warden.check_addr(addr, sim.now), Verdict::Allow);
    assert_eq!(sim.warden.counts().bans(Cause::Address), 1);
}

#[test]
fn what_is_more_than_a_lower_bound_is_displaced_at_once_and_said_so() {
    let most = |records| Config::default().with_max_records(NonZeroUsize::new(records).unwrap());
    let mut sim = Sim::new(most(10));
    sim.score("banned", -200.0);
    sim.report("much", 20);
    sim.report("little", 10);

    assert_eq!(sim.reconfigure(most(2)), ["forget little"]);
    assert_eq!(sim.reconfigure(most(1)), ["forget much"]);
}

#[test]
fn a_policy_that_is_switched_off_keeps_what_it_knows() {
    let mut sim = Sim::new(Config::flow());
    sim.report("a", 100);

    assert_eq!(sim.reconfigure(Config::flow().with_penalties(false)), NOTHING);
    assert_eq!(sim.report("a", 50), NOTHING);
    assert_eq!(sim.reconfigure(Config::flow()), NOTHING);

    assert_eq!(sim.report("a", 1), ["ban peer:a penalty until 87.264"]);
}

#[test]
fn time_passes_under_the_old_policy_first() {
    let mut sim = Sim::new(Config::flow());
    sim.report("a", 101);
    sim.at(88);

    assert_eq!(sim.reconfigure(decay(&[1])), ["unban peer:a"]);
    assert_eq!(sim.status("a").penalty, Points::ZERO);
}

/// A policy under which a place may have so many offences.
fn crowd(crowd: u32) -> Config {
    let level = PlaceLevel { length: 32, debts: Points::from_points(1_000_000), crowd };
    Config::default().with_places_v4(&[level]).unwrap()
}

/// Flow's policy with these rates, in points a second.
fn decay(rates: &[u32]) -> Config {
    let rates = rates.iter().map(|rate| DecayRate::try_from(f64::from(*rate)).unwrap());
    Config::flow().with_decay(&rates.collect::<Vec<_>>()).unwrap()
}

#[test]
fn standing_outlasts_a_policy_without_it_unless_a_report_takes_it() {
    let after =
        |secs: Option<u64>| Config::default().with_standing_after(secs.map(Duration::from_secs));
    let mut sim = Sim::new(after(Some(10)));
    sim.connect("a", "198.51.100.1");
    sim.connect("b", "198.51.100.2");
    sim.at(10);
    assert!(sim.status("a").standing && sim.status("b").standing);

    sim.reconfigure(after(None));
    assert!(!sim.status("a").standing && !sim.status("b").standing);
    sim.report("b", 10);
    sim.reconfigure(after(Some(1_800)));
    assert!(sim.status("a").standing && !sim.status("b").standing);
}
