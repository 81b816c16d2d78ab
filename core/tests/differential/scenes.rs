//! Several inputs that belong together: what single random ones hardly ever add up to.

use peerwarden_core::{Direction, Event, IpNet, Subject};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::net::IpAddr;

use crate::model::Peer;
use crate::moment::{Moment, any_moment};
use crate::steps::{Step, any_step};
use crate::values::{
    PEERS, addr_of, any_addr, any_ban, any_misbehavior, any_peer, any_penalty, any_score,
};

/// A history of single steps and of scenes.
pub(crate) fn any_history() -> impl Strategy<Value = Vec<Step>> {
    let scene = prop_oneof![
        14 => any_step().prop_map(|step| vec![step]).boxed(),
        1 => everybody_comes().boxed(),
        2 => everybody_is_reported().boxed(),
        1 => everybody_scores().boxed(),
        1 => some_come_to_one_place_and_stay().boxed(),
        1 => some_come_to_one_place_and_go().boxed(),
        1 => some_are_expelled_from_one_place().boxed(),
        1 => one_waits_in_one_place().boxed(),
        1 => one_is_pardoned_and_goes_on().boxed(),
        1 => a_place_is_pardoned_and_goes_on().boxed(),
    ];
    vec(scene, 1..40).prop_map(|scenes| scenes.concat())
}

/// Peers in groups of their own connect.
fn everybody_comes() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), 7..=PEERS).prop_map(|(moment, peers)| {
        at(moment, (0..peers).map(|peer| connected(peer, addr_of(peer))))
    })
}

/// An incident, if they are here and long enough.
fn everybody_is_reported() -> impl Strategy<Value = Vec<Step>> {
    let amounts = (any_misbehavior(), any_penalty(), select(vec![1, 2, 3, 3, 4, 12]));
    (any_moment(), any::<bool>(), amounts, 4..=PEERS).prop_map(
        |(moment, come, (misbehavior, penalty, times), peers)| {
            let report = |peer| Event::Report { peer, misbehavior, penalty, via: None };
            let reports: Vec<_> = (0..peers).rev().map(report).collect();
            let mut steps = Vec::new();
            if come {
                steps = at(moment, (0..PEERS).map(|peer| connected(peer, addr_of(peer))));
            }
            let moment = if come { Moment::Later { nanos: 600_000_000_000 } } else { moment };
            steps.extend(at(moment, (0..times).flat_map(|_| reports.clone())));
            steps
        },
    )
}

fn everybody_scores() -> impl Strategy<Value = Vec<Step>> {
    let peers = select(vec![4, 5, 6, PEERS]);
    (any_moment(), any::<bool>(), any_score(), peers, 1_u32..4).prop_map(
        |(moment, come, score, peers, times)| {
            let scores = (0..peers).rev().map(|peer| Event::Score { peer, score });
            let mut steps = Vec::new();
            if come {
                steps = at(moment, (0..8).map(|peer| connected(peer, addr_of(peer))));
            }
            let moment = if come { Moment::Later { nanos: 600_000_000_000 } } else { moment };
            steps.extend(at(moment, (0..times).flat_map(|_| scores.clone())));
            steps
        },
    )
}

/// Those who owe are cut when their place is banned.
fn some_come_to_one_place_and_stay() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), any_addr(), any_penalty(), 1..=PEERS, any_misbehavior()).prop_map(
        |(moment, addr, penalty, peers, misbehavior)| {
            let visit = |peer| {
                let report = Event::Report { peer, misbehavior, penalty, via: None };
                [connected(peer, addr), report]
            };
            at(moment, (0..peers).rev().flat_map(visit))
        },
    )
}

/// Debts are left behind.
fn some_come_to_one_place_and_go() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), any_addr(), any_penalty(), 1..=PEERS, any_misbehavior()).prop_map(
        |(moment, addr, penalty, peers, misbehavior)| {
            let visit = |peer| {
                let report = Event::Report { peer, misbehavior, penalty, via: None };
                [connected(peer, addr), report, Event::Disconnected { peer }]
            };
            at(moment, (0..peers).flat_map(visit))
        },
    )
}

/// A crowd.
fn some_are_expelled_from_one_place() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), any_addr(), any_ban(), 1..=PEERS, any_misbehavior()).prop_map(
        |(moment, addr, duration, peers, misbehavior)| {
            let duration = Some(duration);
            let visit = |peer| {
                let expel = Event::Expel { peer, misbehavior, duration };
                [connected(peer, addr), expel, Event::Disconnected { peer }]
            };
            at(moment, (0..peers).flat_map(visit))
        },
    )
}

/// Standing is earned.
fn one_waits_in_one_place() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), any_addr(), 0..PEERS, select(vec![20_u64, 1_800])).prop_map(
        |(moment, addr, peer, seconds)| {
            let mut steps = at(moment, [connected(peer, addr)]);
            let later = Moment::Later { nanos: seconds * 1_000_000_000 };
            steps.extend(at(later, [Event::Heartbeat]));
            steps
        },
    )
}

/// Grace.
fn one_is_pardoned_and_goes_on() -> impl Strategy<Value = Vec<Step>> {
    (any_moment(), any_peer(), any_misbehavior(), any_penalty(), any_score(), any_moment())
        .prop_map(|(moment, peer, misbehavior, penalty, score, then)| {
            let expel = Event::Expel { peer, misbehavior, duration: None };
            let report = Event::Report { peer, misbehavior, penalty, via: None };
            let score = Event::Score { peer, score };
            let pardon = Event::Unban { subject: Subject::Peer(peer), cause: None };
            let mut steps = at(moment, [report.clone(), expel.clone(), pardon]);
            steps.extend(at(then, [score.clone(), score, report, expel]));
            steps
        })
}

fn a_place_is_pardoned_and_goes_on() -> impl Strategy<Value = Vec<Step>> {
    (some_are_expelled_from_one_place(), any_addr(), some_are_expelled_from_one_place()).prop_map(
        |(mut steps, addr, again)| {
            let net = IpNet::from(addr);
            let pardon = |net| Event::Unban { subject: Subject::Addr(net), cause: None };
            let wider = net.supernet().and_then(|net| net.supernet()).unwrap_or(net);
            steps.extend(at(Moment::Same, [pardon(net), pardon(wider)]));
            steps.extend(again);
            steps
        },
    )
}

pub(crate) fn connected(peer: Peer, addr: IpAddr) -> Event<Peer> {
    Event::Connected { peer, addr: Some(addr), direction: Direction::Inbound }
}

/// All at the same time, which is `moment`.
pub(crate) fn at(moment: Moment, events: impl IntoIterator<Item = Event<Peer>>) -> Vec<Step> {
    let step = |event| Step { moment: Moment::Same, event, times: 1, restart: None };
    let mut steps: Vec<_> = events.into_iter().map(step).collect();
    if let Some(first) = steps.first_mut() {
        first.moment = moment;
    }
    steps
}
