//! Fields of the JSON object for each observation.

use serde_json::{Map, Value, json};

use super::{points, secs};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;
use crate::demo::restored::Sentence;

/// The name of a observation, whom it is about, and the rest.
pub(super) fn tell(
    observation: &Observation,
) -> Option<(&'static str, Option<Participant>, Value)> {
    Some(match observation {
        Observation::Listening { address } => {
            ("listening", Some(Participant::Guard), json!({ "address": address.to_string() }))
        }
        Observation::Serving { address, after_the_story } => (
            "serving",
            Some(Participant::Guard),
            json!({
                "address": address.to_string(),
                "url": format!("http://{address}/metrics"),
                "after_the_story": after_the_story,
            }),
        ),
        Observation::Opened { file, rows } => (
            "opened",
            Some(Participant::Guard),
            json!({ "file": file.display().to_string(), "rows": rows }),
        ),
        Observation::Remembered { who, banned, protected, offences, owes } => {
            let mut rest = sentence(banned.as_ref());
            rest.insert("protected".to_owned(), (*protected).into());
            rest.insert("offences".to_owned(), (*offences).into());
            rest.insert("penalty".to_owned(), points(*owes));
            ("remembered", Some(*who), rest.into())
        }
        Observation::RememberedStranger { subject, banned } => {
            let mut rest = sentence(Some(banned));
            rest.insert("subject".to_owned(), subject.clone().into());
            ("remembered-stranger", None, rest.into())
        }
        Observation::RememberedMore { bans } => ("remembered-more", None, json!({ "bans": bans })),
        Observation::Joined { who, dialled_by_guard } => {
            ("joined", Some(*who), json!({ "dialled_by_guard": dialled_by_guard }))
        }
        Observation::Gathered { peers } => ("gathered", None, json!({ "peers": peers })),
        Observation::Flowing { messages, peers } => {
            ("flowing", None, json!({ "messages": messages, "peers": peers }))
        }
        Observation::Reported { who, misbehavior, owes, nth } => (
            "reported",
            Some(*who),
            json!({ "misbehavior": misbehavior.as_str(), "penalty": points(*owes), "nth": nth }),
        ),
        Observation::Turned { who, bad } => ("turned", Some(*who), json!({ "bad": bad })),
        Observation::Dropped { by, who } => {
            ("dropped", Some(*who), json!({ "by": by.to_string() }))
        }
        Observation::Scored { who, score } => ("scored", Some(*who), json!({ "score": score })),
        Observation::Banned { who, cause, lasts, owes, offence, before } => (
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
        Observation::Withheld { who, cause, why } => {
            ("withheld", Some(*who), json!({ "cause": cause.as_str(), "why": why.as_str() }))
        }
        Observation::Left { who, after_report } => {
            ("disconnected", Some(*who), json!({ "after_report": after_report.map(secs) }))
        }
        Observation::Knocked { who, nth } => ("dials", Some(*who), json!({ "attempt": nth })),
        Observation::Refused { who, cause, left } => {
            ("refused", Some(*who), json!({ "cause": cause.as_str(), "left": secs(*left) }))
        }
        Observation::Bounced { who, lasted } => {
            ("bounced", Some(*who), json!({ "lasted": secs(*lasted) }))
        }
        Observation::Unreached { who, error } => {
            ("unreached", Some(*who), json!({ "error": error }))
        }
        Observation::Unbanned { who, after } => {
            ("unbanned", Some(*who), json!({ "after": after.map(secs) }))
        }
        Observation::Redialled { who } => ("redialled", Some(*who), json!({})),
        Observation::RedialFailed { who, error } => {
            ("redial-failed", Some(*who), json!({ "error": error }))
        }
        Observation::Published { who, messages } => {
            ("published", Some(*who), json!({ "messages": messages }))
        }
        Observation::Kept { file, rows, waiting, error } => (
            "kept",
            Some(Participant::Guard),
            json!({
                "file": file.display().to_string(),
                "rows": rows,
                "waiting": waiting,
                "error": error,
            }),
        ),
        Observation::Present { who } => ("present", Some(*who), json!({})),
        Observation::Counted { published, delivered, longest_gap } => (
            "counted",
            None,
            json!({
                "published": published,
                "delivered": delivered,
                "longest_pause": secs(*longest_gap),
            }),
        ),
        Observation::Delivered { .. } => return None,
    })
}

/// `banned_by`, empty if nobody is banned, and `left`, null if that is for ever or not at all.
fn sentence(banned: Option<&Sentence>) -> Map<String, Value> {
    let causes: Vec<_> =
        banned.iter().flat_map(|banned| &banned.causes).map(|cause| cause.as_str()).collect();
    let left = banned.and_then(|banned| banned.left).map(secs);
    Map::from_iter([
        ("banned_by".to_owned(), causes.into()),
        ("left".to_owned(), left.unwrap_or(Value::Null)),
    ])
}
