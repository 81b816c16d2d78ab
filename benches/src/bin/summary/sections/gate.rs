//! Cost of a gate.

use std::net::{IpAddr, Ipv4Addr};

use fastrand::Rng;
use hashbrown::HashSet;
use peerwarden_benches::baselines::block_list::BlockList;
use peerwarden_benches::baselines::set;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::{FoldHash, Hasher, SipHash};
use peerwarden_benches::measure::{for_each, in_turns};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::Verdict;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    for size in &scale.sizes {
        peer::<SipHash>(*size, scale, results);
        peer::<FoldHash>(*size, scale, results);
    }
    block_list(scale, results);
    for networks in [0, 10, 10_000] {
        addr(networks, scale, results);
    }
}

/// `check_peer` against what libp2p's list of blocked peers asks at its gate.
fn block_list(scale: &Scale, results: &mut Results) {
    let size = scale.bans;
    let (blocked, unknown) = (peers(size, 1), peers(size, 3));
    let warden = engines::engine::<SipHash>(&blocked, Known::Banned, engines::roomy(size));
    let mut list = BlockList::new(&blocked);
    for (name, asked, denied) in [("unknown", &unknown, false), ("banned", &blocked, true)] {
        let order = drawn(asked, scale.batch, 2);
        let compared = in_turns(
            scale.turns,
            || {
                for_each(&order, |peer| {
                    let verdict = warden.check_peer(&peer.into(), None, START);
                    assert_eq!(verdict != Verdict::Allow, denied);
                })
            },
            || for_each(&order, |peer| assert_eq!(list.refuses(peer), denied)),
        );
        results.compared(&format!("gate/block_list/{name}/{size}"), &compared);
    }
}

/// `check_addr` with so many networks banned, against a lookup in a set of as many addresses.
fn addr(networks: u32, scale: &Scale, results: &mut Results) {
    let warden = engines::with_banned_networks::<SipHash>(networks);
    let mut rng = Rng::with_seed(7);
    let mut random = || IpAddr::V4(Ipv4Addr::from(rng.u32(..)));
    let set: HashSet<IpAddr, SipHash> = (0..networks).map(|_| random()).collect();
    let order: Vec<_> = (0..scale.batch).map(|_| random()).collect();
    let compared = in_turns(
        scale.turns,
        || for_each(&order, |addr| warden.check_addr(addr, START)),
        || for_each(&order, |addr| set.contains(&addr)),
    );
    results.compared(&format!("gate/addr/{networks}"), &compared);
}

/// `check_peer` against a lookup in a set of the same peers.
fn peer<S: Hasher>(size: usize, scale: &Scale, results: &mut Results) {
    let known = peers(size, 1);
    let unknown = peers(size, 3);
    let set = set::<S>(&known);
    for (name, known_as, asked, denied) in [
        ("unknown", Known::Idle, &unknown, false),
        ("known", Known::Idle, &known, false),
        ("banned", Known::Banned, &known, true),
    ] {
        let warden = engines::guarding::<S>(&known, known_as);
        let order = drawn(asked, scale.batch, 2);
        let mut denials = 0;
        let compared = in_turns(
            scale.turns,
            || {
                for_each(&order, |peer| {
                    let verdict = warden.check_peer(&peer.into(), None, START);
                    denials += usize::from(verdict != Verdict::Allow);
                })
            },
            || for_each(&order, |peer| set.contains(&peer)),
        );
        assert_eq!(denials > 0, denied, "{name} peers are judged as such");
        let gate = if denied { "banned" } else { "peer" };
        results.compared(&format!("gate/{gate}/{}/{name}/{size}", S::NAME), &compared);
    }
}
