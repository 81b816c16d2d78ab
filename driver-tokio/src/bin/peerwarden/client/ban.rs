//! `peerwarden ban`.

use std::collections::BTreeSet;
use std::env;
use std::io::{self, BufRead, IsTerminal, Write};

use hyper::Method;
use libp2p::PeerId;
use peerwarden_tokio::Subject;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answers::read;
use super::changes::Changes;
use super::clock::{Clock, End};
use super::failure::{DONE, Failure};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::subject;
use super::text::{brief, plain};
use crate::cli::{Ban, who};
use crate::words::count;

/// What a ban would do.
#[derive(Deserialize)]
struct WouldBan {
    until: End,
    disconnected: usize,
    /// The first of them.
    peers: Vec<String>,
    ours: Option<String>,
    #[serde(flatten)]
    clock: Clock,
}

/// Bans all subjects, once the node has said of each what that would do.
pub(crate) async fn run(args: &Ban, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let subjects = subject::exact(&args.subjects.subjects, "ban", node, output).await?;
    let order = order(args);
    let mut plans = Vec::new();
    let mut foreseen = Vec::new();
    for subject in &subjects {
        let path = format!("{}?dry_run=true", path(subject));
        let answer = node.send(Method::PUT, &path, Body::json(&order)).await.map_err(of_usage)?;
        plans.push(read::<WouldBan>(&answer, node)?);
        foreseen.push(answer);
    }
    if args.dry_run {
        return foretell(&subjects, &plans, &foreseen, output);
    }
    confirm(args, &subjects, &plans)?;
    let mut changes = Changes::new("ban", *output);
    for (subject, plan) in subjects.iter().zip(&plans) {
        let answer = node.send(Method::PUT, &path(subject), Body::json(&order)).await;
        changes.add_with(&subject::name(subject), answer, |answer| end(subject, plan, answer))?;
    }
    changes.finish()
}

fn path(subject: &Subject<PeerId>) -> String {
    format!("/v1/bans/{}", subject::name(subject))
}

/// What is sent for each of the subjects.
fn order(args: &Ban) -> Value {
    let mut order = Map::new();
    match (&args.duration, &args.until) {
        (_, Some(until)) => order.insert("until".to_owned(), json!(until)),
        (Some(duration), None) => {
            order.insert("for".to_owned(), json!(humantime::format_duration(*duration).to_string()))
        }
        (None, None) if args.forever => order.insert("for".to_owned(), json!("forever")),
        (None, None) => order.insert("for".to_owned(), json!("24h")),
    };
    if let Some(note) = &args.note {
        order.insert("note".to_owned(), json!(note));
        let user = || {
            let name = ["SUDO_USER", "USER"].into_iter().find_map(|name| env::var(name).ok());
            name.filter(|name| who(name).is_ok())
        };
        if let Some(by) = args.by.clone().or_else(user) {
            order.insert("by".to_owned(), json!(by));
        }
    }
    Value::Object(order)
}

fn foretell(
    subjects: &[Subject<PeerId>],
    plans: &[WouldBan],
    foreseen: &[Value],
    output: &Output,
) -> Result<u8, Failure> {
    let answer = json!({ "done": foreseen, "failed": [] });
    output.either(&answer, || {
        let lines = subjects.iter().zip(plans).map(|(subject, plan)| {
            let (name, until) = (subject::name(subject), plan.clock.until(plan.until));
            let ours = plan.ours.as_ref().map_or_else(String::new, |ip| {
                format!("; it holds {}, an address of this node", plain(ip))
            });
            format!("{name} would be banned {until}; {}{ours}\n", disconnected(plan, "would be"))
        });
        lines.collect::<String>() + "nothing was changed"
    })?;
    Ok(DONE)
}

/// `2 peers would be disconnected: 12D3KooW…kq7Zpb, 12D3KooW…x9AbTr`.
fn disconnected(plan: &WouldBan, verb: &str) -> String {
    let peers = count(plan.disconnected, "peer");
    if plan.disconnected == 0 {
        return format!("no peer {verb} disconnected");
    }
    format!("{peers} {verb} disconnected: {}", named(&plan.peers, plan.disconnected))
}

fn named(peers: &[String], all: usize) -> String {
    let shown: Vec<_> =
        peers.iter().take(MOST_NAMED).map(|peer| brief(&format!("peer:{peer}"))).collect();
    let others = all.saturating_sub(shown.len());
    let more = if others == 0 { String::new() } else { format!(" and {others} more") };
    shown.join(", ") + &more
}

/// The end of a ban that was made and which peers it disconnects, after the node's own sentence.
fn end(subject: &Subject<PeerId>, plan: &WouldBan, answer: &Value) -> String {
    let end = match answer.get("change").and_then(Value::as_object) {
        Some(change) => change.values().next().and_then(|change| change.get("until")),
        None => None,
    };
    let end = end.and_then(|end| End::deserialize(end).ok()).unwrap_or(plan.until);
    let clock = Clock::deserialize(answer).unwrap_or_else(|_| plan.clock.clone());
    let until = match end.0 {
        Some(moment) => format!("\n  ends {}", clock.time_of_day(moment)),
        None => format!("\n  ends with: peerwarden unban {}", subject::name(subject)),
    };
    match answer.get("disconnected").and_then(Value::as_u64) {
        Some(1..) => format!("{until}\n  disconnects {}", named(&plan.peers, plan.disconnected)),
        Some(0) | None => until,
    }
}

/// An end that the node's clock has passed is a wrong argument, as one that this clock has.
fn of_usage(failure: Failure) -> Failure {
    if failure.field() == Some("until") { Failure::usage(failure.to_string()) } else { failure }
}

/// Asks whether so many peers and so wide networks are meant.
fn confirm(args: &Ban, subjects: &[Subject<PeerId>], plans: &[WouldBan]) -> Result<(), Failure> {
    let peers: BTreeSet<_> = plans.iter().flat_map(|plan| &plan.peers).cloned().collect();
    let largest = plans.iter().map(|plan| plan.disconnected).max().unwrap_or_default();
    let all = peers.len().max(largest);
    let mut doubts: Vec<_> = subjects.iter().filter_map(wide).collect();
    if all > FEW {
        let names: Vec<_> = peers.into_iter().collect();
        doubts.push(format!("this disconnects {all} peers: {}", named(&names, all)));
    }
    if doubts.is_empty() || args.yes {
        return Ok(());
    }
    let question = doubts.join("; ");
    let refused =
        || Failure::refused(format!("{question}. Nothing was changed: add --yes to mean it"));
    if !io::stdin().is_terminal() {
        return Err(refused());
    }
    let mut stderr = io::stderr().lock();
    let asked = write!(stderr, "{question}.\nBan? [y/N] ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    let yes = matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes");
    if read.is_ok() && yes { Ok(()) } else { Err(refused()) }
}

/// Says how wide a network is, if that is more than an operator is likely to mean.
fn wide(subject: &Subject<PeerId>) -> Option<String> {
    let Subject::Addr(net) = subject else {
        return None;
    };
    let (narrowest, all) = if net.max_prefix_len() == 32 { (8, "IPv4") } else { (16, "IPv6") };
    let part =
        1_u32.checked_shl(net.prefix_len().into()).filter(|_| net.prefix_len() < narrowest)?;
    Some(match part {
        1 => format!("this bans {net}, all of {all}"),
        2 => format!("this bans {net}, half of {all}"),
        part => format!("this bans {net}, one part in {part} of {all}"),
    })
}

/// How many peers are disconnected without a question.
const FEW: usize = 5;
/// The most peers that are named.
const MOST_NAMED: usize = 5;
