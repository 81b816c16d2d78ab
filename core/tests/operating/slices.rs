//! Time that passes in slices.

use std::hash::RandomState;
use std::num::NonZeroUsize;
use std::time::Duration;

use peerwarden_core::{
    Action, BanDuration, Config, Direction, Event, Instant, Origin, Subject, Warden,
};

type Engine = Warden<u32, RandomState>;

#[test]
fn slices_end_a_few_bans_each_and_come_to_the_same_as_all_at_once() {
    let (mut warden, later) =
        (banned(0..100, |peer| 60 + u64::from(peer)), Instant::from_secs(1_000));
    let mut other = warden.clone();
    assert_eq!(warden.slice(most(10), Instant::from_secs(69)), None, "ten are due by then");

    let mut sliced = Vec::new();
    let mut slices = 0;
    while let Some(until) = warden.slice(most(10), later) {
        assert!(until < later);
        let actions = warden.handle_input(Event::Heartbeat, until);
        assert_eq!(actions.len(), 20, "ten ends, and as many peers are forgotten");
        sliced.extend(actions);
        slices += 1;
    }
    sliced.extend(warden.handle_input(Event::Heartbeat, later));
    assert_eq!(slices, 9, "the last ten are for the input itself");

    let at_once = other.handle_input(Event::Heartbeat, later);
    let unbans = |all: &[Action<u32>]| -> Vec<_> {
        all.iter().filter(|action| matches!(action, Action::Unban { .. })).cloned().collect()
    };
    assert_eq!(unbans(&sliced), unbans(&at_once));
    assert_eq!(warden.counts(), other.counts());
}

#[test]
fn bans_that_end_at_one_moment_are_not_parted() {
    let mut warden = banned(0..100, |peer| if peer < 50 { 60 } else { 90 });
    assert_eq!(warden.slice(most(10), Instant::from_secs(60)), None, "what is due now is due now");
    let until = warden.slice(most(10), Instant::from_secs(100));
    assert_eq!(until, Some(Instant::from_secs(60)));
    assert_eq!(warden.handle_input(Event::Heartbeat, Instant::from_secs(60)).len(), 100);
    assert_eq!(warden.slice(most(10), Instant::from_secs(100)), Some(Instant::from_secs(90)));
}

#[test]
fn standing_that_ends_comes_in_slices_too() {
    let mut warden = Engine::new(Config::default(), RandomState::new());
    for peer in 0..20 {
        let direction = Direction::Inbound;
        drop(
            warden.handle_input(Event::Connected { peer, addr: None, direction }, Instant::ORIGIN),
        );
    }
    let long = Config::default().standing_after().unwrap();
    for peer in 0..20 {
        let left = Instant::ORIGIN.saturating_add(long + Duration::from_secs(peer.into()));
        drop(warden.handle_input(Event::Disconnected { peer }, left));
    }
    assert_eq!(warden.counts().standing_away, 20);

    let end = Instant::ORIGIN.saturating_add(long + Config::default().standing_for() * 2);
    let until = warden.slice(most(5), end).unwrap();
    drop(warden.handle_input(Event::Heartbeat, until));
    assert_eq!(warden.counts().standing_away, 15);
}

/// An engine that has these peers banned, each from the origin on for so many seconds.
fn banned(peers: std::ops::Range<u32>, secs: impl Fn(u32) -> u64) -> Engine {
    let mut warden = Engine::new(Config::default(), RandomState::new());
    for peer in peers {
        let duration = BanDuration::try_from(Duration::from_secs(secs(peer))).ok();
        let event = Event::Ban { subject: Subject::Peer(peer), duration, origin: Origin::Operator };
        drop(warden.handle_input(event, Instant::ORIGIN));
    }
    warden
}

fn most(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}
