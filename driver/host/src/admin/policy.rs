//! `GET` and `PUT /v1/policy`: the policy in force, as the text of a settings file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use peerwarden_core::Config;
use serde::Serialize;

use super::api::Shared;
use super::body;
use super::caller::Caller;
use super::params::Params;
use super::policy_change::{Change, changes};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use crate::driver::Driver;
use crate::known_peer::KnownPeer;
use crate::log;
use crate::options::DriverOptions;
use crate::peer::PeerName;
use crate::settings::{MAX_LEN, Settings, SettingsError, SettingsWarning, policy_text};

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let policy = get(show::<P, D>).put(replace::<P, D>);
    vec![Route { path: "/v1/policy", handler: policy }]
}

/// What a settings text says.
pub(super) struct PolicyText {
    pub(super) config: Config,
    pub(super) warnings: Vec<String>,
    /// Settings that are not of the policy, and count from the next start on.
    pub(super) others: Vec<&'static str>,
}

/// Reads a settings text.
pub(super) type Reader = fn(&str) -> Result<PolicyText, SettingsError>;

impl PolicyText {
    pub(super) fn read<P: PeerName, A: KnownPeer<P>>(text: &str) -> Result<Self, SettingsError> {
        let settings = Settings::<P, A>::from_toml(text)?;
        let warnings = settings.warnings().iter().map(SettingsWarning::to_string).collect();
        let others = others(&settings.options);
        Ok(Self { config: settings.config, warnings, others })
    }
}

#[derive(Serialize)]
struct Replaced {
    dry_run: bool,
    changes: Vec<Change>,
    /// What the text says that is likely not meant.
    warnings: Vec<String>,
    /// Settings in the text that count only when the node starts.
    at_next_start: Vec<&'static str>,
    message: String,
}

async fn show<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    headers: HeaderMap,
    uri: Uri,
) -> Reply {
    Params::read(&uri, &[])?;
    let text = policy_text(&api.handle.config()?);
    let tag = etag(&text);
    if names(&headers, &header::IF_NONE_MATCH, &tag) {
        return with_tag(reply::of_type(StatusCode::NOT_MODIFIED, TOML, ""), &tag);
    }
    with_tag(reply::of_type(StatusCode::OK, TOML, text), &tag)
}

async fn replace<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["dry_run"])?;
    let dry_run = params.flag("dry_run")?.unwrap_or(false);
    let PolicyText { config, warnings, others } = read(&api, request).await?;
    let shared = api.handle.shared()?;
    let before = shared.config()?;
    let tag = etag(&policy_text(&before));
    if headers.contains_key(header::IF_MATCH) && !names(&headers, &header::IF_MATCH, &tag) {
        return Err(changed_meanwhile());
    }
    let tag = etag(&policy_text(&config));
    let changes = put_in_force(&shared, &before, config, &caller, dry_run)?;
    let message = message(&changes, dry_run);
    let answer = Replaced { dry_run, changes, warnings, at_next_start: others, message };
    with_tag(reply::json(StatusCode::OK, &api.stamped(answer)?), &tag)
}

/// Reads a policy from the body of a request.
pub(super) async fn read<P: PeerName, D: Driver<P>>(
    api: &Shared<P, D>,
    request: Request,
) -> Result<PolicyText, ApiError> {
    let text = body::text(request, api.limits.body_timeout, TOML, MAX_LEN).await?;
    (api.read_policy)(&text)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, "bad_policy", error.to_string()))
}

/// Puts a policy in force, unless nothing is to be done, or the one so far is no longer `before`. Gives what
/// that changes.
pub(super) fn put_in_force<P: PeerName, D: Driver<P>>(
    shared: &crate::shared::Shared<P, D>,
    before: &Arc<Config>,
    config: Config,
    caller: &Caller,
    dry_run: bool,
) -> Result<Vec<Change>, ApiError> {
    let changes = changes(before, &config);
    if dry_run || changes.is_empty() {
        return Ok(changes);
    }
    // Whoever has a handle can change it too.
    if !shared.reconfigure_if(config, |policy| Arc::ptr_eq(policy, before))? {
        return Err(changed_meanwhile());
    }
    let words: Vec<_> = changes.iter().map(ToString::to_string).collect();
    log::admin_policy(&words.join("; "), caller);
    Ok(changes)
}

pub(super) fn message(changes: &[Change], dry_run: bool) -> String {
    match (changes, dry_run) {
        ([], _) => "the policy in force says the same; nothing is changed".to_owned(),
        ([_], true) => "1 setting would change; nothing was changed".to_owned(),
        (all, true) => format!("{} settings would change; nothing was changed", all.len()),
        ([_], false) => {
            "1 setting is changed until the node restarts: write it to its settings file to keep it"
                .to_owned()
        }
        (all, false) => format!(
            "{} settings are changed until the node restarts: write them to its settings file to keep them",
            all.len()
        ),
    }
}

fn changed_meanwhile() -> ApiError {
    let message = "the policy was changed meanwhile: read it anew, and send the etag that it has now as \
                   if-match";
    ApiError::new(StatusCode::CONFLICT, "changed_meanwhile", message)
}

fn with_tag(mut response: Response, tag: &str) -> Reply {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

fn names(headers: &HeaderMap, name: &header::HeaderName, tag: &str) -> bool {
    let given = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    given
        .flat_map(|value| value.split(','))
        .any(|each| matches!(each.trim(), "*") || each.trim() == tag)
}

fn etag(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// The settings that differ from an empty file's and are not the policy's.
fn others<P: PeerName, A: KnownPeer<P>>(options: &DriverOptions<P, A>) -> Vec<&'static str> {
    let base = DriverOptions::<P, A>::default();
    let all = [
        ("ban", options.ban() != base.ban()),
        ("close_timeout", options.close_timeout() != base.close_timeout()),
        ("data_file", options.data_file() != base.data_file()),
        ("farewell", options.farewell() != base.farewell()),
        ("heartbeat_interval", options.heartbeat_interval() != base.heartbeat_interval()),
        ("max_redials", options.max_redials() != base.max_redials()),
        (
            "protect",
            options.protect() != base.protect() || options.static_peers() != base.static_peers(),
        ),
        ("recording", options.recording() != base.recording()),
        ("redial_attempts", options.redial_attempts() != base.redial_attempts()),
        ("shadow", options.shadows() != base.shadows()),
        ("tick_interval", options.tick_interval() != base.tick_interval()),
    ];
    all.into_iter().filter(|(_, set)| *set).map(|(key, _)| key).collect()
}

const TOML: &str = "application/toml";
