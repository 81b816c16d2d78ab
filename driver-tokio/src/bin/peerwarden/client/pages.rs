//! Lists of the admin API, put together from their pages.

use serde_json::{Value, json};

use super::failure::Failure;
use super::node_client::NodeClient;

/// Reads up to `most` entries of the list at `path`, as one answer: that of the first page with the entries
/// of all.
///
/// `key` is the name of the array in it.
pub(crate) async fn read(
    node: &NodeClient,
    path: &str,
    key: &str,
    most: usize,
) -> Result<Value, Failure> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let first = node.get(&format!("{path}{mark}limit={}", most.min(PAGE))).await?;
    let mut answer = first;
    let mut entries = take(&mut answer, key).ok_or_else(|| node.not_understood())?;
    let mut next = next_of(&answer);
    while let Some(place) = next.clone().filter(|_| entries.len() < most) {
        let limit = most.saturating_sub(entries.len()).min(PAGE);
        let mut page = node.get(&format!("{path}{mark}limit={limit}&next={place}")).await?;
        entries.extend(take(&mut page, key).ok_or_else(|| node.not_understood())?);
        next = next_of(&page);
    }
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("shown".to_owned(), json!(entries.len()));
        fields.insert("next".to_owned(), json!(next));
        fields.insert(key.to_owned(), Value::Array(entries));
    }
    Ok(answer)
}

/// `3 of 12 bans shown`, and how to see the others.
pub(crate) fn last_line(answer: &Value, what: &str) -> String {
    let number = |key: &str| answer.get(key).and_then(Value::as_u64).unwrap_or_default();
    let (shown, total) = (number("shown"), number("total"));
    let rest = if shown < total { " --all shows the others." } else { "" };
    format!("{shown} of {total} {what} shown.{rest}")
}

fn take(answer: &mut Value, key: &str) -> Option<Vec<Value>> {
    match answer.get_mut(key).map(Value::take) {
        Some(Value::Array(entries)) => Some(entries),
        Some(_) | None => None,
    }
}

/// Where the next page begins. The place is the node's own, and made of hexadecimal digits.
fn next_of(answer: &Value) -> Option<String> {
    let next = answer.get("next").and_then(Value::as_str)?;
    let plain = next.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    plain.then(|| next.to_owned())
}

/// The most that the API gives at once.
const PAGE: usize = 1000;
