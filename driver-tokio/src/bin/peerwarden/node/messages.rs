//! Validation of the messages that gossipsub delivers.

use std::collections::BTreeMap;
use std::time::Instant;

use libp2p::gossipsub::{self, MessageAcceptance, TopicHash};
use peerwarden_tokio::{Blame, Closed, Handle, MessageValidation, ReceivedMessage};

use super::network::Gossipsub;
use super::rates::Rates;
use super::settings::NodeSettings;
use super::topic::{TopicRules, Violation};

/// The rules of the node's topics, and who has published how much lately.
#[derive(Debug)]
pub(crate) struct Messages {
    topics: BTreeMap<TopicHash, (TopicRules, Option<Rates>)>,
    warden: Handle,
}

impl Messages {
    pub(crate) fn new(settings: &NodeSettings, warden: Handle) -> Self {
        let now = Instant::now();
        let topics = settings.topics.iter().map(|(name, rules)| {
            let rates = rules.max_rate.map(|rate| Rates::new(rate, now));
            (name.ident().hash(), (*rules, rates))
        });
        Self { topics: topics.collect(), warden }
    }

    /// Judges a message, tells gossipsub whether to pass it on, and the warden what to think of the
    /// peer that answers for it: the author if it is signed, else the peer that handed it over.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub(crate) fn judge(
        &mut self,
        gossipsub: &mut Gossipsub,
        event: &gossipsub::Event,
        now: Instant,
    ) -> Result<(), Closed> {
        let gossipsub::Event::Message { message, .. } = event else {
            return Ok(());
        };
        let Some(received) = ReceivedMessage::from_event(event) else {
            return Ok(());
        };
        let blame = if message.source.is_some() { Blame::Author } else { Blame::Forwarder };
        let validation = MessageValidation::new(self.warden.clone(), blame);
        let Some(violation) = self.violation(&received, message, now) else {
            return validation.finish(gossipsub, &received, MessageAcceptance::Accept).map(drop);
        };
        let misbehavior = violation.misbehavior();
        match violation {
            Violation::Oversized | Violation::Unsigned => validation
                .with_misbehavior(misbehavior)
                .finish(gossipsub, &received, MessageAcceptance::Reject)
                .map(drop),
            // Other nodes may have counted otherwise, so the peer that handed it over is not to blame.
            Violation::TooMany => {
                validation.finish(gossipsub, &received, MessageAcceptance::Ignore)?;
                match received.author {
                    Some(author) => {
                        self.warden.report_from(author, received.forwarder, misbehavior)
                    }
                    None => self.warden.report(received.forwarder, misbehavior),
                }
            }
        }
    }

    fn violation(
        &mut self,
        received: &ReceivedMessage,
        message: &gossipsub::Message,
        now: Instant,
    ) -> Option<Violation> {
        let (rules, rates) = self.topics.get_mut(&message.topic)?;
        if rules.signed && message.source.is_none() {
            return Some(Violation::Unsigned);
        }
        if message.data.len() > rules.max_size {
            return Some(Violation::Oversized);
        }
        let author = received.author.unwrap_or(received.forwarder);
        let within = rates.as_mut().is_none_or(|rates| rates.admit(author, now));
        (!within).then_some(Violation::TooMany)
    }
}
