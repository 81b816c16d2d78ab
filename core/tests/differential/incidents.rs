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
    let long = select(vec![None, Some(1), Some(2), Some(2), Some(3)]);
    let config = (any_config(), select(vec![10_000_000, 86_400_000_000]), 1_u32..3, long);
    let config = config.prop_map(|(config, threshold, confirmations, quarters)| {
        let long = quarters.map(|quarters| Points::from_micros(threshold / 4 * quarters));
        config
            .with_long_budget(long)
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
        1 => the_budget_comes_anew().boxed(),
        2 => half_of_the_groups_recover().boxed(),
        1 => a_reckoning_grows_old().boxed(),
        2 => the_long_budget_is_used_up(threshold).boxed(),
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

/// A window that begins with the first bans withheld here ends when the last of these come.
fn the_budget_comes_anew() -> impl Strategy<Value = Vec<Step>> {
    (any_span(), -1_i64..=1).prop_map(|(span, off)| {
        let twice = |peer| [score(peer, true), score(peer, true)];
        let mut steps = at(span, (0..PEERS).rev().map(|peer| score(peer, true)));
        steps.extend(at(Moment::Same, [score(0, true)]));
        let minute = Moment::Later { nanos: MINUTE };
        steps.extend((0..121).flat_map(|_| at(minute, twice(0))));
        let rest = Moment::Later { nanos: (DAY - 121 * MINUTE).saturating_add_signed(off) };
        steps.extend(at(rest, twice(5)));
        steps
    })
}

/// A ban by score is withheld because of what was some time ago.
fn half_of_the_groups_recover() -> impl Strategy<Value = Vec<Step>> {
    (any_span(), 4..=PEERS, -1_i64..=1).prop_map(|(span, peers, off)| {
        let low = (0..peers).flat_map(|peer| [score(peer, true), score(peer, true)]);
        let mut steps = at(span, low);
        steps.extend(at(Moment::Same, (1..PEERS).map(|peer| score(peer, false))));
        let later = Moment::Later { nanos: (10 * MINUTE).saturating_add_signed(off) };
        steps.extend(at(later, [score(0, true), score(0, true)]));
        steps
    })
}

/// Others do badly between one reckoning and the next, which a second later is another.
fn a_reckoning_grows_old() -> impl Strategy<Value = Vec<Step>> {
    (any_span(), -1_i64..=1).prop_map(|(span, off)| {
        let mut steps = at(span, [score(PEERS - 1, true), score(PEERS - 1, true)]);
        steps.extend(at(Moment::Same, (0..PEERS - 1).map(|peer| score(peer, true))));
        let later = Moment::Later { nanos: SECOND.saturating_add_signed(off) };
        steps.extend(at(later, [score(0, true)]));
        steps
    })
}

/// A ban by penalty is due for less heat than the threshold.
fn the_long_budget_is_used_up(threshold: u64) -> impl Strategy<Value = Vec<Step>> {
    let then = prop_oneof![
        1 => any_span(),
        1 => (-1_i64..=1).prop_map(|off| Moment::Later { nanos: MINUTE.saturating_add_signed(off) }),
    ];
    (any_span(), any_amount(threshold), any_amount(threshold), 1_usize..4, then).prop_map(
        |(span, all, one, times, then)| {
            let valid = Event::Valid { peer: 0, count: 0 };
            let mut steps = at(span, [valid]);
            steps.extend(at(Moment::Same, (0..PEERS).map(|peer| report(peer, all))));
            steps.extend(at(Moment::Same, (0..times).map(|_| report(0, one))));
            steps.extend(at(then, (0..times).map(|_| report(0, one))));
            steps
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
