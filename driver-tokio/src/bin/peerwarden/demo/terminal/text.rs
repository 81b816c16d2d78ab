//! Text of each observation.

use std::fmt::Write;

use peerwarden_tokio::{Cause, Points, Withheld};

use super::{Terminal, Tone, count, millis, seconds};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;
use crate::demo::restored::Sentence;

impl Terminal {
    /// Of whom it is, how it is meant and what it says, if it deserves a line.
    pub(super) fn tell(&self, observation: &Observation) -> Option<(Participant, Tone, String)> {
        Some(match observation {
            Observation::Listening { address } => {
                (Participant::Guard, Tone::Plain, format!("listens on {address}"))
            }
            Observation::Serving { address, after_the_story: false } => (
                Participant::Guard,
                Tone::Plain,
                format!("serves metrics at http://{address}/metrics"),
            ),
            Observation::Serving { address, after_the_story: true } => {
                let what =
                    format!("goes on serving http://{address}/metrics; Ctrl-C ends the program");
                (Participant::Guard, Tone::Good, what)
            }
            Observation::Opened { file, rows } => {
                let file = file.display();
                let what = match rows {
                    0 => format!("keeps its bans in {file}, which is empty"),
                    rows => format!("keeps its bans in {file}: {}", count(*rows, "row")),
                };
                (Participant::Guard, Tone::Plain, what)
            }
            Observation::Remembered { who, banned, protected, offences, owes } => {
                let standing = match banned {
                    Some(banned) => sentence(banned),
                    None if *protected => "protected".to_owned(),
                    None => "not banned".to_owned(),
                };
                let offences = count(*offences, "offence");
                let owes = self.shown(*owes);
                let what = format!("REMEMBERED: {standing}; {offences}, penalty {owes}");
                (*who, Tone::Rising, what)
            }
            Observation::RememberedStranger { subject, banned } => {
                let what =
                    format!("restored a ban of {subject} from another seed: {}", sentence(banned));
                (Participant::Guard, Tone::Aside, what)
            }
            Observation::RememberedMore { bans } => {
                let what = format!("restored {} from other seeds", count(*bans, "more ban"));
                (Participant::Guard, Tone::Aside, what)
            }
            Observation::Joined { who, dialled_by_guard } => {
                let how =
                    if *dialled_by_guard { "connected, dialled by the guard" } else { "connected" };
                (*who, Tone::Plain, how.to_owned())
            }
            Observation::Gathered { peers } => {
                let peers = count(*peers, "peer");
                (Participant::Guard, Tone::Plain, format!("knows all {peers}"))
            }
            Observation::Flowing { messages, peers } => {
                let messages = count(*messages, "good message");
                let what = format!("{messages} from {}", count(*peers, "honest peer"));
                (Participant::Guard, Tone::Good, what)
            }
            Observation::Reported { who, misbehavior, owes, .. } => {
                let what = format!(
                    "{:<28}penalty {:>5} of {} {}",
                    misbehavior.as_str(),
                    self.shown(*owes),
                    self.shown(self.threshold),
                    bar(*owes, self.threshold),
                );
                (*who, Tone::Rising, what)
            }
            Observation::Turned { who, bad: true } => {
                (*who, Tone::Plain, "starts to break the rules".to_owned())
            }
            Observation::Turned { who, bad: false } => {
                (*who, Tone::Plain, "plays by the rules again".to_owned())
            }
            Observation::Scored { who, score } if *score <= WORTH_A_LINE => {
                let score =
                    format!("{:<28}score {score:>7.0}, least {}", "checked", self.min_score);
                (*who, Tone::Rising, score)
            }
            Observation::Banned { who, cause, lasts, owes, offence, before } => {
                let why = match cause {
                    Cause::Penalty => {
                        format!("penalty {} is over {}", self.shown(*owes), self.threshold)
                    }
                    Cause::Score => format!("its score is below {}", self.min_score),
                    Cause::Address | Cause::Application | Cause::Operator | Cause::Remote => {
                        cause.to_string()
                    }
                    _ => cause.to_string(),
                };
                let mut what = format!("BANNED for {}: {why}, offence {offence}", seconds(*lasts));
                if let Some(before) = before {
                    let _ = write!(what, "; the ban before was for {}", seconds(*before));
                }
                (*who, Tone::Bad, what)
            }
            Observation::Withheld { who, cause, why } => {
                let why = match why {
                    Withheld::Protected => "protected",
                    Withheld::Limit => "out of bounds",
                    Withheld::Exempt => "in an exempt network",
                    Withheld::DryRun => "this is a dry run",
                    Withheld::Grace => "just pardoned",
                    Withheld::Incident => "one of so many that the fault is likely here",
                    Withheld::Guard => "too few would be left",
                    _ => why.as_str(),
                };
                (*who, Tone::Good, format!("SPARED: a ban by {cause} was due, but it is {why}"))
            }
            Observation::Left { who, after_report } => {
                let what = after_report.map_or_else(
                    || "disconnected".to_owned(),
                    |after| {
                        format!("disconnected {} after the report that decided it", millis(after))
                    },
                );
                (*who, Tone::Bad, what)
            }
            Observation::Knocked { who, nth } => {
                (*who, Tone::Plain, format!("tries to come back, attempt {nth}"))
            }
            Observation::Refused { who, cause, left } => {
                let what = format!("refuses {who}: banned by {cause}, {} to go", seconds(*left));
                (Participant::Guard, Tone::Bad, what)
            }
            Observation::Bounced { who, lasted } => {
                let what = format!("sees its connection up, and closed {} later", millis(*lasted));
                (*who, Tone::Aside, what)
            }
            Observation::Unreached { who, error } => {
                (*who, Tone::Aside, format!("cannot connect: {error}"))
            }
            Observation::Unbanned { who, after } => {
                let what = after.map_or_else(
                    || "ban from before the start over, on its own".to_owned(),
                    |after| format!("ban over after {}, on its own", seconds(after)),
                );
                (*who, Tone::Good, what)
            }
            Observation::Redialled { who } => {
                (Participant::Guard, Tone::Good, format!("has dialled {who} again: connected"))
            }
            Observation::RedialFailed { who, error } => {
                (Participant::Guard, Tone::Bad, format!("dialled {who} again in vain: {error}"))
            }
            Observation::Kept { file, rows, error: None, .. } => {
                let rows = count(*rows, "row");
                let what = format!("saved its state to {}: {rows}", file.display());
                (Participant::Guard, Tone::Good, what)
            }
            Observation::Kept { waiting, error: Some(error), .. } => {
                let rows = count(*waiting, "row");
                (Participant::Guard, Tone::Bad, format!("COULD NOT WRITE {rows}: {error}"))
            }
            Observation::Present { who: Participant::Friend } => {
                (Participant::Friend, Tone::Good, "still connected".to_owned())
            }
            Observation::Counted { longest_gap, .. } => {
                let gap = seconds(*longest_gap);
                let what = format!("counts: no honest peer was silent for more than {gap}");
                (Participant::Guard, Tone::Good, what)
            }
            Observation::Delivered { .. }
            | Observation::Dropped { .. }
            | Observation::Present { .. }
            | Observation::Published { .. }
            | Observation::Scored { .. } => return None,
        })
    }

    /// Points to the nearest whole one, but never so that they seem to be on the other side of the
    /// threshold.
    fn shown(&self, points: Points) -> u64 {
        let micros = points.as_micros();
        if points > self.threshold {
            micros.div_ceil(MICROS)
        } else {
            micros.saturating_add(MICROS / 2) / MICROS
        }
    }
}

/// On what grounds, and for how long still.
fn sentence(banned: &Sentence) -> String {
    let causes: Vec<_> = banned.causes.iter().map(|cause| cause.as_str()).collect();
    let causes = causes.join(" and ");
    match banned.left {
        Some(left) => format!("banned by {causes}, {} to go", seconds(left)),
        None => format!("banned by {causes} for ever"),
    }
}

/// How near `owes` is to `threshold`, in ten marks; an eleventh for more.
pub(super) fn bar(owes: Points, threshold: Points) -> String {
    let tenths = owes.as_micros().saturating_mul(10) / threshold.as_micros().max(1);
    let full = usize::try_from(tenths.min(10)).unwrap_or(10);
    let over = if owes > threshold { "!" } else { "" };
    format!("[{:<10}]{over}", "#".repeat(full))
}

const MICROS: u64 = 1_000_000;
/// Scores above this are what anybody may have.
const WORTH_A_LINE: f64 = -10.0;
