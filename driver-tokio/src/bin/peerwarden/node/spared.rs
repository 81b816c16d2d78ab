//! Task that keeps lists off the addresses of bootstrap peers.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use peerwarden_tokio::peerwarden_host::{Host, KnownPeer};
use peerwarden_tokio::{Handle, StaticPeer};
use tokio::net::lookup_host;
use tokio::time::sleep;

/// Spares the IPs of these peers, and those of their names as they are resolved, until the node ends.
pub(crate) async fn spare(peers: Vec<StaticPeer>, warden: Handle) {
    let hosts: Vec<_> = peers.iter().flat_map(KnownPeer::hosts).collect();
    let mut known = BTreeSet::new();
    loop {
        let (mut ips, mut failing) = (BTreeSet::new(), false);
        for host in &hosts {
            match host {
                Host::Ip(ip) => {
                    ips.insert(*ip);
                }
                Host::Name { name, .. } => match lookup_host((name.as_str(), 0)).await {
                    Ok(found) => ips.extend(found.map(|address| address.ip())),
                    Err(error) => {
                        tracing::debug!("bootstrap name {name} cannot be resolved: {error}");
                        failing = true;
                    }
                },
                Host::Untold | _ => {}
            }
        }
        // What a name meant before counts on while it cannot be resolved.
        let spared: BTreeSet<IpAddr> = if failing { &ips | &known } else { ips };
        if spared != known && warden.lists().spare(spared.iter().copied()).is_err() {
            return;
        }
        known = spared;
        if !hosts.iter().any(|host| matches!(host, Host::Name { .. })) {
            return;
        }
        sleep(if failing { RETRY } else { REFRESH }).await;
    }
}

/// How long an answer of the resolver counts.
const REFRESH: Duration = Duration::from_secs(600);
/// After how long a name that could not be resolved is tried again.
const RETRY: Duration = Duration::from_secs(30);
