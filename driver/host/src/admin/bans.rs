//! `GET /v1/bans`, and `GET`, `PUT` and `DELETE /v1/bans/{subject}`.

use std::time::Duration;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::routing::get;
use futures_lite::future::yield_now;
use peerwarden_core::{BanDuration, Cause, Causes, Cursor, Instant, Origin, Subject, Until};
use serde::{Deserialize, Serialize};

use super::api::{Api, Shared};
use super::ban_details::BanDetails;
use super::body;
use super::caller::Caller;
use super::params::{Params, wrong};
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects::{self, LastPart};
use crate::answers::{BanChange, Banned, Unbanned};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::listing::Ban;
use crate::log;
use crate::note::{Note, NoteError};
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let one = get(one::<P, D>).put(ban::<P, D>).delete(unban::<P, D>);
    vec![
        Route { path: "/v1/bans", methods: &["GET"], handler: get(list::<P, D>) },
        Route { path: "/v1/bans/{*subject}", methods: &["DELETE", "GET", "PUT"], handler: one },
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

/// An answer to a change, in words as well, and whether it is durable.
#[derive(Serialize)]
pub(super) struct Changed<T> {
    #[serde(flatten)]
    answer: T,
    message: String,
    /// `false` only if the node has no store.
    durable: bool,
}

/// What a ban would do.
#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct WouldBan<P> {
    dry_run: bool,
    subject: Subject<P>,
    until: Until,
    /// How many connected peers it would disconnect.
    disconnected: usize,
    /// The first of them.
    peers: Vec<String>,
    /// One of this node's own addresses that it would hold.
    ours: Option<std::net::IpAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(rename = "for")]
    duration: Option<String>,
    until: Option<String>,
    note: Option<String>,
    by: Option<String>,
}

#[derive(Clone, Copy, Default)]
struct Filter {
    cause: Option<Cause>,
    peers: Option<bool>,
    ending: Option<Duration>,
}

impl Filter {
    const PARAMETERS: [&str; 5] = ["cause", "kind", "ending", "limit", "next"];

    fn read(params: &Params) -> Result<Self, ApiError> {
        let cause = params.word("cause", &Cause::ALL.map(|cause| (cause.as_str(), cause)))?;
        let peers = params.word("kind", &[("peer", true), ("network", false)])?;
        let ending = params.get("ending").map(|text| {
            let expected = "a duration such as \"10m\"";
            humantime::parse_duration(text).map_err(|_| wrong("ending", text, expected))
        });
        Ok(Self { cause, peers, ending: ending.transpose()? })
    }

    fn lets_pass<P>(
        self,
        subject: &Subject<P>,
        causes: &Causes,
        until: Until,
        now: Instant,
    ) -> bool {
        let is_peer = matches!(subject, Subject::Peer(_));
        self.cause.is_none_or(|cause| causes.contains(cause))
            && self.peers.is_none_or(|peers| peers == is_peer)
            && self.ending.is_none_or(|within| until <= Until::At(now.saturating_add(within)))
    }
}

async fn list<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    let params = Params::read(&uri, &Filter::PARAMETERS)?;
    let (limit, filter) = (params.limit()?, Filter::read(&params)?);
    let after: Option<Cursor> = api.run.place("bans", &params)?;
    let (bans, next) = page(&api, after, limit, filter).await?;
    let total = count(&api, filter).await?;
    let next = next.and_then(|next| api.run.next("bans", next));
    reply::ok(&api.stamped(Bans { shown: bans.len(), bans, total, next })?)
}

/// Up to `limit` bans after a place that a filter lets pass, and the place after which there are more.
async fn page<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    mut after: Option<Cursor>,
    limit: usize,
    filter: Filter,
) -> Result<(Vec<BanDetails<P>>, Option<Cursor>), Closed> {
    let mut all = Vec::new();
    loop {
        // One more than there is room for, to know whether there are more.
        let room = limit.saturating_sub(all.len()).saturating_add(1).min(AT_ONCE);
        let (found, now) = api.handle.ban_details(after, room)?;
        let is_last = found.len() < room;
        for ban in found {
            let cursor = ban.cursor;
            if filter.lets_pass(&ban.subject, &ban.causes, ban.until, now) {
                if all.len() == limit {
                    return Ok((all, after));
                }
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

async fn count<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    filter: Filter,
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
    match api.handle.ban_of(&subject)? {
        Some(ban) => reply::ok(&api.stamped(ban)?),
        None => {
            let reasons = api.handle.refusals_of(&subject)?;
            let refused = reasons.first().and_then(|denial| denial.network);
            let name = subjects::name(&subject);
            let message = match refused {
                Some(network) => {
                    format!("{name} is not banned itself, but {network} is, which holds it")
                }
                None => format!("{name} is not banned"),
            };
            Err(ApiError::not_found("not_banned", message))
        }
    }
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
    let order: Order = body::json(request, api.limits.body_timeout).await?;
    let duration = duration(&api, &order)?;
    let note = note(&order)?;
    if params.flag("dry_run")?.unwrap_or(false) {
        return would_ban(&api, subject, duration).await;
    }
    let noted = note.as_ref().map(ToString::to_string);
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
    log::admin_change(&banned.subject, "banned", noted.as_deref(), &caller);
    durably::<P, D, Banned<P>>(&api, banned, message).await
}

/// Answers a change once it is durable.
pub(super) async fn durably<P: PeerName, D: Driver<P>, T: Serialize>(
    api: &Api<P, D>,
    answer: T,
    message: String,
) -> Reply {
    match api.flush().await {
        Ok(durable) => reply::ok(&api.stamped(Changed { answer, message, durable })?),
        Err(error) => Err(ApiError::not_durable(message, &error)),
    }
}

async fn would_ban<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    subject: Subject<P>,
    duration: Option<BanDuration>,
) -> Reply {
    let now = api.handle.now()?;
    let until = duration.map_or(Until::Forever, |it| Until::At(now.saturating_add(it.get())));
    let (mut peers, mut from) = (Vec::new(), None);
    let subject = subject.canonical();
    let spared = match &subject {
        Subject::Addr(net) => api.handle.protected_inside(net)?,
        Subject::Peer(_) => Vec::new(),
    };
    loop {
        let page = api.handle.peers(from, AT_ONCE)?;
        let hit = page.peers.into_iter().filter(|peer| {
            let status = &peer.status;
            status.connected
                && match &subject {
                    Subject::Peer(name) => *name == peer.peer,
                    Subject::Addr(net) => {
                        let ip = status.addr.map(|ip| ip.to_canonical());
                        let hit =
                            |ip| net.contains(&ip) && !spared.iter().any(|it| it.contains(&ip));
                        !status.protected && ip.is_some_and(hit)
                    }
                }
        });
        peers.extend(hit.map(|peer| peer.peer.to_string()));
        from = page.next;
        if from.is_none() {
            break;
        }
        yield_now().await;
    }
    let ours = api.handle.own_address_in(&subject)?;
    let disconnected = peers.len();
    peers.truncate(MOST_NAMED);
    let answer = WouldBan { dry_run: true, subject, until, disconnected, peers, ours };
    reply::ok(&api.stamped(answer)?)
}

async fn unban<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
) -> Reply {
    let params = Params::read(&uri, &["cause"])?;
    let cause = params.word("cause", &Cause::ALL.map(|cause| (cause.as_str(), cause)))?;
    let subject: Subject<P> = subjects::subject(part)?;
    let unbanned: Unbanned<P> = api.handle.unban(subject, cause)?;
    let message = unbanned.to_string();
    if !unbanned.changed() {
        return Err(ApiError::not_found("not_banned", message));
    }
    log::admin_change(&unbanned.subject, "unbanned", None, &caller);
    durably(&api, unbanned, message).await
}

fn duration<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    order: &Order,
) -> Result<Option<BanDuration>, ApiError> {
    match (&order.duration, &order.until) {
        (Some(duration), None) => body::duration("for", duration),
        (None, Some(until)) => {
            let expected = "a moment ahead, such as \"2030-01-31T12:00:00Z\"";
            let end = humantime::parse_rfc3339_weak(until).ok();
            let wall = api.handle.wall(api.handle.now()?)?;
            let left = end.and_then(|end| end.duration_since(wall).ok());
            let left = left.and_then(|left| BanDuration::try_from(left).ok());
            left.map(Some).ok_or_else(|| wrong("until", until, expected))
        }
        (Some(_), Some(_)) => {
            Err(ApiError::bad("until", "for and until are both given: give one of them"))
        }
        (None, None) => Err(ApiError::bad(
            "for",
            "for how long is not said: give for, such as \"24h\" or \"forever\", or until",
        )),
    }
}

fn note(order: &Order) -> Result<Option<Note>, ApiError> {
    let bad = |field| move |error: NoteError| ApiError::bad(field, error.to_string());
    match (&order.note, &order.by) {
        (None, None) => Ok(None),
        (None, Some(_)) => {
            Err(ApiError::bad("by", "by is given without a note: say in note why as well"))
        }
        (Some(why), None) => Note::new(why).map(Some).map_err(bad("note")),
        (Some(why), Some(who)) => {
            let note = Note::new(why).map_err(bad("note"))?;
            note.by(who).map(Some).map_err(bad("by"))
        }
    }
}

/// How many bans are looked at under one lock.
const AT_ONCE: usize = 256;

/// How many peers a dry run names.
const MOST_NAMED: usize = 100;
