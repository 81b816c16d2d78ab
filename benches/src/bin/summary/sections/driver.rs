//! Cost of the driver to a swarm.

use std::thread;
use std::time::Instant;

use fastrand::Rng;
use libp2p::PeerId;
use peerwarden_benches::measure::{Compared, Turn, median};
use peerwarden_benches::peers::peers;
use peerwarden_benches::swarms::{BoxError, Pair, Wire};
use peerwarden_tokio::{Config, Handle, Misbehavior, Penalty, Points};
use tokio::runtime::Builder;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for wire in Wire::ALL {
            connections(wire, scale, results).await?;
        }
        messages(scale, results).await?;
        until_closed(scale, results).await?;
        for threads in [1, 2, 4, 8] {
            reports(threads, scale, results)?;
        }
        Ok(())
    })
}

/// Connections per second of two swarms, with the behaviour and without.
async fn connections(wire: Wire, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let mut guarded = guarded(wire).await?;
    let mut free = Pair::new(wire, None).await?;
    let mut rounds = Vec::new();
    for turn in 0..=scale.turns {
        let round = if turn.is_multiple_of(2) {
            let own = guarded.connect(scale.connections).await?;
            (own, free.connect(scale.connections).await?)
        } else {
            let base = free.connect(scale.connections).await?;
            (guarded.connect(scale.connections).await?, base)
        };
        rounds.push(round);
    }
    rates(&format!("driver/connections/{}", wire.name()), &rounds, results);
    Ok(())
}

/// gossipsub's messages per second, each reported, and without a behaviour to report to.
async fn messages(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let mut guarded = guarded(Wire::Memory).await?;
    let mut free = Pair::new(Wire::Memory, None).await?;
    let mut rounds = Vec::new();
    for _ in 0..=scale.turns {
        let own = guarded.publish(scale.messages).await?;
        rounds.push((own, free.publish(scale.messages).await?));
    }
    rates("driver/messages", &rounds, results);
    Ok(())
}

/// From the report that bans to the connection that is closed.
async fn until_closed(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let strict = Config::default().with_threshold(Points::ZERO).with_unban_grace(None)?;
    let mut pair = Pair::new(Wire::Tcp, Some(strict)).await?;
    let mut took = Vec::new();
    for _ in 0..scale.turns {
        took.push(pair.ban().await?.as_secs_f64() * 1e6);
    }
    results.add("driver/closed/median", median(took.iter().copied()), "us");
    results.add("driver/closed/longest", took.into_iter().fold(0.0, f64::max), "us");
    Ok(())
}

/// From so many threads at once, about peers that are known.
#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
fn reports(threads: usize, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    // Nobody is banned, and nobody has paid before the end.
    let config = Config::default()
        .with_threshold(Points::from_micros(u64::MAX))
        .with_default_penalty(Penalty::from_points(1_000_000)?);
    let behaviour = peerwarden_tokio::behaviour(config);
    let (handle, peers) = (behaviour.handle(), peers(scale.batch / 10, 1));
    let begun = Instant::now();
    let refused: usize = thread::scope(|scope| {
        let (handle, peers) = (&handle, peers.as_slice());
        let each = |seed| scope.spawn(move || report_all(handle, peers, scale.batch * 5, seed));
        let threads: Vec<_> = (0..threads).map(|thread| each(thread as u64)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(usize::MAX)).sum()
    });
    let took = begun.elapsed();
    let made = threads * scale.batch * 5;
    let mut counted = 0;
    for peer in &peers {
        let status = handle.status(peer)?;
        let misdeeds = status.map(|status| status.misdeeds).unwrap_or_default();
        counted += misdeeds.iter().map(|misdeed| misdeed.times as usize).sum::<usize>();
    }
    let name = format!("driver/handle/{threads}");
    results.add(format!("{name}/rate"), made as f64 / took.as_secs_f64() / 1e6, "M/s");
    results.add(format!("{name}/lost"), (made - counted + refused) as f64, "reports");
    Ok(())
}

/// How many of so many reports were refused.
fn report_all(handle: &Handle, peers: &[PeerId], count: usize, seed: u64) -> usize {
    let mut rng = Rng::with_seed(seed);
    let report = |_: &usize| {
        let peer = peers.get(rng.usize(..peers.len()));
        peer.is_none_or(|peer| handle.report(*peer, Misbehavior::INVALID_MESSAGE).is_err())
    };
    (0..count).filter(report).count()
}

/// A pair whose guard has ten thousand peers to remember.
async fn guarded(wire: Wire) -> Result<Pair, BoxError> {
    let pair = Pair::new(wire, Some(Config::default())).await?;
    if let Some(handle) = pair.handle() {
        for peer in peers(10_000, 1) {
            for _ in 0..50 {
                handle.report(peer, Misbehavior::INVALID_MESSAGE)?;
            }
        }
    }
    Ok(pair)
}

/// How much more is done in a second with the behaviour than without. The first round does not
/// count.
fn rates(name: &str, rounds: &[(Turn, Turn)], results: &mut Results) {
    let compared = Compared::of(rounds.get(1..).unwrap_or_default());
    results.add(format!("{name}/with"), 1e9 / compared.ours, "/s");
    results.add(format!("{name}/without"), 1e9 / compared.baseline, "/s");
    results.add(format!("{name}/ratio"), 1.0 / compared.ratio, "x");
}
