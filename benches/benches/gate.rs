//! Benchmark of a gate.

use std::net::{IpAddr, Ipv4Addr};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use fastrand::Rng;
use peerwarden_benches::baselines::block_list::BlockList;
use peerwarden_benches::baselines::set;
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::{drawn, peers};

/// By id, beside a lookup in a set of the same peers and libp2p's list of blocked peers.
fn peer(criterion: &mut Criterion) {
    for (name, known, asked) in
        [("unknown", Known::Idle, 3), ("known", Known::Idle, 1), ("banned", Known::Banned, 1)]
    {
        let mut group = criterion.benchmark_group(format!("gate/{name}"));
        for size in SIZES {
            let peers = peers(size, 1);
            let order = drawn(&peerwarden_benches::peers::peers(size, asked), 100_000, 2);
            let mut next = order.iter().cycle();
            let warden = engines::guarding::<SipHash>(&peers, known);
            group.bench_function(BenchmarkId::new("warden", size), |bencher| {
                bencher
                    .iter(|| next.next().map(|peer| warden.check_peer(&peer.into(), None, START)));
            });
            let set = set::<SipHash>(&peers);
            group.bench_function(BenchmarkId::new("set", size), |bencher| {
                bencher.iter(|| next.next().map(|peer| set.contains(peer)));
            });
            let mut list = BlockList::new(&peers);
            group.bench_function(BenchmarkId::new("block_list", size), |bencher| {
                bencher.iter(|| next.next().map(|peer| list.refuses(*peer)));
            });
        }
        group.finish();
    }
}

/// By address, with so many networks banned.
fn addr(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gate/addr");
    for networks in [0, 10, 10_000] {
        let warden = engines::with_banned_networks::<SipHash>(networks);
        let mut rng = Rng::with_seed(7);
        group.bench_function(BenchmarkId::from_parameter(networks), |bencher| {
            bencher.iter(|| warden.check_addr(IpAddr::V4(Ipv4Addr::from(rng.u32(..))), START));
        });
    }
    group.finish();
}

criterion_group!(benches, peer, addr);
criterion_main!(benches);
