//! Peer id in 40 bytes.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use libp2p::PeerId;
use libp2p::multihash::Multihash;
use peerwarden_host::Subject;
use peerwarden_host::driver::EngineKey;

/// A [`PeerId`] in half of its size, for tables of many peers.
///
/// A `PeerId` has room for 64 bytes of digest. Nearly all there are need half of that and are kept in
/// place: Ed25519 and secp256k1 keys, which are their own ids, and SHA-256 digests of other keys. Any
/// other is boxed. Hashed are the bytes of key or digest, and nothing else. The order is that of
/// `PeerId`.
#[derive(Clone, Eq, PartialEq)]
pub struct CompactPeerId(Form);

#[derive(Clone, Eq, PartialEq)]
enum Form {
    Ed25519(Key),
    Secp256k1 {
        parity: u8,
        key: Key,
    },
    Sha256(Key),
    /// None of these.
    Other(Box<PeerId>),
}

/// Key or digest, in words: moved a few bytes at a time, as it otherwise is, reading it back waits
/// until all are written, which was an eighth of a report (benches, `report`).
#[derive(Clone, Copy, Eq, PartialEq)]
struct Key([u64; 4]);

impl CompactPeerId {
    /// Returns the id as libp2p has it.
    #[must_use]
    pub fn to_peer_id(&self) -> PeerId {
        let multihash = match &self.0 {
            Form::Ed25519(key) => {
                Multihash::wrap(IDENTITY, &joined::<36>(&[&ED25519, &key.bytes()]))
            }
            Form::Secp256k1 { parity, key } => {
                Multihash::wrap(IDENTITY, &joined::<37>(&[&SECP256K1, &[*parity], &key.bytes()]))
            }
            Form::Sha256(digest) => Multihash::wrap(SHA_256, &digest.bytes()),
            Form::Other(id) => return **id,
        };
        let id = multihash.ok().and_then(|multihash| PeerId::from_multihash(multihash).ok());
        id.unwrap_or_else(|| unreachable!("it was made of a peer id with these bytes"))
    }

    #[inline(never)]
    fn other_than_ed25519(id: &PeerId) -> Self {
        let multihash = multihash(id);
        let form = match (multihash.code(), multihash.digest()) {
            (IDENTITY, [0x08, 0x02, 0x12, 0x21, parity, key @ ..]) => {
                let secp256k1 = |key| Form::Secp256k1 { parity: *parity, key: Key::of(key) };
                key.try_into().ok().map(secp256k1)
            }
            (SHA_256, digest) => digest.try_into().ok().map(|digest| Form::Sha256(Key::of(digest))),
            _ => None,
        };
        Self(form.unwrap_or_else(|| Form::Other(Box::new(*id))))
    }
}

impl From<&PeerId> for CompactPeerId {
    #[inline]
    fn from(id: &PeerId) -> Self {
        // First what nearly all are, in three comparisons (benches, `report`).
        let multihash = multihash(id);
        if multihash.code() == IDENTITY
            && let Some((head, key)) = multihash.digest().split_first_chunk()
            && u32::from_ne_bytes(*head) == u32::from_ne_bytes(ED25519)
            && let Ok(key) = key.try_into()
        {
            return Self(Form::Ed25519(Key::of(key)));
        }
        Self::other_than_ed25519(id)
    }
}

impl Key {
    #[inline]
    fn of(bytes: &[u8; 32]) -> Self {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_ne_bytes(*bytes);
        }
        Self(words)
    }

    fn bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.0) {
            *bytes = word.to_ne_bytes();
        }
        bytes
    }
}

impl EngineKey<PeerId> for CompactPeerId {
    fn from_name(peer: PeerId) -> Self {
        Self::from(&peer)
    }

    fn of(peer: &PeerId) -> impl Borrow<Self> {
        Self::from(peer)
    }

    fn of_subject(subject: &Subject<PeerId>) -> impl Borrow<Subject<Self>> {
        match subject {
            Subject::Addr(net) => Subject::Addr(*net),
            Subject::Peer(peer) => Subject::Peer(Self::from(peer)),
        }
    }

    fn into_name(self) -> PeerId {
        self.to_peer_id()
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
        // Without form and length: equal bytes of two forms cost a comparison. The sizes are constants,
        // which the hasher makes use of.
        match &self.0 {
            Form::Ed25519(key) | Form::Sha256(key) | Form::Secp256k1 { key, .. } => {
                state.write(&key.bytes());
            }
            Form::Other(id) => state.write(multihash(id).digest()),
        }
    }
}

impl Ord for CompactPeerId {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Ed25519(a), Form::Ed25519(b)) | (Form::Sha256(a), Form::Sha256(b)) => {
                a.bytes().cmp(&b.bytes())
            }
            _ => self.to_peer_id().cmp(&other.to_peer_id()),
        }
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

fn joined<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(parts.iter().copied().flatten()).for_each(|(byte, from)| *byte = *from);
    bytes
}

fn multihash(id: &PeerId) -> &Multihash<64> {
    id.as_ref()
}

/// How an Ed25519 key begins as protobuf: kind and length.
const ED25519: [u8; 4] = [0x08, 0x01, 0x12, 0x20];

/// How a secp256k1 key begins as protobuf.
const SECP256K1: [u8; 4] = [0x08, 0x02, 0x12, 0x21];

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
        let key = |head: [u8; 4], len| {
            digest(len).prop_map(move |key| (IDENTITY, [head.as_slice(), &key].concat()))
        };
        let ed25519 = key(ED25519, 31..=33);
        let secp256k1 = key(SECP256K1, 32..=34);
        let sha_256 = digest(32..=32).prop_map(|digest| (SHA_256, digest));
        let odd = digest(0..=64).prop_map(|digest| (SHA_256, digest));
        prop_oneof![identity, ed25519, secp256k1, sha_256, odd].prop_map(|(code, digest)| {
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
        let ed25519 = [&ED25519[..], &[7; 32]].concat();
        assert_ne!(of(IDENTITY, &ed25519), of(SHA_256, &[7; 32]));
        assert_ne!(of(IDENTITY, &[7; 32]), of(SHA_256, &[7; 32]));
        assert_ne!(of(IDENTITY, &[0; 36]), of(IDENTITY, &[0; 37]));
    }

    #[test]
    fn an_id_takes_forty_bytes_and_the_usual_ones_no_more() {
        assert_eq!(size_of::<CompactPeerId>(), 40);
        let secp256k1 = [&SECP256K1[..], &[1; 33]].concat();
        let secp256k1 = PeerId::from_multihash(Multihash::wrap(IDENTITY, &secp256k1).unwrap());
        let sha_256 = PeerId::from_multihash(Multihash::wrap(SHA_256, &[1; 32]).unwrap());
        let ed25519 = libp2p::identity::Keypair::generate_ed25519().public().to_peer_id();
        for id in [secp256k1.unwrap(), sha_256.unwrap(), ed25519] {
            assert!(!matches!(CompactPeerId::from(id).0, Form::Other(_)), "{id}");
        }
    }
}
