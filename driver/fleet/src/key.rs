//! Keys of the bucket: whose statement, and on which subject.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use peerwarden_core::{IpNet, Subject};
use peerwarden_host::PeerName;

use crate::hex::{hex, unhex};
use crate::name::MemberName;
use crate::signing::PublicKey;

/// The author of a statement. Prints as the first part of its keys.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Author {
    /// A member of the fleet: `n7`.
    Member(MemberName),
    /// An operator, by the key that signs: `_op_` and the key.
    Operator(PublicKey),
}

impl Author {
    /// Reads what is printed.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text.strip_prefix(OPERATOR) {
            Some(key) => key.parse().ok().map(Self::Operator),
            None => text.parse().ok().map(Self::Member),
        }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => name.fmt(f),
            Self::Operator(key) => write!(f, "{OPERATOR}{key}"),
        }
    }
}

/// A key of the bucket, as text: `n7.p.12D3KooW..`, `n7.n.cb007100.24` or `_roster`.
///
/// Any text can be one: a bucket may hold what is not ours, and that is refused once it is read.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key(Box<str>);

impl Key {
    /// Returns the key of the roster.
    #[must_use]
    pub fn roster() -> Self {
        Self(ROSTER.into())
    }

    /// Returns the key of what `author` says on `subject`.
    ///
    /// A peer whose name does not fit into a key, which has letters, digits, `-`, `_` and `=`, is in it by
    /// the hexadecimal digits of its name: `n7.x.613a62`.
    #[must_use]
    pub fn statement<P: PeerName>(author: &Author, subject: &Subject<P>) -> Self {
        let subject = match subject {
            Subject::Addr(net) => format!("n.{}.{}", masked(*net), net.prefix_len()),
            Subject::Peer(peer) => {
                let name = peer.to_string();
                if is_token(&name) {
                    format!("p.{name}")
                } else {
                    format!("x.{}", hex(name.as_bytes()))
                }
            }
        };
        Self(format!("{author}.{subject}").into())
    }

    /// Returns a text as a key.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.into())
    }

    /// Returns the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what the key is of; `None` if no statement has this key. There is one key for each author and
    /// subject.
    #[must_use]
    pub fn parts<P: PeerName>(&self) -> Option<KeyParts<P>> {
        if &*self.0 == ROSTER {
            return Some(KeyParts::Roster);
        }
        if self.0.len() > MAX_LEN {
            return None;
        }
        let (author, rest) = self.0.split_once('.')?;
        let author = Author::from_text(author)?;
        let (kind, rest) = rest.split_once('.')?;
        let subject = match kind {
            "n" => {
                let (address, length) = rest.split_once('.')?;
                Subject::Addr(network(address, length)?)
            }
            "p" if is_token(rest) => Subject::Peer(rest.parse().ok()?),
            "x" => Subject::Peer(String::from_utf8(unhex(rest)?).ok()?.parse().ok()?),
            _ => return None,
        };
        // Two keys for one subject would be two votes.
        (Self::statement(&author, &subject) == *self)
            .then_some(KeyParts::Statement { author, subject })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a key is of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KeyParts<P> {
    /// The roster.
    Roster,
    /// What an author says on a subject.
    Statement {
        /// The author.
        author: Author,
        /// The subject, in its canonical form.
        subject: Subject<P>,
    },
}

fn is_token(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    !name.is_empty() && name.bytes().all(fits)
}

fn masked(net: IpNet) -> String {
    match net.network() {
        IpAddr::V4(ip) => hex(&ip.octets()),
        IpAddr::V6(ip) => hex(&ip.octets()),
    }
}

fn network(address: &str, length: &str) -> Option<IpNet> {
    let bytes = unhex(address)?;
    let ip: IpAddr = match bytes.len() {
        4 => Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into(),
        16 => Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).into(),
        _ => return None,
    };
    let net = IpNet::new(ip, length.parse().ok()?).ok()?;
    match Subject::<()>::Addr(net).canonical() {
        Subject::Addr(canonical) if canonical == net => Some(net),
        Subject::Addr(_) | Subject::Peer(()) => None,
    }
}

const OPERATOR: &str = "_op_";

const ROSTER: &str = "_roster";

/// The longest key that is looked at, in bytes.
const MAX_LEN: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<KeyParts<String>> {
        Key::from_text(text).parts()
    }

    #[test]
    fn a_key_names_its_author_and_subject() {
        let member = Author::Member("n7".parse().unwrap());
        let operator = Author::Operator("ab".repeat(32).parse().unwrap());
        let ops = format!("_op_{}", "ab".repeat(32));
        for (author, subject, text) in [
            (&member, "peer:12D3KooW", "n7.p.12D3KooW".to_owned()),
            (&member, "peer:a:b", "n7.x.613a62".to_owned()),
            (&member, "203.0.113.7/24", "n7.n.cb007100.24".to_owned()),
            (&operator, "2001:db8::/48", format!("{ops}.n.20010db8000000000000000000000000.48")),
        ] {
            let subject = subject.parse::<Subject<String>>().unwrap().canonical();
            let key = Key::statement(author, &subject);
            assert_eq!(key.as_str(), text);
            let author = author.clone();
            assert_eq!(key.parts(), Some(KeyParts::Statement { author, subject }));
        }
        assert_eq!(parts("_roster"), Some(KeyParts::Roster));
    }

    #[test]
    fn other_keys_and_second_names_for_a_subject_are_not_read() {
        let long = format!("n7.p.{}", "a".repeat(600));
        for bad in [
            "",
            "n7",
            "n7.p",
            "n7.p.",
            "n7.p.a.b",
            "n7.p.a:b",
            "n7.x.61",
            "n7.x.6",
            "n7.q.a",
            "N7.p.a",
            "_op.p.a",
            "_op_ab.p.a",
            "_roster.p.a",
            "n7.n.cb007107.24",
            "n7.n.CB007100.24",
            "n7.n.cb007100.024",
            "n7.n.cb007100.33",
            "n7.n.cb0071.24",
            "n7.n.00000000000000000000ffffcb007100.120",
            &long,
        ] {
            assert_eq!(parts(bad), None, "{bad:?}");
        }
    }
}
