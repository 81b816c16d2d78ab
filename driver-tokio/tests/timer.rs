//! Tokio's clock, read from anywhere.
#![expect(clippy::unwrap_used, reason = "a test may panic, helpers included")]

use std::thread;
use std::time::{Duration, SystemTime};

use peerwarden_tokio::{
    Behaviour, Cause, Config, Instant, Misbehavior, Timer, TokioTimer, since_unix_epoch,
};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{advance, sleep, timeout};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test(start_paused = true)]
async fn a_paused_clock_is_read_off_the_runtime_too() {
    let timer = TokioTimer::current().unwrap();
    let read = || {
        let elsewhere = timer.clone();
        thread::spawn(move || elsewhere.now()).join().unwrap()
    };

    let before = timer.now();
    assert_eq!(read(), before);
    advance(HOUR).await;

    assert_eq!(timer.now(), before.saturating_add(HOUR));
    assert_eq!(read(), timer.now());
}

#[tokio::test(start_paused = true)]
async fn a_sleep_made_off_the_runtime_ends_on_time() {
    let timer = TokioTimer::current().unwrap();
    let elsewhere = timer.clone();
    let deadline = timer.now().saturating_add(HOUR);

    let sleep = thread::spawn(move || elsewhere.sleep_until(deadline)).join();
    sleep.unwrap().await;

    assert_eq!(timer.now(), deadline);
}

#[tokio::test(start_paused = true)]
async fn a_sleep_until_what_is_past_ends_at_once() {
    let timer = TokioTimer::current().unwrap();
    advance(HOUR).await;
    let before = timer.now();

    timer.sleep_until(Instant::from_secs(1)).await;

    assert_eq!(timer.now(), before);
}

#[tokio::test(start_paused = true)]
async fn it_counts_from_the_unix_epoch() {
    let before = since_unix_epoch(SystemTime::now());
    let timer = TokioTimer::current().unwrap();
    let after = since_unix_epoch(SystemTime::now());

    assert!(before <= timer.now() && timer.now() <= after);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_time_can_be_waited_for() {
    let timer = TokioTimer::current().unwrap();
    let forever = timer.sleep_until(Instant::from_nanos(u64::MAX));

    assert!(timeout(HOUR, forever).await.is_err());
}

#[test]
fn off_a_runtime_there_is_no_current_one() {
    assert!(TokioTimer::current().is_err());
}

#[test]
fn a_behaviour_can_be_made_and_asked_off_the_runtime() {
    let runtime = paused_runtime();
    let timer = TokioTimer::new(runtime.handle().clone());
    let warden = Behaviour::new(Config::default(), timer).handle();

    // The handle outlives the behaviour, and says so instead of waiting.
    assert!(warden.now().is_err());
}

#[test]
fn what_a_handle_is_told_off_the_runtime_counts_by_the_runtimes_clock() {
    let runtime = paused_runtime();
    let behaviour = {
        let _on_it = runtime.enter();
        peerwarden_tokio::behaviour(Config::default())
    };
    let warden = behaviour.handle();
    let peer = libp2p::PeerId::random();
    for _ in 0..101 {
        warden.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
    }
    let causes = || warden.status(&peer).unwrap().map(|status| status.causes);

    let banned = causes().unwrap();
    assert!(banned.iter().any(|active| active.cause == Cause::Penalty));

    runtime.block_on(async { sleep(HOUR).await });
    assert!(causes().is_none_or(|causes| causes.is_empty()));
}

fn paused_runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}
