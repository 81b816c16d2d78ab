//! Syntax of each kind of value.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::{NonZeroU16, NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use peerwarden_core::{DecayRate, IpNet, Penalty, Points, Score, Subject};

use super::merge::Preset;
use super::value::{Bits, Interval, Scalar};
use crate::bounds::{self, OutOfBounds, Range};
use crate::known_peer::KnownPeer;
use crate::peer::PeerName;

impl Scalar for bool {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Scalar for usize {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, 0 or more")
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(value).ok()
    }
}

impl Scalar for NonZeroUsize {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, at least 1")
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(usize::try_from(value).ok()?).ok()
    }
}

impl Scalar for u32 {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 0 to {}", Self::MAX)
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(value).ok()
    }
}

impl Scalar for NonZeroU16 {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {}", Self::MAX)
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(u16::try_from(value).ok()?).ok()
    }
}

impl Scalar for NonZeroU32 {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {}", Self::MAX)
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(u32::try_from(value).ok()?).ok()
    }
}

impl<const MOST: u8> Scalar for Bits<MOST> {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of bits, 0 to {MOST}")
    }

    fn from_integer(value: i128) -> Option<Self> {
        u8::try_from(value).ok().filter(|bits| *bits <= MOST).map(Self)
    }
}

impl Scalar for Points {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of points, 0 or more, such as 86400")
    }

    fn from_float(value: f64) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn from_integer(value: i128) -> Option<Self> {
        u64::try_from(value).ok().map(Self::from_points)
    }
}

impl Scalar for Penalty {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of points above 0, such as 864")
    }

    fn from_float(value: f64) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::from_points(u64::try_from(value).ok()?).ok()
    }
}

impl Scalar for DecayRate {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("points a second, above 0, such as 1000")
    }

    fn from_float(value: f64) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::from_points_per_second(u64::try_from(value).ok()?).ok()
    }
}

impl Scalar for Score {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a finite number, such as -100")
    }

    fn from_float(value: f64) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn from_integer(value: i128) -> Option<Self> {
        Self::try_from(value as f64).ok()
    }
}

impl Scalar for Duration {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = Range(SHORTEST, LONGEST);
        write!(f, "a duration from {range}, such as \"90s\", \"10m\", \"1h 30m\" or \"7d\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        let duration = humantime::parse_duration(text).ok();
        duration.filter(|duration| (SHORTEST..=LONGEST).contains(duration))
    }
}

impl Scalar for Interval {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = Range(OutOfBounds::SHORTEST, OutOfBounds::LONGEST);
        write!(f, "a duration from {range}, such as \"500ms\", \"1s\" or \"1m 30s\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        let duration = humantime::parse_duration(text).ok();
        duration.filter(|duration| bounds::is_interval(*duration)).map(Self)
    }
}

impl Scalar for IpNet {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a network or an address, such as \"10.0.0.0/8\" or \"192.0.2.1\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        let address = || text.parse::<IpAddr>().ok().map(Self::from);
        text.parse().ok().or_else(address)
    }
}

/// An entry of `ban`.
pub(super) struct Listed<P, A>(Subject<P>, PhantomData<A>);

impl<P, A> Listed<P, A> {
    pub(super) fn into_subject(self) -> Subject<P> {
        self.0
    }
}

impl<P: PeerName, A: KnownPeer<P>> Scalar for Listed<P, A> {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, or ", A::PEER)?;
        IpNet::right(f)
    }

    fn from_text(text: &str) -> Option<Self> {
        // A network comes first: there are names of peers that anything is.
        let network = IpNet::from_text(text).map(Subject::Addr);
        let subject = network.or_else(|| text.parse().ok().map(Subject::Peer))?;
        Some(Self(subject, PhantomData))
    }

    fn why_not(text: &str) -> Option<String> {
        A::is_meant(text)
            .then(|| "give the peer's id or its IP alone, without the rest of the address".into())
    }
}

/// An entry of `protect`.
pub(super) enum Trusted<P, A> {
    Static(A),
    Subject(Subject<P>),
}

impl<P: PeerName, A: KnownPeer<P>> Scalar for Trusted<P, A> {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !A::ADDRESS.is_empty() {
            write!(f, "{} such as \"{}\", ", A::ADDRESS, A::EXAMPLE)?;
        }
        Listed::<P, A>::right(f)
    }

    fn from_text(text: &str) -> Option<Self> {
        let subject = || Listed::<P, A>::from_text(text).map(|listed| Self::Subject(listed.0));
        text.parse().ok().map(Self::Static).or_else(subject)
    }

    fn why_not(text: &str) -> Option<String> {
        let error = A::is_meant(text).then(|| text.parse::<A>().err()).flatten()?;
        Some(format!("{error}; give one such as \"{}\"", A::EXAMPLE))
    }
}

impl Scalar for PathBuf {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, such as \"/var/lib/node/peerwarden.redb\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }
}

impl Scalar for Preset {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"default\", \"flow\" or \"op-node\"")
    }

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "default" => Some(Self::Default),
            "flow" => Some(Self::Flow),
            "op-node" => Some(Self::OpNode),
            _ => None,
        }
    }
}

/// TOML knows no null: `"none"`.
impl<T: Scalar> Scalar for Option<T> {
    fn right(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::right(f)?;
        f.write_str(", or \"none\"")
    }

    fn from_bool(value: bool) -> Option<Self> {
        T::from_bool(value).map(Some)
    }

    fn from_float(value: f64) -> Option<Self> {
        T::from_float(value).map(Some)
    }

    fn from_integer(value: i128) -> Option<Self> {
        T::from_integer(value).map(Some)
    }

    fn from_text(text: &str) -> Option<Self> {
        if text == "none" { Some(None) } else { T::from_text(text).map(Some) }
    }

    fn why_not(text: &str) -> Option<String> {
        T::why_not(text)
    }
}

/// Shorter than that a ban, or whatever else lasts, is over before anything comes of it.
const SHORTEST: Duration = Duration::from_millis(10);
/// 100 years.
const LONGEST: Duration = Duration::from_secs(100 * 31_557_600);
