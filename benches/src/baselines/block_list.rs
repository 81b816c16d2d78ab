//! libp2p's list of blocked peers.

use std::fmt;

use libp2p::allow_block_list::{Behaviour, BlockedPeers};
use libp2p::swarm::{ConnectionId, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId};

/// The behaviour of `libp2p-allow-block-list`, asked by hand.
pub struct BlockList {
    behaviour: Behaviour<BlockedPeers>,
    nowhere: Multiaddr,
}

impl BlockList {
    /// That refuses these peers.
    #[must_use]
    pub fn new(peers: &[PeerId]) -> Self {
        let mut behaviour = Behaviour::default();
        for peer in peers {
            behaviour.block_peer(*peer);
        }
        Self { behaviour, nowhere: Multiaddr::empty() }
    }

    /// Whether a connection from `peer` is refused, once it is established.
    pub fn refuses(&mut self, peer: PeerId) -> bool {
        let connection = ConnectionId::new_unchecked(0);
        let (local, remote) = (&self.nowhere, &self.nowhere);
        self.behaviour
            .handle_established_inbound_connection(connection, peer, local, remote)
            .is_err()
    }
}

impl fmt::Debug for BlockList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockList").finish_non_exhaustive()
    }
}
