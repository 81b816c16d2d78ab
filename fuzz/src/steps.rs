//! Steps of a history for engine and model.

use std::net::IpAddr;
use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use peerwarden_core::{BanDuration, Event, Instant, Penalty};

use crate::compare::Restart;
use crate::model::{Model, Peer};
use crate::{checks, inputs};

pub(crate) use crate::checks::PEERS;

/// An input, and when it comes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) moment: Moment,
    pub(crate) event: Event<Peer>,
    pub(crate) times: u32,
    pub(crate) restart: Option<Restart>,
}

/// A time that depends on what the model says is going on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    inner: checks::Moment,
    /// The last one that may come out.
    last: Instant,
}

impl Moment {
    pub(crate) fn resolve(self, latest: Instant, model: &Model) -> Instant {
        self.inner.resolve(latest, &model.changes()).min(self.last)
    }
}

impl Step {
    /// The same step, within the 292 years that a snapshot reaches: beyond them an engine that is
    /// restored differs, and may.
    pub(crate) fn within_reach(mut self) -> Self {
        self.moment.last = FAR;
        if let Some(restart) = &mut self.restart {
            restart.back.last = FAR;
        }
        match &mut self.event {
            Event::Ban { duration, .. } | Event::Expel { duration, .. } => {
                *duration = duration.map(|asked| longest().map_or(asked, |most| asked.min(most)));
            }
            Event::Report { penalty, .. } => *penalty = (*penalty).min(most()),
            _ => {}
        }
        self
    }

    /// The same step, but the engine is not restored.
    pub(crate) fn without_restart(self) -> Self {
        Self { restart: None, ..self }
    }
}

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            moment: Moment { inner: u.arbitrary()?, last: LAST },
            event: inputs::event(u)?,
            times: *u.choose(&[1, 1, 1, 2, 12])?,
            restart: if u.ratio(1, 16)? { Some(restart(u)?) } else { None },
        })
    }
}

/// Half of them at once.
fn restart(u: &mut Unstructured<'_>) -> Result<Restart> {
    let inner = if u.arbitrary()? { u.arbitrary()? } else { checks::Moment::Same };
    let ahead = *u.choose(&[0, 0, 1, 1_000_000_000, u32::MAX])?;
    Ok(Restart { back: Moment { inner, last: LAST }, ahead })
}

pub(crate) fn addrs() -> Vec<IpAddr> {
    checks::addrs().to_vec()
}

/// Nearer to the end of time moments run into each other, and what comes first the rules do not say.
const LAST: Instant = Instant::from_nanos(u64::MAX / 2);

/// A hundred years.
const FAR: Instant = Instant::from_secs(100 * 365 * 86_400);

/// Fifty years.
fn longest() -> Option<BanDuration> {
    BanDuration::try_from(Duration::from_secs(50 * 365 * 86_400)).ok()
}

/// A thousand points: at the slowest rate a million seconds.
fn most() -> Penalty {
    Penalty::from_points(1_000).unwrap_or_default()
}
