//! `GET`, `PUT` and `DELETE` of `/v1/recording`.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde::{Deserialize, Serialize};

use super::api::Shared;
use super::background;
use super::body;
use super::caller::Caller;
use super::params::{Params, wrong};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use crate::driver::Driver;
use crate::log;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::recording::{RecordError, RecordingOptions, RecordingStatus};

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let handler = get(show::<P, D>).put(begin::<P, D>).delete(end::<P, D>);
    vec![Route { path: "/v1/recording", handler }]
}

#[derive(Serialize)]
struct Shown {
    recording: Option<RecordingStatus>,
}

#[derive(Serialize)]
struct Changed {
    recording: RecordingStatus,
    message: String,
}

/// How a recording is to be. Its file is in the data directory, named by it: a caller names no path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default = "usual")]
    name: String,
    #[serde(default)]
    pseudonyms: bool,
}

async fn show<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    Params::read(&uri, &[])?;
    let recording = api.handle.recording()?;
    reply::ok(&api.stamped(Shown { recording })?)
}

async fn begin<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let Order { name, pseudonyms } = body::json(request, api.limits.body_timeout).await?;
    if !is_name(&name) {
        return Err(wrong("name", &name, "1 to 64 of the characters a-z, 0-9, - and _"));
    }
    let directory = api.recordings.clone();
    let options = RecordingOptions::new(directory.join(format!("{name}.jsonl.zst")));
    let options = options.with_name(name).with_pseudonyms(pseudonyms);
    let handle = api.handle.clone();
    let begun = background::run(&api.lists, move || {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
        made.map_err(|error| RecordError::File { file: directory, error })?;
        handle.record(options)
    });
    let recording = begun.await?.map_err(refused)?;
    log::admin_recording("begun", &caller);
    let message = format!("recording to {}", OneLine(recording.file.display()));
    reply::ok(&api.stamped(Changed { recording, message })?)
}

async fn end<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
) -> Reply {
    Params::read(&uri, &[])?;
    let handle = api.handle.clone();
    let ended = background::run(&api.lists, move || handle.stop_recording());
    let recording = ended.await??.ok_or_else(|| {
        ApiError::not_found("not_recording", "nothing is being recorded; nothing was changed")
    })?;
    log::admin_recording("ended", &caller);
    let message = format!("recorded to {}", OneLine(recording.file.display()));
    reply::ok(&api.stamped(Changed { recording, message })?)
}

fn refused(error: RecordError) -> ApiError {
    let (status, name) = match &error {
        RecordError::AlreadyRecording { .. } => (StatusCode::CONFLICT, "already_recording"),
        RecordError::Closed(closed) => return (*closed).into(),
        RecordError::File { .. } => (StatusCode::SERVICE_UNAVAILABLE, "no_file"),
    };
    ApiError::new(status, name, error.to_string())
}

fn is_name(text: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(known)
}

fn usual() -> String {
    "recording".to_owned()
}
