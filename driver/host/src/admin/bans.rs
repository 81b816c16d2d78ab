//! `GET /v1/bans`, and `GET`, `PUT` and `DELETE /v1/bans/{subject}`.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::routing::get;
use futures_lite::future::yield_now;
use peerwarden_core::{Cause, Cursor, Origin, Subject};
use serde::Serialize;

use super::api::{Api, Shared};
use super::ban_details::BanDetails;
use super::ban_filter::BanFilter;
use super::ban_order::BanOrder;
use super::body;
use super::caller::Caller;
use super::change::durably;
use super::check::{Reason, noted};
use super::params::Params;
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects::{self, LastPart};
use super::would_ban::would_ban;
use crate::answers::{BanChange, Unbanned};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::listing::Ban;
use crate::log;
use crate::peer::PeerName;
use crate::tag::Tag;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let one = get(one::<P, D>).put(ban::<P, D>).delete(unban::<P, D>);
    vec![
        Route { path: "/v1/bans", handler: get(list::<P, D>) },
        Route { path: "/v1/bans/{*subject}", handler: one },
    ]
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct Bans<P> {
    bans: Vec<BanDetails<P>>,
    shown: usize,
    total: usize,
    next: Option<String>,
}

/// A ban by its name, with what else there is to say of its subject.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct OneBan<P> {
    #[serde(flatten)]
    ban: BanDetails<P>,
    /// Who protects it: the operator's ban stands all the same.
    tags: Vec<Tag>,
    /// Bans of the networks that hold it, of a peer where it was last seen.
    also_refused: Vec<Reason>,
}

async fn list<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    let params = Params::read(&uri, &BanFilter::PARAMETERS)?;
    let (limit, filter) = (params.limit()?, BanFilter::read(&params)?);
    let place: Option<(Cursor, usize)> = api.run.place("bans", &params)?;
    let (bans, next) = page(&api, place.map(|(after, _)| after), limit, filter).await?;
    // Counting takes a look at each ban, and is done for the first page alone.
    let total = match place {
        Some((_, total)) => total,
        None => count(&api, filter).await?,
    };
    let next = next.and_then(|next| api.run.next("bans", (next, total)));
    reply::ok(&api.stamped(Bans { shown: bans.len(), bans, total, next })?)
}

/// Up to `limit` bans after a place that a filter lets pass, and the place after which there are more.
async fn page<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    mut after: Option<Cursor>,
    limit: usize,
    filter: BanFilter,
) -> Result<(Vec<BanDetails<P>>, Option<Cursor>), Closed> {
    let mut all = Vec::new();
    loop {
        // One more than there is room for, to know whether there are more.
        let room = limit.saturating_sub(all.len()).saturating_add(1).min(AT_ONCE);
        let (found, now) = api.handle.ban_details(after, room)?;
        let is_last = found.len() < room;
        for mut ban in found {
            let cursor = ban.cursor;
            if filter.lets_pass(&ban.subject, &ban.causes, ban.until, now) {
                if all.len() == limit {
                    return Ok((all, after));
                }
                name_lists(api, &mut ban)?;
                all.push(ban);
            }
            after = Some(cursor);
        }
        if is_last {
            return Ok((all, None));
        }
        yield_now().await;
    }
}

/// Adds to a ban which lists name its subject.
fn name_lists<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    ban: &mut BanDetails<P>,
) -> Result<(), Closed> {
    if ban.causes.contains(Cause::Remote) {
        ban.lists = api.handle.lists().naming(&ban.subject)?;
    }
    Ok(())
}

async fn count<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    filter: BanFilter,
) -> Result<usize, Closed> {
    let (mut sum, mut after) = (0, None);
    loop {
        let (found, now) = (api.handle.bans(after, AT_ONCE)?, api.handle.now()?);
        let Some(last) = found.last() else {
            return Ok(sum);
        };
        after = Some(last.cursor);
        let passes = |ban: &Ban<P>| filter.lets_pass(&ban.subject, &ban.causes, ban.until, now);
        sum += found.iter().filter(|ban| passes(ban)).count();
        yield_now().await;
    }
}

async fn one<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    part: LastPart,
    uri: Uri,
) -> Reply {
    Params::read(&uri, &[])?;
    let subject: Subject<P> = subjects::subject(part)?;
    let mut wider = api.handle.refusals_of(&subject)?;
    wider.retain(|denial| denial.network.is_some());
    if let Some(mut ban) = api.handle.ban_of(&subject)? {
        name_lists(&api, &mut ban)?;
        let (tags, also_refused) = (api.handle.tags(&subject)?, noted(&api, None, wider)?);
        return reply::ok(&api.stamped(OneBan { ban, tags, also_refused })?);
    }
    let name = subjects::name(&subject);
    let message = match wider.first().and_then(|denial| denial.network) {
        Some(network) => format!("{name} is not banned itself, but {network} is, which holds it"),
        None => format!("{name} is not banned"),
    };
    Err(ApiError::not_found("not_banned", message))
}

async fn ban<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["dry_run"])?;
    let subject: Subject<P> = subjects::subject(part)?;
    let order: BanOrder = body::json(request, api.limits.body_timeout).await?;
    let wall = api.handle.wall(api.handle.now()?)?;
    let (duration, note) = (order.duration(wall)?, order.note()?);
    if params.flag("dry_run")?.unwrap_or(false) {
        return would_ban(&api, subject, duration).await;
    }
    let note_text = note.as_ref().map(ToString::to_string);
    let banned = match note {
        Some(note) => api.handle.ban_with_note(subject, duration, Origin::Operator, note)?,
        None => api.handle.ban(subject, duration, Origin::Operator)?,
    };
    let message = banned.to_string();
    match banned.change {
        BanChange::Refused(_) | BanChange::Withheld(_) => {
            return Err(ApiError::bad("subject", message));
        }
        BanChange::Began { .. } | BanChange::Moved { .. } | BanChange::Unchanged { .. } => {}
    }
    log::admin_change(&banned.subject, "banned", note_text.as_deref(), &caller);
    durably(&api, banned, message).await
}

async fn unban<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
    request: Request,
) -> Reply {
    let params = Params::read(&uri, &["cause"])?;
    let cause = params.word("cause", &Cause::ALL.map(|cause| (cause.as_str(), cause)))?;
    let subject: Subject<P> = subjects::subject(part)?;
    body::none(request, api.limits.body_timeout).await?;
    let unbanned: Unbanned<P> = api.handle.unban(subject, cause)?;
    let message = unbanned.to_string();
    if !unbanned.changed() {
        return Err(ApiError::not_found("not_banned", message));
    }
    log::admin_change(&unbanned.subject, "unbanned", None, &caller);
    durably(&api, unbanned, message).await
}

/// How many bans are looked at under one lock.
const AT_ONCE: usize = 256;
