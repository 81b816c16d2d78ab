//! Contradictions in saved data that a rule mends.

use std::num::NonZeroUsize;
use std::time::Duration;

use peerwarden_core::{
    BanDuration, Cause, Config, Event, Misbehavior, Origin, Penalty, Points, Saved, SavedMisdeed,
    SavedNetwork, SavedNumber, SavedPeer, SavedPlace, SavedStanding, Subject, Until,
};

use crate::saved::{
    NOW, after, ban, debt, falling_by, heartbeat, input, nobody, nowhere, restore, restore_with,
    secs,
};

#[test]
fn a_ban_by_penalty_without_a_debt_is_over_at_once() {
    let banned = Some(ban(&[(Cause::Penalty, Some(500))]));
    let mut engine = restore([Saved::Peer(SavedPeer { ban: banned, ..nobody("a") })]).unwrap();

    assert_eq!(heartbeat(&mut engine, 0), ["unban peer:a", "forget a"]);
}

#[test]
fn a_ban_by_penalty_is_over_when_the_debt_is_paid_whatever_was_written_down() {
    let banned = Some(ban(&[(Cause::Penalty, Some(5))]));
    let peer = SavedPeer { ban: banned, debt: debt(60, 0), ..nobody("a") };
    let engine = restore_with(falling_by(1), [Saved::Peer(peer)]).unwrap();

    let causes = engine.status(&"a", NOW).unwrap().causes;

    assert_eq!(causes.end_of(Cause::Penalty), Some(Until::At(after(60))));
}

#[test]
fn a_debt_falls_as_the_policy_says_that_it_is_restored_under() {
    let banned = Some(ban(&[(Cause::Penalty, Some(60))]));
    let announced = secs(60);
    let peer = SavedPeer { ban: banned, debt: debt(60, 0), announced, ..nobody("a") };
    let mut engine = restore_with(falling_by(2), [Saved::Peer(peer)]).unwrap();
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let penalty = Penalty::from_micros(1).unwrap();

    let report =
        input(&mut engine, Event::Report { peer: "a", misbehavior, penalty, via: None }, 0);

    assert_eq!(report, [""; 0]);
    assert_eq!(heartbeat(&mut engine, 31), ["unban peer:a", "forget a"]);
}

#[test]
fn a_ban_by_penalty_lasts_no_longer_than_the_longest_sentence() {
    let config = falling_by(1).with_max_sentence(Some(Duration::from_secs(60))).unwrap();
    let banned = Some(ban(&[(Cause::Penalty, Some(500))]));
    let announced = secs(500);
    let peer = SavedPeer { ban: banned, debt: debt(500, 0), announced, ..nobody("a") };
    let mut engine = restore_with(config, [Saved::Peer(peer)]).unwrap();
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let penalty = Penalty::from_micros(1).unwrap();

    let report =
        input(&mut engine, Event::Report { peer: "a", misbehavior, penalty, via: None }, 0);

    assert_eq!(report, [""; 0]);
    assert_eq!(heartbeat(&mut engine, 60), ["unban peer:a", "forget a"]);
}

#[test]
fn a_debt_of_a_peer_that_is_not_banned_falls_as_the_policy_says_too() {
    let peer = SavedPeer { debt: debt(60, 10), ..nobody("a") };
    let engine = restore_with(falling_by(2), [Saved::Peer(peer)]).unwrap();

    let penalty = |seconds| engine.status(&"a", after(seconds)).map(|status| status.penalty);

    assert_eq!(penalty(0), Some(Points::from_points(50)));
    assert_eq!(penalty(20), Some(Points::from_points(10)));
    assert_eq!(penalty(25), None);
}

#[test]
fn what_was_over_by_then_ends_with_the_first_input() {
    let banned = Some(ban(&[(Cause::Score, Some(-5))]));
    let mut engine = restore([Saved::Peer(SavedPeer { ban: banned, ..nobody("a") })]).unwrap();

    assert_eq!(engine.bans(NOW).count(), 0);
    assert_eq!(heartbeat(&mut engine, 0), ["unban peer:a", "forget a"]);
}

#[test]
fn what_has_happened_lies_in_the_past() {
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let misdeeds = vec![SavedMisdeed { misbehavior, times: 1, last: secs(100) }];
    let mut began = ban(&[(Cause::Score, Some(60))]);
    began.began = secs(100);
    let peer = SavedPeer { ban: Some(began), debt: debt(60, -100), misdeeds, ..nobody("a") };
    let engine = restore_with(falling_by(1), [Saved::Peer(peer)]).unwrap();

    let status = engine.status(&"a", after(10)).unwrap();

    assert_eq!(status.banned_since, Some(NOW));
    assert_eq!(status.penalty, Points::from_points(50));
    assert_eq!(status.misdeeds.first().map(|misdeed| misdeed.last), Some(NOW));
}

#[test]
fn an_offence_is_not_kept_longer_because_a_clock_was_wrong() {
    let peer = SavedPeer { offences: 1, clean_since: secs(1_000_000), ..nobody("a") };
    let mut engine = restore([Saved::Peer(peer)]).unwrap();

    assert_eq!(heartbeat(&mut engine, 86_400), ["forget a"]);
}

#[test]
fn a_longer_ban_by_penalty_than_there_is_was_not_announced() {
    let banned = Some(ban(&[(Cause::Penalty, Some(60))]));
    let announced = secs(1_000_000);
    let peer = SavedPeer { ban: banned, debt: debt(60, 0), announced, ..nobody("a") };
    let mut engine = restore_with(falling_by(1), [Saved::Peer(peer)]).unwrap();
    let misbehavior = Misbehavior::INVALID_MESSAGE;
    let penalty = Penalty::from_points(5).unwrap();

    let report =
        input(&mut engine, Event::Report { peer: "a", misbehavior, penalty, via: None }, 0);

    assert_eq!(report, ["amend peer:a penalty until 1000065"]);
}

#[test]
fn of_more_kinds_of_misdeeds_than_are_kept_the_last_remain() {
    let kind = |n: u32| Misbehavior::new(&format!("kind-{n}")).unwrap();
    let misdeeds = (0..11).map(|n| SavedMisdeed { misbehavior: kind(n), times: n, last: secs(0) });
    let peer = SavedPeer { misdeeds: misdeeds.collect(), offences: 1, ..nobody("a") };
    let engine = restore([Saved::Peer(peer)]).unwrap();

    let kept = engine.status(&"a", NOW).unwrap().misdeeds;

    let times: Vec<_> = kept.iter().map(|misdeed| misdeed.times).collect();
    assert_eq!(times, [3, 4, 5, 6, 7, 8, 9, 10]);
}

#[test]
fn more_records_than_there_is_room_for_are_displaced_by_the_first_input_but_a_heartbeat() {
    let config = Config::default().with_max_records(NonZeroUsize::MIN);
    let peers = ["a", "b"].map(|peer| SavedPeer { offences: 1, ..nobody(peer) });
    let mut engine = restore_with(config, peers.map(Saved::Peer)).unwrap();

    assert_eq!(heartbeat(&mut engine, 0), [""; 0]);
    assert_eq!(input(&mut engine, Event::Tick, 0), ["forget a"]);
}

#[test]
fn more_bans_by_lists_than_there_is_room_for_stay_and_no_further_one_comes() {
    let config = Config::default().with_max_remote_bans(1);
    let banned = |peer| SavedPeer { ban: Some(ban(&[(Cause::Remote, Some(60))])), ..nobody(peer) };
    let mut engine = restore_with(config, ["a", "b"].map(banned).map(Saved::Peer)).unwrap();
    let duration = BanDuration::try_from(Duration::from_secs(9)).ok();
    let subject = Subject::Peer("c");

    let more = input(&mut engine, Event::Ban { subject, duration, origin: Origin::Remote }, 0);

    assert_eq!(more, ["withhold peer:c remote limit"]);
    assert_eq!(engine.counts().bans(Cause::Remote), 2);
}

#[test]
fn a_banned_peer_is_not_in_standing_whatever_was_written_down() {
    let standing = Some(SavedStanding { until: secs(60), left: 0 });
    let banned = Some(ban(&[(Cause::Operator, None)]));
    let engine =
        restore([Saved::Peer(SavedPeer { ban: banned, standing, ..nobody("a") })]).unwrap();

    assert!(!engine.status(&"a", NOW).unwrap().standing);
    assert_eq!(engine.counts().standing_away, 0);
}

#[test]
fn a_network_banned_for_its_peers_is_a_place_that_was_banned_once() {
    let banned = Some(ban(&[(Cause::Address, Some(60))]));
    let network = Saved::Network(SavedNetwork { ban: banned, ..nowhere("192.0.2.1/32") });

    let engine = restore([network]).unwrap();

    let place = engine.save_place("192.0.2.1/32".parse().unwrap(), NOW).unwrap();
    assert_eq!((place.bans, place.over), (1, Some(secs(60))));
}

#[test]
fn a_place_whose_ban_was_lost_has_been_over_since_now() {
    let number = SavedNumber::default();
    let net = "192.0.2.1/32".parse().unwrap();
    let (created, bans, over) = (0, 2, Some(secs(600)));
    let place = SavedPlace { net, created, debts: number, crowd: number, bans, over };

    let engine = restore([Saved::Place(place)]).unwrap();

    let place = engine.save_place(net, NOW).unwrap();
    assert_eq!((place.bans, place.over), (2, Some(secs(0))));
    assert_eq!(engine.save_place(net, after(86_400)), None);
}

#[test]
fn a_network_of_which_nothing_is_left_is_not_remembered() {
    let engine = restore([Saved::Network(nowhere("10.0.0.0/8"))]).unwrap();

    assert_eq!(engine.counts().networks, 0);
}

#[test]
fn inside_a_protected_network_only_the_operators_bans_stay() {
    let both = [(Cause::Operator, None), (Cause::Remote, Some(60))];
    let network =
        |net, ban, protected| Saved::Network(SavedNetwork { ban, protected, ..nowhere(net) });
    let saved = [
        network("10.1.0.0/16", Some(ban(&[(Cause::Remote, Some(60))])), false),
        network("10.2.0.0/16", Some(ban(&both)), false),
        network("10.0.0.0/8", None, true),
        network("10.3.0.0/16", Some(ban(&[(Cause::Address, Some(60))])), false),
        network("11.0.0.0/16", Some(ban(&both)), false),
    ];
    let mut backwards = saved.to_vec();
    backwards.reverse();

    for saved in [saved.to_vec(), backwards] {
        let mut engine = restore(saved).unwrap();

        let mut bans: Vec<_> = engine
            .bans(NOW)
            .map(|ban| {
                let causes: Vec<_> = ban.causes.iter().map(|active| active.cause).collect();
                (ban.subject.to_string(), causes)
            })
            .collect();
        bans.sort();
        let left = [
            ("addr:10.2.0.0/16".to_owned(), vec![Cause::Operator]),
            ("addr:11.0.0.0/16".to_owned(), vec![Cause::Operator, Cause::Remote]),
        ];
        assert_eq!(bans, left);
        let counts = engine.counts();
        let of = |cause| counts.bans(cause);
        assert_eq!((of(Cause::Operator), of(Cause::Remote), of(Cause::Address)), (2, 1, 0));
        assert_eq!(counts.networks, 3, "of the others nothing is remembered");
        assert_eq!(heartbeat(&mut engine, 61), [""; 0], "their ends are forgotten too");
    }
}
