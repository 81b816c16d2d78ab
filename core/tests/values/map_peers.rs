//! Events, actions and answers under other names of peers.

use std::hash::RandomState;
use std::time::Duration;

use peerwarden_core::{
    BanDuration, Config, Direction, Event, Instant, Misbehavior, Origin, Penalty, Points, Score,
    Subject, Warden,
};

/// An engine that knows peers by numbers gives the answers of one that knows them by names.
#[test]
fn an_engine_with_other_names_answers_the_same_under_them() {
    let mut named = Warden::new(Config::default(), RandomState::new());
    let mut numbered = Warden::new(Config::default(), RandomState::new());
    let mut actions = 0;
    for (second, event) in (0_u64..).zip(events()) {
        let now = Instant::from_secs(second);
        let expected = named.handle_input(event.clone(), now);
        let given = numbered.handle_input(event.map_peers(number), now);
        let given: Vec<_> = given.into_iter().map(|action| action.map_peer(name)).collect();
        assert_eq!(given, expected);
        actions += given.len();

        let bans: Vec<_> = numbered.bans(now).map(|ban| ban.map_peer(name)).collect();
        assert_eq!(bans, named.bans(now).collect::<Vec<_>>());
        let saved: Vec<_> = numbered.snapshot(now).map(|saved| saved.map_peer(name)).collect();
        assert_eq!(saved, named.snapshot(now).collect::<Vec<_>>());
    }
    assert!(actions > 10, "{actions}");
}

#[test]
fn an_error_of_restoring_names_the_peer() {
    let now = Instant::ORIGIN;
    let mut engine = Warden::new(Config::default(), RandomState::new());
    drop(engine.handle_input(ban(Subject::Peer(7)), now));
    let twice: Vec<_> = engine.snapshot(now).chain(engine.snapshot(now)).collect();
    let error = Warden::restore(Config::default(), RandomState::new(), twice, now).unwrap_err();

    assert_eq!(error.map_peer(name).to_string(), "peer:h is there twice");
}

/// One of each kind of event, and some again.
fn events() -> Vec<Event<String>> {
    let peer = || "a".to_owned();
    let other = || "b".to_owned();
    let net = || Subject::Addr("192.0.2.0/24".parse().unwrap());
    let (addr, direction) = (Some([192, 0, 2, 1].into()), Direction::Outbound);
    let penalty = Penalty::from_points(50_000).unwrap();
    let misbehavior = Misbehavior::STALE_MESSAGE;
    let duration = BanDuration::try_from(Duration::from_secs(5)).ok();
    let score = |score| Event::Score { peer: peer(), score: Score::try_from(score).unwrap() };
    let report = |via| Event::Report { peer: peer(), misbehavior, penalty, via };
    vec![
        Event::Connected { peer: peer(), addr, direction },
        Event::Connected { peer: other(), addr, direction },
        Event::Tick,
        score(-1.0),
        Event::ScoreUnavailable { peer: other() },
        Event::Valid { peer: peer(), count: 10 },
        report(None),
        report(Some(other())),
        Event::Waive { peer: peer(), points: Points::from_points(1) },
        report(None),
        Event::Disconnected { peer: peer() },
        Event::Expel { peer: other(), misbehavior, duration },
        Event::Protect { subject: Subject::Peer(peer()), addr },
        Event::Unprotect { subject: Subject::Peer(peer()) },
        ban(net()),
        Event::Unban { subject: net(), cause: None },
        ban(Subject::Peer(peer())),
        Event::Reconfigure { config: Box::new(Config::flow()) },
        Event::Unban { subject: Subject::Peer(peer()), cause: None },
        Event::Heartbeat,
    ]
}

fn ban<P>(subject: Subject<P>) -> Event<P> {
    Event::Ban { subject, duration: None, origin: Origin::Operator }
}

fn number(name: String) -> u8 {
    name.bytes().next().unwrap() - b'a'
}

fn name(number: u8) -> String {
    char::from(b'a' + number).to_string()
}
