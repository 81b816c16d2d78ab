//! Traffic pattern of each kind of peer: rates, and when a bad message comes.

use std::time::Duration;

use fastrand::Rng;

use crate::demo::message::Topic;
use crate::demo::participants::Participant;
use crate::demo::speed::Speed;

/// What sets one peer apart from another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TrafficPattern {
    /// Whether it checks messages before it forwards them.
    pub(crate) validates: bool,
    /// About how long it waits after a good message; `None` if it never sends one.
    pub(crate) good_pause: Option<Duration>,
    /// Where it breaks the rules, once told to.
    pub(crate) bad_topic: Topic,
    /// How long it waits after a bad message.
    pub(crate) bad_pause: Duration,
    /// How often it tries to come back after it was thrown out.
    pub(crate) knocks: u32,
    /// How long it waits before it tries.
    pub(crate) knock_pause: Duration,
}

impl TrafficPattern {
    /// Those of `who`, where there are so many honest peers: the more, the less each has to say.
    pub(crate) fn of(who: Participant, honest: u8, speed: Speed) -> Self {
        let scaled = |millis| speed.scale(Duration::from_millis(millis));
        let honest = Self {
            validates: true,
            good_pause: Some(PAUSE * u32::from(honest.max(FEW)) / u32::from(FEW)),
            bad_topic: Topic::Chat,
            bad_pause: scaled(150),
            knocks: 0,
            knock_pause: scaled(700),
        };
        match who {
            Participant::Guard | Participant::Honest(_) | Participant::Friend => honest,
            // Its debt falls by more than the price of a bad block before the next one.
            Participant::Sneak => {
                Self { bad_topic: Topic::Blocks, bad_pause: scaled(300), knocks: 1, ..honest }
            }
            Participant::Spammer => {
                Self { validates: false, good_pause: None, knocks: 3, ..honest }
            }
        }
    }

    /// What is said next, where, and how long it is silent then; nothing if it has nothing to say.
    pub(crate) fn speak(
        &self,
        misbehaves: bool,
        rng: &mut Rng,
    ) -> Option<(Topic, Vec<u8>, Duration)> {
        if misbehaves {
            return Some((self.bad_topic, self.bad_topic.bad(rng), self.bad_pause));
        }
        // Honest talk comes a little irregularly.
        let pause = self.good_pause?.mul_f64(0.75 + 0.5 * rng.f64());
        let topic = if rng.u8(..5) == 0 { Topic::Blocks } else { Topic::Chat };
        Some((topic, topic.good(rng), pause))
    }
}

/// So many honest peers may speak as often as they like.
const FEW: u8 = 5;
/// How long one of few waits after a good message.
const PAUSE: Duration = Duration::from_millis(250);
