//! The way from a node to the stage.

use std::sync::Arc;

use libp2p::PeerId;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::demo::cast::{Cast, Who};
use crate::demo::fact::Fact;

/// Tells the stage what a node has observed, and when.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    cast: Arc<Cast>,
    facts: mpsc::Sender<(Instant, Fact)>,
}

impl Reporter {
    /// One to be shared by all nodes, and where their facts come out.
    pub(crate) fn new(cast: Arc<Cast>) -> (Self, mpsc::Receiver<(Instant, Fact)>) {
        let (facts, stage) = mpsc::channel(CAPACITY);
        (Self { cast, facts }, stage)
    }

    /// Tells it, waiting for a stage that is behind.
    pub(crate) async fn tell(&self, fact: Fact) {
        // Nobody listens any more once the curtain is down.
        let _ = self.facts.send((Instant::now(), fact)).await;
    }

    /// Tells something of the node with this id, if it is one of the cast.
    pub(crate) async fn tell_of(&self, peer: PeerId, fact: impl FnOnce(Who) -> Fact) {
        if let Some(who) = self.name(&peer) {
            self.tell(fact(who)).await;
        }
    }

    /// Whose id that is.
    pub(crate) fn name(&self, peer: &PeerId) -> Option<Who> {
        self.cast.name(peer)
    }
}

const CAPACITY: usize = 1024;
