//! `peerwarden status`.

use hyper::Method;
use serde::Deserialize;
use serde_json::Value;

use super::answers::{List, Lists, read};
use super::clock::short;
use super::failure::{DONE, Failure, REFUSED};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::record::{self, Recording};
use super::text::plain;
use crate::words::count;

#[derive(Deserialize)]
struct Node {
    version: String,
    uptime: f64,
    peer: Option<String>,
    counts: Counts,
    protected: u64,
    refused: u64,
    dry_run: bool,
    store: Option<Store>,
    recording: Option<Recording>,
}

#[derive(Deserialize)]
struct Counts {
    records: u64,
    networks: u64,
    connected: u64,
    bans_address: u64,
    bans_application: u64,
    bans_operator: u64,
    bans_penalty: u64,
    bans_remote: u64,
    bans_score: u64,
}

#[derive(Deserialize)]
struct Store {
    rows: u64,
    waiting: u64,
    errors: u64,
}

/// Prints how the node is.
pub(crate) async fn run(node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let mut answer = node.get("/v1/node").await?;
    let (status, _, text) = node.ask(Method::GET, "/v1/health", Body::default()).await?;
    let health: Value = serde_json::from_slice(&text).map_err(|_| node.not_understood())?;
    let Some(healthy) = health.get("healthy").and_then(Value::as_bool) else {
        return Err(Failure::answered(status, &health));
    };
    let problems = health.get("problems").and_then(Value::as_array).cloned().unwrap_or_default();
    let shown: Node = read(&answer, node)?;
    let listed = node.get("/v1/lists").await?;
    let Lists { lists } = read(&listed, node)?;
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("healthy".to_owned(), healthy.into());
        fields.insert("problems".to_owned(), problems.clone().into());
        fields.insert("lists".to_owned(), listed.get("lists").cloned().unwrap_or_default());
    }
    output.either(&answer, || describe(&shown, node, &lists, &problems))?;
    Ok(if healthy { DONE } else { REFUSED })
}

fn describe(node: &Node, client: &NodeClient, lists: &[List], problems: &[Value]) -> String {
    let Node { counts, .. } = node;
    let mut lines = vec![format!(
        "peerwarden {}, up {}, at {}",
        plain(&node.version),
        short(std::time::Duration::try_from_secs_f64(node.uptime).unwrap_or_default().as_secs()),
        plain(&client.socket().display().to_string()),
    )];
    let mut line = |name: &str, text: String| lines.push(format!("{name:<11}{text}"));
    if let Some(peer) = &node.peer {
        line("Node", plain(peer));
    }
    line(
        "Peers",
        format!(
            "{} connected, {} known; {} networks",
            counts.connected, counts.records, counts.networks
        ),
    );
    line("Bans", bans(counts));
    line("Refused", format!("{} connections since the start", node.refused));
    line("Protected", node.protected.to_string());
    line(
        "Store",
        node.store.as_ref().map_or_else(|| "none: bans end with the node".to_owned(), store),
    );
    line("Lists", named(lists));
    line("Recording", record::describe(node.recording.as_ref()));
    if node.dry_run {
        line("Policy", "dry run: automatic bans are only logged".to_owned());
    }
    match problems {
        [] => line("Health", "good".to_owned()),
        all => {
            all.iter().filter_map(Value::as_str).for_each(|problem| line("PROBLEM", plain(problem)))
        }
    }
    lines.join("\n")
}

fn bans(counts: &Counts) -> String {
    let by_cause = [
        (counts.bans_address, "address"),
        (counts.bans_application, "application"),
        (counts.bans_operator, "operator"),
        (counts.bans_penalty, "penalty"),
        (counts.bans_remote, "remote"),
        (counts.bans_score, "score"),
    ];
    let some: Vec<_> = by_cause
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, cause)| format!("{number} {cause}"))
        .collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

/// `level1 with 2 entries, tor that cannot be read`.
fn named(lists: &[List]) -> String {
    let each = lists.iter().map(|List { name, entries, error, .. }| match error {
        Some(_) => format!("{} that cannot be read: peerwarden lists says why", plain(name)),
        None if *entries == 1 => format!("{} with 1 entry", plain(name)),
        None => format!("{} with {entries} entries", plain(name)),
    });
    let each: Vec<_> = each.collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

fn store(store: &Store) -> String {
    let rows = count(store.rows, "row");
    let errors = if store.errors == 0 {
        String::new()
    } else {
        format!(", {} failed writes since the start", store.errors)
    };
    format!("{rows}, {} waiting to be written{errors}", store.waiting)
}
