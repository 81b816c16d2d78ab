//! Subjects read from text.

use core::error::Error;
use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use ipnet::IpNet;

use crate::subject::Subject;

/// Reads what [`Subject`] prints, `peer:..` and `addr:..`, and either without the word in front: an IP or
/// a network is one, and anything else is the name of a peer. The result is
/// [canonical](Subject::canonical).
///
/// ```
/// use peerwarden_core::Subject;
///
/// let typed: Subject<String> = "10.1.2.3/8".parse()?;
/// assert_eq!(typed.to_string(), "addr:10.0.0.0/8");
/// assert_eq!("192.0.2.1".parse(), Ok(Subject::<String>::Addr("192.0.2.1/32".parse()?)));
/// assert_eq!("peer:alice".parse(), Ok(Subject::Peer("alice".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<P: FromStr> FromStr for Subject<P> {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let peer = |name: &str| name.parse().ok().map(Self::Peer);
        let addr = |text: &str| network(text).map(|net| Self::Addr(net).canonical());
        if let Some(name) = text.strip_prefix("peer:") {
            return peer(name).ok_or(SubjectError::Peer);
        }
        if let Some(text) = text.strip_prefix("addr:") {
            return addr(text).ok_or(SubjectError::Network);
        }
        addr(text).or_else(|| peer(text)).ok_or(SubjectError::Neither)
    }
}

fn network(text: &str) -> Option<IpNet> {
    let ip = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(ip)
}

/// Why a text is no [`Subject`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SubjectError {
    /// It is neither an IP or network nor the name of a peer.
    Neither,
    /// What follows `addr:` is no IP or network.
    Network,
    /// What follows `peer:` is no name of a peer.
    Peer,
}

impl fmt::Display for SubjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Neither => "neither an IP or network nor the name of a peer",
            Self::Network => "no IP or network follows addr:",
            Self::Peer => "no name of a peer follows peer:",
        })
    }
}

impl Error for SubjectError {}
