//! `GET /v1/shadows`, and `GET`, `PUT`, `DELETE` and promotion of a shadow policy.

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use serde::Serialize;

use super::api::Shared;
use super::background;
use super::caller::Caller;
use super::params::Params;
use super::policy::{self, PolicyText};
use super::policy_change::{Change, changes};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use crate::driver::Driver;
use crate::log;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::settings::policy_text;
use crate::shadow::{ShadowBan, ShadowError, ShadowName, ShadowStatus};

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let one = get(show::<P, D>).put(begin::<P, D>).delete(end::<P, D>);
    vec![
        Route { path: "/v1/shadows", handler: get(all::<P, D>) },
        Route { path: "/v1/shadows/{name}", handler: one },
        Route { path: "/v1/shadows/{name}/promote", handler: post(promote::<P, D>) },
    ]
}

#[derive(Serialize)]
struct All {
    shadows: Vec<ShadowStatus>,
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct One<P> {
    shadow: ShadowStatus,
    /// The subjects that were banned by it or by the policy in force, those of one alone first.
    bans: Vec<ShadowBan<P>>,
    shown: usize,
    total: u64,
    /// The policy as the text of a settings file.
    policy: String,
    /// What it would change.
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Begun {
    shadow: ShadowStatus,
    changes: Vec<Change>,
    warnings: Vec<String>,
    /// Settings in the text that are not of a policy, and count for nothing here.
    ignored: Vec<&'static str>,
    message: String,
}

#[derive(Serialize)]
struct Ended {
    shadow: ShadowStatus,
    message: String,
}

#[derive(Serialize)]
struct Promoted {
    shadow: ShadowStatus,
    dry_run: bool,
    changes: Vec<Change>,
    message: String,
}

async fn all<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    Params::read(&uri, &[])?;
    let handle = api.handle.clone();
    let shadows = background::run(&api.shadows, move || handle.shadows()).await??;
    reply::ok(&api.stamped(All { shadows })?)
}

async fn show<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Path(name): Path<String>,
    uri: Uri,
) -> Reply {
    let limit = Params::read(&uri, &["limit"])?.limit()?;
    let name = shadow_name(&name)?;
    let (shadow, bans) = find(&api, &name, limit).await?;
    let config = api.handle.shadow_config(&name)?.ok_or_else(|| no_shadow(&name))?;
    let changes = changes(&api.handle.config()?, &config);
    let (shown, policy) = (bans.len(), policy_text(&config));
    let total = shadow.only_shadow + shadow.only_in_force + shadow.both;
    reply::ok(&api.stamped(One { shadow, bans, shown, total, policy, changes })?)
}

async fn begin<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let name = shadow_name(&name)?;
    let PolicyText { config, warnings, others } = policy::read(&api, request).await?;
    let changes = changes(&api.handle.config()?, &config);
    let (handle, begun) = (api.handle.clone(), name.clone());
    let begin = move || handle.shadow(begun, config);
    background::run(&api.shadows, begin).await?.map_err(refused)?;
    log::admin_shadow(&name, "begun", &caller);
    let (shadow, _) = find(&api, &name, 0).await?;
    let message = format!("what {name} would do is told from here on, until the node restarts");
    reply::ok(&api.stamped(Begun { shadow, changes, warnings, ignored: others, message })?)
}

async fn end<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
) -> Reply {
    Params::read(&uri, &[])?;
    let name = shadow_name(&name)?;
    let (shadow, _) = find(&api, &name, 0).await?;
    let (handle, ended) = (api.handle.clone(), name.clone());
    if !background::run(&api.shadows, move || handle.end_shadow(&ended)).await?? {
        return Err(no_shadow(&name));
    }
    log::admin_shadow(&name, "ended", &caller);
    let message = format!("what {name} would do is no longer told");
    reply::ok(&api.stamped(Ended { shadow, message })?)
}

async fn promote<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
) -> Reply {
    let dry_run = Params::read(&uri, &["dry_run"])?.flag("dry_run")?.unwrap_or(false);
    let name = shadow_name(&name)?;
    let (shadow, _) = find(&api, &name, 0).await?;
    let config = api.handle.shadow_config(&name)?.ok_or_else(|| no_shadow(&name))?;
    let shared = api.handle.shared()?;
    let before = shared.config()?;
    let changes = policy::put_in_force(&shared, &before, config, &caller, dry_run)?;
    let message = policy::message(&changes, dry_run);
    if !dry_run {
        let (handle, ended) = (api.handle.clone(), name.clone());
        background::run(&api.shadows, move || handle.end_shadow(&ended)).await??;
        log::admin_shadow(&name, "promoted", &caller);
    }
    reply::ok(&api.stamped(Promoted { shadow, dry_run, changes, message })?)
}

async fn find<P: PeerName, D: Driver<P>>(
    api: &Shared<P, D>,
    name: &ShadowName,
    most: usize,
) -> Result<(ShadowStatus, Vec<ShadowBan<P>>), ApiError> {
    let (shared, wanted) = (api.handle.shared()?, name.clone());
    let found = background::run(&api.shadows, move || shared.shadows.bans(&wanted, most)).await?;
    found.ok_or_else(|| no_shadow(name))
}

fn shadow_name(text: &str) -> Result<ShadowName, ApiError> {
    text.parse()
        .map_err(|error| ApiError::bad("name", format!("name is \"{}\": {error}", OneLine(text))))
}

fn no_shadow(name: &ShadowName) -> ApiError {
    let message = format!("there is no shadow policy {name}: GET /v1/shadows has all of them");
    ApiError::not_found("no_shadow", message)
}

fn refused(error: ShadowError) -> ApiError {
    let (status, name) = match &error {
        ShadowError::Closed(closed) => return (*closed).into(),
        ShadowError::Thread(_) => (StatusCode::SERVICE_UNAVAILABLE, "no_thread"),
        ShadowError::TooMany => (StatusCode::CONFLICT, "too_many_shadows"),
    };
    ApiError::new(status, name, error.to_string())
}
