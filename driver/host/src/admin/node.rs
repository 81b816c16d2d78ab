//! `GET /v1/node` and `GET /v1/health`.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use peerwarden_core::Counts;
use serde::Serialize;

use super::api::Shared;
use super::params::Params;
use super::reply::{self, Reply};
use super::routes::Route;
use crate::driver::Driver;
use crate::json::{seconds, text};
use crate::peer::PeerName;
use crate::recording::RecordingStatus;
use crate::store::StoreHealth;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![
        Route { path: "/v1/node", handler: get(node::<P, D>) },
        Route { path: "/v1/health", handler: get(health::<P, D>) },
    ]
}

#[derive(Serialize)]
#[serde(bound = "P: PeerName")]
struct Node<P> {
    /// The version in the path of every route.
    api: &'static str,
    /// This crate's version.
    version: &'static str,
    /// This run of the node, by which `next` in lists goes.
    run: String,
    #[serde(serialize_with = "seconds")]
    uptime: std::time::Duration,
    #[serde(serialize_with = "text")]
    peer: Option<P>,
    counts: Counts,
    protected: usize,
    /// Connections refused since the node was made.
    refused: u64,
    dry_run: bool,
    store: Option<StoreHealth>,
    recording: Option<RecordingStatus>,
}

#[derive(Serialize)]
struct Health {
    healthy: bool,
    problems: Vec<String>,
    /// As in errors, where something is wrong.
    error: Option<&'static str>,
    message: Option<String>,
    field: Option<&'static str>,
}

async fn node<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    Params::read(&uri, &[])?;
    let tallies = api.handle.tallies()?;
    let shared = api.handle.shared()?;
    let state = shared.lock_if_open()?;
    let (peer, protected) = (state.local_peer_id().cloned(), state.overrides.protected_count());
    drop(state);
    let counts = tallies.counts;
    let refused = tallies.denials.iter().fold(0_u64, |sum, (.., each)| sum.saturating_add(*each));
    let node = Node {
        api: "v1",
        version: env!("CARGO_PKG_VERSION"),
        run: api.run.as_str().to_owned(),
        uptime: api.started.elapsed(),
        peer,
        counts,
        protected,
        refused,
        dry_run: api.handle.config()?.dry_run(),
        store: tallies.store,
        recording: api.handle.recording()?,
    };
    reply::ok(&api.stamped(node)?)
}

async fn health<P: PeerName, D: Driver<P>>(State(api): State<Shared<P, D>>, uri: Uri) -> Reply {
    Params::read(&uri, &[])?;
    let mut problems = Vec::new();
    if let Some(error) = api.handle.store_health()?.and_then(|health| health.failing) {
        problems.push(format!("the store cannot be written: {error}"));
    }
    if api.handle.counts()?.incident {
        let incident = "so many peers misbehave at once that the fault is likely this node's: bans of peers \
                        that have been here for a while are withheld";
        problems.push(incident.to_owned());
    }
    for list in api.handle.lists().all()? {
        if let Some(error) = list.error {
            problems.push(format!("list {} {error}: what it said before counts on", list.name));
        }
    }
    let healthy = problems.is_empty();
    let health = Health {
        healthy,
        error: (!healthy).then_some("unhealthy"),
        message: (!healthy).then(|| problems.join("; ")),
        field: None,
        problems,
    };
    let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(reply::json(status, &api.stamped(health)?))
}
