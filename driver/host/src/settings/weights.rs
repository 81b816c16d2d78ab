//! Weights of single kinds of misbehavior: `[weights]`.

use std::fmt;

use peerwarden_core::{Misbehavior, Penalty};
use serde::de::{Deserialize, Deserializer, Error, Expected, MapAccess, Visitor};

use super::keys::KEYS;
use super::value::Value;

/// Kinds of misdeed and their weights, in the order of the file.
pub(super) struct Weights(pub(super) Vec<(Misbehavior, Penalty)>);

impl<'de> Deserialize<'de> for Weights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WeightsVisitor)
    }
}

struct WeightsVisitor;

impl<'de> Visitor<'de> for WeightsVisitor {
    type Value = Weights;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table such as { invalid-message = 864 }")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Weights, A::Error> {
        let mut weights = Vec::new();
        while let Some((Kind(kind), Value(penalty))) = map.next_entry()? {
            weights.push((kind, penalty));
        }
        Ok(Weights(weights))
    }
}

/// A kind of misdeed that is not called like a setting: whoever writes `threshold = 5000` at the end
/// of a file means the setting.
struct Kind(Misbehavior);

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KindVisitor)
    }
}

struct KindVisitor;

impl Visitor<'_> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = Misbehavior::MAX_LEN;
        write!(f, "a name of 1 to {longest} characters, all of them a-z, 0-9 or -")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Kind, E> {
        if KEYS.contains(&text) {
            return Err(E::custom("as a setting it belongs above [weights]"));
        }
        let give = |_| E::custom(format_args!("give {}", &self as &dyn Expected));
        text.parse().map(Kind).map_err(give)
    }
}
