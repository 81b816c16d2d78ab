//! `peerwarden import`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hyper::Method;
use peerwarden_tokio::OneLine;
use peerwarden_tokio::peerwarden_host::lists::ListName;
use serde::Deserialize;

use super::answers::read;
use super::failure::{DONE, Failure, PARTLY};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::text::{brief, plain};
use crate::bounded_file::{self, Unreadable};
use crate::cli::{Import, value_name};
use crate::words::entries;

/// What came of it.
#[derive(Deserialize)]
struct Report {
    format: Option<String>,
    refused: BTreeMap<String, Refused>,
    faults: Lines,
    remarks: Lines,
    skipped: BTreeMap<String, usize>,
    hits: Option<Hits>,
    message: String,
}

#[derive(Deserialize)]
struct Refused {
    total: usize,
    first: Vec<RefusedEntry>,
}

#[derive(Deserialize)]
struct RefusedEntry {
    subject: String,
    line: Option<u64>,
}

#[derive(Deserialize)]
struct Lines {
    total: usize,
    first: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    line: u64,
    value: String,
    problem: String,
}

#[derive(Deserialize)]
struct Hits {
    connected: Subjects,
    protected: Subjects,
}

#[derive(Deserialize)]
struct Subjects {
    total: usize,
    first: Vec<String>,
}

/// Puts a file in the place of what a list said before.
pub(crate) async fn run(args: &Import, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let text = contents(&args.file)?;
    let name = args.list.clone().map_or_else(|| named_as(&args.file), Ok)?;
    let mut query = Vec::new();
    query.extend(args.dry_run.then(|| "dry_run=true".to_owned()));
    query.extend(args.format.map(|format| format!("format={}", value_name(format))));
    query.extend(args.duration.map(|lasting| format!("for={}ms", lasting.as_millis())));
    let mark = if query.is_empty() { "" } else { "?" };
    let path = format!("/v1/lists/{name}{mark}{}", query.join("&"));
    // A long list takes more than a few seconds to be read and put in force.
    let node = &node.within(PATIENCE, &args.options);
    let answer = node.send(Method::PUT, &path, Body::file(text)).await?;
    let report: Report = read(&answer, node)?;
    output.either(&answer, || report.describe())?;
    Ok(if report.faults.total > 0 { PARTLY } else { DONE })
}

impl Report {
    fn describe(&self) -> String {
        let mut lines = vec![plain(&self.message)];
        lines.extend(self.format.as_deref().map(|format| format!("read as {}", plain(format))));
        for (why, Refused { total, first }) in &self.refused {
            let entries = first.iter().take(MOST_NAMED).map(|entry| match entry.line {
                Some(line) => format!("line {line}: {}", brief(&entry.subject)),
                None => brief(&entry.subject),
            });
            let names = rest(&entries.collect::<Vec<_>>(), *total);
            lines.push(format!("not banned, {}: {names}", in_words(why)));
        }
        for (what, Lines { total, first }) in [("wrong", &self.faults), ("note", &self.remarks)] {
            for Line { line, value, problem } in first {
                let (value, problem) = (plain(value), plain(problem));
                lines.push(format!("{what}: line {line}: \"{value}\" {problem}"));
            }
            if *total > first.len() {
                lines.push(format!("{what}: {} more lines", total - first.len()));
            }
        }
        let skipped = self.skipped.iter();
        lines.extend(
            skipped.map(|(why, number)| format!("skipped, {}: {}", plain(why), entries(*number))),
        );
        if let Some(Hits { connected, protected }) = &self.hits {
            lines.push(format!("connected peers that it disconnects: {}", connected.describe()));
            lines.push(format!("protected peers that it spares: {}", protected.describe()));
        }
        lines.join("\n")
    }
}

impl Subjects {
    fn describe(&self) -> String {
        if self.total == 0 {
            return "none".to_owned();
        }
        let names: Vec<_> =
            self.first.iter().take(MOST_NAMED).map(|subject| brief(subject)).collect();
        rest(&names, self.total)
    }
}

/// Why an entry is not carried out.
fn in_words(why: &str) -> String {
    match why {
        "exempt" => "private or exempt by the policy".to_owned(),
        "full" => "no room for more bans by lists".to_owned(),
        "ours" => "this node's own".to_owned(),
        "protected" => "protected".to_owned(),
        "spared" => "address of a bootstrap peer".to_owned(),
        "wide" => "wider than /16 or, of IPv6, /32".to_owned(),
        other => plain(other),
    }
}

/// Names, and how many there are more.
fn rest(names: &[String], total: usize) -> String {
    let more = total.saturating_sub(names.len());
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    names.join(", ") + &more
}

fn contents(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = OneLine(path.display());
    bounded_file::bytes_or_stdin(path, LONGEST).map_err(|error| {
        Failure::refused(match error {
            Unreadable::TooLong(_) => {
                format!("{shown} is longer than 64 MiB: split it, and import each part as a list")
            }
            Unreadable::Io(_) | Unreadable::NotText => {
                format!("{shown} cannot be read ({error}): give a file with a list of bans")
            }
        })
    })
}

/// A name for a list as near to the file's as a name can be.
fn named_as(path: &Path) -> Result<ListName, Failure> {
    let file = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let file = file.unwrap_or_default();
    let right = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '.');
    let name: String = file
        .trim_start_matches(|each: char| !each.is_ascii_alphanumeric())
        .chars()
        .map(|each| if right(each) { each } else { '-' })
        .take(ListName::MAX_LEN)
        .collect();
    let name = if name.is_empty() { "import" } else { name.as_str() };
    name.parse()
        .map_err(|error| Failure::usage(format!("{error}: give the list a name with --list")))
}

/// The most that is named of what is more.
const MOST_NAMED: usize = 5;
/// The most that the node reads, in bytes.
const LONGEST: usize = 64 << 20;
/// How long the node may take for the largest list.
const PATIENCE: Duration = Duration::from_secs(60);
