//! Sender of the nodes' observations to the runner.

use std::sync::Arc;

use libp2p::PeerId;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::demo::observation::Observation;
use crate::demo::participants::{Participant, Participants};

/// Tells the runner what a node has observed, and when.
#[derive(Clone, Debug)]
pub(crate) struct EventSender {
    participants: Arc<Participants>,
    observations: mpsc::Sender<(Instant, Observation)>,
}

impl EventSender {
    /// One to be shared by all nodes, and where their observations come out.
    pub(crate) fn new(
        participants: Arc<Participants>,
    ) -> (Self, mpsc::Receiver<(Instant, Observation)>) {
        let (observations, runner) = mpsc::channel(CAPACITY);
        (Self { participants, observations }, runner)
    }

    /// Tells it, waiting for a runner that is behind.
    pub(crate) async fn tell(&self, observation: Observation) {
        // Nobody listens any more once the curtain is down.
        let _ = self.observations.send((Instant::now(), observation)).await;
    }

    /// Tells something of the node with this id, if it is one of the participants.
    pub(crate) async fn tell_of(
        &self,
        peer: PeerId,
        observation: impl FnOnce(Participant) -> Observation,
    ) {
        if let Some(who) = self.name(&peer) {
            self.tell(observation(who)).await;
        }
    }

    /// Whose id that is.
    pub(crate) fn name(&self, peer: &PeerId) -> Option<Participant> {
        self.participants.name(peer)
    }
}

const CAPACITY: usize = 1024;
