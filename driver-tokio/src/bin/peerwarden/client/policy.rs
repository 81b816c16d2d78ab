//! `peerwarden policy`.

mod file;

use std::path::{Path, PathBuf};

use hyper::Method;
use peerwarden_tokio::Config;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::read;
use super::failure::{DONE, Failure, NOTHING};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::text::plain;
use crate::cli::{CheckedPolicy, Options, PolicyCommand, PolicyFile, TriedPolicy};
use crate::replay;
pub(super) use file::PolicyText;

/// What a policy changes.
#[derive(Deserialize)]
struct Changes {
    changes: Vec<Change>,
    warnings: Vec<String>,
    at_next_start: Vec<String>,
    message: String,
}

#[derive(Deserialize)]
pub(super) struct Change {
    pub(super) words: String,
}

/// Shows, checks, compares or replaces the policy.
pub(crate) async fn run(
    command: &PolicyCommand,
    options: &Options,
    output: &Output,
) -> Result<u8, Failure> {
    match command {
        PolicyCommand::Show => show(&NodeClient::connect(options).await?, output).await,
        PolicyCommand::Check(args) => check(args, output),
        PolicyCommand::Diff(CheckedPolicy { policy: PolicyFile { file }, on }) => {
            let policy = PolicyText::read(file)?;
            let node = NodeClient::connect(options).await?;
            let mut answer = put(&node, "?dry_run=true", policy.text, None).await?;
            let changes: Changes = read(&answer, &node)?;
            let tried = tried(&mut answer, policy.config, on, output)?;
            output.either(&answer, || describe(&changes) + &tried.text)?;
            Ok(tried.code)
        }
        PolicyCommand::Try(TriedPolicy { policy: PolicyFile { file }, on }) => {
            let policy = PolicyText::read(file)?;
            let tried = replay::try_policy(policy.config, on, output)?;
            output.either(&tried.json, || tried.sentences.join("\n"))?;
            Ok(tried.code)
        }
        PolicyCommand::Load(PolicyFile { file }) => {
            let policy = PolicyText::read(file)?;
            let node = NodeClient::connect(options).await?;
            let (_, tag, _) = node.ask(Method::GET, PATH, Body::default()).await?;
            let answer = put(&node, "", policy.text, tag).await?;
            let changes: Changes = read(&answer, &node)?;
            output.either(&answer, || describe(&changes))?;
            Ok(if changes.changes.is_empty() { NOTHING } else { DONE })
        }
    }
}

async fn show(node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let (status, tag, text) = node.ask(Method::GET, PATH, Body::default()).await?;
    let text = String::from_utf8_lossy(&text);
    if status != 200 {
        let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
        return Err(Failure::answered(status, &answer));
    }
    output.either(&json!({ "policy": text, "etag": tag }), || text.to_string())?;
    Ok(DONE)
}

fn check(args: &CheckedPolicy, output: &Output) -> Result<u8, Failure> {
    let CheckedPolicy { policy: PolicyFile { file }, on } = args;
    let PolicyText { warnings, config, .. } = PolicyText::read(file)?;
    let mut answer = json!({ "file": file.display().to_string(), "warnings": warnings });
    let tried = tried(&mut answer, config, on, output)?;
    output.either(&answer, || {
        let path = plain(&file.display().to_string());
        warnings.iter().map(|warning| format!("warning: {warning}\n")).collect::<String>()
            + &format!("the policy in {path} can be put in force{}", tried.text)
    })?;
    Ok(tried.code)
}

/// What is added to an answer if a recording is given.
struct Tried {
    text: String,
    code: u8,
}

fn tried(
    answer: &mut Value,
    config: Config,
    on: &[PathBuf],
    output: &Output,
) -> Result<Tried, Failure> {
    if on.is_empty() {
        return Ok(Tried { text: String::new(), code: DONE });
    }
    let tried = replay::try_policy(config, on, output)?;
    if let Value::Object(answer) = answer {
        answer.insert("replay".to_owned(), tried.json);
    }
    Ok(Tried { text: format!("\n{}", tried.sentences.join("\n")), code: tried.code })
}

/// Reads the policy that a file has.
pub(crate) fn policy_in(file: &Path) -> Result<Config, Failure> {
    Ok(PolicyText::read(file)?.config)
}

async fn put(
    node: &NodeClient,
    query: &str,
    text: String,
    if_match: Option<String>,
) -> Result<Value, Failure> {
    node.send(Method::PUT, &format!("{PATH}{query}"), Body::toml(text, if_match)).await
}

fn describe(changes: &Changes) -> String {
    let Changes { changes, warnings, at_next_start, message } = changes;
    let mut lines: Vec<_> = changes.iter().map(|change| plain(&change.words)).collect();
    lines.extend(warnings.iter().map(|warning| format!("warning: {}", plain(warning))));
    if !at_next_start.is_empty() {
        lines.push(format!("from the next start on: {}", plain(&at_next_start.join(", "))));
    }
    lines.push(plain(message));
    lines.join("\n")
}

const PATH: &str = "/v1/policy";
