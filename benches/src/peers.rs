//! Ids of peers, and the order in which they are met.

use fastrand::Rng;
use libp2p::PeerId;

/// So many ids, as those of nodes with an Ed25519 key are: the key itself, behind six bytes that
/// are the same for all.
#[must_use]
pub fn peers(count: usize, seed: u64) -> Vec<PeerId> {
    let mut rng = Rng::with_seed(seed);
    let mut bytes = [0; 38];
    let mut made = Vec::with_capacity(count);
    while made.len() < count {
        let (head, key) = bytes.split_at_mut(HEAD.len());
        head.copy_from_slice(&HEAD);
        rng.fill(key);
        made.extend(PeerId::from_bytes(&bytes));
    }
    made
}

/// So many of these peers, drawn at random.
///
/// Copied out beforehand, so that neither side of a comparison waits for the id to be fetched: a
/// node that judges a message has just received the id of who sent it.
#[must_use]
pub fn drawn(peers: &[PeerId], count: usize, seed: u64) -> Vec<PeerId> {
    let mut rng = Rng::with_seed(seed);
    (0..count).filter_map(|_| peers.get(rng.usize(..peers.len().max(1))).copied()).collect()
}

/// Multihash code and length, and the beginning of a key as protobuf has it.
const HEAD: [u8; 6] = [0x00, 36, 0x08, 0x01, 0x12, 0x20];
