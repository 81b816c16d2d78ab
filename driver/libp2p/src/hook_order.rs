//! Detection of a behaviour that libp2p asks too late, or not at all.

use libp2p::swarm::ConnectionId;
use libp2p::swarm::{DialError, DialFailure, FromSwarm, ListenError, ListenFailure};

use crate::log;

/// Compares what the swarm asked with what it says came of it.
///
/// The swarm asks about a connection and tells of a denial, or of the connection that is up, in one
/// go: it polls no behaviour and asks about no other connection in between. So a denial of which
/// there was no question comes from a behaviour that was asked before, and a connection that is up
/// without an answer means that the answer got lost.
///
/// Of behaviours in front that deny nothing there is no trace in what a behaviour is told.
#[derive(Debug, Default)]
pub(crate) struct HookOrder {
    /// The last connection that was asked about, and whether it was allowed; `None` once that can
    /// no longer concern what comes next.
    asked: Option<(ConnectionId, bool)>,
    told_of_order: bool,
    told_of_lost_answer: bool,
}

impl HookOrder {
    /// The swarm asks about a connection, and gets this answer.
    pub(crate) fn asked<T, E>(&mut self, id: ConnectionId, answer: Result<T, E>) -> Result<T, E> {
        self.asked = Some((id, answer.is_ok()));
        answer
    }

    /// The swarm is done with what it asked last.
    pub(crate) fn polled(&mut self) {
        self.asked = None;
    }

    /// Looks at what came of a question, and logs the first time that it does not fit.
    pub(crate) fn check(&mut self, event: &FromSwarm<'_>) {
        if let FromSwarm::ListenFailure(ListenFailure {
            error: ListenError::Denied { .. },
            connection_id,
            ..
        })
        | FromSwarm::DialFailure(DialFailure {
            error: DialError::Denied { .. },
            connection_id,
            ..
        }) = event
        {
            self.denied(*connection_id);
        } else if let FromSwarm::ConnectionEstablished(event) = event {
            self.established(event.connection_id);
        }
    }

    fn denied(&mut self, id: ConnectionId) {
        let was_asked = self.asked.is_some_and(|(asked, _)| asked == id);
        if !was_asked && !std::mem::replace(&mut self.told_of_order, true) {
            log::not_first();
        }
    }

    fn established(&mut self, id: ConnectionId) {
        if self.asked != Some((id, true)) && !std::mem::replace(&mut self.told_of_lost_answer, true)
        {
            log::answer_lost();
        }
    }
}
