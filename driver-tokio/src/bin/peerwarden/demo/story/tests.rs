use std::time::Duration;

use peerwarden_tokio::{Cause, Misbehavior, Points, Withheld};

use super::{Play, STEPS, Story};
use crate::demo::cast::Who;
use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;

/// Everything that has to happen, once, in an order in which it can.
fn facts() -> Vec<Fact> {
    let reported = |nth| Fact::Reported {
        who: Who::Spammer,
        misbehavior: Misbehavior::INVALID_MESSAGE,
        owes: Points::from_points(100),
        nth,
    };
    let banned = |who, cause, offence, before| Fact::Banned {
        who,
        cause,
        lasts: Duration::from_secs(u64::from(offence) * 5),
        owes: Points::ZERO,
        offence,
        before,
    };
    let left = |who| Fact::Left { who, after_report: Some(Duration::from_millis(1)) };
    let bounced = Fact::Bounced { who: Who::Spammer, lasted: Duration::from_millis(1) };
    vec![
        Fact::Joined { who: Who::Spammer, dialled_by_guard: true },
        Fact::Gathered { peers: 4 },
        Fact::Flowing { messages: 3, peers: 1 },
        reported(1),
        reported(2),
        reported(3),
        banned(Who::Spammer, Cause::Penalty, 1, None),
        left(Who::Spammer),
        Fact::Refused { who: Who::Spammer, cause: Cause::Penalty, left: Duration::from_secs(4) },
        bounced.clone(),
        Fact::Withheld { who: Who::Friend, cause: Cause::Penalty, why: Withheld::Protected },
        banned(Who::Sneak, Cause::Score, 1, None),
        left(Who::Sneak),
        Fact::Unbanned { who: Who::Spammer, after: Some(Duration::from_secs(5)) },
        Fact::Redialled { who: Who::Spammer },
        banned(Who::Spammer, Cause::Penalty, 2, Some(Duration::from_secs(5))),
        left(Who::Spammer),
        bounced,
        Fact::Present { who: Who::Friend },
        Fact::Counted { published: 10, delivered: 10, longest_gap: Duration::from_millis(300) },
    ]
}

/// The same for a spammer that is still banned when it begins.
fn facts_while_still_out() -> Vec<Fact> {
    let refused = Fact::Refused { who: Who::Spammer, cause: Cause::Penalty, left: SECOND };
    let mut facts = vec![refused, Fact::Unbanned { who: Who::Spammer, after: None }];
    facts.extend(facts_again());
    facts
}

/// The same for a spammer that has an offence on record.
fn facts_again() -> Vec<Fact> {
    let mut facts = facts();
    let end_of_ban = facts.iter().position(|fact| matches!(fact, Fact::Unbanned { .. })).unwrap();
    facts.drain(end_of_ban..end_of_ban + 5);
    for fact in &mut facts {
        if let Fact::Banned { who: Who::Spammer, offence, .. } = fact {
            *offence = 3;
        }
    }
    facts
}

fn tell(facts: &[Fact]) -> Story {
    tell_as(Play::First, facts)
}

fn tell_as(play: Play, facts: &[Fact]) -> Story {
    let mut story = Story::new(play);
    for fact in facts {
        story.observe(fact);
    }
    story
}

#[test]
fn the_whole_story_is_complete() {
    let story = tell(&facts());

    assert!(story.is_complete(), "{:?}", story.missing().next());
    assert_eq!(story.done(), story.steps().count());
    assert!(story.spoilt().is_empty());
}

#[test]
fn a_story_with_somebody_known_is_shorter_and_one_with_somebody_still_out_has_a_prelude() {
    let again = tell_as(Play::Again, &facts_again());
    let still_out = tell_as(Play::StillOut, &facts_while_still_out());

    assert!(again.is_complete(), "{:?}", again.missing().next());
    assert!(still_out.is_complete(), "{:?}", still_out.missing().next());
    assert_eq!(again.done() + 2, still_out.done());
    assert!(!tell_as(Play::Again, &facts()).is_complete(), "a first offence is no further one");
}

#[test]
fn without_any_one_of_its_facts_it_is_not() {
    for (play, all) in [
        (Play::First, facts()),
        (Play::Again, facts_again()),
        (Play::StillOut, facts_while_still_out()),
    ] {
        for left_out in 0..all.len() {
            let mut facts = all.clone();
            let fact = facts.remove(left_out);
            // Of the reports, only that there are at least three of them counts.
            if !matches!(fact, Fact::Reported { nth: 1 | 2, .. }) {
                assert!(!tell_as(play, &facts).is_complete(), "{play:?} without {fact:?}");
            }
        }
    }
}

#[test]
fn it_is_played_when_only_the_counting_is_left() {
    let mut facts = facts();
    facts.truncate(facts.len() - 2);
    assert!(tell(&facts).is_played());

    facts.pop();
    assert!(!tell(&facts).is_played());
}

#[test]
fn a_second_ban_that_is_no_longer_than_the_first_does_not_count() {
    let mut facts = facts();
    for fact in &mut facts {
        if let Fact::Banned { offence: 2, lasts, .. } = fact {
            *lasts = Duration::from_secs(5);
        }
    }

    let story = tell(&facts);

    assert_eq!(story.missing().map(|step| step.name).next(), Some("second-ban"));
}

#[test]
fn a_lost_message_is_an_interruption() {
    let mut facts = facts();
    facts.pop();
    facts.push(Fact::Counted { published: 10, delivered: 9, longest_gap: Duration::ZERO });

    assert!(!tell(&facts).is_complete());
}

#[test]
fn steps_give_their_cues_once() {
    let mut story = Story::new(Play::First);
    let joined = &facts()[0];

    assert_eq!(story.observe(joined), [(To::Peers, Cue::Join)]);
    assert_eq!(story.observe(joined), []);
}

#[test]
fn an_honest_peer_that_is_blamed_spoils_it() {
    let mut facts = facts();
    facts.push(Fact::Left { who: Who::Honest(2), after_report: None });

    let story = tell(&facts);

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
