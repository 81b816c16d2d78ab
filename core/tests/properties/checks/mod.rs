//! Properties of every history, whatever happens and whenever.
//!
//! A [`Trial`] feeds one history to an engine and checks all of it after every input. Nothing in
//! here knows where histories come from: proptest and the fuzzer run this same code.

mod answers;
mod bounds;
mod companions;
mod deadline;
mod gates;
mod ledger;
mod moment;
mod moved;
mod orders;
mod place;
mod presence;
mod resumed;
mod trial;

use foldhash::fast::FixedState;
use peerwarden_core::{Event, Warden};

pub(crate) use ledger::Ledger;
pub(crate) use moment::Moment;
pub(crate) use place::{addrs, canonical_net};
pub(crate) use trial::Trial;

/// Who is judged.
pub(crate) type Peer = u8;

/// The engine on trial.
pub(crate) type Engine = Warden<Peer, FixedState>;

/// What is wrong, if something is.
pub(crate) type Checked = Result<(), String>;

/// An input, and when it comes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) moment: Moment,
    pub(crate) event: Event<Peer>,
    /// Whether an engine is restored from a snapshot afterwards, and from then on compared.
    pub(crate) restarts: bool,
}

/// How many peers there are, counted from 0.
pub(crate) const PEERS: Peer = 6;
