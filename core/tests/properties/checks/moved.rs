//! Engine on another clock.

use peerwarden_core::{Action, Event, Instant, Until};

use super::orders::that;
use super::{Checked, Engine, Peer};

/// An engine that was restored on another machine, whose clock is ahead by so much.
pub(crate) struct Moved {
    pub(crate) engine: Engine,
}

impl Moved {
    /// What its clock says at `now`, unless that is too near to the end of time to be told apart.
    pub(crate) fn clock(now: Instant) -> Option<Instant> {
        (now < FAR).then(|| ahead(now))
    }

    /// Gives it an input that the engine on trial answered with `actions` at `now`; `None` if
    /// something of it has got too near to the end of time.
    pub(crate) fn follow(
        mut self,
        event: &Event<Peer>,
        now: Instant,
        actions: &[Action<Peer>],
    ) -> Result<Option<Self>, String> {
        if now >= FAR || actions.iter().any(|action| end(action).is_some_and(|end| end >= FAR)) {
            return Ok(None);
        }
        let got = self.engine.handle_input(event.clone(), ahead(now));
        let expected: Vec<_> = actions.iter().map(moved).collect();
        let same: Checked = that(got == expected, || format!("on another clock: {got:?}"));
        same.map(|()| Some(self))
    }
}

/// The same action, with its end on the other clock.
fn moved(action: &Action<Peer>) -> Action<Peer> {
    let mut action = action.clone();
    if let Action::Amend { until: Until::At(end), .. } | Action::Ban { until: Until::At(end), .. } =
        &mut action
    {
        *end = ahead(*end);
    }
    action
}

/// The end of the ban that the action is about, if it has one.
fn end(action: &Action<Peer>) -> Option<Instant> {
    match action {
        Action::Amend { until, .. } | Action::Ban { until, .. } => until.instant(),
        Action::Dial { .. }
        | Action::Disconnect { .. }
        | Action::Forget { .. }
        | Action::Incident { .. }
        | Action::RequestScore { .. }
        | Action::Warn { .. }
        | Action::Unban { .. }
        | Action::Withhold { .. } => None,
    }
}

fn ahead(moment: Instant) -> Instant {
    Instant::from_nanos(moment.as_nanos().saturating_add(AHEAD))
}

/// Full seconds, so that what waits for a full second waits as long on either clock.
const AHEAD: u64 = 1_234_567 * 1_000_000_000;
/// A hundred years: from there on something that is added can reach the end of time.
const FAR: Instant = Instant::from_secs(100 * 365 * 86_400);
