//! Instants and durations.

use std::time::Duration;

use peerwarden_core::{Instant, Until};

#[test]
fn moments_are_written_in_seconds_with_as_many_decimals_as_it_takes() {
    let written = [0, 1, 87_264_000_000, 1_000_000_000, 999_999_999]
        .map(|nanos| Instant::from_nanos(nanos).to_string());

    assert_eq!(written, ["0", "0.000000001", "87.264", "1", "0.999999999"]);
}

#[test]
fn time_stays_at_its_ends() {
    let last = Instant::from_nanos(u64::MAX);

    assert_eq!(Instant::from_secs(u64::MAX), last);
    assert_eq!(Instant::from_millis(u64::MAX), last);
    assert_eq!(Instant::from_secs(1).saturating_add(Duration::MAX), last);
    assert_eq!(Instant::ORIGIN.saturating_duration_since(last), Duration::ZERO);
    assert_eq!(
        Instant::from_secs(3).saturating_duration_since(Instant::from_millis(500)),
        Duration::from_millis(2_500)
    );
}

#[test]
fn what_holds_until_a_moment_holds_no_longer_at_it() {
    let at = Until::At(Instant::from_nanos(10));

    assert!(!at.is_over(Instant::from_nanos(9)));
    assert!(at.is_over(Instant::from_nanos(10)));
    assert!(!Until::Forever.is_over(Instant::from_nanos(u64::MAX)));
    assert!(at < Until::Forever && Until::At(Instant::ORIGIN) < at);
    assert_eq!((at.instant(), Until::Forever.instant()), (Some(Instant::from_nanos(10)), None));
    assert_eq!(Until::Forever.to_string(), "forever");
}
