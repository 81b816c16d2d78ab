//! Dry run of a ban: the peers that it would disconnect.

use std::net::IpAddr;

use futures_lite::future::yield_now;
use peerwarden_core::{BanDuration, IpNet, Subject, Until};
use serde::Serialize;

use super::api::Api;
use super::reply::{self, ApiError, Reply};
use super::subjects::name;
use crate::answers::Ours;
use crate::driver::Driver;
use crate::listing::Peer;
use crate::peer::PeerName;

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
    ours: Option<IpAddr>,
}

/// Answers with what a ban would do, and does nothing.
pub(super) async fn would_ban<P: PeerName, D: Driver<P>>(
    api: &Api<P, D>,
    subject: Subject<P>,
    duration: Option<BanDuration>,
) -> Reply {
    let now = api.handle.now()?;
    let until = duration.map_or(Until::Forever, |it| Until::At(now.saturating_add(it.get())));
    let (mut peers, mut from) = (Vec::new(), None);
    let subject = subject.canonical();
    let ours = match api.handle.ours_in(&subject)? {
        Some(Ours::Peer) => {
            let message = format!("{} is this node itself, and is not banned", name(&subject));
            return Err(ApiError::bad("subject", message));
        }
        Some(Ours::Address(ip)) => Some(ip),
        None => None,
    };
    let spared = match &subject {
        Subject::Addr(net) => api.handle.protected_inside(net)?,
        Subject::Peer(_) => Vec::new(),
    };
    loop {
        let page = api.handle.peers(from, AT_ONCE)?;
        let hit = page.peers.into_iter().filter(|peer| is_hit(peer, &subject, &spared));
        peers.extend(hit.map(|peer| peer.peer.to_string()));
        from = page.next;
        if from.is_none() {
            break;
        }
        yield_now().await;
    }
    let disconnected = peers.len();
    peers.truncate(MOST_NAMED);
    let answer = WouldBan { dry_run: true, subject, until, disconnected, peers, ours };
    reply::ok(&api.stamped(answer)?)
}

/// Whether the operator's ban of a subject disconnects a peer; protected networks inside it are `spared`.
fn is_hit<P: PeerName>(peer: &Peer<P>, subject: &Subject<P>, spared: &[IpNet]) -> bool {
    let status = &peer.status;
    let hit = match subject {
        Subject::Peer(name) => *name == peer.peer,
        Subject::Addr(net) => status.addr.map(|ip| ip.to_canonical()).is_some_and(|ip| {
            !status.protected && net.contains(&ip) && !spared.iter().any(|it| it.contains(&ip))
        }),
    };
    status.connected && hit
}

/// How many peers are looked at under one lock.
const AT_ONCE: usize = 256;

/// How many peers are named.
const MOST_NAMED: usize = 100;
