//! Benchmark of a report.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use peerwarden_benches::baselines::numbers;
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::{drawn, peers};

/// About a random peer that owes already, beside the increment of its counter in a `HashMap`.
fn known(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("report/known");
    for size in SIZES {
        let peers = peers(size, 1);
        let order = drawn(&peers, 100_000, 2);
        let mut warden = engines::engine::<SipHash>(&peers, Known::Owing, engines::roomy(size));
        let mut numbers = numbers::<SipHash>(&peers);
        let (penalty, pace, mut now) = (engines::one_point(), engines::pace(size), START);
        let mut next = order.iter().cycle();
        group.bench_function(BenchmarkId::new("warden", size), |bencher| {
            bencher.iter(|| {
                now = now.saturating_add(pace);
                next.next().map(|peer| warden.handle_input(engines::report(*peer, penalty), now))
            });
        });
        group.bench_function(BenchmarkId::new("map", size), |bencher| {
            bencher.iter(|| {
                let number = next.next().and_then(|peer| numbers.get_mut(peer));
                number.map(|number| *number += penalty.as_micros())
            });
        });
    }
    group.finish();
}

/// About peers that nobody knows: with room for them, over the threshold, and in a full table.
fn fresh(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("report/fresh");
    let (known, fresh) = (peers(FRESH, 1), peers(FRESH, 4));
    group.throughput(Throughput::Elements(FRESH as u64));
    for (name, config, penalty) in [
        ("unknown", engines::roomy(FRESH), engines::one_point()),
        ("bans", engines::roomy(FRESH), engines::fatal()),
        ("flood", engines::bounded(FRESH), engines::one_point()),
    ] {
        let warden = engines::engine::<SipHash>(&known, Known::Owing, config);
        group.bench_function(name, |bencher| {
            let report_all = |mut warden: peerwarden_core::Warden<_, _>| {
                for peer in &fresh {
                    drop(warden.handle_input(engines::report(*peer, penalty), START));
                }
                warden
            };
            bencher.iter_batched(|| warden.clone(), report_all, BatchSize::LargeInput);
        });
    }
    group.finish();
}

const FRESH: usize = 10_000;

criterion_group!(benches, known, fresh);
criterion_main!(benches);
