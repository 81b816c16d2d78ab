//! Shadow policies: `[shadow.NAME]`.

use std::fmt;

use peerwarden_core::Config;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::keys::{OTHERS, Values};
use super::merge;
use crate::known_peer::NoAddresses;
use crate::one_line::OneLine;
use crate::shadow::{ShadowError, ShadowName};

/// The policies, by name.
pub(super) struct Shadows(pub(super) Vec<(ShadowName, Config)>);

impl<'de> Deserialize<'de> for Shadows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShadowsVisitor)
    }
}

struct ShadowsVisitor;

impl<'de> Visitor<'de> for ShadowsVisitor {
    type Value = Shadows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table such as [shadow.strict], which has the settings of a policy")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Shadows, M::Error> {
        let mut shadows = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let name: ShadowName = key.parse().map_err(|error| {
                M::Error::custom(format_args!("shadow.{}: {error}", OneLine(&key)))
            })?;
            if shadows.len() >= ShadowError::MOST {
                return Err(M::Error::custom(format_args!(
                    "there are more than {} shadow policies: leave some out",
                    ShadowError::MOST
                )));
            }
            let values: Values<String, NoAddresses> = map.next_value()?;
            if let Some(other) = values.given().find(|key| OTHERS.contains(key)) {
                return Err(M::Error::custom(format_args!(
                    "shadow.{name} has {other}, which is no setting of a policy: leave it out"
                )));
            }
            shadows.push((name, merge::config(values).map_err(M::Error::custom)?));
        }
        Ok(Shadows(shadows))
    }
}
