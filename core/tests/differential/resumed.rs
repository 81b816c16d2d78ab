//! Engines resumed in the middle of a history, beside the one that ran on.

use foldhash::fast::FixedState;
use peerwarden_core::{
    Ban, Causes, Config, Counts, Denial, Direction, Instant, Live, PeerStatus, Saved, Subject,
    Verdict, Warden,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;
use std::net::IpAddr;
use std::num::NonZeroUsize;

use crate::incidents;
use crate::model::Peer;
use crate::policies::any_config;
use crate::properties::history;
use crate::scenes;
use crate::steps::Step;
use crate::values::{PEERS, addrs};

type Engine = Warden<Peer, FixedState>;

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/differential/resumed.txt",
        ))),
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_resumed_engine_goes_on_as_the_one_that_ran(
        (config, steps) in any_policy_and_history(),
        cut in any::<Index>(),
    ) {
        let inputs = history(&steps, &config);
        let (before, after) = inputs.split_at(cut.index(inputs.len() + 1));
        let mut one = Warden::new(config, FixedState::with_seed(1));
        let mut latest = Instant::ORIGIN;
        for (event, now) in before {
            drop(one.handle_input(event.clone(), *now));
            latest = latest.max(*now);
        }
        let mut other = resume(&one, latest);
        prop_assert_eq!(Answers::of(&one, latest), Answers::of(&other, latest));
        for (event, now) in after {
            let expected = one.handle_input(event.clone(), *now);
            prop_assert_eq!(&expected, &other.handle_input(event.clone(), *now));
            latest = latest.max(*now);
            for at in [latest, Instant::from_nanos(latest.as_nanos() + 1_234_567_891)] {
                prop_assert_eq!(Answers::of(&one, at), Answers::of(&other, at));
            }
        }
    }

    #[test]
    fn a_copy_in_pages_is_of_the_moment_of_its_last_page(
        (config, steps) in any_policy_and_history(),
        start in any::<Index>(),
        slots in 1_usize..12,
    ) {
        let slots = NonZeroUsize::new(slots).unwrap();
        let inputs = history(&steps, &config);
        let start = start.index(inputs.len());
        let mut engine = Warden::new(config, FixedState::with_seed(1));
        for (turn, (event, now)) in inputs.iter().enumerate() {
            drop(engine.handle_input(event.clone(), *now));
            let copy = if turn < start { None } else { engine.copy_page(slots) };
            if let Some(copy) = copy {
                let now = copy.now();
                prop_assert_eq!(copy.config(), engine.config());
                prop_assert_eq!(copy.into_data(), data(&engine, now));
            }
        }
    }
}

/// Any policy, the presets among them, and a history.
fn any_policy_and_history() -> impl Strategy<Value = (Config, Vec<Step>)> {
    let presets = select(vec![Config::default(), Config::flow(), Config::op_node()]);
    let config = prop_oneof![4 => any_config().boxed(), 1 => presets.boxed()];
    prop_oneof![
        2 => (config, scenes::any_history()).boxed(),
        1 => incidents::any_policy_and_history().boxed(),
    ]
}

fn resume(engine: &Engine, now: Instant) -> Engine {
    let (saved, live) = data(engine, now);
    let hasher = FixedState::with_seed(2);
    Warden::resume(engine.config().clone(), hasher, saved, live, now).unwrap()
}

fn data(engine: &Engine, now: Instant) -> (Vec<Saved<Peer>>, Live<Peer>) {
    (engine.snapshot(now).collect(), engine.live(now))
}

/// Everything that an engine answers at some moment, but for the places of its bans.
#[derive(Debug, PartialEq)]
struct Answers {
    statuses: Vec<Option<PeerStatus>>,
    known: Vec<Peer>,
    seen: Vec<(Option<IpAddr>, Option<Direction>)>,
    bans: Vec<(Subject<Peer>, Causes, Instant, Option<Direction>)>,
    gates: Vec<Verdict>,
    reasons: Vec<Denial>,
    counts: Counts,
    deadline: Option<Instant>,
    slices: [Option<Instant>; 2],
}

impl Answers {
    fn of(engine: &Engine, at: Instant) -> Self {
        let peers = 0..PEERS;
        let mut known: Vec<_> = engine.peers(Default::default(), 64, at).0;
        known.sort_by_key(|(peer, _)| *peer);
        let ban = |ban: Ban<Peer>| (ban.subject, ban.causes, ban.began, ban.direction);
        let mut gates: Vec<_> =
            addrs().into_iter().map(|addr| engine.check_addr(addr, at)).collect();
        let mut reasons = Vec::new();
        for (peer, addr) in peers.clone().zip(addrs()) {
            gates.push(engine.check_peer(&peer, None, at));
            gates.push(engine.check_peer(&peer, Some(addr), at));
            reasons.extend(engine.reasons(Some(&peer), Some(addr), at));
        }
        Self {
            statuses: peers.clone().map(|peer| engine.status(&peer, at)).collect(),
            known: known.into_iter().map(|(peer, _)| peer).collect(),
            seen: peers.map(|peer| engine.last_seen(&peer)).collect(),
            bans: engine.bans(at).map(ban).collect(),
            gates,
            reasons,
            counts: engine.counts(),
            deadline: engine.next_deadline(),
            slices: [1, 3].map(|most| engine.slice(NonZeroUsize::new(most).unwrap(), at)),
        }
    }
}
