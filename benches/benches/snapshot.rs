//! Benchmark of saving and restoring everything.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;
use peerwarden_core::Warden;

fn snapshot(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("snapshot");
    group.sample_size(10);
    for size in [1_000, 10_000, 100_000] {
        let warden =
            engines::engine::<SipHash>(&peers(size, 1), Known::Owing, engines::roomy(size));
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("write", size), |bencher| {
            bencher.iter(|| warden.snapshot(START).count());
        });
        let saved: Vec<_> = warden.snapshot(START).collect();
        group.bench_function(BenchmarkId::new("restore", size), |bencher| {
            let restore =
                |saved| Warden::restore(engines::roomy(size), SipHash::new(), saved, START).is_ok();
            bencher.iter_batched(|| saved.clone(), restore, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(benches, snapshot);
criterion_main!(benches);
