//! `peerwarden shadow`.

use hyper::Method;
use serde::Deserialize;
use serde_json::Value;

use super::answers::{Misdeed, read};
use super::clock::{Clock, End};
use super::failure::{DONE, Failure, NOTHING};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::policy::{Change, PolicyText};
use super::table::{Column, Table};
use super::text::{bare, brief, plain};
use crate::cli::{Options, ShadowCommand, ShadowPromote, ShadowShow, ShadowStart};

#[derive(Deserialize)]
struct All {
    shadows: Vec<Shadow>,
    #[serde(flatten)]
    clock: Clock,
}

/// How a shadow policy does.
#[derive(Deserialize)]
struct Shadow {
    name: String,
    since: f64,
    lost: u64,
    bans: Bans,
    bans_in_force: Bans,
    only_shadow: u64,
    only_in_force: u64,
    both: u64,
}

/// Bans that began, by cause.
#[derive(Deserialize)]
struct Bans {
    address: u64,
    application: u64,
    penalty: u64,
    score: u64,
}

#[derive(Deserialize)]
struct One {
    shadow: Shadow,
    bans: Vec<Ban>,
    changes: Vec<Change>,
    shown: u64,
    total: u64,
    #[serde(flatten)]
    clock: Clock,
}

#[derive(Deserialize)]
struct Ban {
    subject: String,
    shadow: Option<Verdict>,
    in_force: Option<Verdict>,
}

/// The bans of a subject under one of the two policies.
#[derive(Deserialize)]
struct Verdict {
    times: u64,
    cause: String,
    until: Option<End>,
    evidence: Value,
}

/// A change, in the words of the node.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    changes: Vec<Change>,
    #[serde(default)]
    warnings: Vec<String>,
    message: String,
}

/// Lists shadow policies, shows, starts, stops or promotes one.
pub(crate) async fn run(
    command: Option<&ShadowCommand>,
    options: &Options,
    output: &Output,
) -> Result<u8, Failure> {
    match command {
        None => all(&NodeClient::connect(options).await?, output).await,
        Some(ShadowCommand::Show(args)) => {
            show(args, &NodeClient::connect(options).await?, output).await
        }
        Some(ShadowCommand::Start(ShadowStart { name, file })) => {
            let policy = PolicyText::read(file)?;
            let node = NodeClient::connect(options).await?;
            let body = Body::toml(policy.text, None);
            let answer = send(&node, Method::PUT, name.as_str(), "", body).await?;
            tell(&answer, &node, output)
        }
        Some(ShadowCommand::Stop(args)) => {
            let node = NodeClient::connect(options).await?;
            let name = args.name.as_str();
            let answer = send(&node, Method::DELETE, name, "", Body::default()).await?;
            tell(&answer, &node, output)
        }
        Some(ShadowCommand::Promote(ShadowPromote { name, dry_run })) => {
            let node = NodeClient::connect(options).await?;
            let rest = if *dry_run { "/promote?dry_run=true" } else { "/promote" };
            let answer = send(&node, Method::POST, name.as_str(), rest, Body::default()).await?;
            let told: Told = read(&answer, &node)?;
            let code = if told.changes.is_empty() { NOTHING } else { DONE };
            tell(&answer, &node, output).map(|_| code)
        }
    }
}

async fn all(node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let answer = node.get("/v1/shadows").await?;
    let All { shadows, clock } = read(&answer, node)?;
    output.either(&answer, || {
        let mut table = Table::new(&[
            Column::names("NAME"),
            Column::whole("SINCE"),
            Column::whole("BANS"),
            Column::whole("IN FORCE"),
            Column::whole("ONLY HERE"),
            Column::whole("ONLY IN FORCE"),
            Column::whole("BOTH"),
        ]);
        for shadow in &shadows {
            table.row(vec![
                plain(&shadow.name),
                clock.ago(shadow.since),
                shadow.bans.total().to_string(),
                shadow.bans_in_force.total().to_string(),
                shadow.only_shadow.to_string(),
                shadow.only_in_force.to_string(),
                shadow.both.to_string(),
            ]);
        }
        let lost: String = shadows.iter().filter_map(Shadow::lost).collect();
        let (table, number) = (table.print(output, false), shadows.len());
        format!("{table}{lost}{number} of {number} shadow policies shown.")
    })?;
    Ok(DONE)
}

async fn show(args: &ShadowShow, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let rest = format!("?limit={}", args.limit);
    let answer = send(node, Method::GET, args.name.as_str(), &rest, Body::default()).await?;
    let one: One = read(&answer, node)?;
    output.either(&answer, || describe(&one, args.wide, output))?;
    Ok(DONE)
}

fn describe(one: &One, wide: bool, output: &Output) -> String {
    let One { shadow, bans, changes, shown, total, clock } = one;
    let name = plain(&shadow.name);
    let since = clock.ago(shadow.since);
    let mut text: String = changes.iter().map(|change| plain(&change.words) + "\n").collect();
    text += &format!(
        "{name} began {since}. It would have begun {}; the policy in force began {}.\n",
        shadow.bans, shadow.bans_in_force
    );
    let mut table = Table::new(&[
        Column::names("SUBJECT"),
        Column::whole("WOULD"),
        Column::whole("LEFT"),
        Column::words("WHY"),
        Column::whole("IN FORCE"),
    ]);
    for ban in bans {
        let cell = |verdict: &Option<Verdict>| verdict.as_ref().map_or_else(none, Verdict::short);
        let would = ban.shadow.as_ref();
        table.row(vec![
            if wide { plain(bare(&ban.subject)) } else { brief(&ban.subject) },
            cell(&ban.shadow),
            would.and_then(|would| would.until).map_or_else(none, |end| clock.left(end)),
            would.map_or_else(none, Verdict::why),
            cell(&ban.in_force),
        ]);
    }
    text += &table.print(output, wide);
    text.extend(shadow.lost());
    let more = if shown < total { " -n 1000 shows more." } else { "" };
    text + &format!(
        "{shown} of {total} subjects shown.{more} What they would have done after a ban is not known."
    )
}

impl Shadow {
    /// A line, if inputs were lost to it.
    fn lost(&self) -> Option<String> {
        let (name, lost) = (plain(&self.name), self.lost);
        let line = format!("{name} has missed {lost} inputs: it only nearly does what it would\n");
        (lost > 0).then_some(line)
    }
}

impl Bans {
    fn total(&self) -> u64 {
        let rest = self.application.saturating_add(self.penalty).saturating_add(self.score);
        self.address.saturating_add(rest)
    }
}

/// `3 bans: 2 by penalty, 1 by score`, or `no ban`.
impl std::fmt::Display for Bans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let by = [
            (self.penalty, "penalty"),
            (self.score, "score"),
            (self.application, "application"),
            (self.address, "address"),
        ];
        let by = by.iter().filter(|(number, _)| *number > 0);
        let by: Vec<_> = by.map(|(number, cause)| format!("{number} by {cause}")).collect();
        match self.total() {
            0 => f.write_str("no ban"),
            1 => write!(f, "1 ban: {}", by.join(", ")),
            total => write!(f, "{total} bans: {}", by.join(", ")),
        }
    }
}

impl Verdict {
    /// `penalty`, or `penalty x2` if there were two bans.
    fn short(&self) -> String {
        let times = if self.times > 1 { format!(" x{}", self.times) } else { String::new() };
        plain(&self.cause) + &times
    }

    /// What the last ban is for, in a few words.
    fn why(&self) -> String {
        let misdeeds = self.evidence.get("misdeeds").cloned().unwrap_or_default();
        let misdeeds: Vec<Misdeed> = serde_json::from_value(misdeeds).unwrap_or_default();
        let score = self.evidence.get("score").and_then(Value::as_f64);
        match (misdeeds.last(), score) {
            (Some(last), _) => format!("{} {}", last.times, plain(&last.misbehavior)),
            (None, Some(score)) => format!("score {score:.0}"),
            (None, None) => "-".to_owned(),
        }
    }
}

fn none() -> String {
    "-".to_owned()
}

async fn send(
    node: &NodeClient,
    method: Method,
    name: &str,
    rest: &str,
    body: Body,
) -> Result<Value, Failure> {
    let answer = node.send(method, &format!("/v1/shadows/{name}{rest}"), body).await;
    // The API's way out, as a command.
    answer.map_err(|failure| match failure.error() {
        "no_shadow" => failure.saying(format!(
            "there is no shadow policy {name}: peerwarden shadow shows all of them"
        )),
        _ => failure,
    })
}

fn tell(answer: &Value, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let Told { changes, warnings, message } = read(answer, node)?;
    output.either(answer, || {
        let mut lines: Vec<_> = changes.iter().map(|change| plain(&change.words)).collect();
        lines.extend(warnings.iter().map(|warning| format!("warning: {}", plain(warning))));
        lines.push(plain(&message));
        lines.join("\n")
    })?;
    Ok(DONE)
}
