//! Arbitrary events, mapped onto few peers and few addresses so that they meet.

use std::net::IpAddr;

use peerwarden_core::{Event, IpNet, Subject};

use crate::checks::{PEERS, Peer, addrs};

/// The same event, about one of few peers and at one of few places.
pub(crate) fn event(event: Event<Peer>) -> Event<Peer> {
    match event {
        Event::Ban { subject: of, duration, origin } => {
            Event::Ban { subject: subject(of), duration, origin }
        }
        Event::Connected { peer: of, addr, direction } => {
            Event::Connected { peer: peer(of), addr: addr.map(ip), direction }
        }
        Event::Disconnected { peer: of } => Event::Disconnected { peer: peer(of) },
        Event::Expel { peer: of, misbehavior, duration } => {
            Event::Expel { peer: peer(of), misbehavior, duration }
        }
        Event::Protect { subject: of, addr } => {
            Event::Protect { subject: subject(of), addr: addr.map(ip) }
        }
        Event::Report { peer: of, misbehavior, penalty, via } => {
            Event::Report { peer: peer(of), misbehavior, penalty, via: via.map(peer) }
        }
        Event::Score { peer: of, score } => Event::Score { peer: peer(of), score },
        Event::ScoreUnavailable { peer: of } => Event::ScoreUnavailable { peer: peer(of) },
        Event::Unban { subject: of, cause } => Event::Unban { subject: subject(of), cause },
        Event::Unprotect { subject: of } => Event::Unprotect { subject: subject(of) },
        Event::Valid { peer: of, count } => Event::Valid { peer: peer(of), count },
        Event::Waive { peer: of, points } => Event::Waive { peer: peer(of), points },
        event => event,
    }
}

pub(crate) fn peer(peer: Peer) -> Peer {
    peer % PEERS
}

pub(crate) fn ip(ip: IpAddr) -> IpAddr {
    let bits = match ip {
        IpAddr::V4(v4) => v4.to_bits(),
        IpAddr::V6(v6) => u32::try_from(v6.to_bits() & u128::from(u32::MAX)).unwrap_or_default(),
    };
    let addrs = addrs();
    let at = usize::try_from(bits).unwrap_or_default() % addrs.len();
    addrs.get(at).copied().unwrap_or(ip)
}

/// A network of any width around one of the places.
pub(crate) fn net(net: IpNet) -> IpNet {
    let ip = ip(net.addr());
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    IpNet::new(ip, net.prefix_len().min(longest)).unwrap_or(net)
}

fn subject(subject: Subject<Peer>) -> Subject<Peer> {
    match subject {
        Subject::Addr(of) => Subject::Addr(net(of)),
        Subject::Peer(of) => Subject::Peer(peer(of)),
    }
}
