//! Histories of incidents: enough groups, long enough here, and bad enough at once.

use peerwarden_core::{Config, Event, Misbehavior, Penalty, Points, Score};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::num::NonZeroU32;

use crate::model::Peer;
use crate::moment::{Moment, any_moment};
use crate::policies::any_config;
use crate::scenes::{at, connected};
use crate::steps::{Step, any_step};
use crate::values::{PEERS, addr_of, any_peer};

/// A policy under which there are incidents, and a history of some.
pub(crate) fn any_policy_and_history() -> impl Strategy<Value = (Config, Vec<Step>)> {
    let config = (any_config(), select(vec![10_000_000, 86_400_000_000]), 1_u32..3);
    let config = config.prop_map(|(config, threshold, confirmations)| {
        config
            .with_threshold(Points::from_micros(threshold))
            .with_confirmations(NonZeroU32::new(confirmations).unwrap())
            .with_penalties(true)
            .with_scores(true)
            .with_incident(true)
            .with_dry_run(false)
            .with_min_connected(None)
    });
    config
        .prop_flat_map(|config| {
            let history = any_history(config.threshold().as_micros()).boxed();
            (Just(config), history)
        })
        .boxed()
}

fn any_history(threshold: u64) -> impl Strategy<Value = Vec<Step>> {
    let scene = prop_oneof![
        3 => everybody_is_reported(threshold).boxed(),
        3 => one_is_reported(threshold).boxed(),
        3 => everybody_scores().boxed(),
        3 => one_scores().boxed(),
        1 => scores_drip().boxed(),
        1 => (any_span(), any_peer(), any::<u8>()).prop_map(|(span, peer, count)| {
            at(span, [Event::Valid { peer, count: u64::from(count) }])
        }).boxed(),
        1 => everybody_comes().boxed(),
        2 => any_step().prop_map(|step| vec![step]).boxed(),
    ];
    (everybody_comes(), vec(scene, 1..20))
        .prop_map(|(first, scenes)| first.into_iter().chain(scenes.concat()).collect())
}

/// One peer, then the others, then as long a while, or the longest that matters.
fn everybody_comes() -> impl Strategy<Value = Vec<Step>> {
    let while_after = prop_oneof![3 => Just(600), 1 => Just(0), 2 => Just(10)];
    (any_moment(), select(vec![0_u64, 10]), while_after, -1_i64..=1, 7..=PEERS).prop_map(
        |(moment, between, while_after, off, peers)| {
            let later = |seconds: u64, off| Moment::Later {
                nanos: (seconds * SECOND).saturating_add_signed(off),
            };
            let comes = |peer| connected(peer, addr_of(peer));
            let mut steps = at(moment, [comes(PEERS - 1)]);
            steps.extend(at(later(between, 0), (0..peers).map(comes)));
            steps.extend(at(later(while_after, off), [Event::Heartbeat]));
            steps
        },
    )
}

fn everybody_is_reported(threshold: u64) -> impl Strategy<Value = Vec<Step>> {
    (any_span(), any_amount(threshold), 3..=PEERS).prop_map(|(span, penalty, peers)| {
        at(span, (0..peers).rev().map(|peer| report(peer, penalty)))
    })
}

fn one_is_reported(threshold: u64) -> impl Strategy<Value = Vec<Step>> {
    (any_span(), any_peer(), any_amount(threshold), 1_usize..4).prop_map(
        |(span, peer, penalty, times)| at(span, (0..times).map(|_| report(peer, penalty))),
    )
}

fn everybody_scores() -> impl Strategy<Value = Vec<Step>> {
    (any_span(), select(vec![4, 5, 6, PEERS]), select(vec![true, true, true, false]))
        .prop_map(|(span, peers, low)| at(span, (0..peers).rev().map(|peer| score(peer, low))))
}

fn one_scores() -> impl Strategy<Value = Vec<Step>> {
    (any_span(), any_peer(), any::<bool>(), 1_usize..4)
        .prop_map(|(span, peer, low, times)| at(span, (0..times).map(|_| score(peer, low))))
}

/// So many low scores with such a pause between them: the budget is used up.
fn scores_drip() -> impl Strategy<Value = Vec<Step>> {
    let pause = select(vec![30 * SECOND, MINUTE - 1, MINUTE, 2 * MINUTE]);
    (any_peer(), pause, select(vec![5_usize, 60, 119, 120, 121, 245])).prop_map(
        |(peer, nanos, times)| {
            let drop = |_| at(Moment::Later { nanos }, [score(peer, true)]);
            (0..times).flat_map(drop).collect()
        },
    )
}

/// What makes the difference somewhere.
fn any_amount(threshold: u64) -> impl Strategy<Value = Penalty> {
    let (quarter, third) = (threshold / 4, threshold / 3);
    select(vec![
        1,
        quarter,
        quarter,
        quarter + 1,
        third,
        third + 1,
        threshold / 2,
        quarter * 3,
        threshold,
        threshold + 1,
    ])
    .prop_map(|micros| Penalty::from_micros(micros).unwrap())
}

/// Around the times that the rules of incidents name.
fn any_span() -> impl Strategy<Value = Moment> {
    let spans = select(vec![SECOND, MINUTE, 10 * MINUTE, 120 * MINUTE, DAY]);
    prop_oneof![
        6 => Just(Moment::Same),
        4 => (spans, -1_i64..=1).prop_map(|(nanos, off)| Moment::Later {
            nanos: nanos.saturating_add_signed(off)
        }),
        2 => any_moment(),
    ]
}

fn report(peer: Peer, penalty: Penalty) -> Event<Peer> {
    Event::Report { peer, misbehavior: Misbehavior::INVALID_MESSAGE, penalty, via: None }
}

fn score(peer: Peer, low: bool) -> Event<Peer> {
    let score = if low { -101.0 } else { 0.0 };
    Event::Score { peer, score: Score::try_from(score).unwrap() }
}

const DAY: u64 = 24 * 60 * MINUTE;
const MINUTE: u64 = 60 * SECOND;
const SECOND: u64 = 1_000_000_000;
