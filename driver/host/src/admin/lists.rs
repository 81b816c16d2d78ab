//! `GET /v1/lists`, and `GET`, `PUT` and `DELETE` of a list and of its entries.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post, put};
use peerwarden_core::Subject;
use serde::Serialize;

use super::api::{Api, Shared};
use super::background;
use super::body;
use super::caller::Caller;
use super::change::durably;
use super::limits::LIST;
use super::params::{Params, wrong};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects;
use crate::driver::Driver;
use crate::lists::{
    ListChangeKind, ListError, ListFormat, ListName, ListReport, ListStatus, ListedSubject,
    ReadOptions, read_list,
};
use crate::log;
use crate::one_line::OneLine;
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let one = get(entries::<P, D>).put(replace::<P, D>).delete(delete::<P, D>);
    let entry = put(put_entry::<P, D>).delete(remove_entry::<P, D>);
    vec![
        Route { path: "/v1/lists", handler: get(all::<P, D>) },
        Route { path: "/v1/lists/{name}", handler: one },
        Route { path: "/v1/lists/{name}/{*subject}", handler: entry },
        Route { path: "/v1/import", handler: post(import::<P, D>) },
    ]
}

#[derive(Serialize)]
struct AllLists {
    lists: Vec<ListStatus>,
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct Entries<P> {
    list: ListStatus,
    entries: Vec<ListedSubject<P>>,
    shown: usize,
    total: usize,
    next: Option<String>,
}

/// What came of a change of a list, in words as well.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct Reported<P> {
    #[serde(flatten)]
    report: ListReport<P>,
    message: String,
}

async fn all<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    Params::read(&uri, &[])?;
    let lists = api.handle.lists().all()?;
    reply::ok(&api.stamped(AllLists { lists })?)
}

async fn entries<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Path(name): Path<String>,
    uri: Uri,
) -> Reply {
    let params = Params::read(&uri, &["limit", "next"])?;
    let limit = params.limit()?;
    let name = list_name("name", &name)?;
    let list = find(&api, &name)?;
    let kind = format!("list {name}");
    let after: Option<String> = api.run.place(&kind, &params)?;
    let after: Option<Subject<P>> = after.and_then(|after| after.parse().ok());
    let mut entries = api.handle.lists().entries(&name, after.as_ref(), limit.saturating_add(1))?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().filter(|_| more).map(|last| last.subject.to_string());
    let next = last.and_then(|last| api.run.next(&kind, last));
    let (shown, total) = (entries.len(), list.entries.saturating_sub(list.turned_away));
    reply::ok(&api.stamped(Entries { list, entries, shown, total, next })?)
}

async fn replace<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["dry_run", "for", "format"])?;
    let name = list_name("name", &name)?;
    load(api, &caller, name, &params, request).await
}

async fn import<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["dry_run", "for", "format", "list"])?;
    let name = list_name("list", params.get("list").unwrap_or(IMPORTED))?;
    load(api, &caller, name, &params, request).await
}

/// Reads a list from the body, and puts it in the place of what the list said before.
async fn load<P: PeerName, D: Driver<P>>(
    api: Shared<P, D>,
    caller: &Caller,
    name: ListName,
    params: &Params,
    request: Request,
) -> Reply {
    let dry_run = params.flag("dry_run")?.unwrap_or(false);
    let format: Option<ListFormat> =
        params.parse("format", "one of bitcoin, crowdsec, ipfilter, peerwarden, plain")?;
    let lasting = params.get("for").map(duration).transpose()?;
    let lists = api.handle.lists();
    let options: ReadOptions = lists.read_options()?.with_format(format).with_lasting(lasting);
    let bytes = body::bytes(request.into_body(), api.limits.body_timeout, LIST).await?;
    if bytes.trim_ascii().is_empty() {
        let message = format!(
            "there is nothing in it, and list {name} was not changed: DELETE it to have it ban nothing"
        );
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "empty_list", message));
    }
    let list = name.clone();
    let report = background::run(&api.lists, move || {
        let file = read_list::<P>(&bytes, &options).map_err(|error| {
            ApiError::new(StatusCode::BAD_REQUEST, "bad_list", format!("{error}"))
        })?;
        if let Some(fault) = file.unreadable() {
            let message = format!(
                "no entry of it can be read, and list {name} was not changed; the first fault is on {fault}"
            );
            return Err(ApiError::new(StatusCode::BAD_REQUEST, "bad_list", message));
        }
        if dry_run {
            Ok(lists.plan(&name, &file)?)
        } else {
            lists.replace(&name, &file).map_err(refused)
        }
    });
    let report: ListReport<P> = report.await??;
    let done = report.change(ListChangeKind::Loaded).to_string();
    let message = if dry_run { format!("{done}; of a dry run: nothing was changed") } else { done };
    if dry_run {
        return reply::ok(&api.stamped(Reported { report, message })?);
    }
    log::admin_list(&list, "replaced", caller);
    durably(&api, report, message).await
}

async fn delete<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let name = list_name("name", &name)?;
    body::none(request, api.limits.body_timeout).await?;
    let (lists, list) = (api.handle.lists(), name.clone());
    let deleted = background::run(&api.lists, move || lists.delete(&list));
    let report = deleted.await?.map_err(refused)?.ok_or_else(|| no_list(&name))?;
    let message = report.change(ListChangeKind::Deleted).to_string();
    log::admin_list(&name, "deleted", &caller);
    durably(&api, report, message).await
}

async fn put_entry<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path((name, subject)): Path<(String, String)>,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["for"])?;
    let (name, subject) = (list_name("name", &name)?, subjects::subject(Ok(Path(subject)))?);
    body::none(request, api.limits.body_timeout).await?;
    let until = params.get("for").map(|text| until(&api, text)).transpose()?;
    let report = api.handle.lists().put(&name, subject, until).map_err(refused)?;
    let message = report.change(ListChangeKind::Edited).to_string();
    log::admin_list(&name, "entry put", &caller);
    durably(&api, report, message).await
}

async fn remove_entry<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    Path((name, subject)): Path<(String, String)>,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let name = list_name("name", &name)?;
    let subject: Subject<P> = subjects::subject(Ok(Path(subject)))?;
    body::none(request, api.limits.body_timeout).await?;
    let bare = subjects::name(&subject);
    let report = api.handle.lists().remove(&name, subject).map_err(refused)?;
    let report = report.ok_or_else(|| {
        let message = format!("{bare} is not on the list {name}; nothing was changed");
        ApiError::not_found("not_listed", message)
    })?;
    let message = report.change(ListChangeKind::Edited).to_string();
    log::admin_list(&name, "entry removed", &caller);
    durably(&api, report, message).await
}

fn find<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    name: &ListName,
) -> Result<ListStatus, ApiError> {
    let all = api.handle.lists().all()?;
    all.into_iter().find(|list| list.name == *name).ok_or_else(|| no_list(name))
}

fn no_list(name: &ListName) -> ApiError {
    let message = format!("there is no list {name}: GET /v1/lists has all of them");
    ApiError::not_found("no_list", message)
}

fn refused(error: ListError) -> ApiError {
    let (status, name) = match &error {
        ListError::Closed(closed) => return (*closed).into(),
        ListError::File { .. } => (StatusCode::CONFLICT, "kept_in_file"),
        ListError::NotKept { .. } => (StatusCode::SERVICE_UNAVAILABLE, "not_durable"),
        ListError::TooMany => (StatusCode::CONFLICT, "too_many_lists"),
    };
    ApiError::new(status, name, error.to_string())
}

fn list_name(field: &'static str, text: &str) -> Result<ListName, ApiError> {
    ListName::from_str(text)
        .map_err(|error| ApiError::bad(field, format!("{field} is \"{}\": {error}", OneLine(text))))
}

fn duration(text: &str) -> Result<Duration, ApiError> {
    let parsed = humantime::parse_duration(text).ok().filter(|duration| !duration.is_zero());
    parsed.ok_or_else(|| wrong("for", text, "a duration such as 24h or 7d"))
}

fn until<P: PeerName, D: Driver<P>>(api: &Api<P, D>, text: &str) -> Result<SystemTime, ApiError> {
    let wall = api.handle.wall(api.handle.now()?)?;
    let until = wall.checked_add(duration(text)?);
    until.ok_or_else(|| wrong("for", text, "a duration that ends in this calendar"))
}

/// List that an import replaces unless it names one.
const IMPORTED: &str = "import";
