//! Keys that sign statements.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use peerwarden_host::OneLine;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::hex::{hex, unhex};

/// The public half of a key that signs statements: who a member or an operator is. Ed25519; prints as 64
/// hexadecimal digits.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Returns whether this key made `signature` over `message`.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = unhex(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(KeyError::Public)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

/// A key that signs statements, of a member or of an operator. Ed25519.
///
/// It is neither the node's libp2p key nor its nkey: with an nkey a node signs whatever the NATS server
/// asks it to sign, and that could be a statement.
///
/// ```
/// use peerwarden_fleet::SecretKey;
///
/// let key = SecretKey::generate()?;
/// assert_eq!(SecretKey::from_text(&key.to_text())?.public(), key.public());
/// # Ok::<(), peerwarden_fleet::KeyError>(())
/// ```
pub struct SecretKey {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl SecretKey {
    /// Makes a new key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Random`] if the operating system has no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let seed = ring::rand::generate(&SystemRandom::new()).map_err(|_| KeyError::Random)?;
        Self::from_seed(seed.expose())
    }

    /// Makes the key of a seed: the same one each time.
    ///
    /// # Errors
    ///
    /// [`KeyError::Secret`] if no key has this seed.
    pub fn from_seed(seed: [u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Secret)?;
        Ok(Self { seed, pair })
    }

    /// Reads a key from what [`to_text`](Self::to_text) returned. Space around it does not matter.
    ///
    /// # Errors
    ///
    /// [`KeyError`] for any other text; it does not repeat the text.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let seed = text.trim().strip_prefix(PREFIX).and_then(unhex);
        let seed = seed.and_then(|seed| seed.try_into().ok()).ok_or(KeyError::Secret)?;
        Self::from_seed(seed)
    }

    /// Reads a key from a file, which may be the owner's alone.
    ///
    /// # Errors
    ///
    /// [`ReadKeyError`], which names the file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadKeyError> {
        let path = path.as_ref();
        let text = read_secret(path)?;
        Self::from_text(&text).map_err(|error| ReadKeyError::Wrong { path: path.to_owned(), error })
    }

    /// Returns the key as a line for a file that others must not read.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", hex(&self.seed))
    }

    /// Returns the public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; 32];
        // Ed25519 has public keys of 32 bytes.
        bytes.iter_mut().zip(self.pair.public_key().as_ref()).for_each(|(to, from)| *to = *from);
        PublicKey(bytes)
    }

    /// Returns the signature of this key over `message`: 64 bytes, always the same.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// The public half alone.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}

/// Why a text is no key, or no key can be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It is no public key.
    #[error("a public key is 64 digits, 0-9 and a-f")]
    Public,
    /// The operating system has no random numbers.
    #[error("the operating system gives no random numbers, so no key can be made")]
    Random,
    /// It is no secret key.
    #[error("a secret key is \"{PREFIX}\" and 64 digits, 0-9 and a-f")]
    Secret,
}

/// Why a key in a file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadKeyError {
    /// Others can read the file, too.
    #[error("{}: others can read this key (mode {mode:03o}): chmod 600", OneLine(.path.display()))]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file cannot be read.
    #[error("{}: cannot be read: {error}", OneLine(.path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// There is no key in it.
    #[error("{}: {error}", OneLine(.path.display()))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        error: KeyError,
    },
}

/// Reads a text that its owner alone can read.
pub(crate) fn read_secret(path: &Path) -> Result<String, ReadKeyError> {
    let unreadable = |error| ReadKeyError::Unreadable { path: path.to_owned(), error };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(ReadKeyError::Readable { path: path.to_owned(), mode });
        }
    }
    fs::read_to_string(path).map_err(unreadable)
}

/// What the text of a secret key begins with, for people and for programs that look for leaked secrets.
const PREFIX: &str = "peerwarden-fleet-secret:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_key_and_one_message() {
        let (one, two) = (SecretKey::from_seed([1; 32]).unwrap(), SecretKey::generate().unwrap());
        let signature = one.sign(b"message");
        assert!(one.public().verify(b"message", &signature));
        assert!(!one.public().verify(b"massage", &signature));
        assert!(!two.public().verify(b"message", &signature));
        assert!(!one.public().verify(b"message", &signature[..63]));
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = SecretKey::from_seed([7; 32]).unwrap();
        let public = key.public();
        assert_eq!(public.to_string().parse(), Ok(public));
        assert_eq!(public.to_string().to_uppercase().parse::<PublicKey>(), Err(KeyError::Public));
        let again = SecretKey::from_text(&format!(" {}\n", key.to_text())).unwrap();
        assert_eq!(again.public(), public);
        assert_eq!(format!("{key:?}"), format!("SecretKey(of {public})"));
        for bad in ["", "07", &public.to_string(), "peerwarden-fleet-secret:07"] {
            assert_eq!(SecretKey::from_text(bad).err(), Some(KeyError::Secret));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("n1.key");
        let missing = SecretKey::read(&path).unwrap_err().to_string();
        assert!(missing.contains("n1.key: cannot be read: No such file"), "{missing}");
        let key = SecretKey::from_seed([7; 32]).unwrap();
        fs::write(&path, key.to_text()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let open = SecretKey::read(&path).unwrap_err().to_string();
        let told = format!("{}: others can read this key (mode 640): chmod 600", path.display());
        assert_eq!(open, told);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(SecretKey::read(&path).unwrap().public(), key.public());
        fs::write(&path, "secret").unwrap();
        let wrong = SecretKey::read(&path).unwrap_err().to_string();
        assert!(
            wrong.ends_with(
                "n1.key: a secret key is \"peerwarden-fleet-secret:\" and 64 digits, 0-9 and a-f"
            ),
            "{wrong}"
        );
    }
}
