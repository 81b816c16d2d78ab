//! What is in the object for each fact.

use serde_json::{Map, Value, json};

use super::{points, secs};
use crate::demo::cast::Who;
use crate::demo::fact::Fact;
use crate::demo::memory::Sentence;

/// The name of a fact, whom it is about, and the rest.
pub(super) fn tell(fact: &Fact) -> Option<(&'static str, Option<Who>, Value)> {
    Some(match fact {
        Fact::Listening { address } => {
            ("listening", Some(Who::Guard), json!({ "address": address.to_string() }))
        }
        Fact::Serving { address, after_the_story } => (
            "serving",
            Some(Who::Guard),
            json!({
                "address": address.to_string(),
                "url": format!("http://{address}/metrics"),
                "after_the_story": after_the_story,
            }),
        ),
        Fact::Opened { file, rows } => (
            "opened",
            Some(Who::Guard),
            json!({ "file": file.display().to_string(), "rows": rows }),
        ),
        Fact::Remembered { who, banned, protected, offences, owes } => {
            let mut rest = sentence(banned.as_ref());
            rest.insert("protected".to_owned(), (*protected).into());
            rest.insert("offences".to_owned(), (*offences).into());
            rest.insert("penalty".to_owned(), points(*owes));
            ("remembered", Some(*who), rest.into())
        }
        Fact::RememberedStranger { subject, banned } => {
            let mut rest = sentence(Some(banned));
            rest.insert("subject".to_owned(), subject.clone().into());
            ("remembered-stranger", None, rest.into())
        }
        Fact::RememberedMore { bans } => ("remembered-more", None, json!({ "bans": bans })),
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
        Fact::Unbanned { who, after } => {
            ("unbanned", Some(*who), json!({ "after": after.map(secs) }))
        }
        Fact::Redialled { who } => ("redialled", Some(*who), json!({})),
        Fact::RedialFailed { who, error } => {
            ("redial-failed", Some(*who), json!({ "error": error }))
        }
        Fact::Published { who, messages } => {
            ("published", Some(*who), json!({ "messages": messages }))
        }
        Fact::Kept { file, rows, waiting, error } => (
            "kept",
            Some(Who::Guard),
            json!({
                "file": file.display().to_string(),
                "rows": rows,
                "waiting": waiting,
                "error": error,
            }),
        ),
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
