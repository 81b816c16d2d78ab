//! Filters of the list of bans.

use std::time::Duration;

use peerwarden_core::{Cause, Causes, Instant, Subject, Until};

use super::params::{Params, wrong};
use super::reply::ApiError;

/// Which bans are listed.
#[derive(Clone, Copy, Default)]
pub(super) struct BanFilter {
    cause: Option<Cause>,
    peers: Option<bool>,
    ending: Option<Duration>,
}

impl BanFilter {
    pub(super) const PARAMETERS: [&str; 5] = ["cause", "kind", "ending", "limit", "next"];

    pub(super) fn read(params: &Params) -> Result<Self, ApiError> {
        let cause = params.word("cause", &Cause::ALL.map(|cause| (cause.as_str(), cause)))?;
        let peers = params.word("kind", &[("peer", true), ("network", false)])?;
        let ending = params.get("ending").map(|text| {
            let expected = "a duration such as \"10m\"";
            humantime::parse_duration(text).map_err(|_| wrong("ending", text, expected))
        });
        Ok(Self { cause, peers, ending: ending.transpose()? })
    }

    pub(super) fn lets_pass<P>(
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
