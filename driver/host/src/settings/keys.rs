//! Names and types of all settings.

use std::fmt;
use std::marker::PhantomData;
use std::num::{NonZeroU16, NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use peerwarden_core::{DecayRate, IpNet, Penalty, Points, Score};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::error::hint;
use super::list::{List, NonEmpty};
use super::lists::Lists;
use super::merge::Preset;
use super::place_levels::PlaceLevels;
use super::recording::Recording;
use super::retired;
use super::scalars::{Listed, Trusted};
use super::shadows::Shadows;
use super::value::{Interval, Value};
use super::weights::Weights;
use crate::known_peer::KnownPeer;
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// Makes of names and types what holds the values, and what reads it.
macro_rules! settings {
    ($($key:ident: $type:ty,)*) => {
        /// What a file says, and nothing of what it leaves out.
        pub(super) struct Values<P, A> {
            $(pub(super) $key: Option<$type>,)*
        }

        impl<P, A> Default for Values<P, A> {
            fn default() -> Self {
                Self { $($key: None,)* }
            }
        }

        impl<P, A> Values<P, A> {
            /// The names of the settings that are given.
            pub(super) fn given(&self) -> impl Iterator<Item = &'static str> {
                let given = [$((stringify!($key), self.$key.is_some())),*];
                given.into_iter().filter(|(_, is)| *is).map(|(key, _)| key)
            }
        }

        /// The names of all settings, in the order of the example file.
        pub(super) const KEYS: &[&str] = &[$(stringify!($key)),*];

        impl<P: PeerName, A: KnownPeer<P>> Values<P, A> {
            fn read<'de, M: MapAccess<'de>>(
                &mut self,
                key: &'static str,
                map: &mut M,
            ) -> Result<(), M::Error> {
                match key {
                    $(stringify!($key) => self.$key = Some(map.next_value()?),)*
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

settings! {
    preset: Value<Preset>,
    protect: List<Trusted<P, A>>,
    ban: List<Listed<P, A>>,
    // Penalties.
    penalties: Value<bool>,
    threshold: Value<Points>,
    default_penalty: Value<Penalty>,
    decay: NonEmpty<DecayRate>,
    slow_accrual: Value<bool>,
    max_sentence: Value<Option<Duration>>,
    warning: Value<Option<Points>>,
    long_budget: Value<Option<Points>>,
    hearsay: Value<bool>,
    // Scores.
    scores: Value<bool>,
    min_score: Value<Score>,
    ban_durations: NonEmpty<Duration>,
    confirmations: Value<NonZeroU32>,
    confirm_within: Value<Option<Duration>>,
    checks_per_tick: Value<NonZeroU32>,
    max_cycle_ticks: Value<Option<NonZeroU32>>,
    check_on_leave: Value<bool>,
    // Places.
    places: Value<bool>,
    places_v4: PlaceLevels<32>,
    places_v6: PlaceLevels<128>,
    place_durations: NonEmpty<Duration>,
    exempt: List<IpNet>,
    // Standing and incidents.
    standing_after: Value<Option<Duration>>,
    standing_for: Value<Duration>,
    incident: Value<bool>,
    // Bans of every kind.
    min_connected: Value<Option<NonZeroUsize>>,
    forgive_after: Value<Option<Duration>>,
    unban_grace: Value<Option<Duration>>,
    redial: Value<bool>,
    dry_run: Value<bool>,
    max_remote_ban: Value<Duration>,
    // Bounds.
    max_records: Value<NonZeroUsize>,
    max_places: Value<usize>,
    max_standing: Value<usize>,
    max_addr_bans: Value<NonZeroUsize>,
    max_remote_bans: Value<usize>,
    // The driver.
    heartbeat_interval: Value<Interval>,
    tick_interval: Value<Interval>,
    close_timeout: Value<Interval>,
    farewell: Value<Option<Interval>>,
    max_redials: Value<NonZeroU16>,
    redial_attempts: Value<NonZeroU16>,
    data_file: Value<Option<PathBuf>>,
    // Tables, so they come last.
    list: Lists,
    recording: Recording,
    weights: Weights,
    shadow: Shadows,
}

/// The settings that are not of the policy.
pub(super) const OTHERS: [&str; 11] = [
    "protect",
    "ban",
    "heartbeat_interval",
    "tick_interval",
    "close_timeout",
    "farewell",
    "max_redials",
    "redial_attempts",
    "data_file",
    "list",
    "shadow",
];

/// The setting that a text resembles most, if it resembles one at all.
pub(super) fn nearest(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace('-', "_");
    KEYS.iter()
        .map(|key| (strsim::jaro_winkler(&text, key), *key))
        .filter(|(similarity, _)| *similarity > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, key)| key)
}

impl<'de, P: PeerName, A: KnownPeer<P>> Deserialize<'de> for Values<P, A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValuesVisitor(PhantomData))
    }
}

struct ValuesVisitor<P, A>(PhantomData<(P, A)>);

impl<'de, P: PeerName, A: KnownPeer<P>> Visitor<'de> for ValuesVisitor<P, A> {
    type Value = Values<P, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of settings")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Values<P, A>, M::Error> {
        let mut values = Values::default();
        while let Some(Key(key)) = map.next_key()? {
            values.read(key, &mut map)?;
        }
        Ok(values)
    }
}

/// A key that is one of [`KEYS`].
struct Key(&'static str);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a setting")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
        let known = KEYS.iter().find(|key| **key == text);
        known.map(|key| Key(key)).ok_or_else(|| {
            let name = OneLine(text);
            match retired::instead_of(text) {
                Some(instead) => E::custom(format_args!(
                    "setting {name} was removed: {}",
                    retired::hint(instead)
                )),
                None => {
                    E::custom(format_args!("unknown setting {name}: {}", hint(nearest(text), KEYS)))
                }
            }
        })
    }
}

/// How alike, from 0 to 1, two names have to be for one to be taken for a slip of the other.
const ALIKE: f64 = 0.85;
