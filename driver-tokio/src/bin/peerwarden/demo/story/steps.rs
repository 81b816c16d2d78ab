//! The story itself, as data.

use peerwarden_tokio::{Cause, Withheld};

use super::{Happens, Step};
use crate::demo::cast::Who;
use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;

/// Every step, in the order in which they are told.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "dialled",
        says: "the guard dials the spammer first",
        after: &[],
        when: |fact| matches!(fact, Fact::Joined { who: Who::Spammer, dialled_by_guard: true }),
        then: &[(To::Peers, Cue::Join)],
    },
    Step {
        name: "gathered",
        says: "everybody is connected",
        after: &["dialled"],
        when: |fact| matches!(fact, Fact::Gathered { .. }),
        then: &[],
    },
    Step {
        name: "flowing",
        says: "honest messages come through",
        after: &["gathered"],
        when: |fact| matches!(fact, Fact::Flowing { .. }),
        then: &[(To::One(Who::Spammer), Cue::Misbehave)],
    },
    Step {
        name: "penalty",
        says: "the spammer's penalty rises",
        after: &["flowing"],
        when: |fact| matches!(fact, Fact::Reported { who: Who::Spammer, nth: 3.., .. }),
        then: &[],
    },
    Step {
        name: "ban",
        says: "the spammer is banned for its penalty",
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
        name: "disconnect",
        says: "the spammer is disconnected",
        after: &["ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Spammer, after_report: Some(_) }),
        then: &[(To::One(Who::Friend), Cue::Misbehave)],
    },
    Step {
        name: "refused",
        says: "the spammer comes back and is refused",
        after: &["disconnect"],
        when: |fact| matches!(fact, Fact::Refused { who: Who::Spammer, cause: Cause::Penalty, .. }),
        then: &[],
    },
    Step {
        name: "bounced",
        says: "the spammer sees its connection established and closed",
        after: &["disconnect"],
        when: |fact| matches!(fact, Fact::Bounced { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "spared",
        says: "the protected friend is spared",
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
        after: &["spared"],
        when: |fact| matches!(fact, Fact::Banned { who: Who::Sneak, cause: Cause::Score, .. }),
        then: &[],
    },
    Step {
        name: "score-disconnect",
        says: "the sneak is disconnected",
        after: &["score-ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Sneak, .. }),
        then: &[],
    },
    Step {
        name: "ban-over",
        says: "the spammer's ban ends on its own",
        after: &["ban"],
        when: |fact| matches!(fact, Fact::Unbanned { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "redial",
        says: "the guard dials the spammer again",
        after: &["ban-over"],
        when: |fact| matches!(fact, Fact::Redialled { who: Who::Spammer }),
        then: &[(To::One(Who::Spammer), Cue::Misbehave)],
    },
    Step {
        name: "second-ban",
        says: "the spammer's second offence earns a longer ban",
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
        after: &["second-ban"],
        when: |fact| matches!(fact, Fact::Left { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "second-refused",
        says: "the spammer is refused again",
        after: &["second-disconnect"],
        when: |fact| matches!(fact, Fact::Bounced { who: Who::Spammer, .. }),
        then: &[],
    },
    Step {
        name: "stayed",
        says: "the protected friend is still connected",
        after: &["spared", LAST_ACT],
        when: |fact| matches!(fact, Fact::Present { who: Who::Friend }),
        then: &[],
    },
    Step {
        name: "uninterrupted",
        says: "honest traffic was never interrupted",
        after: &["flowing", LAST_ACT],
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

/// After this step, and those before it, all that is left is to count.
pub(super) const LAST_ACT: &str = "second-refused";

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
