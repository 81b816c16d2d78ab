//! Cost of a recording, and how fast it is read.

use std::borrow::Cow;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use peerwarden_benches::measure::{Turn, in_turns};
use peerwarden_benches::peers::{drawn, peers};
use peerwarden_benches::swarms::BoxError;
use peerwarden_core::Warden;
use peerwarden_core::scenario::Entry;
use peerwarden_libp2p::peerwarden_host::recording::{RecordingOptions, RecordingReader};
use peerwarden_libp2p::{
    Behaviour, Config, Handle, ManualTimer, Misbehavior, Penalty, Points, lock_times,
};
use rustix::time::{ClockId, clock_gettime};

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let place = tempfile::tempdir()?;
    report(place.path(), scale, results)?;
    paced(place.path(), scale, results)?;
    let result = begin(place.path(), scale, results);
    lock_times::stop();
    result
}

/// Reports of known peers, in turns with a node that is not recorded, in processor time of the thread that
/// reports. A turn fits into the buffer, and the thread that writes has done so before the next one begins.
fn report(place: &Path, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let (recorded, free) = (node()?, node()?);
    let (recorded, free) = (recorded.handle(), free.handle());
    let known = peers(scale.batch / 10, 1);
    let order = drawn(&known, scale.batch.min(20_000), 2);
    let _status = recorded.record(RecordingOptions::new(place.join("report.zst")))?;
    let all = |handle: &Handle| -> Turn {
        let begun = processor_time();
        let done = order.iter().filter(|peer| handle.report(**peer, KIND).is_ok()).count();
        (processor_time().saturating_sub(begun), done)
    };
    let mut given = 0;
    let compared = in_turns(
        scale.turns.max(9),
        || {
            let turn = all(&recorded);
            given += turn.1 as u64;
            while written(&recorded) < given {
                thread::sleep(Duration::from_millis(5));
            }
            turn
        },
        || all(&free),
    );
    let status = recorded.stop_recording()?.ok_or("it is being recorded")?;
    results.add("recording/report/recorded", compared.ours, "ns");
    results.add("recording/report/free", compared.baseline, "ns");
    results.add("recording/report/rate", 1.0 / compared.ratio, "");
    results.add("recording/report/lost", as_f64(status.lost), "inputs");
    Ok(())
}

/// How long this thread has run.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let (secs, nanos) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(secs.unwrap_or_default(), nanos.unwrap_or_default())
}

/// How many inputs are written or lost.
fn written(handle: &Handle) -> u64 {
    let status = handle.recording().ok().flatten();
    status.map_or(u64::MAX, |status| status.inputs + status.lost)
}

/// So many reports a second, and what reading them again takes.
fn paced(place: &Path, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let timer = ManualTimer::new();
    let node = Behaviour::new(config()?, timer.clone());
    let handle = node.handle();
    let known = peers(scale.batch / 10, 1);
    let order = drawn(&known, A_MILLISECOND, 2);
    let file = place.join("paced.zst");
    let status = handle.record(RecordingOptions::new(&file))?;
    let (begun, milliseconds) = (Instant::now(), u32::try_from(scale.batch / 10)?);
    for n in 0..milliseconds {
        for (number, peer) in (1..).zip(&order) {
            // No two moments are as far apart as two others, as on a node.
            timer.advance(Duration::from_nanos(1_500 + u64::from(n.wrapping_mul(number) % 997)));
            handle.report(*peer, KIND)?;
        }
        let next = begun + Duration::from_millis(1) * (n + 1);
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let took = begun.elapsed().as_secs_f64();
    drop(status);
    let status = handle.stop_recording()?.ok_or("it is being recorded")?;
    let given = as_f64(u64::from(milliseconds)) * as_f64(A_MILLISECOND as u64);
    results.add("recording/paced/rate", given / took / 1e6, "M/s");
    results.add("recording/paced/lost", as_f64(status.lost), "inputs");
    results.add("recording/paced/size", as_f64(status.bytes) / given, "bytes");
    read(&file, results)
}

/// Reads a file, and plays it as well.
fn read(file: &Path, results: &mut Results) -> Result<(), BoxError> {
    let (begun, mut steps) = (Instant::now(), 0_u64);
    let mut reader = RecordingReader::open(file)?;
    while reader.next_step()?.is_some() {
        steps += 1;
    }
    results.add("recording/read/rate", as_f64(steps) / begun.elapsed().as_secs_f64() / 1e6, "M/s");

    let begun = Instant::now();
    let mut reader = RecordingReader::open(file)?;
    let header = reader.header().clone();
    // Peers by number: nothing of a replay needs the names of those that nothing happens to.
    let mut numbers: HashMap<String, u32, RandomState> = HashMap::default();
    let mut number = |name: Cow<'_, str>| match numbers.get(name.as_ref()) {
        Some(number) => *number,
        None => {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(name.into_owned()).or_insert(next)
        }
    };
    let saved = header.snapshot.iter().cloned();
    let saved: Vec<_> =
        saved.map(|saved| saved.map_peer(|name| number(Cow::Owned(name)))).collect();
    let live = header.live.clone().unwrap_or_default();
    let live = live.map_peers(|name| number(Cow::Owned(name)));
    let config = header.policy().config()?;
    let mut warden = Warden::resume(config, RandomState::default(), saved, live, header.at)
        .map_err(|error| error.to_string())?;
    let (mut inputs, mut actions) = (0_u64, 0);
    while let Some(step) = reader.next_step()? {
        let step = step.map_peers(&mut number);
        if let Entry::Input { input, .. } = step.entry {
            let event = input.into_event(warden.config());
            actions += warden.handle_input(event, step.at).len();
            inputs += 1;
        }
    }
    let rate = as_f64(inputs) / begun.elapsed().as_secs_f64() / 1e6;
    assert!(actions < 10_000_000, "they are looked at");
    results.add("recording/played/rate", rate, "M/s");
    Ok(())
}

/// The longest hold of the lock while a recording begins, with most peers known.
fn begin(place: &Path, scale: &Scale, results: &mut Results) -> Result<(), BoxError> {
    let size = scale.largest().min(100_000);
    let node = node()?;
    let handle = node.handle();
    for peer in peers(size, 5) {
        handle.report(peer, KIND)?;
    }
    let mut best = f64::MAX;
    let mut took = f64::MAX;
    for _ in 0..3 {
        lock_times::restart();
        let begun = Instant::now();
        let _status = handle.record(RecordingOptions::new(place.join("begin.zst")))?;
        took = took.min(begun.elapsed().as_secs_f64() * 1e3);
        best = best.min(lock_times::restart().as_secs_f64() * 1e6);
        let _status = handle.stop_recording()?;
    }
    results.add(format!("recording/begin/{size}/longest"), best, "us");
    results.add(format!("recording/begin/{size}/took"), took, "ms");
    Ok(())
}

fn node() -> Result<Behaviour<ManualTimer>, BoxError> {
    Ok(Behaviour::new(config()?, ManualTimer::new()))
}

/// A policy that bans no peer, whatever is reported.
fn config() -> Result<Config, BoxError> {
    let config = Config::default().with_threshold(Points::from_micros(u64::MAX));
    Ok(config.with_default_penalty(Penalty::from_points(1_000_000)?))
}

#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

const KIND: Misbehavior = Misbehavior::INVALID_MESSAGE;

/// Half a million a second.
const A_MILLISECOND: usize = 500;
