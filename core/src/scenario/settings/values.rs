//! Values of settings.

use alloc::borrow::Cow;
use alloc::format;

use ipnet::IpNet;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::PlaceLevel;
use crate::penalty::{DecayRate, Penalty, Points};
use crate::scenario::number::{self, Amount, Number};
use crate::scenario::subject;
use crate::score::Score;

/// A penalty in points, to the millionth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost(pub(super) Penalty);

impl<'de> Deserialize<'de> for Cost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Amount(points) = Amount::deserialize(deserializer)?;
        Penalty::from_micros(points.as_micros()).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Cost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number::raw(&self.0, serializer)
    }
}

/// A decay rate in points a second, to the millionth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate(pub(super) DecayRate);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Amount(points) = Amount::deserialize(deserializer)?;
        let rate = DecayRate::from_micros_per_second(points.as_micros());
        rate.map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        number::raw(&self.0, serializer)
    }
}

/// A score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit(pub(super) Score);

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Number(score) = Number::deserialize(deserializer)?;
        Score::try_from(score).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Number(self.0.get()).serialize(serializer)
    }
}

/// A level of places: `[length, debts in points, crowd]`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Level(u8, Amount, u32);

impl From<Level> for PlaceLevel {
    fn from(Level(length, Amount(debts), crowd): Level) -> Self {
        Self { length, debts, crowd }
    }
}

impl From<PlaceLevel> for Level {
    fn from(level: PlaceLevel) -> Self {
        let debts: Points = level.debts;
        Self(level.length, Amount(debts), level.crowd)
    }
}

/// A network; a single IP is one of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Net(pub(super) IpNet);

impl<'de> Deserialize<'de> for Net {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        let net = subject::network(&text).map(Self);
        net.ok_or_else(|| D::Error::custom(format!("{text} is no network")))
    }
}

impl Serialize for Net {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
