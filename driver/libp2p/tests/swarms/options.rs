//! Tests of the driver's options.

use std::time::Duration;

use peerwarden_libp2p::{Config, DriverOptions, Instant, Origin, OutOfBounds, Subject, Verdict};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, seconds};

#[test]
fn whom_the_options_name_is_protected_from_the_start() {
    let mut warden = ByHand::new(Config::default());
    let named = [Subject::Peer(warden.peer), Subject::Addr("127.0.0.0/8".parse().unwrap())];
    let options = DriverOptions::default().with_protect(named.to_vec());
    warden.behaviour = warden.behaviour.with_options(&options);

    for subject in named {
        warden.handle.ban(subject, None, Origin::Remote).unwrap();
    }

    assert_eq!(warden.handle.check_peer(&warden.peer, None), Ok(Verdict::Allow));
    assert_eq!(warden.handle.check_addr(LOCALHOST), Ok(Verdict::Allow));
    assert_eq!(warden.poll_all(), ["withhold", "withhold"]);
}

#[test]
fn heartbeats_and_ticks_come_as_the_options_have_it() {
    let options = DriverOptions::default()
        .with_heartbeat_interval(Duration::from_secs(30))
        .unwrap()
        .with_tick_interval(Duration::from_secs(7))
        .unwrap();
    let mut warden = ByHand::new(Config::default());
    warden.behaviour = warden.behaviour.with_options(&options);

    // A first heartbeat comes when it is due, the second an interval later.
    warden.ban_somebody(1_000);
    warden.handle.ban(Subject::Peer(warden.peer), Some(seconds(2)), Origin::Operator).unwrap();
    warden.poll_all();
    warden.timer.advance(Duration::from_secs(1));
    warden.poll_all();
    assert_eq!(warden.timer.armed(), [Instant::from_secs(31)]);
    warden.timer.advance(Duration::from_secs(30));
    warden.poll_all();
    warden.establish_inbound(0);
    warden.poll_all();

    assert_eq!(warden.timer.armed(), [Instant::from_secs(35)]);
}

#[test]
fn intervals_and_timeouts_have_bounds() {
    let (shortest, longest) = (OutOfBounds::SHORTEST, OutOfBounds::LONGEST);
    let options = DriverOptions::default();
    for within in [shortest, longest] {
        assert!(options.clone().with_heartbeat_interval(within).is_ok());
        assert!(options.clone().with_tick_interval(within).is_ok());
        assert!(options.clone().with_close_timeout(within).is_ok());
    }

    let nanosecond = Duration::from_nanos(1);
    let said = [
        options.clone().with_heartbeat_interval(Duration::ZERO).unwrap_err(),
        options.clone().with_heartbeat_interval(Duration::from_secs(500 * 31_557_600)).unwrap_err(),
        options.clone().with_tick_interval(shortest - nanosecond).unwrap_err(),
        options.with_close_timeout(longest + nanosecond).unwrap_err(),
    ];
    assert_eq!(
        said.map(|error| error.to_string()),
        [
            "heartbeat_interval is 0s: give a duration from 10ms to 1h",
            "heartbeat_interval is 500years: give a duration from 10ms to 1h",
            "tick_interval is 9ms 999us 999ns: give a duration from 10ms to 1h",
            "close_timeout is 1h 1ns: give a duration from 10ms to 1h",
        ]
    );
}
