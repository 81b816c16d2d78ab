//! Peers of tests: numbered, in a network whose addresses are `peer-7@203.0.113.7`.

#![allow(dead_code, reason = "not every suite needs all of it")]

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Host, KnownPeer};

/// A peer that is called by a number: `peer-7`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Peer(u64);

impl Peer {
    /// One that no test has met.
    pub(crate) fn random() -> Self {
        // Not counted: some tests are several processes.
        Self(RandomState::new().build_hasher().finish())
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peer-{}", self.0)
    }
}

impl FromStr for Peer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_prefix("peer-").and_then(|number| number.parse().ok());
        number.map(Self).ok_or("it is not called peer- and a number")
    }
}

impl From<Peer> for Vec<u8> {
    fn from(peer: Peer) -> Self {
        peer.0.to_be_bytes().to_vec()
    }
}

impl TryFrom<Vec<u8>> for Peer {
    type Error = Vec<u8>;

    fn try_from(bytes: Vec<u8>) -> Result<Self, Vec<u8>> {
        Ok(Self(u64::from_be_bytes(bytes.try_into()?)))
    }
}

/// A peer and its hosts: `peer-7@203.0.113.7`, `peer-7@node.example`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PeerAt {
    peer: Peer,
    hosts: Vec<Host>,
}

impl FromStr for PeerAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (peer, host) = text.split_once('@').ok_or("it has no @")?;
        let host = match host.parse::<IpAddr>() {
            Ok(ip) => Host::Ip(ip),
            Err(_) => Host::Name { name: host.to_owned(), family: None },
        };
        Ok(Self { peer: peer.parse()?, hosts: vec![host] })
    }
}

impl KnownPeer<Peer> for PeerAt {
    const PEER: &'static str = "a peer such as \"peer-7\"";
    const ADDRESS: &'static str = "an address";
    const EXAMPLE: &'static str = "peer-7@203.0.113.7";

    fn is_meant(text: &str) -> bool {
        text.contains('@')
    }

    fn peer(&self) -> &Peer {
        &self.peer
    }

    fn hosts(&self) -> Vec<Host> {
        self.hosts.clone()
    }

    fn merge(&mut self, other: Self) {
        self.hosts.extend(other.hosts);
    }
}
