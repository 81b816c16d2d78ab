//! Benchmark of a score.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use peerwarden_benches::engines::{self, Known, SIZES, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_core::{Event, Score};

/// One that is fine, of a random peer.
fn fine(criterion: &mut Criterion) {
    let Ok(score) = Score::try_from(0.0) else { return };
    let mut group = criterion.benchmark_group("score/fine");
    for size in SIZES {
        let peers = peers(size, 1);
        let order = drawn(&peers, 100_000, 2);
        let mut next = order.iter().cycle();
        let mut warden = engines::engine::<SipHash>(&peers, Known::Idle, engines::roomy(size));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| {
                let event = next.next().map(|peer| Event::Score { peer: peer.into(), score });
                event.map(|event| warden.handle_input(event, START))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, fine);
criterion_main!(benches);
