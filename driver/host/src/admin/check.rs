//! `GET /v1/check`: whether a connection would be let in, and all that refuses it.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use peerwarden_core::{Cause, Denial, Direction, Subject};
use serde::Serialize;

use super::api::{Api, Shared};
use super::params::Params;
use super::reply::{self, ApiError, Reply};
use super::routes::Route;
use super::subjects;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::lists::Naming;
use crate::note::Note;
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![Route { path: "/v1/check", handler: get(check::<P, D>) }]
}

/// One thing that refuses a connection.
#[derive(Serialize)]
pub(super) struct Reason {
    #[serde(flatten)]
    denial: Denial,
    /// What was noted on that ban.
    note: Option<Note>,
    /// Lists that give it, if it is one by lists.
    lists: Vec<Naming>,
}

#[derive(Serialize)]
struct Checked {
    verdict: &'static str,
    peer: Option<String>,
    ip: Option<IpAddr>,
    direction: Direction,
    /// All that refuses it, the deciding reason first.
    reasons: Vec<Reason>,
}

async fn check<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    let params = Params::read(&uri, &["peer", "ip", "direction"])?;
    let peer: Option<P> = params.get("peer").map(|it| subjects::named("peer", it)).transpose()?;
    let ip = params.parse("ip", "an IP such as 192.0.2.1 or 2001:db8::1")?;
    let words = [("inbound", Direction::Inbound), ("outbound", Direction::Outbound)];
    let direction = params.word("direction", &words)?.unwrap_or(Direction::Inbound);
    if peer.is_none() && ip.is_none() {
        let message = "nothing is asked for: give peer, ip or both";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "bad_parameter", message));
    }
    let reasons = reasons(&api, peer.as_ref(), ip, direction)?;
    let verdict = if reasons.is_empty() { "allow" } else { "deny" };
    let peer = peer.map(|peer| peer.to_string());
    reply::ok(&api.stamped(Checked { verdict, peer, ip, direction, reasons })?)
}

/// All that refuses a connection, with what was noted on it.
pub(super) fn reasons<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    peer: Option<&P>,
    ip: Option<IpAddr>,
    direction: Direction,
) -> Result<Vec<Reason>, Closed> {
    noted(api, peer, api.handle.reasons(peer, ip, direction)?)
}

/// Adds to each denial, of `peer` itself or of a network, what was noted on that ban.
pub(super) fn noted<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    peer: Option<&P>,
    denials: Vec<Denial>,
) -> Result<Vec<Reason>, Closed> {
    let noted = |denial: Denial| {
        let subject = match (denial.network, peer) {
            (Some(network), _) => Some(Subject::Addr(network)),
            (None, Some(peer)) => Some(Subject::Peer(peer.clone())),
            (None, None) => None,
        };
        let Some(subject) = subject else {
            return Ok(Reason { denial, note: None, lists: Vec::new() });
        };
        let note = api.handle.notes(&subject)?.get(denial.cause).cloned();
        let lists = match denial.cause {
            Cause::Remote => api.handle.lists().naming(&subject)?,
            _ => Vec::new(),
        };
        Ok(Reason { denial, note, lists })
    };
    denials.into_iter().map(noted).collect()
}
