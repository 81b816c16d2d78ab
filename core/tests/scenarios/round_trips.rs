//! Round trips of everything that is written and read again.

use peerwarden_core::scenario::{
    ActionHash, ActionLine, Answer, Entry, ExpectedStatus, Gate, Input, Policy, Question, Step,
};
use peerwarden_core::{Action, Cause, Points, Withheld};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::borrow::Cow;

use crate::policies::any_config;
use crate::values::*;

proptest! {
    #[test]
    fn every_event_reads_as_it_was_written(at in any_instant(), event in any_event()) {
        let step = Step::of(at, event);
        let line = step.to_string();

        prop_assert_eq!(&Step::read(&line).unwrap(), &step, "{}", line);
        prop_assert!(!line.contains('\n'), "{}", line);
    }

    #[test]
    fn every_other_step_reads_as_it_was_written(at in any_instant(), entry in any_entry()) {
        let step = Step { at, entry };
        let line = step.to_string();

        prop_assert_eq!(Step::read(&line).unwrap(), step, "{}", line);
    }

    #[test]
    fn every_policy_reads_as_it_was_written(config in any_config()) {
        let json = serde_json::to_string(&Policy::of(&config)).unwrap();
        let policy: Policy = serde_json::from_str(&json).unwrap();

        prop_assert_eq!(policy.config().unwrap(), config, "{}", json);
    }

    #[test]
    fn every_line_of_an_action_reads_as_it_was_written(action in any_action()) {
        let line = ActionLine::of(&action);

        prop_assert_eq!(line.as_str().parse(), Ok(line.clone()));
        prop_assert_eq!(line.is_forget(), matches!(action, Action::Forget { .. }));
    }

    #[test]
    fn names_are_borrowed_from_the_line_and_can_be_changed(
        at in any_instant(),
        event in any_event(),
    ) {
        let line = Step::of(at, event.clone()).to_string();

        let borrowed: Step<Cow<'_, str>> = Step::read(&line).unwrap();
        let owned = borrowed.map_peers(|name| format!("{name}!"));

        prop_assert_eq!(owned, Step::of(at, event.map_peers(|name| format!("{name}!"))));
    }
}

/// What is neither an event nor, as events are, left without what is expected.
fn any_entry() -> impl Strategy<Value = Entry<String>> {
    let status = (
        option::of(any_number()),
        option::of(any::<u32>()),
        option::of(vec(select(Cause::ALL.to_vec()), 0..3)),
        option::of(option::of(any_until())),
        option::of(any::<bool>()),
    )
        .prop_map(|(penalty, offences, causes, until, standing)| ExpectedStatus {
            penalty: penalty.map(Points::from_micros),
            offences,
            causes,
            until,
            standing,
        });
    let gate = prop_oneof![
        any_addr().prop_map(Gate::Addr),
        (any_peer(), option::of(any_addr())).prop_map(|(peer, addr)| Gate::Peer { peer, addr }),
    ];
    let report =
        (any_peer(), any_misbehavior(), any_amplification(), option::of(any_peer())).prop_map(
            |(peer, misbehavior, amplify, via)| Input::Report { peer, misbehavior, amplify, via },
        );
    let input = prop_oneof![any_event().prop_map(Input::Event), report];
    let expect = vec(any_action().prop_map(|action| ActionLine::of(&action)), 0..3);
    prop_oneof![
        any::<u64>().prop_map(|inputs| Entry::Gap { inputs }),
        (any::<u64>(), any::<u64>())
            .prop_map(|(hash, inputs)| Entry::Hash { hash: ActionHash::from_value(hash), inputs }),
        (input, any::<u32>(), option::of(expect)).prop_map(|(input, times, expect)| Entry::Input {
            input,
            times,
            expect
        }),
        (gate, select(vec![Answer::Allow, Answer::Deny]))
            .prop_map(|(gate, verdict)| Entry::Question(Question::Check { gate, verdict })),
        (any_peer(), status)
            .prop_map(|(peer, status)| Entry::Question(Question::Status { peer, status })),
    ]
}

fn any_action() -> impl Strategy<Value = Action<String>> {
    let cause = || select(Cause::ALL.to_vec());
    // What the engine gives is canonical, and prints as what it reads as.
    let subject = || any_subject().prop_map(|subject| subject.canonical());
    prop_oneof![
        (subject(), cause(), any_until()).prop_map(|(subject, cause, until)| Action::Amend {
            subject,
            cause,
            until
        }),
        (subject(), cause(), any_until()).prop_map(|(subject, cause, until)| Action::Ban {
            subject,
            cause,
            until
        }),
        any_peer().prop_map(|peer| Action::Dial { peer }),
        any_peer().prop_map(|peer| Action::Disconnect { peer }),
        any_peer().prop_map(|peer| Action::Forget { peer }),
        any::<bool>().prop_map(|on| Action::Incident { on }),
        (any_peer(), any::<bool>()).prop_map(|(peer, gone)| Action::RequestScore { peer, gone }),
        (subject(), cause()).prop_map(|(subject, cause)| Action::Unban { subject, cause }),
        any_peer().prop_map(|peer| Action::Warn { peer }),
        (subject(), cause(), select(Withheld::ALL.to_vec()))
            .prop_map(|(subject, cause, why)| Action::Withhold { subject, cause, why }),
    ]
}
