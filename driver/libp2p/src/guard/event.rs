//! Events of a guarded behaviour.

use crate::event::Event;

/// Event of a [`Guard`](crate::Guard): the warden's or the inner behaviour's.
///
/// Deliberately exhaustive: there are two behaviours, and no third will join them.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "events are moved from the swarm to the application, one at a time, and inner ones are often as large"
)]
pub enum GuardEvent<E> {
    /// An event of the wrapped behaviour.
    Inner(E),
    /// An event of the warden: a ban, its end, or a failed redial.
    Warden(Event),
}
