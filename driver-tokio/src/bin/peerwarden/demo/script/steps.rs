//! Steps of the scripts, as data.

use peerwarden_tokio::{Cause, Withheld};

use super::{Happens, Script, Step};
use crate::demo::command::{Command, To};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;

/// Every step, in the order in which they are told.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "still-refused",
        says: "the spammer is refused for its ban from before the start",
        scripts: STILL_OUT,
        after: &[],
        when: |observation| {
            matches!(
                observation,
                Observation::Refused { who: Participant::Spammer, cause: Cause::Penalty, .. }
            )
        },
        then: &[],
    },
    Step {
        name: "old-ban-over",
        says: "the spammer's ban from before the start ends on its own",
        scripts: STILL_OUT,
        after: &[],
        when: |observation| {
            matches!(observation, Observation::Unbanned { who: Participant::Spammer, after: None })
        },
        then: &[],
    },
    Step {
        name: "dialled",
        says: "the guard dials the spammer first",
        scripts: ALL,
        after: &["old-ban-over"],
        when: |observation| {
            matches!(
                observation,
                Observation::Joined { who: Participant::Spammer, dialled_by_guard: true }
            )
        },
        then: &[(To::Peers, Command::Join)],
    },
    Step {
        name: "gathered",
        says: "everybody is connected",
        scripts: ALL,
        after: &["dialled"],
        when: |observation| matches!(observation, Observation::Gathered { .. }),
        then: &[],
    },
    Step {
        name: "flowing",
        says: "honest messages come through",
        scripts: ALL,
        after: &["gathered"],
        when: |observation| matches!(observation, Observation::Flowing { .. }),
        then: &[(To::One(Participant::Spammer), Command::Misbehave)],
    },
    Step {
        name: "penalty",
        says: "the spammer's penalty rises",
        scripts: ALL,
        after: &["flowing"],
        when: |observation| {
            matches!(observation, Observation::Reported { who: Participant::Spammer, nth: 3.., .. })
        },
        then: &[],
    },
    Step {
        name: "ban",
        says: "the spammer is banned for its penalty",
        scripts: FIRST,
        after: &["penalty"],
        when: |observation| {
            matches!(
                observation,
                Observation::Banned {
                    who: Participant::Spammer,
                    cause: Cause::Penalty,
                    offence: 1,
                    ..
                }
            )
        },
        then: &[],
    },
    Step {
        name: "further-ban",
        says: "the spammer is banned for a further offence",
        scripts: LATER,
        after: &["penalty"],
        when: |observation| {
            matches!(
                observation,
                Observation::Banned {
                    who: Participant::Spammer,
                    cause: Cause::Penalty,
                    offence: 2..,
                    ..
                }
            )
        },
        then: &[],
    },
    Step {
        name: "disconnect",
        says: "the spammer is disconnected",
        scripts: ALL,
        after: &["ban", "further-ban"],
        when: |observation| {
            matches!(
                observation,
                Observation::Left { who: Participant::Spammer, after_report: Some(_) }
            )
        },
        then: &[(To::One(Participant::Friend), Command::Misbehave)],
    },
    Step {
        name: "refused",
        says: "the spammer comes back and is refused",
        scripts: ALL,
        after: &["disconnect"],
        when: |observation| {
            matches!(
                observation,
                Observation::Refused { who: Participant::Spammer, cause: Cause::Penalty, .. }
            )
        },
        then: &[],
    },
    Step {
        name: "bounced",
        says: "the spammer sees its connection established and closed",
        scripts: ALL,
        after: &["disconnect"],
        when: |observation| {
            matches!(observation, Observation::Bounced { who: Participant::Spammer, .. })
        },
        then: &[],
    },
    Step {
        name: "spared",
        says: "the protected friend is spared",
        scripts: ALL,
        after: &["disconnect"],
        when: |observation| {
            matches!(
                observation,
                Observation::Withheld {
                    who: Participant::Friend,
                    cause: Cause::Penalty,
                    why: Withheld::Protected,
                }
            )
        },
        then: &[
            (To::One(Participant::Friend), Command::Behave),
            (To::One(Participant::Sneak), Command::Misbehave),
        ],
    },
    Step {
        name: "score-ban",
        says: "the sneak is banned for its gossipsub score",
        scripts: ALL,
        after: &["spared"],
        when: |observation| {
            matches!(
                observation,
                Observation::Banned { who: Participant::Sneak, cause: Cause::Score, .. }
            )
        },
        then: &[],
    },
    Step {
        name: "score-disconnect",
        says: "the sneak is disconnected",
        scripts: ALL,
        after: &["score-ban"],
        when: |observation| {
            matches!(observation, Observation::Left { who: Participant::Sneak, .. })
        },
        then: &[],
    },
    Step {
        name: "ban-over",
        says: "the spammer's ban ends on its own",
        scripts: FIRST,
        after: &["ban"],
        when: |observation| {
            matches!(observation, Observation::Unbanned { who: Participant::Spammer, .. })
        },
        then: &[],
    },
    Step {
        name: "redial",
        says: "the guard dials the spammer again",
        scripts: FIRST,
        after: &["ban-over"],
        when: |observation| {
            matches!(observation, Observation::Redialled { who: Participant::Spammer })
        },
        then: &[(To::One(Participant::Spammer), Command::Misbehave)],
    },
    Step {
        name: "second-ban",
        says: "the spammer's second offence earns a longer ban",
        scripts: FIRST,
        after: &["redial"],
        when: |observation| {
            matches!(
                observation,
                Observation::Banned {
                    who: Participant::Spammer,
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
        scripts: FIRST,
        after: &["second-ban"],
        when: |observation| {
            matches!(observation, Observation::Left { who: Participant::Spammer, .. })
        },
        then: &[],
    },
    Step {
        name: "second-refused",
        says: "the spammer is refused again",
        scripts: FIRST,
        after: &["second-disconnect"],
        when: |observation| {
            matches!(observation, Observation::Bounced { who: Participant::Spammer, .. })
        },
        then: &[],
    },
    Step {
        name: "stayed",
        says: "the protected friend is still connected",
        scripts: ALL,
        after: &["score-disconnect", "second-refused"],
        when: |observation| {
            matches!(observation, Observation::Present { who: Participant::Friend })
        },
        then: &[],
    },
    Step {
        name: "uninterrupted",
        says: "honest traffic was never interrupted",
        scripts: ALL,
        after: &["score-disconnect", "second-refused"],
        when: |observation| {
            matches!(
                observation,
                Observation::Counted { published, delivered, longest_gap }
                    if delivered == published && longest_gap.as_secs_f64() < LONGEST_GAP
            )
        },
        then: &[],
    },
];

/// The steps for which everybody is told to stop. Once only they are left, the story is played.
pub(super) const COUNTING: [&str; 2] = ["stayed", "uninterrupted"];

const ALL: &[Script] = &[Script::First, Script::Again, Script::StillOut];
const FIRST: &[Script] = &[Script::First];
const LATER: &[Script] = &[Script::Again, Script::StillOut];
const STILL_OUT: &[Script] = &[Script::StillOut];

/// What must not happen, and how it is called if it does.
pub(super) const NEVER: &[(&str, Happens)] = &[
    (
        "an honest peer was reported",
        |observation| matches!(observation, Observation::Reported { who, .. } if who.is_honest()),
    ),
    (
        "an honest peer was banned or refused",
        |observation| matches!(observation, Observation::Banned { who, .. } | Observation::Refused { who, .. } if who.is_honest()),
    ),
    (
        "an honest peer lost its connection",
        |observation| matches!(observation, Observation::Left { who, .. } if who.is_honest()),
    ),
    ("the protected friend was banned", |observation| {
        matches!(observation, Observation::Banned { who: Participant::Friend, .. })
    }),
    ("the protected friend lost its connection", |observation| {
        matches!(observation, Observation::Left { who: Participant::Friend, .. })
    }),
    ("the sneak was banned for its penalty", |observation| {
        matches!(
            observation,
            Observation::Banned { who: Participant::Sneak, cause: Cause::Penalty, .. }
        )
    }),
];

/// Seconds. Honest peers speak about four times in one.
const LONGEST_GAP: f64 = 3.0;
