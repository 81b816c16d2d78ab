//! Transform that takes the author off an unsigned message.

use std::io;

use libp2p::gossipsub::{DataTransform, Message, RawMessage, TopicHash};

/// Hands messages on as they are, but for the author of one without signature: under gossipsub's
/// permissive validation any peer can write any id there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignedOnly;

impl DataTransform for SignedOnly {
    fn inbound_transform(&self, raw: RawMessage) -> Result<Message, io::Error> {
        let source = raw.source.filter(|_| raw.signature.is_some());
        Ok(Message {
            source,
            data: raw.data,
            sequence_number: raw.sequence_number,
            topic: raw.topic,
        })
    }

    fn outbound_transform(&self, _: &TopicHash, data: Vec<u8>) -> Result<Vec<u8>, io::Error> {
        Ok(data)
    }
}
