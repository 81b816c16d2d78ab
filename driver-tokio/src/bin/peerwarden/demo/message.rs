//! Topics, and valid and invalid messages.

use fastrand::Rng;
use libp2p::gossipsub::{IdentTopic, TopicHash};
use peerwarden_tokio::Misbehavior;

/// A topic of the demo.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Topic {
    /// Talk: up to 80 bytes of UTF-8.
    Chat,
    /// Blocks: a body of 32 bytes and their sum.
    Blocks,
}

impl Topic {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Chat, Self::Blocks];

    /// The topic by its name in gossipsub.
    pub(crate) fn ident(self) -> IdentTopic {
        IdentTopic::new(self.name())
    }

    /// The name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Blocks => "blocks",
        }
    }

    /// The topic with this name in gossipsub, if it is one of the demo's.
    pub(crate) fn of(hash: &TopicHash) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.ident().hash() == *hash)
    }

    /// A message that keeps the rules of the topic.
    pub(crate) fn good(self, rng: &mut Rng) -> Vec<u8> {
        match self {
            Self::Chat => format!("{:016x} hello", rng.u64(..)).into_bytes(),
            Self::Blocks => {
                let mut block = body(rng);
                block.extend(sum(&block));
                block
            }
        }
    }

    /// A message that does not.
    pub(crate) fn bad(self, rng: &mut Rng) -> Vec<u8> {
        match self {
            Self::Chat => format!("{:016x} {}", rng.u64(..), "buy now! ".repeat(20)).into_bytes(),
            Self::Blocks => {
                let mut block = body(rng);
                let [low, high] = sum(&block);
                block.extend([low, !high]);
                block
            }
        }
    }

    /// Whether a message keeps the rules of the topic; if not, what to report it as.
    ///
    /// Every node can check this alike, so one that forwards a bad message is itself to blame.
    pub(crate) fn check(self, data: &[u8]) -> Result<(), Misbehavior> {
        let good = match self {
            Self::Chat => data.len() <= CHAT_BYTES && std::str::from_utf8(data).is_ok(),
            Self::Blocks => data
                .split_last_chunk()
                .is_some_and(|(body, end)| body.len() == BODY_BYTES && sum(body) == *end),
        };
        match (good, self) {
            (true, Self::Chat | Self::Blocks) => Ok(()),
            (false, Self::Chat) => Err(Misbehavior::INVALID_MESSAGE),
            (false, Self::Blocks) => Err(INVALID_BLOCK),
        }
    }
}

fn body(rng: &mut Rng) -> Vec<u8> {
    let mut body = vec![0; BODY_BYTES];
    rng.fill(&mut body);
    body
}

fn sum(body: &[u8]) -> [u8; 2] {
    body.iter()
        .fold(0_u16, |sum, byte| sum.rotate_left(5).wrapping_add(u16::from(*byte)))
        .to_le_bytes()
}

/// A kind of misdeed of this application's own.
pub(crate) const INVALID_BLOCK: Misbehavior = match Misbehavior::new("invalid-block") {
    Ok(kind) => kind,
    Err(_) => Misbehavior::INVALID_MESSAGE,
};

const BODY_BYTES: usize = 32;
const CHAT_BYTES: usize = 80;

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::Topic;

    #[test]
    fn good_messages_pass_and_bad_ones_do_not() {
        let mut rng = Rng::with_seed(1);
        for topic in Topic::ALL {
            for _ in 0..100 {
                assert_eq!(topic.check(&topic.good(&mut rng)), Ok(()));
                assert!(topic.check(&topic.bad(&mut rng)).is_err());
            }
            assert_eq!(Topic::of(&topic.ident().hash()), Some(topic));
        }
    }

    #[test]
    fn what_is_too_short_for_a_sum_is_no_block() {
        assert!(Topic::Blocks.check(&[]).is_err());
        assert!(Topic::Blocks.check(&[0]).is_err());
    }
}
