//! All denials of a subject, not only the one that decides.

use std::net::IpAddr;

use peerwarden_core::{Cause, Causes, Denial, Instant, IpNet, Saved, Subject, TimeOffset, Until};

use crate::engine::{Engine, EngineKey};
use crate::peer::PeerName;

/// The causes that have a subject itself banned.
pub(crate) fn causes<P: PeerName, K: EngineKey<P>>(
    engine: &Engine<P, K>,
    subject: &Subject<P>,
    now: Instant,
) -> Causes {
    match subject {
        Subject::Peer(peer) => {
            engine.status(peer, now).map_or_else(Causes::default, |status| status.causes)
        }
        Subject::Addr(net) => network(engine, *net, now),
    }
}

/// All that refuses a subject: of a network its own bans first, then those of the networks that hold
/// it, the narrowest first, as far as they are in force. Takes a look-up for each prefix length.
///
/// A peer is looked for where it was last seen, and the engine says what refuses it there.
pub(crate) fn of<P: PeerName, K: EngineKey<P>>(
    engine: &Engine<P, K>,
    subject: &Subject<P>,
    now: Instant,
) -> Vec<Denial> {
    match subject {
        Subject::Addr(net) => {
            let mut all = denials(None, &causes(engine, subject, now));
            all.extend(around(engine, net.addr(), net.prefix_len(), now));
            all
        }
        Subject::Peer(peer) => {
            let ip = engine.status(peer, now).and_then(|status| status.addr);
            engine.reasons(Some(peer), ip, now)
        }
    }
}

/// The bans of networks shorter than `len` that hold `ip` and are in force for it: a protected
/// network spares what is inside it from all but the operator's bans that are as narrow.
fn around<P: PeerName, K: EngineKey<P>>(
    engine: &Engine<P, K>,
    ip: IpAddr,
    len: u8,
    now: Instant,
) -> Vec<Denial> {
    let ip = ip.to_canonical();
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    let mut inner = None;
    let mut all = Vec::new();
    for shorter in (0..=longest).rev() {
        let Some(net) = IpNet::new(ip, shorter).ok().map(|net| net.trunc()) else {
            continue;
        };
        let Some(Saved::Network(saved)) = engine.save(&Subject::Addr(net), now) else {
            continue;
        };
        if saved.protected {
            inner = inner.or(Some(shorter));
        }
        if shorter < len {
            all.extend(denials(Some(net), &network(engine, net, now)));
        }
    }
    all.retain(|denial| {
        let narrow = denial.network.map(|net| net.prefix_len()) >= inner;
        inner.is_none() || (denial.cause == Cause::Operator && narrow)
    });
    all
}

fn network<P: PeerName, K: EngineKey<P>>(
    engine: &Engine<P, K>,
    net: IpNet,
    now: Instant,
) -> Causes {
    let Some(Saved::Network(saved)) = engine.save(&Subject::Addr(net), now) else {
        return Causes::default();
    };
    let until = |end: Option<TimeOffset>| match end {
        None => Until::Forever,
        Some(TimeOffset(left)) => {
            let left = std::time::Duration::from_nanos(u64::try_from(left).unwrap_or(0));
            Until::At(now.saturating_add(left))
        }
    };
    let causes = saved.ban.into_iter().flat_map(|ban| ban.causes);
    causes
        .map(|(cause, end)| peerwarden_core::ActiveCause { cause, until: until(end) })
        .filter(|active| !active.until.is_over(now))
        .collect()
}

fn denials(network: Option<IpNet>, causes: &Causes) -> Vec<Denial> {
    let denial = |cause, until| Denial { network, cause, until };
    causes.iter().map(|active| denial(active.cause, active.until)).collect()
}
