//! The story itself, as data.

use peerwarden_tokio::{Cause, Withheld};

use super::{Happens, Play, Step};
use crate::demo::cast::Who;
use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;

/// Every step, in the order in which they are told.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "still-refused",
        says: "the spammer is refused for its ban from before the start",
        plays: STILL_OUT,
        after: &[],
        when: |fact| matches!(fact, Fact::Refused { who: Who::Spammer, cause: Cause::Penalty, .. }),
        then: &[],
    },
    Step {
        name: "old-ban-over",
        says: "the spammer's ban from before the start ends on its own",
        plays: STILL_OUT,
        after: &[],
        when: |fact| matches!(fact, Fact::Unbanned { who: Who::Spammer, after: None }),
        then: &[],
    },
    Step {
        name: "dialled",
        says: "the guard dials the spammer first",
        plays: ALL,
        after: &["old-ban-over"],
        when: |fact| matches!(fact, Fact::Joined { who: Who::Spammer, dialled_by_guard: true }),
        then: &[(To::Peers, Cue::Join)],
    },
    Step {
        name: "gathered",
        says: "everybody is connected",
        plays: ALL,
        after: &["dialled"],
        when: |fact| matches!(fact, Fact::Gathered { .. }),
        then: &[],
    },
    Step {
        name: "flowing",
        says: "honest messages come through",
        plays: ALL,
        after: &["gathered"],
        when: |fact| matches!(fact, Fact::Flowing { .. }),
        then: &[(To::One(Who::Spammer), Cue::Misbehave)],
    },
    Step {
        name: "penalty",
        says: "the spammer's penalty rises",
        plays: ALL,
        after: &["flowing"],
        when: |fact| matches!(fact, Fact::Reported { who: Who::Spammer, nth: 3.., .. }),
        then: &[],
    },
    Step {
        name: "ban",
        says: "the spammer is banned for its penalty",
        plays: FIRST,
        after: &["penalty"],
        when: |fact| {
            matches!(
                fact,
                Fact::Banned { who: Who::Spammer, cause: Cause::Penalty, offence: 1, .. }
            )
        },
        then: &[],
    },
    Step {
        name: "further-ban",
        says: "the spammer is banned for a further offence",
        plays: LATER,
        after: &["penalty"],
        when: |fact| {
            matches!(
                fact,
                Fact::Banned { who: Who::Spammer, cause: Cause::Penalty, offence: 2.., .. }
            )
        },
        then: &[],
    },
    Step {
        name: "disconnect",
        says: "the spammer is disconnected",
        plays: ALL,
        after: &["ban", "further-ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Spammer, after_report: Some(_) }),
        then: &[(To::One(Who::Friend), Cue::Misbehave)],
    },
    Step {
        name: "refused",
        says: "the spammer comes back and is refused",
        plays: ALL,
        after: &["disconnect"],
        when: |fact| matches!(fact, Fact::Refused { who: Who::Spammer, cause: Cause::Penalty, .. }),
        then: &[],
    },
    Step {
        name: "bounced",
        says: "the spammer sees its connection established and closed",
        plays: ALL,
        after: &["disconnect"],
        when: |fact| matches!(fact, Fact::Bounced { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "spared",
        says: "the protected friend is spared",
        plays: ALL,
        after: &["disconnect"],
        when: |fact| {
            matches!(
                fact,
                Fact::Withheld {
                    who: Who::Friend,
                    cause: Cause::Penalty,
                    why: Withheld::Protected,
                }
            )
        },
        then: &[(To::One(Who::Friend), Cue::Behave), (To::One(Who::Sneak), Cue::Misbehave)],
    },
    Step {
        name: "score-ban",
        says: "the sneak is banned for its gossipsub score",
        plays: ALL,
        after: &["spared"],
        when: |fact| matches!(fact, Fact::Banned { who: Who::Sneak, cause: Cause::Score, .. }),
        then: &[],
    },
    Step {
        name: "score-disconnect",
        says: "the sneak is disconnected",
        plays: ALL,
        after: &["score-ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Sneak, .. }),
        then: &[],
    },
    Step {
        name: "ban-over",
        says: "the spammer's ban ends on its own",
        plays: FIRST,
        after: &["ban"],
        when: |fact| matches!(fact, Fact::Unbanned { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "redial",
        says: "the guard dials the spammer again",
        plays: FIRST,
        after: &["ban-over"],
        when: |fact| matches!(fact, Fact::Redialled { who: Who::Spammer }),
        then: &[(To::One(Who::Spammer), Cue::Misbehave)],
    },
    Step {
        name: "second-ban",
        says: "the spammer's second offence earns a longer ban",
        plays: FIRST,
        after: &["redial"],
        when: |fact| {
            matches!(
                fact,
                Fact::Banned {
                    who: Who::Spammer,
                    cause: Cause::Penalty,
                    offence: 2,
                    lasts,
                    before: Some(before),
                    ..
                } if lasts > before
            )
        },
        then: &[],
    },
    Step {
        name: "second-disconnect",
        says: "the spammer is disconnected again",
        plays: FIRST,
        after: &["second-ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "second-refused",
        says: "the spammer is refused again",
        plays: FIRST,
        after: &["second-disconnect"],
        when: |fact| matches!(fact, Fact::Bounced { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "stayed",
        says: "the protected friend is still connected",
        plays: ALL,
        after: &["score-disconnect", "second-refused"],
        when: |fact| matches!(fact, Fact::Present { who: Who::Friend }),
        then: &[],
    },
    Step {
        name: "uninterrupted",
        says: "honest traffic was never interrupted",
        plays: ALL,
        after: &["score-disconnect", "second-refused"],
        when: |fact| {
            matches!(
                fact,
                Fact::Counted { published, delivered, longest_gap }
                    if delivered == published && longest_gap.as_secs_f64() < LONGEST_GAP
            )
        },
        then: &[],
    },
];

/// The steps for which everybody is told to stop. Once only they are left, the story is played.
pub(super) const COUNTING: [&str; 2] = ["stayed", "uninterrupted"];

const ALL: &[Play] = &[Play::First, Play::Again, Play::StillOut];
const FIRST: &[Play] = &[Play::First];
const LATER: &[Play] = &[Play::Again, Play::StillOut];
const STILL_OUT: &[Play] = &[Play::StillOut];

/// What must not happen, and how it is called if it does.
pub(super) const NEVER: &[(&str, Happens)] = &[
    (
        "an honest peer was reported",
        |fact| matches!(fact, Fact::Reported { who, .. } if who.is_honest()),
    ),
    (
        "an honest peer was banned or refused",
        |fact| matches!(fact, Fact::Banned { who, .. } | Fact::Refused { who, .. } if who.is_honest()),
    ),
    (
        "an honest peer lost its connection",
        |fact| matches!(fact, Fact::Left { who, .. } if who.is_honest()),
    ),
    ("the protected friend was banned", |fact| {
        matches!(fact, Fact::Banned { who: Who::Friend, .. })
    }),
    ("the protected friend lost its connection", |fact| {
        matches!(fact, Fact::Left { who: Who::Friend, .. })
    }),
    ("the sneak was banned for its penalty", |fact| {
        matches!(fact, Fact::Banned { who: Who::Sneak, cause: Cause::Penalty, .. })
    }),
];

/// Seconds. Honest peers speak about four times in one.
const LONGEST_GAP: f64 = 3.0;
