//! Properties of every history, whatever the rules say in detail.

use foldhash::fast::FixedState;
use peerwarden_core::{Action, Cause, Config, Direction, Event, Instant, Subject, Warden};
use proptest::prelude::*;
use std::num::NonZeroUsize;

use crate::model::{Model, Peer};
use crate::policies::any_config;
use crate::scenes::any_history;
use crate::steps::Step;
use crate::values::{PEERS, addrs};
use crate::witness::Witness;

type Engine = Warden<Peer, FixedState>;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn actions_and_gates_tell_one_story(steps in any_history(), config in any_config()) {
        let mut engine = engine(&config, 0);
        let mut witness = Witness::default();
        for (event, now) in history(&steps, &config) {
            let actions = engine.handle_input(event.clone(), now);

            witness.see(&event, &actions).map_err(TestCaseError::fail)?;
            for peer in 0..PEERS {
                let denied = engine.check_peer(&peer, None, now).denial(Direction::Inbound);
                prop_assert_eq!(denied.is_some(), witness.is_banned(&Subject::Peer(peer)));
            }
        }
    }

    /// Grace aside, which no answer tells of.
    #[test]
    fn what_is_kept_is_bounded(steps in any_history(), config in any_config()) {
        let config = config.with_unban_grace(None).unwrap();
        let mut engine = engine(&config, 0);
        for (event, now) in under_one_policy(history(&steps, &config)) {
            let beats = event == Event::Heartbeat;
            let _ = engine.handle_input(event, now);

            let counts = engine.counts();
            let known: Vec<_> = (0..PEERS).filter_map(|peer| engine.status(&peer, now)).collect();
            let bounded = known.iter().filter(|status| {
                let mut causes = status.causes.iter().map(|active| active.cause);
                !status.connected
                    && !status.standing
                    && !status.protected
                    && !causes.any(|cause| matches!(cause, Cause::Operator | Cause::Remote))
            });
            // Two that the input is about, accused and deliverer, stay in any case.
            prop_assert!(beats || bounded.count() <= config.max_records().get().max(2));
            let absent = known.iter().filter(|status| status.standing && !status.connected);
            prop_assert!(absent.count() <= config.max_standing());
            prop_assert!(counts.bans(Cause::Address) <= config.max_addr_bans().get());
            prop_assert!(counts.bans(Cause::Remote) <= config.max_remote_bans());
        }
    }

    #[test]
    fn the_seed_of_the_hasher_reaches_no_action(
        steps in any_history(),
        config in any_config(),
    ) {
        let (mut one, mut other) = (engine(&config, 1), engine(&config, 2));
        for (event, now) in history(&steps, &config) {
            prop_assert_eq!(
                one.handle_input(event.clone(), now),
                other.handle_input(event, now)
            );
        }
    }

    #[test]
    fn a_clock_that_steps_back_stands_still(
        steps in any_history(),
        config in any_config(),
        back in 0_u64..100_000_000_000,
    ) {
        let (mut steady, mut stepping) = (engine(&config, 0), engine(&config, 0));
        let mut latest = Instant::ORIGIN;
        for (event, now) in history(&steps, &config) {
            let back = Instant::from_nanos(latest.as_nanos().saturating_sub(back));
            let earlier = if now <= latest { back } else { now };
            latest = latest.max(now);
            prop_assert_eq!(
                steady.handle_input(event.clone(), latest),
                stepping.handle_input(event, earlier)
            );
        }
    }

    /// Displacement apart, which a heartbeat may bring forward.
    #[test]
    fn extra_heartbeats_change_only_when_an_end_is_told(
        steps in any_history(),
        config in any_config(),
    ) {
        let config = config.with_max_records(NonZeroUsize::MAX);
        let (mut plain, mut extra) = (engine(&config, 0), engine(&config, 0));
        let mut latest = 0;
        for (event, now) in under_one_policy(history(&steps, &config)) {
            let halfway = latest + now.as_nanos().saturating_sub(latest) / 2;
            latest = latest.max(now.as_nanos());
            let (mut given, mut extra_given) = (Vec::new(), Vec::new());
            for early in [halfway, latest - (latest - halfway) / 1_000, latest] {
                extra_given.extend(extra.handle_input(Event::Heartbeat, Instant::from_nanos(early)));
            }
            extra_given.extend(extra.handle_input(event.clone(), now));
            given.extend(plain.handle_input(event, now));

            // A dial can be left out by the input that the heartbeat came before.
            given.retain(|action| !matches!(action, Action::Dial { .. }));
            extra_given.retain(|action| !matches!(action, Action::Dial { .. }));
            given.sort_by_key(ToString::to_string);
            extra_given.sort_by_key(ToString::to_string);
            prop_assert_eq!(given, extra_given);
            for peer in 0..PEERS {
                prop_assert_eq!(plain.status(&peer, now), extra.status(&peer, now));
                for addr in addrs() {
                    prop_assert_eq!(
                        plain.check_peer(&peer, Some(addr), now),
                        extra.check_peer(&peer, Some(addr), now)
                    );
                }
            }
        }
    }
}

/// The inputs of these steps, and their times: the model says when something changes by itself.
pub(crate) fn history(steps: &[Step], config: &Config) -> Vec<(Event<Peer>, Instant)> {
    let mut model = Model::new(config.clone());
    let mut latest = Instant::ORIGIN;
    let mut inputs = Vec::new();
    for step in steps {
        let now = step.moment.resolve(latest, &model);
        latest = latest.max(now);
        for _ in 0..step.times {
            let _ = model.handle_input(step.event.clone(), now);
            inputs.push((step.event.clone(), now));
        }
    }
    inputs
}

/// Without the changes of policy: a bound that is drawn tighter lets stay what is there.
fn under_one_policy(
    mut history: Vec<(Event<Peer>, Instant)>,
) -> impl Iterator<Item = (Event<Peer>, Instant)> {
    history.retain(|(event, _)| !matches!(event, Event::Reconfigure { .. }));
    history.into_iter()
}

fn engine(config: &Config, seed: u64) -> Engine {
    Warden::new(config.clone(), FixedState::with_seed(seed))
}
