use std::time::Duration;

use peerwarden_tokio::{Cause, Misbehavior, Points, Withheld};

use super::{Checklist, STEPS, Script};
use crate::demo::command::{Command, To};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;

/// Everything that has to happen, once, in an order in which it can.
fn observations() -> Vec<Observation> {
    let reported = |nth| Observation::Reported {
        who: Participant::Spammer,
        misbehavior: Misbehavior::INVALID_MESSAGE,
        owes: Points::from_points(100),
        nth,
    };
    let banned = |who, cause, offence, before| Observation::Banned {
        who,
        cause,
        lasts: Duration::from_secs(u64::from(offence) * 5),
        owes: Points::ZERO,
        offence,
        before,
    };
    let left = |who| Observation::Left { who, after_report: Some(Duration::from_millis(1)) };
    let bounced =
        Observation::Bounced { who: Participant::Spammer, lasted: Duration::from_millis(1) };
    vec![
        Observation::Joined { who: Participant::Spammer, dialled_by_guard: true },
        Observation::Gathered { peers: 4 },
        Observation::Flowing { messages: 3, peers: 1 },
        reported(1),
        reported(2),
        reported(3),
        banned(Participant::Spammer, Cause::Penalty, 1, None),
        left(Participant::Spammer),
        Observation::Refused {
            who: Participant::Spammer,
            cause: Cause::Penalty,
            left: Duration::from_secs(4),
        },
        bounced.clone(),
        Observation::Withheld {
            who: Participant::Friend,
            cause: Cause::Penalty,
            why: Withheld::Protected,
        },
        banned(Participant::Sneak, Cause::Score, 1, None),
        left(Participant::Sneak),
        Observation::Unbanned { who: Participant::Spammer, after: Some(Duration::from_secs(5)) },
        Observation::Redialled { who: Participant::Spammer },
        banned(Participant::Spammer, Cause::Penalty, 2, Some(Duration::from_secs(5))),
        left(Participant::Spammer),
        bounced,
        Observation::Present { who: Participant::Friend },
        Observation::Counted {
            published: 10,
            delivered: 10,
            longest_gap: Duration::from_millis(300),
        },
    ]
}

/// The same for a spammer that is still banned when it begins.
fn facts_while_still_out() -> Vec<Observation> {
    let refused =
        Observation::Refused { who: Participant::Spammer, cause: Cause::Penalty, left: SECOND };
    let mut observations =
        vec![refused, Observation::Unbanned { who: Participant::Spammer, after: None }];
    observations.extend(facts_again());
    observations
}

/// The same for a spammer that has an offence on record.
fn facts_again() -> Vec<Observation> {
    let mut observations = observations();
    let end_of_ban = observations
        .iter()
        .position(|observation| matches!(observation, Observation::Unbanned { .. }))
        .unwrap();
    observations.drain(end_of_ban..end_of_ban + 5);
    for observation in &mut observations {
        if let Observation::Banned { who: Participant::Spammer, offence, .. } = observation {
            *offence = 3;
        }
    }
    observations
}

fn tell(observations: &[Observation]) -> Checklist {
    tell_as(Script::First, observations)
}

fn tell_as(play: Script, observations: &[Observation]) -> Checklist {
    let mut story = Checklist::new(play);
    for observation in observations {
        story.observe(observation);
    }
    story
}

#[test]
fn the_whole_story_is_complete() {
    let story = tell(&observations());

    assert!(story.is_complete(), "{:?}", story.missing().next());
    assert_eq!(story.done(), story.steps().count());
    assert!(story.spoilt().is_empty());
}

#[test]
fn a_story_with_somebody_known_is_shorter_and_one_with_somebody_still_out_has_a_prelude() {
    let again = tell_as(Script::Again, &facts_again());
    let still_out = tell_as(Script::StillOut, &facts_while_still_out());

    assert!(again.is_complete(), "{:?}", again.missing().next());
    assert!(still_out.is_complete(), "{:?}", still_out.missing().next());
    assert_eq!(again.done() + 2, still_out.done());
    assert!(
        !tell_as(Script::Again, &observations()).is_complete(),
        "a first offence is no further one"
    );
}

#[test]
fn without_any_one_of_its_facts_it_is_not() {
    for (play, all) in [
        (Script::First, observations()),
        (Script::Again, facts_again()),
        (Script::StillOut, facts_while_still_out()),
    ] {
        for left_out in 0..all.len() {
            let mut observations = all.clone();
            let observation = observations.remove(left_out);
            // Of the reports, only that there are at least three of them counts.
            if !matches!(observation, Observation::Reported { nth: 1 | 2, .. }) {
                assert!(
                    !tell_as(play, &observations).is_complete(),
                    "{play:?} without {observation:?}"
                );
            }
        }
    }
}

#[test]
fn it_is_played_when_only_the_counting_is_left() {
    let mut observations = observations();
    observations.truncate(observations.len() - 2);
    assert!(tell(&observations).is_played());

    observations.pop();
    assert!(!tell(&observations).is_played());
}

#[test]
fn a_second_ban_that_is_no_longer_than_the_first_does_not_count() {
    let mut observations = observations();
    for observation in &mut observations {
        if let Observation::Banned { offence: 2, lasts, .. } = observation {
            *lasts = Duration::from_secs(5);
        }
    }

    let story = tell(&observations);

    assert_eq!(story.missing().map(|step| step.name).next(), Some("second-ban"));
}

#[test]
fn a_lost_message_is_an_interruption() {
    let mut observations = observations();
    observations.pop();
    observations.push(Observation::Counted {
        published: 10,
        delivered: 9,
        longest_gap: Duration::ZERO,
    });

    assert!(!tell(&observations).is_complete());
}

#[test]
fn steps_give_their_cues_once() {
    let mut story = Checklist::new(Script::First);
    let joined = &observations()[0];

    assert_eq!(story.observe(joined), [(To::Peers, Command::Join)]);
    assert_eq!(story.observe(joined), []);
}

#[test]
fn an_honest_peer_that_is_blamed_spoils_it() {
    let mut observations = observations();
    observations.push(Observation::Left { who: Participant::Honest(2), after_report: None });

    let story = tell(&observations);

    assert!(story.is_complete());
    assert_eq!(story.spoilt(), ["an honest peer lost its connection"]);
}

#[test]
fn every_step_comes_after_steps_that_exist_and_come_before_it() {
    for (at, step) in STEPS.iter().enumerate() {
        for before in step.after {
            let found = STEPS.iter().position(|other| other.name == *before);
            assert!(found.is_some_and(|found| found < at), "{}", step.name);
        }
    }
}

const SECOND: Duration = Duration::from_secs(1);
