//! `Arbitrary` implementations for fuzzing.
//!
//! Values that constructors refuse are never generated. Amounts come in both sizes, likely and
//! extreme: drawn from all there are, hardly one would be small enough for anything to add up.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::num::NonZeroU64;
use core::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use ipnet::IpNet;

use crate::event::{BanDuration, Event};
use crate::misbehavior::Misbehavior;
use crate::penalty::Penalty;
use crate::score::Score;
use crate::state::canonical;
use crate::subject::{Cause, Direction, Origin, Subject};
use crate::time::Instant;

impl<'a> Arbitrary<'a> for Instant {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u64::arbitrary(u).map(Self::from_nanos)
    }
}

/// A few points, or any amount.
impl<'a> Arbitrary<'a> for Penalty {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let penalty = match some_of(u, 1_000_000)? {
            Some(micros) => Self::from_micros(micros),
            None => Self::from_micros(NonZeroU64::arbitrary(u)?.get()),
        };
        Ok(penalty.unwrap_or_default())
    }
}

/// Around zero, or anything finite: what is not becomes the lowest score by default.
impl<'a> Arbitrary<'a> for Score {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let score = if bool::arbitrary(u)? {
            f64::from(i8::arbitrary(u)?) * 2.0
        } else {
            f64::arbitrary(u)?
        };
        Ok(Self::try_from(score).unwrap_or(Self::DEFAULT_MIN))
    }
}

/// One of twenty kinds: more than are kept of one peer.
impl<'a> Arbitrary<'a> for Misbehavior {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let letter = [u.int_in_range(b'a'..=b't')?];
        let name = core::str::from_utf8(&letter).unwrap_or("a");
        Ok(Self::new(name).unwrap_or(Self::INVALID_MESSAGE))
    }
}

/// Some seconds, or any time.
impl<'a> Arbitrary<'a> for BanDuration {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let nanos = match some_of(u, 1_000_000_000)? {
            Some(nanos) => nanos,
            None => NonZeroU64::arbitrary(u)?.get(),
        };
        Self::try_from(Duration::from_nanos(nanos)).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Cause {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&Self::ALL).copied()
    }
}

impl<'a> Arbitrary<'a> for Origin {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::Operator, Self::Remote]).copied()
    }
}

impl<'a> Arbitrary<'a> for Direction {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::Inbound, Self::Outbound]).copied()
    }
}

impl<'a, P: Arbitrary<'a>> Arbitrary<'a> for Subject<P> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if bool::arbitrary(u)? {
            P::arbitrary(u).map(Self::Peer)
        } else {
            network(u).map(Self::Addr)
        }
    }
}

/// Any but [`Reconfigure`](Event::Reconfigure): which policies are worth trying is for the caller
/// to say.
impl<'a, P: Arbitrary<'a>> Arbitrary<'a> for Event<P> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=13)? {
            0 => Self::Heartbeat,
            1 => Self::Tick,
            2 => Self::Ban {
                subject: u.arbitrary()?,
                duration: u.arbitrary()?,
                origin: u.arbitrary()?,
            },
            3 => Self::Connected {
                peer: u.arbitrary()?,
                addr: if bool::arbitrary(u)? { Some(ip(u)?) } else { None },
                direction: u.arbitrary()?,
            },
            4 => Self::Disconnected { peer: u.arbitrary()? },
            5 => Self::Protect {
                subject: u.arbitrary()?,
                addr: if bool::arbitrary(u)? { Some(ip(u)?) } else { None },
            },
            6 => Self::Unprotect { subject: u.arbitrary()? },
            7 => Self::Score { peer: u.arbitrary()?, score: u.arbitrary()? },
            8 => Self::ScoreUnavailable { peer: u.arbitrary()? },
            9 => Self::Unban { subject: u.arbitrary()?, cause: u.arbitrary()? },
            10 => Self::Expel {
                peer: u.arbitrary()?,
                misbehavior: u.arbitrary()?,
                duration: u.arbitrary()?,
            },
            11 => Self::Valid { peer: u.arbitrary()?, count: u.int_in_range(0..=200)? },
            12 => Self::Waive { peer: u.arbitrary()?, points: Penalty::arbitrary(u)?.into() },
            _ => Self::Report {
                peer: u.arbitrary()?,
                misbehavior: u.arbitrary()?,
                penalty: u.arbitrary()?,
                via: u.arbitrary()?,
            },
        })
    }
}

/// Returns from 1 to 128 of `unit`, half the time.
fn some_of(u: &mut Unstructured<'_>, unit: u64) -> Result<Option<u64>> {
    let byte = u8::arbitrary(u)?;
    Ok((byte < 128).then(|| (u64::from(byte) + 1) * unit))
}

fn ip(u: &mut Unstructured<'_>) -> Result<IpAddr> {
    Ok(if bool::arbitrary(u)? {
        IpAddr::V4(Ipv4Addr::from_bits(u.arbitrary()?))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(u.arbitrary()?))
    })
}

/// Returns a network that is not masked, with IPv4 in either form: the engine has to handle both.
fn network(u: &mut Unstructured<'_>) -> Result<IpNet> {
    let ip = ip(u)?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let len = u.int_in_range(0..=most)?;
    Ok(IpNet::new(ip, len).unwrap_or_else(|_| canonical::prefix(ip, len)))
}
