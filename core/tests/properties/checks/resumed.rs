//! Engine resumed from the snapshot and the live state of the tested one.

use std::num::NonZeroUsize;

use peerwarden_core::{Action, Event, Instant, Live, LiveDue, Saved, Warden};

use super::companions::{is_within_reach, other_hasher, same_answers};
use super::orders::that;
use super::{Checked, Engine, Peer};

/// An engine that is resumed anew every few inputs, and has to agree in everything until then.
#[derive(Default)]
pub(crate) struct Resumed {
    engine: Option<Engine>,
    inputs: usize,
}

impl Resumed {
    /// Gives it an input that the engine on trial answered with `actions` at `now`.
    pub(crate) fn follow(
        &mut self,
        engine: &Engine,
        event: &Event<Peer>,
        now: Instant,
        actions: &[Action<Peer>],
    ) -> Checked {
        if let Some(resumed) = &mut self.engine {
            let got = resumed.handle_input(event.clone(), now);
            that(got == actions, || format!("resumed: {got:?}"))?;
            same(engine, resumed, now)?;
        }
        self.inputs += 1;
        if self.inputs.is_multiple_of(RESUMED_EVERY) {
            self.engine = resume(engine, now)?;
            self.engine.as_ref().map_or(Ok(()), |resumed| same(engine, resumed, now))?;
        }
        Ok(())
    }
}

fn same(engine: &Engine, resumed: &Engine, now: Instant) -> Checked {
    let held = |engine: &Engine| {
        let slice = engine.slice(NonZeroUsize::MIN, Instant::from_nanos(u64::MAX));
        (engine.counts(), engine.next_deadline(), slice)
    };
    let (expected, got) = (held(engine), held(resumed));
    that(expected == got, || format!("resumed it holds {got:?} instead of {expected:?}"))?;
    same_answers("resumed", engine, resumed, now)
}

/// The engine resumed, unless something lies further away than its data reaches.
fn resume(engine: &Engine, now: Instant) -> Result<Option<Engine>, String> {
    let saved: Vec<Saved<Peer>> = engine.snapshot(now).collect();
    let live = engine.live(now);
    let is_too_late = i64::try_from(now.as_nanos()).is_err();
    if is_too_late || !is_within_reach(&saved) || live_is_out_of_reach(&live) {
        return Ok(None);
    }
    let resumed = Warden::resume(engine.config().clone(), other_hasher(), saved, live, now);
    resumed.map(Some).map_err(|error| format!("its own state: {error}"))
}

fn live_is_out_of_reach(live: &Live<Peer>) -> bool {
    let far = |due: &LiveDue| {
        let (LiveDue::End(at) | LiveDue::Review(at)) = due;
        at.0 == i64::MAX
    };
    live.peers.iter().any(|peer| peer.due.as_ref().is_some_and(far))
        || live.networks.iter().any(|network| far(&network.due))
}

/// Often enough that one of them is there for most inputs, and old enough to have gone astray.
const RESUMED_EVERY: usize = 9;
