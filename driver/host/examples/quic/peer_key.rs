//! `PeerKey`: name of a peer, its public key of 32 bytes.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A peer's Ed25519 key. In text it is hexadecimal.
///
/// All that a name has to have for [`peerwarden_host::PeerName`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct PeerKey([u8; 32]);

impl PeerKey {
    /// The key that the other side has proved to have.
    pub(crate) fn of(connection: &quinn::Connection) -> Result<Self, Box<dyn Error>> {
        let identity = connection.peer_identity().ok_or("the peer showed no key")?;
        let keys = identity.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>();
        let keys = keys.map_err(|_| "it is not rustls's")?;
        Self::from_spki(keys.first().ok_or("the peer showed no key")?)
    }

    /// The key in a `SubjectPublicKeyInfo`: of Ed25519 the last 32 bytes.
    pub(crate) fn from_spki(spki: &[u8]) -> Result<Self, Box<dyn Error>> {
        Ok(Self(*spki.last_chunk().ok_or("it is too short for a key")?))
    }
}

impl fmt::Display for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for PeerKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a key has 64 hexadecimal digits";
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = pairs.iter().map(byte).collect();
        let key = bytes.filter(|_| rest.is_empty()).ok_or(wrong)?;
        Self::try_from(key).map_err(|_| wrong)
    }
}

impl From<PeerKey> for Vec<u8> {
    fn from(key: PeerKey) -> Self {
        key.0.to_vec()
    }
}

impl TryFrom<Vec<u8>> for PeerKey {
    type Error = Vec<u8>;

    fn try_from(bytes: Vec<u8>) -> Result<Self, Vec<u8>> {
        bytes.try_into().map(Self)
    }
}
