//! Promises of `next_deadline`.

use peerwarden_core::{Action, Cause, Event, Instant, Verdict};

use super::answers::verdicts;
use super::orders::that;
use super::{Checked, Engine, Peer};

/// "`next_deadline` is never late, may be early, and for a mere `Forget` is rounded up to the next
/// full second"; before it no verdict changes but by places, and after a heartbeat at it the next one is later.
pub(crate) fn check(engine: &Engine, now: Instant) -> Checked {
    let deadline = engine.next_deadline().map(Instant::as_nanos);
    let now = now.as_nanos();
    let before = deadline.map_or(Some(u64::MAX), |deadline| deadline.checked_sub(1));
    if let Some(before) = before.filter(|before| *before > now) {
        let full_second = before / SECOND * SECOND;
        if full_second > now {
            let (actions, _) = heartbeat(engine, full_second);
            that(actions.is_empty(), || {
                format!("a second before the deadline {deadline:?} time gave {actions:?}")
            })?;
        }
        let (mut actions, _) = heartbeat(engine, before);
        actions.retain(|action| !matches!(action, Action::Forget { .. }));
        that(actions.is_empty(), || {
            format!("just before the deadline {deadline:?} time gave {actions:?}")
        })?;
        let same = firm(engine, at(now)) == firm(engine, at(before));
        that(same, || format!("a verdict changes before the deadline {deadline:?}"))?;
    }

    let served = deadline.map_or(now, |deadline| deadline.max(now));
    let next = heartbeat(engine, served).1.next_deadline();
    that(next.is_none_or(|next| next > at(served)), || {
        format!("a driver would spin: after a heartbeat at {served} the next deadline is {next:?}")
    })
}

/// The verdicts but for those by bans of places: which peers these touch changes in silence, with
/// standing and grace.
fn firm(engine: &Engine, at: Instant) -> Vec<Verdict> {
    let by_place = |verdict: &Verdict| match verdict {
        Verdict::Allow => false,
        Verdict::Deny(denial) => denial.cause == Cause::Address,
    };
    let firm = |verdict| if by_place(&verdict) { Verdict::Allow } else { verdict };
    verdicts(engine, at).into_iter().map(firm).collect()
}

/// What a heartbeat gives, and the engine after it.
fn heartbeat(engine: &Engine, now: u64) -> (Vec<Action<Peer>>, Engine) {
    let mut engine = engine.clone();
    let actions = engine.handle_input(Event::Heartbeat, at(now));
    (actions, engine)
}

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

const SECOND: u64 = 1_000_000_000;
