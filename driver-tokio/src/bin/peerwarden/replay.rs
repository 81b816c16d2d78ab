//! `peerwarden replay`.

mod plot;
mod policy;
mod progress;
mod sentences;
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use peerwarden_tokio::OneLine;
use peerwarden_tokio::peerwarden_host::recording::ReadRecordingError;
use peerwarden_tokio::peerwarden_host::replay::{Replay, ReplayError, ReplayReport};
use serde_json::{Value, json};

use crate::client::failure::{DONE, Failure, PARTLY};
use crate::client::output::Output;
use crate::client::report;
use crate::{bounded_file, cli, streams};
use progress::ProgressBar;

pub(crate) use sentences::try_policy;

/// Replays a recording, and says how it went.
pub(crate) fn run(args: &cli::Replay) -> ExitCode {
    let output = Output::of(args.json, args.quiet, args.color);
    match perform(args, &output) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            if !failure.is_silent() {
                report::failure("replay", &failure, args.json);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn perform(args: &cli::Replay, output: &Output) -> Result<u8, Failure> {
    let mut replay = Replay::new(args.files.iter().cloned());
    for (name, config) in policy::named(&args.policies)? {
        replay = replay.with_policy(name, config);
    }
    if let Some(peer) = &args.peer {
        replay = replay.with_peer(peer);
    }
    if let Some(file) = &args.honest {
        replay = replay.with_honest(honest(file)?);
    }
    if let Some(since) = args.since {
        replay = replay.with_since(since);
    }
    let report = replayed(replay, output)?;
    if let Some(file) = &args.plot {
        let plot = plot::draw(&report).map_err(Failure::refused)?;
        fs::write(file, plot).map_err(|error| {
            Failure::refused(format!("{} cannot be written: {error}", OneLine(file.display())))
        })?;
    }
    output.either(&as_json(&report), || tables::all(&report, args, output))?;
    Ok(ended(&report, output))
}

/// Runs it, with a bar of how far it is.
fn replayed(replay: Replay, output: &Output) -> Result<ReplayReport, Failure> {
    let mut bar = ProgressBar::new(output);
    let report = replay.run(|progress| bar.show(progress));
    bar.clear();
    report.map_err(|error| {
        let message = error.to_string();
        if matches!(error, ReplayError::Read(ReadRecordingError::Format { .. })) {
            Failure::versions(message)
        } else {
            Failure::refused(message)
        }
    })
}

/// Returns the exit code, and says why if the recording was not replayed to its end.
fn ended(report: &ReplayReport, output: &Output) -> u8 {
    match &report.stopped {
        None => DONE,
        Some(why) => {
            if !output.json {
                streams::complain(format_args!("peerwarden replay: {why}"));
            }
            PARTLY
        }
    }
}

fn as_json(report: &ReplayReport) -> Value {
    // Plain data with texts as keys: there is nothing in it that JSON could not have.
    let mut value = serde_json::to_value(report).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.insert("caveat".to_owned(), json!(sentences::CAVEAT));
    }
    value
}

/// Reads names, one a line; empty lines and those with a `#` in front are passed over.
fn honest(file: &Path) -> Result<BTreeSet<String>, Failure> {
    let text = bounded_file::text_or_stdin(file, LONGEST_LIST).map_err(|error| {
        Failure::refused(format!(
            "{} cannot be read ({error}): give a file with the name of a peer a line",
            OneLine(file.display())
        ))
    })?;
    let names = text.lines().map(str::trim);
    let names = names.filter(|name| !name.is_empty() && !name.starts_with('#'));
    let names = names.map(|name| name.strip_prefix("peer:").unwrap_or(name).to_owned());
    Ok(names.collect())
}

/// More names than any network has peers, in bytes.
const LONGEST_LIST: usize = 64 << 20;
