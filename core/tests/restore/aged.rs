//! Saved data aged by the time that has passed since.

use std::time::Duration;

use peerwarden_core::{
    Cause, Misbehavior, Saved, SavedBan, SavedMisdeed, SavedNetwork, SavedNumber, SavedPeer,
    SavedPlace, SavedStanding, TimeOffset,
};

use crate::saved::{debt, nobody, nowhere, secs};

#[test]
fn every_moment_in_a_peers_record_is_so_much_longer_ago() {
    let record = |ago: i64| {
        Saved::Peer(SavedPeer {
            debt: debt(7, ago + 1),
            offences: 3,
            clean_since: secs(-ago - 2),
            ban: Some(banned(ago)),
            announced: secs(30 - ago),
            grace: Some(secs(40 - ago)),
            misdeeds: [5, 6].map(|times| misdeed(times, ago)).to_vec(),
            last_low: secs(-ago - 7),
            standing: Some(SavedStanding { until: secs(50 - ago), left: 8 }),
            long: number(9, -ago - 1),
            hearsay: number(10, -ago - 2),
            deliveries: number(11, -ago - 3),
            ..nobody("a")
        })
    };

    assert_eq!(record(0).aged(Duration::from_secs(50)), record(50));
}

#[test]
fn every_moment_in_a_networks_record_is_so_much_longer_ago() {
    let record = |ago: i64| {
        let (ban, grace) = (Some(banned(ago)), Some(secs(40 - ago)));
        Saved::<u8>::Network(SavedNetwork { ban, grace, ..nowhere("192.0.2.0/24") })
    };

    assert_eq!(record(0).aged(Duration::from_secs(50)), record(50));
}

#[test]
fn every_moment_in_a_places_record_is_so_much_longer_ago() {
    let record = |ago: i64| {
        Saved::<u8>::Place(SavedPlace {
            net: "192.0.2.1/32".parse().unwrap(),
            created: 1,
            debts: number(2, -ago - 1),
            crowd: number(3, -ago - 2),
            bans: 4,
            over: Some(secs(60 - ago)),
        })
    };

    assert_eq!(record(0).aged(Duration::from_secs(50)), record(50));
}

#[test]
fn moments_stay_at_the_end_of_what_can_be_written_down() {
    let record = |clean_since: i64| {
        Saved::Peer(SavedPeer { clean_since: TimeOffset(clean_since), ..nobody("a") })
    };
    let past = |saved: Saved<_>| match saved.aged(Duration::from_nanos(u64::MAX)) {
        Saved::Peer(peer) => peer.clean_since,
        Saved::Network(_) | Saved::Place(_) => TimeOffset(0),
    };

    assert_eq!(past(record(-1)), TimeOffset(i64::MIN));
    assert_eq!(past(record(i64::MAX)), TimeOffset(i64::MIN));
}

fn banned(ago: i64) -> SavedBan {
    let causes = vec![(Cause::Operator, None), (Cause::Remote, Some(secs(20 - ago)))];
    SavedBan { order: 9, began: secs(-ago - 3), causes }
}

fn number(micros: u64, seconds: i64) -> SavedNumber {
    SavedNumber { micros, at: secs(seconds) }
}

fn misdeed(times: u32, ago: i64) -> SavedMisdeed {
    let last = secs(-ago - i64::from(times));
    SavedMisdeed { misbehavior: Misbehavior::STALE_MESSAGE, times, last }
}
