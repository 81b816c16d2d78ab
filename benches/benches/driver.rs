//! Benchmark of the behaviour in a swarm.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use peerwarden_benches::measure::Turn;
use peerwarden_benches::swarms::{BoxError, Pair, Wire};
use peerwarden_tokio::{Config, Points};
use tokio::runtime::{Builder, Runtime};

/// Connections of two swarms, and messages of gossipsub that are each reported, with the behaviour
/// and without.
fn swarms(criterion: &mut Criterion) {
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
    for wire in Wire::ALL {
        for (name, guard) in [("with", Some(Config::default())), ("without", None)] {
            let Ok(mut pair) = runtime.block_on(Pair::new(wire, guard)) else { return };
            let mut group = criterion.benchmark_group(format!("driver/{}", wire.name()));
            group.sample_size(10);
            group.bench_function(BenchmarkId::new("connection", name), |bencher| {
                bencher
                    .iter_custom(|count| all(count, |some| runtime.block_on(pair.connect(some))));
            });
            group.bench_function(BenchmarkId::new("message", name), |bencher| {
                bencher
                    .iter_custom(|count| all(count, |some| runtime.block_on(pair.publish(some))));
            });
            group.finish();
        }
    }
    until_closed(&runtime, criterion);
}

/// From the report that bans to the connection that is closed.
fn until_closed(runtime: &Runtime, criterion: &mut Criterion) {
    let strict = Config::default().with_threshold(Points::ZERO).with_unban_grace(None);
    let pair = runtime.block_on(Pair::new(Wire::Tcp, strict.ok()));
    let Ok(mut pair) = pair else { return };
    let mut group = criterion.benchmark_group("driver/closed");
    group.sample_size(10);
    group.bench_function("after the report", |bencher| {
        bencher.iter_custom(|count| {
            all(count, |_| runtime.block_on(pair.ban()).map(|took| (took, 1)))
        });
    });
    group.finish();
}

/// Time for so many, at most a hundred at once. One that fails shows as one that takes for ever.
fn all(count: u64, mut some: impl FnMut(usize) -> Result<Turn, BoxError>) -> Duration {
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    let mut took = Duration::ZERO;
    while left > 0 {
        let (turn, done) = some(left.min(100)).unwrap_or((Duration::from_secs(3_600), left));
        took += turn;
        left -= done.min(left);
    }
    took
}

criterion_group!(benches, swarms);
criterion_main!(benches);
