//! Random values of every kind, likely and extreme.

use peerwarden_core::{
    Amplification, BanDuration, Cause, Direction, Event, Instant, IpNet, Misbehavior, Origin,
    Penalty, Points, Score, Subject, Until,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

pub(crate) fn any_event() -> impl Strategy<Value = Event<String>> {
    prop_oneof![
        (any_subject(), option::of(any_ban()), any_origin())
            .prop_map(|(subject, duration, origin)| Event::Ban { subject, duration, origin }),
        (any_peer(), option::of(any_addr()), any_direction())
            .prop_map(|(peer, addr, direction)| Event::Connected { peer, addr, direction }),
        any_peer().prop_map(|peer| Event::Disconnected { peer }),
        (any_peer(), any_misbehavior(), option::of(any_ban()))
            .prop_map(|(peer, misbehavior, duration)| Event::Expel { peer, misbehavior, duration }),
        Just(Event::Heartbeat),
        (any_subject(), option::of(any_addr()))
            .prop_map(|(subject, addr)| Event::Protect { subject, addr }),
        super::policies::any_config()
            .prop_map(|config| Event::Reconfigure { config: Box::new(config) }),
        (any_peer(), any_misbehavior(), any_penalty(), option::of(any_peer())).prop_map(
            |(peer, misbehavior, penalty, via)| Event::Report { peer, misbehavior, penalty, via }
        ),
        (any_peer(), any_score()).prop_map(|(peer, score)| Event::Score { peer, score }),
        any_peer().prop_map(|peer| Event::ScoreUnavailable { peer }),
        Just(Event::Tick),
        (any_subject(), option::of(select(Cause::ALL.to_vec())))
            .prop_map(|(subject, cause)| Event::Unban { subject, cause }),
        any_subject().prop_map(|subject| Event::Unprotect { subject }),
        (any_peer(), any_number()).prop_map(|(peer, count)| Event::Valid { peer, count }),
        (any_peer(), any_number())
            .prop_map(|(peer, micros)| Event::Waive { peer, points: Points::from_micros(micros) }),
    ]
}

/// Plain names, and whatever a text can hold.
pub(crate) fn any_peer() -> impl Strategy<Value = String> {
    prop_oneof!["[a-d]", any::<String>(), "[\"\\\\\u{0}-\u{1f} a:]{0,6}"]
}

pub(crate) fn any_subject() -> impl Strategy<Value = Subject<String>> {
    prop_oneof![
        any_peer().prop_map(Subject::Peer),
        (any_addr(), 0_u8..=128).prop_map(|(addr, len)| Subject::Addr(any_net(addr, len))),
    ]
}

/// A network, host bits and all.
fn any_net(addr: IpAddr, len: u8) -> IpNet {
    let most = if addr.is_ipv4() { 32 } else { 128 };
    IpNet::new(addr, len.min(most)).unwrap()
}

pub(crate) fn any_addr() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped())),
    ]
}

pub(crate) fn any_misbehavior() -> impl Strategy<Value = Misbehavior> {
    "[a-z0-9-]{1,63}".prop_map(|name| Misbehavior::new(&name).unwrap())
}

/// A number of any size, as often a round one.
pub(crate) fn any_number() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0_u64..5, (0_u64..1_000).prop_map(|n| n * 1_000_000)]
}

pub(crate) fn any_instant() -> impl Strategy<Value = Instant> {
    any_number().prop_map(Instant::from_nanos)
}

pub(crate) fn any_until() -> impl Strategy<Value = Until> {
    prop_oneof![Just(Until::Forever), any_instant().prop_map(Until::At)]
}

/// More than nothing, and up to the longest there is.
pub(crate) fn any_duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::MAX),
        any_number().prop_map(|nanos| Duration::from_nanos(nanos.max(1))),
        (any::<u64>(), 1_u32..1_000_000_000).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
    ]
}

pub(crate) fn any_ban() -> impl Strategy<Value = BanDuration> {
    any_duration().prop_map(|duration| BanDuration::try_from(duration).unwrap())
}

pub(crate) fn any_penalty() -> impl Strategy<Value = Penalty> {
    any_number().prop_map(|micros| Penalty::from_micros(micros.max(1)).unwrap())
}

pub(crate) fn any_amplification() -> impl Strategy<Value = Amplification> {
    prop_oneof![
        (0.0..100.0).prop_map(|factor: f64| factor.max(1e-12)),
        select(vec![100.0, 1.0, 1e-15, 0.1]),
    ]
    .prop_map(|factor| Amplification::try_from(factor).unwrap())
}

/// The sign of zero, which no comparison tells, aside.
pub(crate) fn any_score() -> impl Strategy<Value = Score> {
    prop_oneof![any::<f64>().prop_filter("finite", |score| score.is_finite()), -200.0..200.0_f64]
        .prop_map(|score| Score::try_from(score).unwrap())
}

pub(crate) fn any_direction() -> impl Strategy<Value = Direction> {
    select(vec![Direction::Inbound, Direction::Outbound])
}

pub(crate) fn any_origin() -> impl Strategy<Value = Origin> {
    select(vec![Origin::Operator, Origin::Remote])
}
