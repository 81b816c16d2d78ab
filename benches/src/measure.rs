//! Measurement of time: in turns with a baseline, as the median of many ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What one turn took, and how much was done in it.
pub type Turn = (Duration, usize);

/// What came of two things that were measured in turns.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Nanoseconds for each thing that ours does.
    pub ours: f64,
    /// Nanoseconds for each thing that the baseline does.
    pub baseline: f64,
    /// The median of the ratios of neighbouring turns: a load that comes and goes hits both.
    pub ratio: f64,
}

impl Compared {
    /// Of rounds, each with a turn of ours and one of the baseline.
    #[must_use]
    pub fn of(rounds: &[(Turn, Turn)]) -> Self {
        let (ours, baseline) = (
            |(own, _): &(Turn, Turn)| nanos_each(*own),
            |(_, base): &(Turn, Turn)| nanos_each(*base),
        );
        Self {
            ours: median(rounds.iter().map(ours)),
            baseline: median(rounds.iter().map(baseline)),
            ratio: median(rounds.iter().map(|round| ours(round) / baseline(round))),
        }
    }
}

/// Lets both have so many turns, now one first and then the other.
pub fn in_turns(
    turns: usize,
    mut ours: impl FnMut() -> Turn,
    mut baseline: impl FnMut() -> Turn,
) -> Compared {
    let mut ours_first = false;
    in_rounds(turns, || {
        ours_first = !ours_first;
        if ours_first {
            let own = ours();
            (own, baseline())
        } else {
            let base = baseline();
            (ours(), base)
        }
    })
}

/// Has so many rounds, each with a turn of ours and one of the baseline.
pub fn in_rounds(turns: usize, mut round: impl FnMut() -> (Turn, Turn)) -> Compared {
    // The first does not count: pages and caches are cold.
    let _ = round();
    let rounds: Vec<_> = (0..turns).map(|_| round()).collect();
    Compared::of(&rounds)
}

/// The median of so many turns, in nanoseconds for each thing done; the first does not count.
pub fn alone(turns: usize, mut turn: impl FnMut() -> Turn) -> f64 {
    let _ = turn();
    median((0..turns).map(|_| nanos_each(turn())))
}

/// Does it for each of these. What comes of it is not optimised away, nor what goes in.
pub fn for_each<T: Copy, R>(all: &[T], mut what: impl FnMut(T) -> R) -> Turn {
    let begun = Instant::now();
    for each in all {
        black_box(what(black_box(*each)));
    }
    (begun.elapsed(), all.len())
}

/// Does it so often.
pub fn times<R>(count: usize, mut what: impl FnMut() -> R) -> Turn {
    let begun = Instant::now();
    for _ in 0..count {
        black_box(what());
    }
    (begun.elapsed(), count)
}

/// The middle one, or the mean of the two in the middle; zero of none.
#[must_use]
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    let lower = values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default();
    f64::midpoint(lower, upper)
}

#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
fn nanos_each((elapsed, done): Turn) -> f64 {
    elapsed.as_secs_f64() * 1e9 / done.max(1) as f64
}
