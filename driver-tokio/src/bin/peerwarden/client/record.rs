//! `peerwarden record`.

use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::read;
use super::failure::{DONE, Failure, NOTHING};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::text::plain;
use crate::cli::{RecordCommand, RecordStart};
use crate::words::count;

/// How a recording goes, or went.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Recording {
    state: String,
    file: String,
    pseudonyms: bool,
    since: String,
    inputs: u64,
    bytes: u64,
    files: u64,
    gaps: u64,
    lost: u64,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Shown {
    recording: Option<Recording>,
}

/// Begins or ends a recording, or says how it goes.
pub(crate) async fn run(
    command: &RecordCommand,
    node: &NodeClient,
    output: &Output,
) -> Result<u8, Failure> {
    match command {
        RecordCommand::Start(RecordStart { name, pseudonymise }) => {
            let order = json!({ "name": name, "pseudonyms": pseudonymise });
            let answer = node.send(Method::PUT, PATH, Body::json(&order)).await;
            let answer = answer.map_err(in_terms_of_commands)?;
            changed(&answer, output)
        }
        RecordCommand::Stop => {
            let answer = node.send(Method::DELETE, PATH, Body::default()).await;
            let answer = answer.map_err(in_terms_of_commands)?;
            let Shown { recording } = read(&answer, node)?;
            let done = answer.get("message").and_then(Value::as_str).unwrap_or_default();
            let recording = recording.as_ref().map(Recording::size).unwrap_or_default();
            output.either(&answer, || format!("{}: {recording}", plain(done)))?;
            Ok(DONE)
        }
        RecordCommand::Status => {
            let answer = node.get(PATH).await?;
            let Shown { recording } = read(&answer, node)?;
            output.either(&answer, || describe(recording.as_ref()))?;
            Ok(if recording.is_some() { DONE } else { NOTHING })
        }
    }
}

fn changed(answer: &Value, output: &Output) -> Result<u8, Failure> {
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default();
    output.either(answer, || plain(message))?;
    Ok(DONE)
}

/// How a recording goes, in one line.
pub(crate) fn describe(recording: Option<&Recording>) -> String {
    let Some(recording) = recording else {
        return "none".to_owned();
    };
    let Recording { state, file, since, pseudonyms, error, .. } = recording;
    let hidden = if *pseudonyms { ", with pseudonyms" } else { "" };
    let since = since.split('.').next().unwrap_or_default();
    let (file, since, size) = (plain(file), plain(since), recording.size());
    match (state.as_str(), error) {
        ("recording", _) => format!("to {file}{hidden}, since {since}Z: {size}"),
        (_, Some(error)) => format!("FAILED, to {file}: {}; {size} before that", plain(error)),
        (_, None) => format!("none; the last one was to {file}{hidden}: {size}"),
    }
}

impl Recording {
    /// `3 inputs, 812 bytes in 1 file`.
    fn size(&self) -> String {
        let inputs = count(self.inputs, "input");
        let size = format!("{inputs}, {} in {}", bytes(self.bytes), count(self.files, "file"));
        if self.gaps == 0 {
            return size;
        }
        format!("{size}, {} lost in {}", count(self.lost, "input"), count(self.gaps, "gap"))
    }
}

/// `812 bytes`, `1.2 MiB`.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn bytes(number: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(size, _)| number >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", number as f64 / size as f64),
        None => count(number, "byte"),
    }
}

/// The API's way out, as a command.
fn in_terms_of_commands(failure: Failure) -> Failure {
    match failure.error() {
        "already_recording" => failure.saying(
            "there is a recording already: peerwarden record status shows it, and peerwarden record stop \
             ends it",
        ),
        "not_recording" => failure.saying("nothing is being recorded: peerwarden record start begins"),
        _ => failure,
    }
}

const PATH: &str = "/v1/recording";
