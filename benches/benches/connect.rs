//! Benchmark of a connection that comes and goes.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;
use peerwarden_core::Event;

/// Of somebody new, among so many that stay. That all of it is forgotten after a second is counted.
fn connect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("connect");
    let fresh = peers(100_000, 4);
    for size in SIZES {
        let config = engines::roomy(size.max(fresh.len()));
        let mut warden = engines::engine::<SipHash>(&peers(size, 1), Known::Idle, config);
        let (mut next, mut now) = (fresh.iter().cycle(), START);
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| {
                let peer = next.next().copied()?;
                now = now.saturating_add(engines::pace(1_000));
                drop(warden.handle_input(engines::connected(peer, 0), now));
                Some(warden.handle_input(Event::Disconnected { peer: peer.into() }, now))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, connect);
criterion_main!(benches);
