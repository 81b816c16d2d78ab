//! Random inputs about few peers and few addresses.

use peerwarden_core::Event;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::fmt;

use crate::compare::Restart;
use crate::model::Peer;
use crate::moment::any_moment;
use crate::policies;
use crate::values::{
    any_addr, any_ban, any_cause, any_direction, any_misbehavior, any_origin, any_peer,
    any_penalty, any_points, any_score, any_subject,
};

pub(crate) use crate::moment::Moment;
pub(crate) use crate::values::{PEERS, addrs};

/// An input, and when it comes.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) moment: Moment,
    pub(crate) event: Event<Peer>,
    /// How often it comes in a row.
    pub(crate) times: u32,
    /// Whether and how the engine is restored from a snapshot of itself afterwards.
    pub(crate) restart: Option<Restart>,
}

/// On one line, however long the history.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moment, event, times, restart } = self;
        f.write_str(&format!("{moment:?}: {event:?} x {times}"))?;
        restart.map_or(Ok(()), |restart| f.write_str(&format!(", then {restart:?}")))
    }
}

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    (any_moment(), any_event(), select(vec![1, 1, 1, 1, 1, 2, 12]), any_restart())
        .prop_map(|(moment, event, times, restart)| Step { moment, event, times, restart })
        .boxed()
}

fn any_event() -> impl Strategy<Value = Event<Peer>> {
    prop_oneof![
        18 => any_event_of_a_peer(),
        8 => any_report(),
        8 => any_score_of(any_peer()),
        5 => (any_subject(), option::of(any_ban()), any_origin()).prop_map(
            |(subject, duration, origin)| Event::Ban { subject, duration, origin }
        ),
        5 => (any_subject(), option::of(any_cause())).prop_map(
            |(subject, cause)| Event::Unban { subject, cause }
        ),
        2 => (any_subject(), option::of(any_addr())).prop_map(
            |(subject, addr)| Event::Protect { subject, addr }
        ),
        2 => any_subject().prop_map(|subject| Event::Unprotect { subject }),
        4 => Just(Event::Tick),
        4 => Just(Event::Heartbeat),
        1 => policies::any_config().prop_map(|config| Event::Reconfigure {
            config: Box::new(config),
        }),
    ]
    .boxed()
}

fn any_event_of_a_peer() -> impl Strategy<Value = Event<Peer>> {
    prop_oneof![
        5 => (any_peer(), option::of(any_addr()), any_direction()).prop_map(
            |(peer, addr, direction)| Event::Connected { peer, addr, direction }
        ),
        5 => any_peer().prop_map(|peer| Event::Disconnected { peer }),
        3 => (any_peer(), any_misbehavior(), option::of(any_ban())).prop_map(
            |(peer, misbehavior, duration)| Event::Expel { peer, misbehavior, duration }
        ),
        2 => (any_peer(), any_points()).prop_map(|(peer, points)| Event::Waive { peer, points }),
        3 => (any_peer(), any_count()).prop_map(|(peer, count)| Event::Valid { peer, count }),
        1 => any_peer().prop_map(|peer| Event::ScoreUnavailable { peer }),
    ]
}

fn any_report() -> impl Strategy<Value = Event<Peer>> {
    (any_peer(), any_misbehavior(), any_penalty(), option::weighted(0.3, any_peer())).prop_map(
        |(peer, misbehavior, penalty, via)| Event::Report { peer, misbehavior, penalty, via },
    )
}

fn any_score_of(peer: impl Strategy<Value = Peer>) -> impl Strategy<Value = Event<Peer>> {
    (peer, any_score()).prop_map(|(peer, score)| Event::Score { peer, score })
}

fn any_count() -> impl Strategy<Value = u64> {
    select(vec![0, 1, 49, 50, 51, 500, u64::MAX])
}

/// Once in sixteen times; half of these at once.
fn any_restart() -> impl Strategy<Value = Option<Restart>> {
    let back = prop_oneof![Just(Moment::Same), any_moment()];
    let ahead = select(vec![0, 0, 1, 1_000_000_000, u32::MAX]);
    option::weighted(1.0 / 16.0, (back, ahead).prop_map(|(back, ahead)| Restart { back, ahead }))
}
