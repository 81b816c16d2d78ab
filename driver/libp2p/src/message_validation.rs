//! Validation results of gossipsub messages, for gossipsub and the warden alike.

use libp2p::PeerId;
use libp2p::gossipsub::{
    self, DataTransform, MessageAcceptance, MessageId, TopicSubscriptionFilter,
};
use peerwarden_host::{Closed, Misbehavior};

use crate::handle::Handle;

/// Peer that answers for a gossipsub message.
///
/// Which one is right depends on the network, and the wrong one bans honest peers:
///
/// | nodes of the network | answers | otherwise |
/// | --- | --- | --- |
/// | all validate before they forward (`validate_messages()`), by a rule that all can check alike | [`Forwarder`](Self::Forwarder) | a peer is not held to what it did pass on |
/// | some forward without validating | [`Author`](Self::Author) | honest forwarders are banned for relaying |
///
/// Exhaustive: a message has these two.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Blame {
    /// The signed author, `message.source`; its forwarder is named as the one that delivered the
    /// message, as with [`report_from`](peerwarden_host::Handle::report_from).
    ///
    /// This takes `ValidationMode::Strict`, the default of gossipsub: under any other mode the author
    /// may be unsigned, and anyone can name anyone. A message without an author counts for no peer.
    Author,
    /// The peer that handed the message over, `propagation_source`.
    Forwarder,
}

impl Blame {
    /// The peer that answers for a message, if the message names it.
    fn peer(self, forwarder: PeerId, author: Option<PeerId>) -> Option<PeerId> {
        match self {
            Self::Author => author,
            Self::Forwarder => Some(forwarder),
        }
    }

    /// Counts a valid message.
    pub(crate) fn valid(
        self,
        warden: &Handle,
        forwarder: PeerId,
        author: Option<PeerId>,
    ) -> Result<(), Closed> {
        self.peer(forwarder, author).map_or(Ok(()), |peer| warden.valid(peer, 1))
    }

    fn invalid(
        self,
        warden: &Handle,
        message: &ReceivedMessage,
        misbehavior: Misbehavior,
    ) -> Result<(), Closed> {
        match (self, message.author) {
            (Self::Forwarder, _) => warden.report(message.forwarder, misbehavior),
            (Self::Author, Some(author)) => {
                warden.report_from(author, message.forwarder, misbehavior)
            }
            (Self::Author, None) => Ok(()),
        }
    }
}

/// Gossipsub message whose validation is pending: what has to be kept of it until then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReceivedMessage {
    /// Gossipsub's name of the message.
    pub id: MessageId,
    /// The peer that handed it over.
    pub forwarder: PeerId,
    /// The peer that it says it comes from.
    pub author: Option<PeerId>,
}

impl ReceivedMessage {
    /// Reads it from a gossipsub event. `None` for every event but `Message`.
    #[must_use]
    pub fn from_event(event: &gossipsub::Event) -> Option<Self> {
        if let gossipsub::Event::Message { propagation_source, message_id, message } = event {
            Some(Self {
                id: message_id.clone(),
                forwarder: *propagation_source,
                author: message.source,
            })
        } else {
            None
        }
    }
}

/// Tells gossipsub and the warden what validation found, for nodes that set `validate_messages()`.
///
/// | result | gossipsub | warden |
/// | --- | --- | --- |
/// | `Accept` | forwards the message | counts it as [valid](peerwarden_host::Handle::valid) for the peer to [`Blame`] |
/// | `Reject` | lowers the forwarder's score | a [report](peerwarden_host::Handle::report) on the peer to [`Blame`] |
/// | `Ignore` | drops the message | nothing |
///
/// ```
/// use libp2p::gossipsub::{self, MessageAcceptance};
/// use peerwarden_libp2p::{Closed, MessageValidation, ReceivedMessage};
///
/// fn on_event(
///     event: &gossipsub::Event,
///     gossipsub: &mut gossipsub::Behaviour,
///     validation: &MessageValidation,
/// ) -> Result<(), Closed> {
///     let gossipsub::Event::Message { message, .. } = event else { return Ok(()) };
///     let Some(received) = ReceivedMessage::from_event(event) else { return Ok(()) };
///     let acceptance = match str::from_utf8(&message.data) {
///         Ok(_) => MessageAcceptance::Accept,
///         Err(_) => MessageAcceptance::Reject,
///     };
///     validation.finish(gossipsub, &received, acceptance)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct MessageValidation {
    warden: Handle,
    blame: Blame,
    misbehavior: Misbehavior,
}

impl MessageValidation {
    /// Reports rejected messages as [`Misbehavior::INVALID_MESSAGE`] of the peer that `blame` names.
    #[must_use]
    pub const fn new(warden: Handle, blame: Blame) -> Self {
        Self { warden, blame, misbehavior: Misbehavior::INVALID_MESSAGE }
    }

    /// Reports rejected messages as `misbehavior`.
    #[must_use]
    pub const fn with_misbehavior(mut self, misbehavior: Misbehavior) -> Self {
        self.misbehavior = misbehavior;
        self
    }

    /// Ends the validation of `message`, to be called once for each.
    ///
    /// Returns what `report_message_validation_result` does: whether gossipsub still had the
    /// message. The warden counts it in any case.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down; gossipsub is told all the same.
    pub fn finish<D, F>(
        &self,
        gossipsub: &mut gossipsub::Behaviour<D, F>,
        message: &ReceivedMessage,
        acceptance: MessageAcceptance,
    ) -> Result<bool, Closed>
    where
        D: DataTransform + Send + 'static,
        F: TopicSubscriptionFilter + Send + 'static,
    {
        let (is_accepted, is_rejected) = (
            matches!(acceptance, MessageAcceptance::Accept),
            matches!(acceptance, MessageAcceptance::Reject),
        );
        let was_known =
            gossipsub.report_message_validation_result(&message.id, &message.forwarder, acceptance);
        if is_accepted {
            self.blame.valid(&self.warden, message.forwarder, message.author)?;
        }
        if is_rejected {
            self.blame.invalid(&self.warden, message, self.misbehavior)?;
        }
        Ok(was_known)
    }
}
