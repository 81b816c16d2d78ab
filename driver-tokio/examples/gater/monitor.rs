//! Peer monitor: bans the peers whose gossipsub score is too low.

use std::time::Duration;

use libp2p::gossipsub;
use peerwarden_tokio::{Config, ConfigError, Guard, Score, guard};

/// Guards `gossipsub`: who scores below `min_score` is banned for `ban_duration`.
pub(crate) fn monitor(
    gossipsub: gossipsub::Behaviour,
    min_score: Score,
    ban_duration: Duration,
) -> Result<Guard<gossipsub::Behaviour>, ConfigError> {
    let policy = Config::op_node().with_min_score(min_score).with_ban_durations(&[ban_duration])?;
    Ok(guard(policy, gossipsub).scores(|gossipsub, peer| gossipsub.peer_score(peer)))
}
