//! Output for programs: one JSON object a line.

mod fields;

use std::collections::BTreeMap;
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_tokio::{Config, Points};
use serde_json::{Map, Value, json};

use crate::cli;
use crate::demo::observation::Observation;
use crate::demo::participants::{Participant, Participants};
use crate::demo::script::Checklist;
use crate::demo::tally::Tally;
use fields::tell;

/// How observations become objects.
///
/// Each has `at` in seconds, `event`, and for most `who` and `peer`, the libp2p id. Durations are
/// in seconds.
#[derive(Debug)]
pub(crate) struct Json {
    ids: BTreeMap<Participant, PeerId>,
}

impl Json {
    /// One that knows everybody's id.
    pub(crate) fn new(participants: Participants) -> Self {
        Self { ids: participants.ids().collect() }
    }

    /// Participant takes part, and what the rules are.
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

    /// The line for a observation; messages that are as they should be get none.
    pub(crate) fn observation(&self, at: Duration, observation: &Observation) -> Option<String> {
        let (event, who, rest) = tell(observation)?;
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
    pub(crate) fn summary(&self, checklist: &Checklist, tally: &Tally, took: Duration) -> String {
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
        let missing: Vec<_> = checklist.missing().map(|step| step.name).collect();
        line(&json!({
            "at": secs(took),
            "event": "summary",
            "complete": checklist.is_complete() && checklist.spoilt().is_empty(),
            "steps": checklist.done(),
            "missing": missing,
            "spoilt": checklist.spoilt(),
            "traffic": traffic,
            "report_to_closed": tally.closings.iter().copied().map(secs).collect::<Vec<_>>(),
            "refused": refused,
            "dropped_by_honest": tally.dropped,
        }))
    }
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
    use crate::demo::observation::Observation;
    use crate::demo::participants::{Participant, Participants};

    #[test]
    fn a_fact_is_one_line_with_the_peer_id_in_it() {
        let json = Json::new(Participants::new(1, 1));
        let refused = Observation::Refused {
            who: Participant::Spammer,
            cause: Cause::Penalty,
            left: Duration::from_millis(2_500),
        };

        let line = json.observation(Duration::from_millis(1_500), &refused).unwrap();
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
