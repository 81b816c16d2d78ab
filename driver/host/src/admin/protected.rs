//! `GET /v1/protected`, and `PUT` and `DELETE /v1/protected/{subject}`.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::routing::{get, put};
use peerwarden_core::Subject;
use serde::Serialize;

use super::api::Shared;
use super::body;
use super::caller::Caller;
use super::change::durably;
use super::params::{Params, wrong};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects::{self, LastPart};
use crate::answers::Protected;
use crate::driver::Driver;
use crate::log;
use crate::peer::PeerName;
use crate::tag::Tag;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let one = put(protect::<P, D>).delete(unprotect::<P, D>);
    vec![
        Route { path: "/v1/protected", handler: get(list::<P, D>) },
        Route { path: "/v1/protected/{*subject}", handler: one },
    ]
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct AllProtected<P> {
    protected: Vec<Protected<P>>,
    shown: usize,
    total: usize,
    next: Option<String>,
}

async fn list<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    let params = Params::read(&uri, &["limit", "next"])?;
    let limit = params.limit()?;
    let after: Option<String> = api.run.place("protected", &params)?;
    let after: Option<Subject<P>> = after.and_then(|after| after.parse().ok());
    let mut protected = api.handle.protected(after.as_ref(), limit.saturating_add(1))?;
    let more = protected.len() > limit;
    protected.truncate(limit);
    let last = protected.last().filter(|_| more).map(|last| last.subject.to_string());
    let next = last.and_then(|last| api.run.next("protected", last));
    let total = api.handle.shared()?.lock_if_open()?.overrides.protected_count();
    reply::ok(&api.stamped(AllProtected { shown: protected.len(), protected, total, next })?)
}

async fn protect<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let subject: Subject<P> = subjects::subject(part)?;
    body::none(request, api.limits.body_timeout).await?;
    let protection = api.handle.protect(subject, Tag::OPERATOR)?;
    let message = protection.to_string();
    log::admin_change(&protection.subject, "protected", None, &caller);
    durably(&api, protection, message).await
}

async fn unprotect<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["tag"])?;
    let tag = match params.get("tag") {
        None => Tag::OPERATOR,
        Some(text) => text.parse().map_err(|_| {
            wrong("tag", text, "1 to 31 characters a-z, 0-9 and -, such as operator or settings")
        })?,
    };
    let subject: Subject<P> = subjects::subject(part)?;
    body::none(request, api.limits.body_timeout).await?;
    let name = subjects::name(&subject);
    let tags = api.handle.tags(&subject)?;
    if !tags.contains(&tag) {
        let others: Vec<_> = tags.iter().map(Tag::as_str).collect();
        let message = if others.is_empty() {
            format!("{name} is not protected; nothing was changed")
        } else {
            let first = others.first().copied().unwrap_or_default();
            format!(
                "{name} is not protected by {tag}, but by {}; nothing was changed: add ?tag={first} to take \
                 that off",
                others.join(", ")
            )
        };
        return Err(ApiError::not_found("not_protected", message));
    }
    let protection = api.handle.unprotect(subject, tag)?;
    let message = protection.to_string();
    log::admin_change(&protection.subject, "unprotected", None, &caller);
    durably(&api, protection, message).await
}
