//! Live state: what is kept, mended and refused when an engine is resumed.

use foldhash::fast::FixedState;
use peerwarden_core::{
    Cause, Config, Direction, Event, Instant, Live, LiveConnection, LiveDue, LiveIncident,
    LiveNetwork, LivePeer, LiveRank, LiveStay, RestoreError, RestoreErrorKind, Saved, SavedNetwork,
    SavedNumber, SavedPeer, SavedStanding, Subject, Warden,
};
use std::num::NonZeroUsize;

use crate::saved::{Engine, NOW, after, ban, debt, heartbeat, input, nobody, nowhere, secs};

#[test]
fn peers_are_asked_about_in_their_turn() {
    let mut engine = here(&[("a", 7), ("b", 3), ("c", 7)]);

    let asked: Vec<_> = (0..4).flat_map(|n| input(&mut engine, Event::Tick, n)).collect();

    let turns = ["request-score b", "request-score a", "request-score c", "request-score b"];
    assert_eq!(asked, turns);
}

#[test]
fn a_banned_peer_that_is_connected_was_told_to_disconnect() {
    let banned = Some(ban(&[(Cause::Operator, None)]));
    let saved = [Saved::Peer(SavedPeer { ban: banned, ..nobody("a") })];

    let mut engine = resume(saved, live_of(vec![connected("a", 0)])).unwrap();

    let status = engine.status(&"a", NOW).unwrap();
    assert_eq!((status.connected, status.direction), (false, Some(Direction::Inbound)));
    assert_eq!(engine.counts().connected, 0);
    assert_eq!(input(&mut engine, Event::Disconnected { peer: "a" }, 0), [""; 0]);
}

#[test]
fn a_connected_peer_is_in_no_standing_from_before() {
    let standing = Some(SavedStanding { until: secs(60), left: 0 });
    let saved = [Saved::Peer(SavedPeer { standing, ..nobody("a") })];

    let engine = resume(saved, live_of(vec![connected("a", 0)])).unwrap();

    assert!(!engine.status(&"a", NOW).unwrap().standing);
    assert_eq!(engine.counts().standing_away, 0);
}

#[test]
fn what_is_said_to_come_later_has_happened_now() {
    let mut peer = connected("a", 0);
    let stay = peer.connection.as_mut().and_then(|connection| connection.stay.as_mut()).unwrap();
    stay.came = Some(secs(50));
    let engine = resume([Saved::Peer(nobody("a"))], live_of(vec![peer])).unwrap();

    assert_eq!(engine.status(&"a", NOW).unwrap().connected_since, Some(NOW));
}

#[test]
fn an_incident_ends_within_ten_minutes_whatever_was_written_down() {
    let incident = LiveIncident { end: Some(secs(86_400)), ..LiveIncident::default() };

    let mut engine = resume([], Live { incident, ..Live::default() }).unwrap();

    assert_eq!(engine.next_deadline(), Some(after(600)));
    assert!(engine.counts().incident);
    assert_eq!(heartbeat(&mut engine, 600), ["incident off"]);
}

#[test]
fn a_ban_ends_in_time_however_late_it_was_to_be_looked_at() {
    let banned = || Some(ban(&[(Cause::Operator, Some(60))]));
    for due in [LiveDue::End(secs(600)), LiveDue::Review(secs(59)), LiveDue::Review(secs(600))] {
        let saved = [
            Saved::Peer(SavedPeer { ban: banned(), ..nobody("a") }),
            Saved::Network(SavedNetwork { ban: banned(), ..nowhere("192.0.2.0/24") }),
        ];
        let peer = LivePeer { due: Some(due), ..gone("a") };
        let net = "192.0.2.0/24".parse().unwrap();
        let networks = vec![LiveNetwork { net, due }];

        let mut engine = resume(saved, Live { networks, ..live_of(vec![peer]) }).unwrap();

        assert_eq!(engine.next_deadline(), Some(after(60)), "{due:?}");
        let ended = ["unban addr:192.0.2.0/24", "unban peer:a", "forget a"];
        assert_eq!(heartbeat(&mut engine, 60), ended, "{due:?}");
    }
}

#[test]
fn a_peer_is_looked_at_as_early_as_it_was_to_be() {
    let banned = Some(ban(&[(Cause::Operator, Some(60))]));
    let saved = [Saved::Peer(SavedPeer { ban: banned, ..nobody("a") })];
    let peer = LivePeer { due: Some(LiveDue::End(secs(20))), ..gone("a") };

    let mut engine = resume(saved, live_of(vec![peer])).unwrap();

    assert_eq!(engine.next_deadline(), Some(after(20)));
    assert_eq!(heartbeat(&mut engine, 20), [""; 0]);
    assert_eq!(engine.next_deadline(), Some(after(60)));
}

#[test]
fn the_least_important_is_displaced_whatever_rank_was_written_down() {
    let saved = [
        Saved::Peer(SavedPeer { debt: debt(5, 0), ..nobody("a") }),
        Saved::Peer(SavedPeer { debt: debt(50, 0), created: 1, ..nobody("b") }),
    ];
    let high = LiveRank { offences: u32::MAX, banned: true, over: None };
    let first = LivePeer { rank: Some(high), ..gone("a") };
    let config = Config::default().with_max_records(NonZeroUsize::MIN);
    let live = live_of(vec![first]);
    let mut engine = Warden::resume(config, FixedState::default(), saved, live, NOW).unwrap();

    let subject = Subject::Addr("192.0.2.0/24".parse().unwrap());
    let pardon = Event::Unban { subject, cause: None };

    assert_eq!(input(&mut engine, pardon, 0), ["forget a"]);
}

#[test]
fn a_network_that_is_not_in_the_snapshot_waits_for_nothing() {
    let net = "192.0.2.0/24".parse().unwrap();
    let networks = vec![LiveNetwork { net, due: LiveDue::End(secs(5)) }];

    let engine = resume([], Live { networks, ..Live::default() }).unwrap();

    assert_eq!(engine.next_deadline(), None);
}

#[test]
fn a_peer_that_is_dialled_again_was_dialled() {
    let banned = || Some(ban(&[(Cause::Operator, None)]));
    let saved = [
        Saved::Peer(SavedPeer { ban: banned(), redial: true, ..nobody("a") }),
        Saved::Peer(SavedPeer { ban: banned(), ..nobody("b") }),
        Saved::Peer(nobody("c")),
    ];
    let ban_direction = Some(Direction::Inbound);
    let live = ["a", "b", "c"].map(|peer| LivePeer { ban_direction, ..gone(peer) });

    let engine = resume(saved, live_of(live.to_vec())).unwrap();

    let directions: Vec<_> = engine.bans(NOW).map(|ban| ban.direction).collect();
    assert_eq!(directions, [Some(Direction::Outbound), Some(Direction::Inbound)]);
}

#[test]
fn two_live_states_of_one_peer_are_refused() {
    let live = live_of(vec![connected("a", 0), gone("a")]);

    let error = resume([Saved::Peer(nobody("a"))], live).unwrap_err();

    assert_eq!((error.subject, error.why), (Subject::Peer("a"), RestoreErrorKind::Twice));
}

#[test]
fn live_state_of_a_peer_that_is_not_in_the_snapshot_is_refused() {
    let error = resume([], live_of(vec![gone("a")])).unwrap_err();

    assert_eq!(error.why, RestoreErrorKind::NotSaved);
    assert_eq!(error.to_string(), "peer:a has live state, and is not in the snapshot");
}

#[test]
fn a_resumed_engine_goes_on_on_another_clock() {
    let mut engine = here(&[("a", 0), ("b", 1)]);
    let saved: Vec<_> = engine.snapshot(NOW).collect();
    let elsewhere = Instant::from_secs(5);
    let hasher = FixedState::default();
    let live = engine.live(NOW);
    let mut other = Warden::resume(Config::default(), hasher, saved, live, elsewhere).unwrap();

    let here = engine.status(&"b", NOW).unwrap().connected_since;
    let there = other.status(&"b", elsewhere).unwrap().connected_since;

    assert_eq!((here, there), (Some(NOW), Some(elsewhere)));
    let tick = |engine: &mut Engine, now| engine.handle_input(Event::Tick, now);
    assert_eq!(tick(&mut engine, NOW), tick(&mut other, elsewhere));
}

#[test]
fn a_copy_that_is_given_up_begins_anew() {
    let mut engine = here(&[("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 4)]);
    let two = NonZeroUsize::new(2).unwrap();
    assert!(engine.copy_page(two).is_none());
    drop(engine.handle_input(Event::Disconnected { peer: "a" }, NOW));
    engine.end_copy();

    let pages: Vec<_> =
        (0..8).map_while(|_| engine.copy_page(two).map_or(Some(()), |_| None)).collect();

    assert_eq!(
        pages.len(),
        4,
        "eight slots, two at a time, and the last page finds that there are no more"
    );
}

#[cfg(feature = "serde")]
#[test]
fn live_state_that_was_written_down_is_read_back_as_it_was() {
    let mut engine = here(&[("a", 0), ("b", 1)]);
    let direction = Direction::Outbound;
    drop(engine.handle_input(Event::Connected { peer: "c", addr: None, direction }, after(1)));
    let live = engine.live(after(1)).map_peers(str::to_owned);

    let written = serde_json::to_string(&live).unwrap();
    let read: Live<String> = serde_json::from_str(&written).unwrap();

    assert_eq!(read, live);
    assert_eq!(live.peers.len(), 3);
}

fn resume<I>(saved: I, live: Live<&'static str>) -> Result<Engine, RestoreError<&'static str>>
where
    I: IntoIterator<Item = Saved<&'static str>>,
{
    Warden::resume(Config::default(), FixedState::default(), saved, live, NOW)
}

/// An engine to which these peers are connected, with these turns.
fn here(peers: &[(&'static str, u64)]) -> Engine {
    let saved = peers.iter().map(|(peer, _)| Saved::Peer(nobody(peer)));
    let live = peers.iter().map(|(peer, turn)| connected(peer, *turn)).collect();
    resume(saved, live_of(live)).unwrap()
}

fn live_of(peers: Vec<LivePeer<&'static str>>) -> Live<&'static str> {
    Live { peers, ..Live::default() }
}

fn connected(peer: &'static str, turn: u64) -> LivePeer<&'static str> {
    let heat = Some(SavedNumber::default());
    let stay = LiveStay { turn, came: None, in_standing: false, scored_low: false, heat };
    let connection = LiveConnection { order: turn, dialled: false, stay: Some(stay) };
    LivePeer { connection: Some(connection), ..gone(peer) }
}

fn gone(peer: &'static str) -> LivePeer<&'static str> {
    LivePeer { peer, connection: None, ban_direction: None, due: None, rank: None }
}
