//! Everything for a driver, which joins the host to a network library.
//!
//! [`Driver`] is the state that it keeps under the engine's lock, [`Shared`] how it gives inputs and takes
//! that state, [`Intervals`] its timers. Which connections are to be closed is kept in [`CloseQueue`] and
//! found by a [`Walk`] over its [`Connections`]. What it does is up to it: close connections, dial, refuse.
//!
//! A node that closes and dials itself needs none of it: [`Doorman`](crate::Doorman) is a driver for it.

mod commands;

use std::fmt;

use peerwarden_core::{Action, Event, Instant};

pub use crate::alarm::Alarm;
pub use crate::bounds::interval;
pub use crate::closing::{Close, CloseCommand, CloseQueue, Walk};
pub use crate::connections::{Connection, Connections, Scope};
pub use crate::engine::{Engine, EngineKey};
pub use crate::gate_refusal::GateRefusal;
pub use crate::intervals::Intervals;
pub use crate::last_scores::LastScores;
pub use crate::log::TARGET as LOG_TARGET;
pub use crate::next_wake::NextWake;
pub use crate::one_line::is_plain;
pub use crate::shared::{Shared, State, StateGuard};
pub use crate::telemetry::Telemetry;
pub use commands::{Command, Commands};

/// State that a driver keeps beside the engine, under the same lock.
///
/// It hears of each input before the engine does, and is given the actions that come of it, in order.
/// Everything here runs under the lock: it must neither block nor wake a task. The driver is woken once
/// the lock is released, if [`has_work`](Self::has_work) says so or a [`deadline`](Self::deadline) has
/// come nearer.
///
/// [`Commands`] is one that queues what there is to do.
pub trait Driver<P>: fmt::Debug + Default + Send + 'static {
    /// What the engine knows peers by: `P` itself, or a compact form of it.
    type Key: EngineKey<P>;

    /// Takes note of an input before the engine is given it.
    fn before(&mut self, event: &Event<P>);

    /// Carries out or queues an action of the engine.
    ///
    /// A score of a peer that has gone is never asked for here: the host has answered that already.
    fn act(&mut self, action: Action<P>, engine: &Engine<P, Self::Key>, now: Instant);

    /// Closes every connection with `peer`, which is connected, as the operator wants it. It may come
    /// back at once, and what it opens after this is not closed.
    fn disconnect(&mut self, peer: &P);

    /// Takes note that this node itself is `peer`, which is not to be dialled.
    fn set_local_peer_id(&mut self, peer: &P);

    /// Returns whether there is something to do at once.
    fn has_work(&self) -> bool;

    /// Returns when there will be something to do, if that is known.
    fn deadline(&self) -> Option<Instant>;
}
