//! Time until a ban is durable.

use std::time::{Duration, Instant};

use libp2p::PeerId;
use peerwarden_benches::measure::median;
use peerwarden_benches::peers::peers;
use peerwarden_benches::stored::{Node, config, subjects};
use peerwarden_benches::swarms::BoxError;
use peerwarden_libp2p::{DecayRate, Misbehavior, Origin};

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let place = tempfile::tempdir()?;
    for rows in &scale.sizes {
        let path = place.path().join(format!("{rows}.redb"));
        let begun = Instant::now();
        let node = Node::with_rows(&path, *rows)?;
        results.add(format!("store/made/{rows}"), begun.elapsed().as_secs_f64(), "s");
        durable("idle", *rows, &node, scale, results, || Ok(()))?;
        durable("checkpoint", *rows, &node, scale, results, || {
            for peer in peers((*rows).min(100_000), 3) {
                for _ in 0..20 {
                    node.handle.report(peer, Misbehavior::INVALID_MESSAGE)?;
                }
            }
            Ok(())
        })?;
        durable("import", *rows, &node, scale, results, || {
            for subject in subjects(scale.import, 4) {
                node.handle.ban(subject, None, Origin::Operator)?;
            }
            Ok(())
        })?;
        durable("renewal", *rows, &node, scale, results, || {
            let slower = [DecayRate::try_from(900.0)?, DecayRate::try_from(90.0)?];
            Ok(node.handle.reconfigure(config().with_decay(&slower)?)?)
        })?;
        drop(node);
        restart(&path, *rows, results)?;
    }
    Ok(())
}

/// Bans peers one after the other, from the moment on at which so much else is to be written.
fn durable(
    what: &str,
    rows: usize,
    node: &Node,
    scale: &Scale,
    results: &mut Results,
    work: impl FnOnce() -> Result<(), BoxError>,
) -> Result<(), BoxError> {
    work()?;
    // What waits for a checkpoint does not wait any longer.
    let flush = node.handle.flush();
    let begun = Instant::now();
    let timed: Vec<PeerId> = peers(scale.timed, 1_000 + rows as u64 + what.len() as u64);
    let mut took = Vec::new();
    for peer in timed {
        let durable = node.ban(peer)?.ok_or("a ban does not become durable")?;
        took.push(durable.as_secs_f64() * 1e3);
        // Neither in step with what else is written nor all within its first moments.
        std::thread::sleep(Duration::from_millis(7 * (took.len() as u64 % 5)));
    }
    let name = format!("store/durable/{what}/{rows}");
    results.add(format!("{name}/median"), median(took.iter().copied()), "ms");
    results.add(format!("{name}/longest"), took.into_iter().fold(0.0, f64::max), "ms");
    flush.wait()?;
    results.add(format!("store/written/{what}/{rows}"), begun.elapsed().as_secs_f64(), "s");
    Ok(())
}

/// What a node takes to start.
fn restart(path: &std::path::Path, rows: usize, results: &mut Results) -> Result<(), BoxError> {
    let begun = Instant::now();
    let store = peerwarden_libp2p::RedbStore::open(path)?;
    results.add(format!("store/open/{rows}"), begun.elapsed().as_secs_f64(), "s");
    let begun = Instant::now();
    let timer = peerwarden_libp2p::ManualTimer::new();
    let behaviour = peerwarden_libp2p::Behaviour::restore(config(), timer, store)?;
    results.add(format!("store/restore/{rows}"), begun.elapsed().as_secs_f64(), "s");
    drop(behaviour);
    Ok(())
}
