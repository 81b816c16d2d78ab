//! The story for programs: one JSON object a line.

use std::collections::BTreeMap;
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_tokio::{Config, Points};
use serde_json::{Map, Value, json};

use crate::cli;
use crate::demo::cast::{Cast, Who};
use crate::demo::fact::Fact;
use crate::demo::story::Story;
use crate::demo::tally::Tally;

/// How facts become objects.
///
/// Each has `at` in seconds, `event`, and for most `who` and `peer`, the libp2p id. Durations are
/// in seconds.
#[derive(Debug)]
pub(crate) struct Json {
    ids: BTreeMap<Who, PeerId>,
}

impl Json {
    /// One that knows everybody's id.
    pub(crate) fn new(cast: Cast) -> Self {
        Self { ids: cast.ids().collect() }
    }

    /// Who takes part, and what the rules are.
    pub(crate) fn opening(&self, options: &cli::Demo, policy: &Config) -> String {
        line(&json!({
            "at": 0.0,
            "event": "opening",
            "honest": options.honest,
            "speed": options.speed.factor(),
            "seed": options.seed,
            "threshold": points(policy.threshold()),
            "min_score": policy.min_score().get(),
        }))
    }

    /// The line for a fact; messages that are as they should be get none.
    pub(crate) fn fact(&self, at: Duration, fact: &Fact) -> Option<String> {
        let (event, who, rest) = tell(fact)?;
        let mut object = Map::new();
        object.insert("at".to_owned(), secs(at));
        object.insert("event".to_owned(), event.into());
        if let Some(who) = who {
            object.insert("who".to_owned(), who.to_string().into());
            if let Some(id) = self.ids.get(&who) {
                object.insert("peer".to_owned(), id.to_string().into());
            }
        }
        if let Value::Object(rest) = rest {
            object.extend(rest);
        }
        Some(line(&Value::Object(object)))
    }

    /// What it comes to.
    pub(crate) fn summary(&self, story: &Story, tally: &Tally, took: Duration) -> String {
        let traffic: Map<_, _> = tally
            .traffic
            .iter()
            .map(|(who, traffic)| {
                let counts = json!({
                    "published": traffic.published,
                    "delivered": traffic.delivered,
                    "longest_pause": secs(traffic.longest_gap),
                });
                (who.to_string(), counts)
            })
            .collect();
        let refused: Map<_, _> =
            tally.refused.iter().map(|(who, times)| (who.to_string(), (*times).into())).collect();
        let missing: Vec<_> = story.missing().map(|step| step.name).collect();
        line(&json!({
            "at": secs(took),
            "event": "summary",
            "complete": story.is_complete() && story.spoilt().is_empty(),
            "steps": story.done(),
            "missing": missing,
            "spoilt": story.spoilt(),
            "traffic": traffic,
            "report_to_closed": tally.closings.iter().copied().map(secs).collect::<Vec<_>>(),
            "refused": refused,
            "dropped_by_honest": tally.dropped,
        }))
    }
}

/// The name of a fact, whom it is about, and the rest.
fn tell(fact: &Fact) -> Option<(&'static str, Option<Who>, Value)> {
    Some(match fact {
        Fact::Listening { address } => {
            ("listening", Some(Who::Guard), json!({ "address": address.to_string() }))
        }
        Fact::Joined { who, dialled_by_guard } => {
            ("joined", Some(*who), json!({ "dialled_by_guard": dialled_by_guard }))
        }
        Fact::Gathered { peers } => ("gathered", None, json!({ "peers": peers })),
        Fact::Flowing { messages, peers } => {
            ("flowing", None, json!({ "messages": messages, "peers": peers }))
        }
        Fact::Reported { who, misbehavior, owes, nth } => (
            "reported",
            Some(*who),
            json!({ "misbehavior": misbehavior.as_str(), "penalty": points(*owes), "nth": nth }),
        ),
        Fact::Turned { who, bad } => ("turned", Some(*who), json!({ "bad": bad })),
        Fact::Dropped { by, who } => ("dropped", Some(*who), json!({ "by": by.to_string() })),
        Fact::Scored { who, score } => ("scored", Some(*who), json!({ "score": score })),
        Fact::Banned { who, cause, lasts, owes, offence, before } => (
            "banned",
            Some(*who),
            json!({
                "cause": cause.as_str(),
                "lasts": secs(*lasts),
                "penalty": points(*owes),
                "offence": offence,
                "ban_before": before.map(secs),
            }),
        ),
        Fact::Withheld { who, cause, why } => {
            ("withheld", Some(*who), json!({ "cause": cause.as_str(), "why": why.as_str() }))
        }
        Fact::Left { who, after_report } => {
            ("disconnected", Some(*who), json!({ "after_report": after_report.map(secs) }))
        }
        Fact::Knocked { who, nth } => ("dials", Some(*who), json!({ "attempt": nth })),
        Fact::Refused { who, cause, left } => {
            ("refused", Some(*who), json!({ "cause": cause.as_str(), "left": secs(*left) }))
        }
        Fact::Bounced { who, lasted } => {
            ("bounced", Some(*who), json!({ "lasted": secs(*lasted) }))
        }
        Fact::Unreached { who, error } => ("unreached", Some(*who), json!({ "error": error })),
        Fact::Unbanned { who, after } => ("unbanned", Some(*who), json!({ "after": secs(*after) })),
        Fact::Redialled { who } => ("redialled", Some(*who), json!({})),
        Fact::RedialFailed { who, error } => {
            ("redial-failed", Some(*who), json!({ "error": error }))
        }
        Fact::Published { who, messages } => {
            ("published", Some(*who), json!({ "messages": messages }))
        }
        Fact::Present { who } => ("present", Some(*who), json!({})),
        Fact::Counted { published, delivered, longest_gap } => (
            "counted",
            None,
            json!({
                "published": published,
                "delivered": delivered,
                "longest_pause": secs(*longest_gap),
            }),
        ),
        Fact::Delivered { .. } => return None,
    })
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

fn points(points: Points) -> Value {
    (points.as_micros() as f64 / 1e6).into()
}

/// Seconds, to the microsecond.
fn secs(duration: Duration) -> Value {
    (duration.as_micros() as f64 / 1e6).into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use peerwarden_tokio::Cause;
    use serde_json::Value;

    use super::Json;
    use crate::demo::cast::{Cast, Who};
    use crate::demo::fact::Fact;

    #[test]
    fn a_fact_is_one_line_with_the_peer_id_in_it() {
        let json = Json::new(Cast::new(1, 1));
        let refused = Fact::Refused {
            who: Who::Spammer,
            cause: Cause::Penalty,
            left: Duration::from_millis(2_500),
        };

        let line = json.fact(Duration::from_millis(1_500), &refused).unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();

        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(value["at"], 1.5);
        assert_eq!(value["event"], "refused");
        assert_eq!(value["who"], "spammer");
        assert_eq!(value["cause"], "penalty");
        assert_eq!(value["left"], 2.5);
        assert!(value["peer"].as_str().is_some_and(|id| id.starts_with("12D3")));
    }
}
