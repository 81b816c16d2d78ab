//! `peerwarden bans`.

use serde::Deserialize;
use serde_json::Value;

use super::answers::{ActiveCause, Ban, lists, read};
use super::clock::{Clock, End};
use super::failure::{DONE, Failure};
use super::node_client::NodeClient;
use super::output::Output;
use super::pages;
use super::table::{Column, Table};
use super::text::{bare, brief, plain};
use crate::cli::{Bans, value_name};

#[derive(Deserialize)]
struct List {
    bans: Vec<Ban>,
    #[serde(flatten)]
    clock: Clock,
}

/// Lists bans.
pub(crate) async fn run(args: &Bans, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let mut filters = Vec::new();
    filters.extend(args.cause.map(|cause| format!("cause={}", value_name(cause))));
    filters.extend(args.peers.then(|| "kind=peer".to_owned()));
    filters.extend(args.networks.then(|| "kind=network".to_owned()));
    filters.extend(args.ending.map(|within| format!("ending={}ms", within.as_millis())));
    let mark = if filters.is_empty() { "" } else { "?" };
    let path = format!("/v1/bans{mark}{}", filters.join("&"));
    let answer = pages::read(node, &path, "bans", args.extent.most()).await?;
    let list: List = read(&answer, node)?;
    let about = node.get("/v1/node").await?;
    let refused = about.get("refused").and_then(Value::as_u64).unwrap_or_default();
    output.either(&answer, || {
        let table = describe(&list, args.extent.wide, output);
        let last = pages::last_line(&answer, "bans");
        format!("{table}{last} {refused} connections refused since the node started.")
    })?;
    Ok(DONE)
}

fn describe(list: &List, wide: bool, output: &Output) -> String {
    let mut table = Table::new(&[
        Column::names("SUBJECT"),
        Column::whole("CAUSE"),
        Column::words("WHY"),
        Column::whole("SINCE"),
        Column::whole("LEFT"),
        Column::whole("OFFENCES"),
    ]);
    for ban in &list.bans {
        let Some(cause) = longest(&ban.causes) else {
            continue;
        };
        let others = ban.causes.len().saturating_sub(1);
        let more = if others == 0 { String::new() } else { format!("+{others}") };
        table.row(vec![
            if wide { plain(bare(&ban.subject)) } else { brief(&ban.subject) },
            format!("{}{more}", plain(&cause.cause)),
            why(ban, &cause.cause),
            list.clock.ago(ban.began),
            list.clock.left(ban.until),
            ban.offences.map_or_else(|| "-".to_owned(), |number| number.to_string()),
        ]);
    }
    table.print(output, wide)
}

/// The cause that ends last.
fn longest(causes: &[ActiveCause]) -> Option<&ActiveCause> {
    let rank = |End(end): End| end.unwrap_or(f64::INFINITY);
    causes.iter().max_by(|one, other| rank(one.until).total_cmp(&rank(other.until)))
}

/// What a ban is for, in a few words.
fn why(ban: &Ban, cause: &str) -> String {
    let latest = ban.misdeeds.last();
    match cause {
        "penalty" => latest.map_or_else(
            || "-".to_owned(),
            |misdeed| format!("{} {}", misdeed.times, plain(&misdeed.misbehavior)),
        ),
        "score" => ban.score.map_or_else(|| "-".to_owned(), |score| format!("score {score:.0}")),
        "address" => "misbehavior of peers there".to_owned(),
        "application" => "expelled by the application".to_owned(),
        "remote" if !ban.lists.is_empty() => lists(&ban.lists),
        _ => ban.notes.of(cause).map_or_else(|| "-".to_owned(), ToString::to_string),
    }
}
