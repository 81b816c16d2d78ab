//! Benchmark of a heartbeat.

use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use peerwarden_benches::baselines::flow::Manager;
use peerwarden_benches::baselines::op_node::Scorer;
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;
use peerwarden_core::Event;

/// With nothing due, beside the loops of others over as many peers.
fn nothing_due(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("heartbeat/idle");
    group.sample_size(10);
    for size in SIZES {
        let peers = peers(size, 1);
        let mut warden = engines::engine::<SipHash>(&peers, Known::Owing, engines::roomy(size));
        group.bench_function(BenchmarkId::new("warden", size), |bencher| {
            bencher.iter(|| warden.handle_input(Event::Heartbeat, START));
        });
        let flow = Manager::<SipHash>::new(&peers, 86_400.0);
        group.bench_function(BenchmarkId::new("flow", size), |bencher| {
            bencher.iter(|| flow.heartbeat());
        });
        let op_node = Scorer::<SipHash>::new(&peers, 1e9);
        group.bench_function(BenchmarkId::new("op_node", size), |bencher| {
            bencher.iter(|| op_node.decay());
        });
    }
    group.finish();
}

/// With so many bans that end.
fn bans_end(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("heartbeat/ends");
    group.sample_size(10);
    for bans in [1, 1_000, 100_000] {
        let peers = peers(bans, 1);
        let mut warden = engines::engine::<SipHash>(&peers, Known::Owing, engines::roomy(bans));
        for peer in &peers {
            drop(warden.handle_input(engines::report(*peer, engines::fatal()), START));
        }
        let over = START.saturating_add(Duration::from_secs(300));
        group.throughput(Throughput::Elements(bans as u64));
        group.bench_function(BenchmarkId::from_parameter(bans), |bencher| {
            bencher.iter_batched_ref(
                || warden.clone(),
                |warden| warden.handle_input(Event::Heartbeat, over),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, nothing_due, bans_end);
criterion_main!(benches);
