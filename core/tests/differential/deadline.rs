//! Promises of `next_deadline`, checked at each step.

use foldhash::fast::FixedState;
use peerwarden_core::{Action, Event, Instant, Warden};

use crate::model::Peer;

type Engine = Warden<Peer, FixedState>;

/// "`next_deadline` is never late, may be early, and for a mere `Forget` is rounded up to the next
/// full second"; after a heartbeat at it the next one is later.
pub(crate) fn check(engine: &Engine, now: Instant) -> Result<(), String> {
    let Some(deadline) = engine.next_deadline() else {
        let much_later = Instant::from_nanos(now.as_nanos().saturating_add(CENTURY));
        return is_quiet("without a deadline", &heartbeat(engine, much_later).0);
    };

    let (deadline, now) = (deadline.as_nanos(), now.as_nanos());
    if let Some(before) = deadline.checked_sub(1).filter(|before| *before >= now) {
        let (mut actions, _) = heartbeat(engine, Instant::from_nanos(before));
        actions.retain(|action| !matches!(action, Action::Forget { .. }));
        is_quiet(&format!("before the deadline {deadline}"), &actions)?;
        let full_second = before / SECOND * SECOND;
        if full_second > now {
            let (actions, _) = heartbeat(engine, Instant::from_nanos(full_second));
            is_quiet(&format!("a second before the deadline {deadline}"), &actions)?;
        }
    }

    let served = Instant::from_nanos(deadline.max(now));
    let (_, engine) = heartbeat(engine, served);
    match engine.next_deadline() {
        Some(next) if next <= served => Err(format!(
            "a driver would spin: after a heartbeat at {served} the next deadline is {next}"
        )),
        _ => Ok(()),
    }
}

/// What a heartbeat gives, and the engine after it.
fn heartbeat(engine: &Engine, now: Instant) -> (Vec<Action<Peer>>, Engine) {
    let mut engine = engine.clone();
    let actions = engine.handle_input(Event::Heartbeat, now);
    (actions, engine)
}

fn is_quiet(when: &str, actions: &[Action<Peer>]) -> Result<(), String> {
    if actions.is_empty() { Ok(()) } else { Err(format!("{when} a heartbeat gave {actions:?}")) }
}

const CENTURY: u64 = 100 * 365 * 86_400 * SECOND;
const SECOND: u64 = 1_000_000_000;
