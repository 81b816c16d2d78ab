//! Time for which the engine's lock is held: processor time of the thread that holds it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use libp2p::PeerId;
use libp2p::swarm::{NetworkBehaviour, ToSwarm};
use peerwarden_benches::peers::peers;
use peerwarden_benches::stored::{Node, config, subjects};
use peerwarden_benches::swarms::BoxError;
use peerwarden_libp2p::{
    BanDuration, Behaviour, Cause, DecayRate, Handle, ManualTimer, Misbehavior, Origin, Subject,
    Tag, lock_times,
};
use rustix::time::{ClockId, clock_gettime};

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let place = tempfile::tempdir()?;
    let node = Node::with_rows(&place.path().join("bans.redb"), scale.largest())?;
    let result = calls(&node.handle, scale, results)
        .and_then(|()| ends(scale, results))
        .and_then(|()| walks(scale, results))
        .and_then(|()| reconfigure(&node, scale, results))
        .and_then(|()| behind(&node, scale, results));
    lock_times::stop();
    result
}

/// The longest hold of the lock by each kind of call.
///
/// A call that is long for a reason is long each time, so of several rounds the best one counts.
fn calls(handle: &Handle, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let count = (scale.batch / 100).max(1);
    let peer = |n: usize| peers(n + 1, 77).pop().ok_or("no peer");
    // Every round has its own: what is known already costs less.
    let ids = peers(count * ROUNDS as usize, 78);
    let (known, addr) = (subjects(1_000, 1).collect::<Vec<_>>(), IpAddr::from([20, 0, 1, 3]));
    let net = |n: usize| -> Result<Subject<PeerId>, BoxError> {
        Ok(Subject::Addr(format!("21.{}.{}.0/24", n / 256 % 256, n % 256).parse()?))
    };
    let one = peer(0)?;
    let mut call = |what: &str, call: &mut dyn FnMut(usize) -> Result<(), BoxError>| {
        let mut best = f64::MAX;
        for round in 0..ROUNDS as usize {
            lock_times::restart();
            for n in round * count..(round + 1) * count {
                call(n)?;
            }
            best = best.min(lock_times::restart().as_secs_f64() * 1e6);
        }
        results.add(format!("lock/call/{what}/longest"), best, "us");
        Ok::<_, BoxError>(())
    };
    let id = |n: usize| ids.get(n).copied().unwrap_or(one);
    call("report", &mut |n| Ok(handle.report(id(n), Misbehavior::INVALID_MESSAGE)?))?;
    call("ban", &mut |n| {
        Ok(handle.ban(Subject::Peer(id(n)), None, Origin::Operator).map(drop)?)
    })?;
    call("unban", &mut |n| {
        Ok(handle.unban(Subject::Peer(id(n)), Some(Cause::Operator)).map(drop)?)
    })?;
    call("ban-network", &mut |n| Ok(handle.ban(net(n)?, None, Origin::Remote).map(drop)?))?;
    call("protect-network", &mut |n| Ok(handle.protect(net(n)?, Tag::OPERATOR).map(drop)?))?;
    call("unprotect-network", &mut |n| Ok(handle.unprotect(net(n)?, Tag::OPERATOR).map(drop)?))?;
    call("protect", &mut |n| Ok(handle.protect(Subject::Peer(id(n)), Tag::OPERATOR).map(drop)?))?;
    call("unprotect", &mut |n| {
        Ok(handle.unprotect(Subject::Peer(id(n)), Tag::OPERATOR).map(drop)?)
    })?;
    call("check", &mut |_| handle.check_peer(&one, Some(addr)).map(drop).map_err(BoxError::from))?;
    call("status", &mut |n| Ok(handle.status(&id(n)).map(drop)?))?;
    call("counts", &mut |_| Ok(handle.counts().map(drop)?))?;
    call("health", &mut |_| Ok(handle.store_health().map(drop)?))?;
    call("page", &mut |_| Ok(handle.bans(None, 256).map(drop)?))?;
    call("reban", &mut |n| {
        let subject = known.get(n % known.len().max(1)).cloned().unwrap_or(Subject::Peer(one));
        Ok(handle.ban(subject, None, Origin::Operator).map(drop)?)
    })
}

/// The longest hold of the lock while the store's thread is at work, and the longest that a call of
/// another thread takes meanwhile. The latter depends on what else the machine does.
fn behind(node: &Node, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let handle = &node.handle;
    let mut figure = |what: &str, mut work: Box<dyn FnMut(u64) -> Result<(), BoxError> + '_>| {
        let (mut best, mut best_wait) = (f64::MAX, f64::MAX);
        for round in 0..ROUNDS {
            work(round)?;
            let flush = handle.flush();
            lock_times::restart();
            let wait = longest_wait(handle, || flush.wait());
            best = best.min(lock_times::restart().as_secs_f64() * 1e6);
            best_wait = best_wait.min(wait?.as_secs_f64() * 1e6);
        }
        results.add(format!("lock/behind/{what}/longest"), best, "us");
        results.add(format!("lock/behind/{what}/waited"), best_wait, "us");
        Ok::<_, BoxError>(())
    };
    figure("nothing", Box::new(|_| Ok(())))?;
    figure(
        "checkpoint",
        Box::new(|_| {
            for peer in peers(scale.largest().min(100_000), 3) {
                for _ in 0..20 {
                    handle.report(peer, Misbehavior::INVALID_MESSAGE)?;
                }
            }
            Ok(())
        }),
    )?;
    figure(
        "import",
        Box::new(|round| {
            for subject in subjects(scale.import / 4, 10 + round) {
                handle.ban(subject, None, Origin::Operator)?;
            }
            Ok(())
        }),
    )?;
    figure(
        "renewal",
        Box::new(|round| {
            let slower = [DecayRate::try_from(900.0 - round as f64)?, DecayRate::try_from(90.0)?];
            Ok(handle.reconfigure(config().with_decay(&slower)?)?)
        }),
    )?;
    lock_times::restart();
    handle.bans(None, usize::MAX)?;
    results.add("lock/behind/all-bans/longest", lock_times::restart().as_secs_f64() * 1e6, "us");
    handle.protected(None, usize::MAX)?;
    results.add(
        "lock/behind/all-protected/longest",
        lock_times::restart().as_secs_f64() * 1e6,
        "us",
    );
    Ok(())
}

/// Orders that walk past everything inside a network, which the engine's contract says they do: one that
/// ten thousand peers are connected from, one that holds ten thousand banned networks.
fn walks(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let count = u32::try_from(scale.bans.min(10_000))?;
    let wide: Subject<PeerId> = Subject::Addr("20.0.0.0/8".parse()?);
    let mut best = [f64::MAX; 4];
    for round in 0..ROUNDS {
        let timer = ManualTimer::new();
        let behaviour = Behaviour::new(config(), timer);
        let handle = behaviour.handle();
        for peer in peers(count as usize, 600 + round) {
            handle.protect(Subject::Peer(peer), Tag::OPERATOR)?;
        }
        for n in 0..count {
            let [_, a, b, c] = n.to_be_bytes();
            let inside = IpAddr::from([20, a, b, c]).into();
            handle.ban(Subject::Addr(inside), None, Origin::Remote)?;
        }
        let mut hold = |at: usize, call: &dyn Fn() -> Result<(), BoxError>| {
            lock_times::restart();
            call()?;
            let held = lock_times::restart().as_secs_f64() * 1e6;
            if let Some(best) = best.get_mut(at) {
                *best = best.min(held);
            }
            Ok::<_, BoxError>(())
        };
        hold(0, &|| Ok(handle.ban(wide.clone(), None, Origin::Operator).map(drop)?))?;
        hold(1, &|| Ok(handle.unban(wide.clone(), None).map(drop)?))?;
        hold(2, &|| Ok(handle.protect(wide.clone(), Tag::OPERATOR).map(drop)?))?;
        hold(3, &|| Ok(handle.reconfigure(config().with_decay(&[DecayRate::try_from(900.0)?])?)?))?;
    }
    for (what, best) in ["ban", "unban", "protect", "reconfigure"].into_iter().zip(best) {
        results.add(format!("lock/walk/{what}/{count}"), best, "us");
    }
    Ok(())
}

/// The hold of a change of how debts fall, which looks at every record: of most rows.
fn reconfigure(node: &Node, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let mut best = f64::MAX;
    for round in 0..ROUNDS {
        let rate = DecayRate::try_from(950.0 - round as f64)?;
        lock_times::restart();
        node.handle.reconfigure(config().with_decay(&[rate])?)?;
        best = best.min(lock_times::restart().as_secs_f64() * 1e3);
    }
    results.add(format!("lock/reconfigure/{}", scale.largest()), best, "ms");
    Ok(())
}

/// The longest that a question takes while `work` is done by another thread.
fn longest_wait<E: Into<BoxError> + Send>(
    handle: &Handle,
    work: impl FnOnce() -> Result<(), E> + Send,
) -> Result<Duration, BoxError> {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let result = work().map_err(Into::into);
            done.store(true, Ordering::Release);
            result
        });
        let mut longest = Duration::ZERO;
        while !done.load(Ordering::Acquire) {
            let begun = Instant::now();
            let _ = handle.check_addr(IpAddr::from([198, 51, 100, 1]))?;
            longest = longest.max(begun.elapsed());
        }
        worker.join().map_err(|_| "a thread has panicked")??;
        Ok(longest)
    })
}

/// The longest poll of those in which ten thousand bans end, which were made one after the other, and all
/// of these polls together; and the same for bans that end at one moment, to the nanosecond, as they do not
/// by a clock that runs.
fn ends(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    ends_of("ends", Duration::from_nanos(100), scale, results)?;
    ends_of("same-moment", Duration::ZERO, scale, results)
}

fn ends_of(
    name: &str,
    pace: Duration,
    scale: &Scale,
    results: &mut Results,
) -> Result<(), BoxError> {
    let count = scale.bans.min(10_000);
    let (mut best, mut best_all) = (f64::MAX, f64::MAX);
    for round in 0..ROUNDS {
        let place = tempfile::tempdir()?;
        let store = peerwarden_libp2p::RedbStore::open(place.path().join("bans.redb"))?;
        let timer = ManualTimer::new();
        let mut behaviour = Behaviour::restore(config(), timer.clone(), store)?;
        let handle = behaviour.handle();
        let minute = BanDuration::try_from(Duration::from_secs(60))?;
        for peer in peers(count, 500 + round) {
            timer.advance(pace);
            handle.ban(Subject::Peer(peer), Some(minute), Origin::Operator)?;
        }
        handle.flush().wait()?;
        let _ = polls(&mut behaviour);
        timer.advance(Duration::from_secs(61));
        let (longest, all) = polls(&mut behaviour);
        best = best.min(longest.as_secs_f64() * 1e3);
        best_all = best_all.min(all.as_secs_f64() * 1e3);
    }
    results.add(format!("lock/{name}/{count}/poll"), best, "ms");
    results.add(format!("lock/{name}/{count}/all"), best_all, "ms");
    Ok(())
}

/// Polls until there is nothing to do; the longest poll and all of them.
fn polls(behaviour: &mut Behaviour<ManualTimer>) -> (Duration, Duration) {
    let (mut longest, mut all) = (Duration::ZERO, Duration::ZERO);
    let mut idle = 0;
    while idle < 3 {
        let begun = processor_time();
        let polled: Poll<ToSwarm<_, _>> = behaviour.poll(&mut Context::from_waker(Waker::noop()));
        let took = processor_time().saturating_sub(begun);
        longest = longest.max(took);
        all = all.saturating_add(took);
        idle = if polled.is_ready() { 0 } else { idle + 1 };
    }
    (longest, all)
}

/// What this thread has used of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanos)
}

const ROUNDS: u64 = 5;
