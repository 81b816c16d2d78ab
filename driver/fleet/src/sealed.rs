//! Signed values: a line of JSON and a line with the signature over it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::signing::{PublicKey, SecretKey};

/// What is signed before the JSON of a statement, so that a signature is good for nothing else.
pub(crate) const STATEMENT: &[u8] = b"peerwarden-fleet:1\0";

/// What is signed before the JSON of a roster.
pub(crate) const ROSTER: &[u8] = b"peerwarden-fleet-roster:1\0";

/// What is to be said does not fit into a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("what is to be said is too long for a value of the bucket")]
pub struct SealError;

/// Writes and signs. The lines are as long as they are: the caller looks at that.
pub(crate) fn seal<T: Serialize>(
    what: &T,
    domain: &[u8],
    key: &SecretKey,
) -> Result<Vec<u8>, SealError> {
    // What is written here has no maps and no foreign types, so it can be written.
    let mut value = serde_json::to_vec(what).map_err(|_| SealError)?;
    let signature = key.sign(&[domain, &value].concat());
    value.push(b'\n');
    value.extend(STANDARD.encode(signature).into_bytes());
    value.push(b'\n');
    Ok(value)
}

/// A signed value in its parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opened<'a> {
    json: &'a [u8],
    signature: Vec<u8>,
}

impl<'a> Opened<'a> {
    /// Splits a value. `None` if it is not two lines, or the second is no base64.
    pub(crate) fn of(value: &'a [u8]) -> Option<Self> {
        let end = value.iter().position(|byte| *byte == b'\n')?;
        let (json, rest) = value.split_at_checked(end)?;
        let line = rest.get(1..)?;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Some(Self { json, signature: STANDARD.decode(line).ok()? })
    }

    /// Reads the JSON.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.json)
    }

    /// Whether this key signed it.
    pub(crate) fn is_signed_by(&self, domain: &[u8], key: &PublicKey) -> bool {
        key.verify(&[domain, self.json].concat(), &self.signature)
    }
}
