//! Keys of steps as they are written, in any order.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::net::IpAddr;
use core::time::Duration;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Step;
use crate::config::Config;
use crate::misbehavior::Misbehavior;
use crate::penalty::{Amplification, Points};
use crate::scenario::action_line::ActionLine;
use crate::scenario::number::{Amount, At, Factor, Number, Span};
use crate::scenario::policy::Policy;
use crate::scenario::status::Answer;
use crate::scenario::text::Text;
use crate::score::Score;
use crate::subject::{Cause, Origin};
use crate::time::{Instant, Until};

/// Defines the keys; the usual ones first, since they are compared in this order.
macro_rules! keys {
    ($($key:ident $name:literal,)*) => {
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Key { $($key,)* }

        impl Key {
            const NAMES: &'static [&'static str] = &[$($name,)*];

            fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$key),)* _ => None }
            }

            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$key => $name,)* }
            }
        }
    };
}

keys! {
    At "at",
    Report "report",
    Misbehavior "misbehavior",
    Points "points",
    Valid "valid",
    Count "count",
    Connect "connect",
    Addr "addr",
    Inbound "inbound",
    Disconnect "disconnect",
    Score "score",
    Value "value",
    Tick "tick",
    Heartbeat "heartbeat",
    ScoreUnavailable "score_unavailable",
    Via "via",
    Hash "hash",
    Inputs "inputs",
    Expect "expect",
    Amplify "amplify",
    Ban "ban",
    Cause "cause",
    Causes "causes",
    Check "check",
    Expel "expel",
    For "for",
    Gap "gap",
    Offences "offences",
    Origin "origin",
    Penalty "penalty",
    Protect "protect",
    Reconfigure "reconfigure",
    Standing "standing",
    Status "status",
    Times "times",
    Unban "unban",
    Unprotect "unprotect",
    Until "until",
    Verdict "verdict",
    Waive "waive",
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of a step")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        Key::named(name).ok_or_else(|| E::unknown_field(name, Key::NAMES))
    }
}

/// The keys of a step, each with its value.
#[derive(Default)]
pub(super) struct Keys<'a> {
    pub(super) at: Option<Instant>,
    /// What kind of step it is.
    pub(super) kind: Option<(Key, Kind<'a>)>,
    pub(super) addr: Option<IpAddr>,
    pub(super) amplify: Option<Amplification>,
    pub(super) cause: Option<Cause>,
    pub(super) causes: Option<Vec<Cause>>,
    pub(super) count: Option<u64>,
    pub(super) duration: Option<Duration>,
    pub(super) expect: Option<Vec<ActionLine>>,
    pub(super) inbound: Option<bool>,
    pub(super) inputs: Option<u64>,
    pub(super) misbehavior: Option<Misbehavior>,
    pub(super) offences: Option<u32>,
    pub(super) origin: Option<Origin>,
    pub(super) penalty: Option<Points>,
    pub(super) points: Option<Points>,
    pub(super) standing: Option<bool>,
    pub(super) times: Option<u32>,
    pub(super) until: Option<Option<Until>>,
    pub(super) value: Option<Score>,
    pub(super) verdict: Option<Answer>,
    pub(super) via: Option<Cow<'a, str>>,
}

/// What stands beside the key that says what kind of step it is.
pub(super) enum Kind<'a> {
    Number(u64),
    On(bool),
    Policy(Box<Config>),
    Text(Cow<'a, str>),
}

impl<'de, P: From<Cow<'de, str>>> Deserialize<'de> for Step<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StepVisitor(PhantomData))
    }
}

struct StepVisitor<P>(PhantomData<P>);

impl<'de, P: From<Cow<'de, str>>> Visitor<'de> for StepVisitor<P> {
    type Value = Step<P>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step<P>, A::Error> {
        let mut keys = Keys::default();
        while let Some(key) = map.next_key()? {
            keys.read(key, &mut map)?;
        }
        keys.build().map_err(A::Error::custom)
    }
}

impl<'a> Keys<'a> {
    fn read<A: MapAccess<'a>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::At => set(&mut self.at, key, value(map)?.map(|At(at)| at)),
            Key::Addr => set(&mut self.addr, key, value(map)?),
            Key::Amplify => set(&mut self.amplify, key, value(map)?.map(|Factor(factor)| factor)),
            Key::Cause => set(&mut self.cause, key, value(map)?),
            Key::Causes => set(&mut self.causes, key, value(map)?),
            Key::Count => set(&mut self.count, key, value(map)?),
            Key::Expect => set(&mut self.expect, key, value(map)?),
            Key::For => set(&mut self.duration, key, value(map)?.map(|Span(span)| span)),
            Key::Inbound => set(&mut self.inbound, key, value(map)?),
            Key::Inputs => set(&mut self.inputs, key, value(map)?),
            Key::Misbehavior => set(&mut self.misbehavior, key, value(map)?),
            Key::Offences => set(&mut self.offences, key, value(map)?),
            Key::Origin => {
                let origin = value(map)?.map(|Text(name)| origin(&name)).transpose()?;
                set(&mut self.origin, key, origin)
            }
            Key::Penalty => set(&mut self.penalty, key, value(map)?.map(|Amount(points)| points)),
            Key::Points => set(&mut self.points, key, value(map)?.map(|Amount(points)| points)),
            Key::Standing => set(&mut self.standing, key, value(map)?),
            Key::Times => set(&mut self.times, key, value(map)?),
            Key::Until => {
                let End(until) = map.next_value()?;
                set(&mut self.until, key, Some(until))
            }
            Key::Value => {
                let score = value(map)?.map(|Number(score)| Score::try_from(score));
                set(&mut self.value, key, score.transpose().map_err(A::Error::custom)?)
            }
            Key::Verdict => set(&mut self.verdict, key, value(map)?),
            Key::Via => set(&mut self.via, key, value(map)?.map(|Text(name)| name)),
            Key::Heartbeat | Key::Tick => self.set_kind(key, Kind::On(map.next_value()?)),
            Key::Gap => self.set_kind(key, Kind::Number(map.next_value()?)),
            Key::Reconfigure => {
                let policy: Policy = map.next_value()?;
                let config = policy.config().map_err(A::Error::custom)?;
                self.set_kind(key, Kind::Policy(Box::new(config)))
            }
            Key::Ban
            | Key::Check
            | Key::Connect
            | Key::Disconnect
            | Key::Expel
            | Key::Hash
            | Key::Protect
            | Key::Report
            | Key::Score
            | Key::ScoreUnavailable
            | Key::Status
            | Key::Unban
            | Key::Unprotect
            | Key::Valid
            | Key::Waive => {
                let Text(text) = map.next_value()?;
                self.set_kind(key, Kind::Text(text))
            }
        }
    }

    fn set_kind<E: Error>(&mut self, key: Key, kind: Kind<'a>) -> Result<(), E> {
        match self.kind.replace((key, kind)) {
            None => Ok(()),
            Some((other, _)) if other == key => Err(E::duplicate_field(key.name())),
            Some((other, _)) => Err(E::custom(format_args!(
                "a step is one thing, not both \"{}\" and \"{}\"",
                other.name(),
                key.name(),
            ))),
        }
    }

    /// Returns a key that has not been taken.
    pub(super) fn left(&self) -> Option<Key> {
        [
            (self.addr.is_some(), Key::Addr),
            (self.amplify.is_some(), Key::Amplify),
            (self.cause.is_some(), Key::Cause),
            (self.causes.is_some(), Key::Causes),
            (self.count.is_some(), Key::Count),
            (self.duration.is_some(), Key::For),
            (self.expect.is_some(), Key::Expect),
            (self.inbound.is_some(), Key::Inbound),
            (self.inputs.is_some(), Key::Inputs),
            (self.misbehavior.is_some(), Key::Misbehavior),
            (self.offences.is_some(), Key::Offences),
            (self.origin.is_some(), Key::Origin),
            (self.penalty.is_some(), Key::Penalty),
            (self.points.is_some(), Key::Points),
            (self.standing.is_some(), Key::Standing),
            (self.times.is_some(), Key::Times),
            (self.until.is_some(), Key::Until),
            (self.value.is_some(), Key::Value),
            (self.verdict.is_some(), Key::Verdict),
            (self.via.is_some(), Key::Via),
        ]
        .into_iter()
        .find_map(|(given, key)| given.then_some(key))
    }
}

/// Reads a value that may be `null`, which is as if the key were not there.
fn value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<Option<T>, A::Error> {
    map.next_value()
}

fn set<T, E: Error>(slot: &mut Option<T>, key: Key, value: Option<T>) -> Result<(), E> {
    if slot.is_some() {
        return Err(E::duplicate_field(key.name()));
    }
    *slot = value;
    Ok(())
}

fn origin<E: Error>(name: &str) -> Result<Origin, E> {
    match name {
        "operator" => Ok(Origin::Operator),
        "remote" => Ok(Origin::Remote),
        _ => Err(E::custom(format_args!("{name} is no origin"))),
    }
}

/// The end of a ban: a moment, `"forever"`, or `null` for no ban.
struct End(Option<Until>);

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&serde_json::value::RawValue>::deserialize(deserializer)?.get();
        match text {
            "null" => Ok(Self(None)),
            "\"forever\"" => Ok(Self(Some(Until::Forever))),
            text => {
                let at = At::read(text).map_err(D::Error::custom)?;
                Ok(Self(Some(Until::At(at.0))))
            }
        }
    }
}
