//! Random inputs about few peers and few addresses, at times both likely and extreme.

use std::time::Duration;

use peerwarden_core::{
    BanDuration, Cause, Direction, Event, Instant, IpNet, Misbehavior, Origin, Penalty, Score,
    Subject,
};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::checks::{Moment, PEERS, Peer, Step, addrs};
use crate::policies;

pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    (any_moment(), any_event(), (0..12_u8)).prop_map(|(moment, event, restarts)| Step {
        moment,
        event,
        restarts: restarts == 11,
    })
}

/// As [`any_step`], or another policy.
pub(crate) fn any_step_or_policy() -> impl Strategy<Value = Step> {
    prop_oneof![15 => any_step(), 1 => any_policy()]
}

fn any_policy() -> impl Strategy<Value = Step> {
    (any_moment(), policies::any_config()).prop_map(|(moment, config)| Step {
        moment,
        event: Event::Reconfigure { config: Box::new(config) },
        restarts: false,
    })
}

/// What another node's clock can say.
pub(crate) fn any_clock() -> impl Strategy<Value = Instant> {
    select(vec![0, 1, DAY, 50 * YEAR, u64::MAX - DAY, u64::MAX]).prop_map(Instant::from_nanos)
}

fn any_moment() -> impl Strategy<Value = Moment> {
    prop_oneof![
        80 => Just(Moment::Same),
        80 => (0_usize..6, -1_i64..=1).prop_map(|(which, nanos)| Moment::Around { which, nanos }),
        40 => (1_u64..20_000).prop_map(|millis| Moment::Later { nanos: millis * 1_000_000 }),
        20 => (1_u64..5_000_000_000).prop_map(|nanos| Moment::Later { nanos }),
        20 => (1_u64..20_000).prop_map(|millis| Moment::Back { nanos: millis * 1_000_000 }),
        20 => Just(Moment::Second),
        10 => (1_u64..400).prop_map(|days| Moment::Later { nanos: days * DAY }),
        2 => (1_u64..300).prop_map(|years| Moment::Later { nanos: years * YEAR }),
        1 => (0_u64..3).prop_map(|nanos| Moment::At { nanos: u64::MAX - nanos }),
        1 => Just(Moment::At { nanos: 0 }),
    ]
}

fn any_event() -> impl Strategy<Value = Event<Peer>> {
    prop_oneof![
        5 => (any_peer(), option::of(select(addrs().to_vec())), any_direction()).prop_map(
            |(peer, addr, direction)| Event::Connected { peer, addr, direction }
        ),
        4 => any_peer().prop_map(|peer| Event::Disconnected { peer }),
        9 => (any_peer(), any_misbehavior(), any_penalty(), any_deliverer()).prop_map(
            |(peer, misbehavior, penalty, via)| Event::Report { peer, misbehavior, penalty, via }
        ),
        2 => (any_peer(), 1_u64..500).prop_map(|(peer, count)| Event::Valid { peer, count }),
        2 => (any_peer(), any_penalty()).prop_map(
            |(peer, points)| Event::Waive { peer, points: points.into() }
        ),
        2 => (any_peer(), any_misbehavior(), option::of(any_ban())).prop_map(
            |(peer, misbehavior, duration)| Event::Expel { peer, misbehavior, duration }
        ),
        6 => (any_peer(), any_score()).prop_map(|(peer, score)| Event::Score { peer, score }),
        2 => Just(Event::Tick),
        2 => Just(Event::Heartbeat),
        4 => (any_subject(), option::of(any_ban()), any_origin()).prop_map(
            |(subject, duration, origin)| Event::Ban { subject, duration, origin }
        ),
        3 => (any_subject(), option::of(select(Cause::ALL.to_vec()))).prop_map(
            |(subject, cause)| Event::Unban { subject, cause }
        ),
        1 => (any_subject(), option::of(select(addrs().to_vec()))).prop_map(
            |(subject, addr)| Event::Protect { subject, addr }
        ),
        1 => any_subject().prop_map(|subject| Event::Unprotect { subject }),
        1 => any_peer().prop_map(|peer| Event::ScoreUnavailable { peer }),
    ]
}

fn any_peer() -> impl Strategy<Value = Peer> {
    prop_oneof![2 => Just(0), 3 => 0..PEERS]
}

fn any_deliverer() -> impl Strategy<Value = Option<Peer>> {
    prop_oneof![2 => Just(None), 1 => any_peer().prop_map(Some)]
}

fn any_direction() -> impl Strategy<Value = Direction> {
    select(vec![Direction::Inbound, Direction::Outbound])
}

fn any_origin() -> impl Strategy<Value = Origin> {
    select(vec![Origin::Operator, Origin::Remote])
}

fn any_score() -> impl Strategy<Value = Score> {
    select(vec![-101.0, -150.0, -100.0, 3.0, f64::MIN, f64::MAX])
        .prop_map(|score| Score::try_from(score).unwrap())
}

fn any_ban() -> impl Strategy<Value = BanDuration> {
    let longest = Duration::MAX.as_nanos().min(u128::from(u64::MAX));
    let nanos = vec![1, 999_999_999, 1_000_000_000, 5_000_000_000, 90_000_000_000];
    let nanos = select([nanos, vec![u64::try_from(longest).unwrap()]].concat());
    nanos.prop_map(|nanos| BanDuration::try_from(Duration::from_nanos(nanos)).unwrap())
}

fn any_penalty() -> impl Strategy<Value = Penalty> {
    select(vec![1, 333_333, 1_000_000, 3_000_001, 10_000_000, 50_000_000, 1 << 50, u64::MAX])
        .prop_map(|micros| Penalty::from_micros(micros).unwrap())
}

/// More kinds than are kept of one peer.
fn any_misbehavior() -> impl Strategy<Value = Misbehavior> {
    (0..10).prop_map(|n| Misbehavior::new(&format!("kind-{n}")).unwrap())
}

/// Networks around the addresses, wide and narrow.
fn any_subject() -> impl Strategy<Value = Subject<Peer>> {
    let lengths = prop_oneof![Just(128_u8), Just(64), Just(32), Just(24), Just(16), 0_u8..=128];
    let net = (select(addrs().to_vec()), lengths).prop_map(|(addr, len)| {
        let longest = if addr.is_ipv4() { 32 } else { 128 };
        IpNet::new(addr, len.min(longest)).unwrap()
    });
    prop_oneof![
        3 => any_peer().prop_map(Subject::Peer),
        2 => net.prop_map(Subject::Addr),
    ]
}

const DAY: u64 = 86_400_000_000_000;
const YEAR: u64 = 365 * DAY;
