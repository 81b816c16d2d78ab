//! Benchmark of a tick, which asks for the next scores.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;
use peerwarden_core::{Config, Event};

/// One score a tick, whatever the number of peers.
fn tick(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tick");
    for size in SIZES {
        let config: Config = engines::roomy(size).with_max_cycle_ticks(None);
        let mut warden = engines::engine::<SipHash>(&peers(size, 1), Known::Idle, config);
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| warden.handle_input(Event::Tick, START));
        });
    }
    group.finish();
}

criterion_group!(benches, tick);
criterion_main!(benches);
