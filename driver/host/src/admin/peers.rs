//! `GET /v1/peers`, `GET /v1/peers/{id}` and `POST /v1/peers/{id}/disconnect`.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::routing::{get, post};
use futures_lite::future::yield_now;
use peerwarden_core::{Direction, PeerCursor, Points, Subject};
use serde::Serialize;

use super::api::{Api, Shared};
use super::body;
use super::caller::Caller;
use super::check::{Reason, reasons};
use super::cursor;
use super::params::Params;
use super::peer_list::PeerOrder;
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects::{self, LastPart};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::json::points;
use crate::listing::Peer;
use crate::log;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::tag::Tag;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![
        Route { path: "/v1/peers", handler: get(list::<P, D>) },
        Route { path: "/v1/peers/{id}", handler: get(one::<P, D>) },
        Route { path: "/v1/peers/{id}/disconnect", handler: post(disconnect::<P, D>) },
    ]
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct Peers<P> {
    peers: Vec<Peer<P>>,
    shown: usize,
    total: usize,
    /// Above how many points a peer is banned.
    #[serde(serialize_with = "points")]
    threshold: Points,
    next: Option<String>,
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct OnePeer<P> {
    #[serde(flatten)]
    peer: Peer<P>,
    /// Above how many points it is banned.
    #[serde(serialize_with = "points")]
    threshold: Points,
    /// Who protects it.
    tags: Vec<Tag>,
    /// What refuses it where it was last seen, inbound.
    reasons: Vec<Reason>,
}

#[derive(Serialize)]
struct Disconnected {
    peer: String,
    disconnected: bool,
    message: String,
}

#[derive(Clone, Copy, Default)]
struct Filter {
    connected: Option<bool>,
    suspect: Option<bool>,
}

impl Filter {
    fn lets_pass<P>(self, peer: &Peer<P>) -> bool {
        let status = &peer.status;
        let suspect =
            status.penalty > Points::ZERO || status.offences > 0 || !status.causes.is_empty();
        self.connected.is_none_or(|wanted| wanted == status.connected)
            && self.suspect.is_none_or(|wanted| wanted == suspect)
    }

    fn is_none(self) -> bool {
        self.connected.is_none() && self.suspect.is_none()
    }
}

async fn list<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    let params = Params::read(&uri, &["connected", "suspect", "sort", "limit", "next"])?;
    let limit = params.limit()?;
    let filter = Filter { connected: params.flag("connected")?, suspect: params.flag("suspect")? };
    let order = params.word("sort", &PeerOrder::WORDS)?;
    let (peers, total, next) = if filter.is_none() && order.is_none() {
        unsorted(&api, &params, limit)?
    } else {
        sorted(&api, &params, limit, filter, order).await?
    };
    let threshold = api.handle.config()?.threshold();
    let answer = Peers { shown: peers.len(), peers, total, threshold, next };
    reply::ok(&api.stamped(answer)?)
}

type Page<P> = (Vec<Peer<P>>, usize, Option<String>);

/// All peers, as the engine has them.
fn unsorted<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    params: &Params,
    limit: usize,
) -> Result<Page<P>, ApiError> {
    let from: Option<PeerCursor> = api.run.place("peers", params)?;
    let page = api.handle.peers(from, limit)?;
    let next = page.next.and_then(|next| api.run.next("peers", next));
    Ok((page.peers, api.handle.counts()?.records, next))
}

/// Those that a filter lets pass, in the order that they had when the first page was read.
async fn sorted<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    params: &Params,
    limit: usize,
    filter: Filter,
    order: Option<PeerOrder>,
) -> Result<Page<P>, ApiError> {
    let (id, from) = match api.run.place("sorted-peers", params)? {
        Some(place) => place,
        None => {
            let names = names(api, filter, order).await?;
            if names.len() <= limit {
                let total = names.len();
                return Ok((read(api, &names)?, total, None));
            }
            (api.sorted().keep(names), 0)
        }
    };
    let page = api.sorted().page(id, from, limit);
    let kept = "more lists than are kept were begun after the one that next belongs to";
    let (names, total) = page.ok_or_else(|| cursor::gone(kept))?;
    let end = from.saturating_add(names.len());
    let next = (end < total).then(|| api.run.next("sorted-peers", (id, end))).flatten();
    Ok((read(api, &names)?, total, next))
}

async fn names<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    filter: Filter,
    order: Option<PeerOrder>,
) -> Result<Vec<P>, Closed> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = api.handle.peers(from, AT_ONCE)?;
        all.extend(page.peers.into_iter().filter(|peer| filter.lets_pass(peer)));
        from = page.next;
        if from.is_none() {
            break;
        }
        yield_now().await;
    }
    if let Some(order) = order {
        all.sort_unstable_by(|one, other| order.compare(one, other));
    }
    Ok(all.into_iter().map(|peer| peer.peer).collect())
}

/// What is held of these peers now; those of which nothing is are left out.
fn read<P: PeerName, D: Driver<P>>(api: &Api<P, D>, names: &[P]) -> Result<Vec<Peer<P>>, Closed> {
    let mut all = Vec::with_capacity(names.len());
    for some in names.chunks(AT_ONCE) {
        all.extend(api.handle.peers_named(some)?);
    }
    Ok(all)
}

async fn one<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    part: LastPart,
    uri: Uri,
) -> Reply {
    Params::read(&uri, &[])?;
    let name: P = subjects::peer(part)?;
    let Some(peer) = api.handle.peers_named(std::slice::from_ref(&name))?.pop() else {
        let message = format!(
            "nothing is held for or against {}: it has not been seen lately, or the id is not whole",
            OneLine(&name)
        );
        return Err(ApiError::not_found("unknown_peer", message));
    };
    let reasons = reasons(&api, Some(&name), peer.status.addr, Direction::Inbound)?;
    let tags = api.handle.tags(&Subject::Peer(name))?;
    let threshold = api.handle.config()?.threshold();
    reply::ok(&api.stamped(OnePeer { peer, threshold, tags, reasons })?)
}

async fn disconnect<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    Extension(caller): Extension<Caller>,
    part: LastPart,
    uri: Uri,
    request: Request,
) -> Reply {
    Params::read(&uri, &[])?;
    let name: P = subjects::peer(part)?;
    body::none(request, api.limits.body_timeout).await?;
    if !api.handle.disconnect(&name)? {
        let message = format!("{} is not connected; nothing was done", OneLine(&name));
        return Err(ApiError::not_found("not_connected", message));
    }
    let message =
        format!("{} is being disconnected; it is not banned, and may come back", OneLine(&name));
    log::admin_change(&Subject::Peer(name.clone()), "disconnected", None, &caller);
    let answer = Disconnected { peer: name.to_string(), disconnected: true, message };
    reply::ok(&api.stamped(answer)?)
}

/// How many peers are looked at under one lock.
const AT_ONCE: usize = 256;
