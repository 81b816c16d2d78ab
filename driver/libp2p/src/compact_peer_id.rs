//! Peer id in 40 bytes.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use libp2p::PeerId;
use libp2p::multihash::Multihash;

/// A [`PeerId`] in half of its size, for tables of many peers.
///
/// A `PeerId` has room for 64 bytes of digest. Nearly all there are need half of that and are kept in
/// place: Ed25519 and secp256k1 keys, which are their own ids, and SHA-256 digests of other keys. Any
/// other is boxed. Hashed is the digest, and nothing else. The order is that of `PeerId`.
#[derive(Clone, Eq, PartialEq)]
pub struct CompactPeerId(Form);

#[derive(Clone, Eq, PartialEq)]
enum Form {
    /// The first so many of these bytes are the id itself; the others are zero.
    Identity(u8, [u8; INLINE]),
    Sha256([u8; 32]),
    /// Neither of these.
    Other(Box<PeerId>),
}

impl CompactPeerId {
    /// Returns the id as libp2p has it.
    #[must_use]
    pub fn to_peer_id(&self) -> PeerId {
        if let Form::Other(id) = &self.0 {
            return **id;
        }
        let multihash = Multihash::wrap(self.code(), self.digest()).ok();
        let id = multihash.and_then(|multihash| PeerId::from_multihash(multihash).ok());
        id.unwrap_or_else(|| unreachable!("it was made of a peer id with this digest"))
    }

    fn code(&self) -> u64 {
        match &self.0 {
            Form::Identity(..) => IDENTITY,
            Form::Sha256(_) => SHA_256,
            Form::Other(id) => multihash(id).code(),
        }
    }

    fn digest(&self) -> &[u8] {
        match &self.0 {
            Form::Identity(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            Form::Sha256(digest) => digest,
            Form::Other(id) => multihash(id).digest(),
        }
    }
}

impl From<&PeerId> for CompactPeerId {
    fn from(id: &PeerId) -> Self {
        let multihash = multihash(id);
        let digest = multihash.digest();
        let form = match (multihash.code(), u8::try_from(digest.len())) {
            (IDENTITY, Ok(len)) if digest.len() <= INLINE => {
                let mut bytes = [0; INLINE];
                bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = *of_digest);
                Some(Form::Identity(len, bytes))
            }
            (SHA_256, _) => digest.try_into().ok().map(Form::Sha256),
            _ => None,
        };
        Self(form.unwrap_or_else(|| Form::Other(Box::new(*id))))
    }
}

impl From<PeerId> for CompactPeerId {
    fn from(id: PeerId) -> Self {
        Self::from(&id)
    }
}

impl From<CompactPeerId> for PeerId {
    fn from(id: CompactPeerId) -> Self {
        id.to_peer_id()
    }
}

impl Hash for CompactPeerId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Without its length: the hash of what a stranger chose is keyed, and equal digests of different
        // kinds cost a comparison.
        state.write(self.digest());
    }
}

impl Ord for CompactPeerId {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |id: &Self| (id.code(), id.digest().len());
        key(self).cmp(&key(other)).then_with(|| self.digest().cmp(other.digest()))
    }
}

impl PartialOrd for CompactPeerId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for CompactPeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_peer_id().fmt(f)
    }
}

impl fmt::Display for CompactPeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_peer_id().fmt(f)
    }
}

fn multihash(id: &PeerId) -> &Multihash<64> {
    id.as_ref()
}

/// As many bytes as a secp256k1 key takes as an id; one of Ed25519 takes one less.
const INLINE: usize = 37;

/// Multihash code of what is its own digest.
const IDENTITY: u64 = 0x00;

/// Multihash code of SHA-256.
const SHA_256: u64 = 0x12;

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::*;

    /// Any id there can be: of both codes and every length, the usual ones often.
    fn ids() -> impl Strategy<Value = PeerId> {
        let digest = |len| prop::collection::vec(any::<u8>(), len);
        let identity = digest(0..=42).prop_map(|digest| (IDENTITY, digest));
        let usual = digest(36..=37).prop_map(|digest| (IDENTITY, digest));
        let sha_256 = digest(32..=32).prop_map(|digest| (SHA_256, digest));
        let odd = digest(0..=64).prop_map(|digest| (SHA_256, digest));
        prop_oneof![identity, usual, sha_256, odd].prop_map(|(code, digest)| {
            PeerId::from_multihash(Multihash::wrap(code, &digest).unwrap()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn every_id_comes_back_as_it_was(id in ids()) {
            let compact = CompactPeerId::from(id);
            prop_assert_eq!(compact.to_peer_id(), id);
            prop_assert_eq!(compact.to_string(), id.to_string());
        }

        #[test]
        fn ids_compare_and_hash_as_they_did(one in ids(), other in ids()) {
            let (a, b) = (CompactPeerId::from(one), CompactPeerId::from(other));
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
            prop_assert_eq!(a == b, one == other);
            let hasher = RandomState::new();
            prop_assert_eq!(hasher.hash_one(&a), hasher.hash_one(CompactPeerId::from(one)));
        }
    }

    #[test]
    fn ids_that_differ_in_code_or_length_alone_differ() {
        let of = |code, digest: &[u8]| {
            let id = PeerId::from_multihash(Multihash::wrap(code, digest).unwrap()).unwrap();
            CompactPeerId::from(id)
        };
        let zeros = [0; 37];
        assert_ne!(of(IDENTITY, &zeros[..32]), of(SHA_256, &zeros[..32]));
        assert_ne!(of(IDENTITY, &zeros[..36]), of(IDENTITY, &zeros));
    }

    #[test]
    fn an_id_takes_forty_bytes_and_the_usual_ones_no_more() {
        assert_eq!(size_of::<CompactPeerId>(), 40);
        let secp256k1 = PeerId::from_multihash(Multihash::wrap(IDENTITY, &[1; 37]).unwrap());
        let sha_256 = PeerId::from_multihash(Multihash::wrap(SHA_256, &[1; 32]).unwrap());
        let ed25519 = libp2p::identity::Keypair::generate_ed25519().public().to_peer_id();
        for id in [secp256k1.unwrap(), sha_256.unwrap(), ed25519] {
            assert!(!matches!(CompactPeerId::from(id).0, Form::Other(_)), "{id}");
        }
    }
}
