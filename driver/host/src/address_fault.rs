//! Faults of addresses.

/// Why an address is refused: a transport could read it otherwise than peerwarden does, so that one
/// IP would be judged and another dialled.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AddressFault {
    /// Behind a circuit stands something other than the id of a peer.
    #[error("something other than the id of a peer follows its circuit")]
    BehindCircuit,
    /// Behind the id of a peer stands something other than a circuit, or anything at all if the peer
    /// is reached over one.
    #[error("something other than a circuit follows the id of a peer")]
    BehindPeer,
    /// There is a circuit, and no relay's id before it.
    #[error("its circuit has no relay's id before it")]
    CircuitWithoutRelay,
    /// It names a host, but does not begin with it.
    #[error("it does not begin with its host")]
    HostNotFirst,
    /// The name is none that DNS has, or a number in a form that only some resolvers know. An IP is
    /// better written as `/ip4/..` or `/ip6/..`.
    #[error("its host is neither a name of DNS nor an IP in its usual form: give /ip4 or /ip6")]
    Name,
    /// It leads through more than one relay, which libp2p cannot do.
    #[error("it leads through more than one relay")]
    NestedCircuit,
    /// It begins with a port or a protocol.
    #[error("it names no host")]
    NoHost,
    /// It stands for a range of IPs.
    #[error("it is a range and no address")]
    Range,
    /// It leads to a server where the peer may be found, and not to the peer.
    #[error("it leads to a signalling server")]
    Rendezvous,
    /// It has two ports, or the same protocol twice.
    #[error("it has two ports, or a protocol twice")]
    Repeated,
    /// It names more than one host.
    #[error("it names more than one host")]
    SecondHost,
    /// It has a part that this version of peerwarden does not know.
    #[error("it has a part that is not known here")]
    Unknown,
    /// Its IP is `0.0.0.0` or `::`, at which nobody is; some systems connect to themselves instead.
    #[error("its IP is the unspecified one")]
    Unspecified,
    /// It has an IPv6 zone, which libp2p's transports ignore.
    #[error("it has an IPv6 zone")]
    Zone,
}
