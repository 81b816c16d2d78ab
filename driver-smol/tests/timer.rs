//! Tests of smol's clock.

use std::thread;
use std::time::{Duration, SystemTime};

use futures::FutureExt;
use peerwarden_smol::{
    BanDuration, Behaviour, Config, Instant, Origin, SmolTimer, Subject, Timer, since_unix_epoch,
};
use smol::block_on;

#[test]
fn it_counts_from_the_unix_epoch() {
    let before = since_unix_epoch(SystemTime::now());
    let timer = SmolTimer::new();
    let read = timer.now();
    let after = since_unix_epoch(SystemTime::now());

    assert!(before <= read && read <= after.saturating_add(DRIFT), "{before} {read} {after}");
}

#[test]
fn every_thread_is_told_the_same_time() {
    let timer = SmolTimer::new();
    let elsewhere = timer.clone();

    let before = timer.now();
    let between = thread::spawn(move || elsewhere.now()).join().unwrap();
    let after = timer.now();

    assert!(before <= between && between <= after, "{before} {between} {after}");
}

#[test]
fn a_sleep_ends_when_its_deadline_is_reached_and_not_before() {
    let timer = SmolTimer::new();
    let deadline = timer.now().saturating_add(Duration::from_millis(30));

    block_on(timer.sleep_until(deadline));

    assert!(timer.now() >= deadline);
}

#[test]
fn a_sleep_until_what_is_past_ends_at_once() {
    let timer = SmolTimer::new();

    for past in [Instant::ORIGIN, Instant::from_secs(1), timer.now()] {
        assert_eq!(block_on(async { timer.sleep_until(past).now_or_never() }), Some(()));
    }
}

#[test]
fn the_end_of_time_can_be_waited_for() {
    let timer = SmolTimer::new();

    assert_eq!(timer.sleep_until(Instant::from_nanos(u64::MAX)).now_or_never(), None);
}

#[test]
fn a_behaviour_needs_no_runtime_to_be_made_and_asked() {
    let behaviour = peerwarden_smol::behaviour(Config::default());
    let warden = behaviour.handle();
    let subject = Subject::Peer(libp2p::PeerId::random());

    let begun = warden.now().unwrap();
    let hour = BanDuration::try_from(Duration::from_secs(3_600)).unwrap();
    warden.ban(subject, Some(hour), Origin::Operator).unwrap();

    let bans = warden.bans(None, 10).unwrap();
    let until = bans[0].causes.until().and_then(|until| until.instant()).unwrap();
    let lasts = until.saturating_duration_since(begun);
    assert!(lasts >= Duration::from_secs(3_600) && lasts < Duration::from_secs(3_660), "{lasts:?}");
    let _: Behaviour = behaviour;
    drop(warden);
}

/// How far two clocks of one machine may drift apart in a moment.
const DRIFT: Duration = Duration::from_millis(100);
