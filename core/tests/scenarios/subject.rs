//! Subjects of steps: `peer:a`, `addr:10.0.0.0/8`.

use peerwarden_core::{IpNet, Subject};
use std::error::Error;
use std::net::IpAddr;

/// The gate at which a verdict is asked for.
#[derive(Debug)]
pub(crate) enum Gate {
    Addr(IpAddr),
    Peer { peer: String, addr: Option<IpAddr> },
}

impl Gate {
    pub(crate) fn read(subject: &str, addr: Option<&str>) -> Result<Self, Box<dyn Error>> {
        if let Some(peer) = subject.strip_prefix("peer:") {
            Ok(Self::Peer { peer: peer.to_owned(), addr: addr.map(str::parse).transpose()? })
        } else if let Some(ip) = subject.strip_prefix("addr:").filter(|_| addr.is_none()) {
            Ok(Self::Addr(ip.parse()?))
        } else {
            Err(format!("{subject} cannot be checked").into())
        }
    }
}

/// A subject in the words of the scenario files; a single IP is a network of its own.
pub(crate) fn read(subject: &str) -> Result<Subject<String>, Box<dyn Error>> {
    if let Some(peer) = subject.strip_prefix("peer:") {
        return Ok(Subject::Peer(peer.to_owned()));
    }
    let network =
        subject.strip_prefix("addr:").ok_or_else(|| format!("{subject} is no subject"))?;
    let network = if network.contains('/') {
        network.parse::<IpNet>()?
    } else {
        IpNet::from(network.parse::<IpAddr>()?)
    };
    Ok(Subject::Addr(network))
}
