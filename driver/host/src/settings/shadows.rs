//! Shadow policies: `[shadow.NAME]`.

use std::fmt;

use peerwarden_core::Config;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::keys::{OTHERS, Values};
use super::merge;
use crate::known_peer::NoAddresses;
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
        while let Some(Name(name)) = map.next_key()? {
            if shadows.len() >= ShadowError::MOST {
                return Err(M::Error::custom(format_args!(
                    "leave some out: there may be {} shadow policies",
                    ShadowError::MOST
                )));
            }
            let Policy(config) = map.next_value()?;
            shadows.push((name, config));
        }
        Ok(Shadows(shadows))
    }
}

struct Name(ShadowName);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map(Self).map_err(D::Error::custom)
    }
}

struct Policy(Config);

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values: Values<String, NoAddresses> = Values::deserialize(deserializer)?;
        if let Some(other) = values.given().find(|key| OTHERS.contains(key)) {
            return Err(D::Error::custom(format_args!(
                "leave {other} out, which is no setting of a policy"
            )));
        }
        merge::config(values).map(Self).map_err(D::Error::custom)
    }
}
