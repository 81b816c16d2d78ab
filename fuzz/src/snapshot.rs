//! Fuzz target: snapshots, whole, damaged and invented, give an error or an engine that works.

use arbitrary::{Arbitrary, Result, Unstructured};
use peerwarden_core::{Instant, Saved, SavedNetwork, Subject};

use crate::checks::{Peer, Step, Trial};
use crate::damage::{Damage, nobody};
use crate::settings::SmallConfig;
use crate::small_world;

/// A history, damage to its snapshot, and what happens after that.
#[derive(Clone, Debug)]
pub struct Input {
    config: SmallConfig,
    before: Vec<Step>,
    invented: Vec<Subject<Peer>>,
    damage: Vec<(u8, Damage)>,
    now: Instant,
    after: Vec<Step>,
}

impl<'a> Arbitrary<'a> for Input {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            config: u.arbitrary()?,
            before: some(u, 24)?,
            invented: some(u, 6)?,
            damage: some(u, 12)?,
            now: if u.arbitrary()? { Instant::from_secs(50 * YEAR) } else { u.arbitrary()? },
            after: u.arbitrary_iter()?.take(24).collect::<Result<_>>()?,
        })
    }
}

/// Plays, takes a snapshot, damages it, reads it back and plays on.
///
/// # Panics
///
/// If what was restored does not work, or what was not damaged is refused.
pub fn run(input: Input) {
    let mut trial = Trial::new(input.config.0.clone());
    for step in &input.before {
        trial.play(step).unwrap_or_else(|fault| panic!("{fault}"));
    }
    let mut saved = trial.snapshot();
    let whole = input.invented.is_empty() && input.damage.is_empty();
    saved.extend(input.invented.into_iter().map(unknown));
    for (which, damage) in input.damage {
        damage.apply(&mut saved, which);
    }

    let json = serde_json::to_string(&saved).expect("it is plain data");
    let read: Vec<Saved<Peer>> = serde_json::from_str(&json).expect("it was just written");
    assert_eq!(saved, read, "{json}");

    let mut trial = match Trial::restore(input.config.0, read, input.now) {
        Ok(trial) => trial,
        Err(error) => {
            assert!(!whole, "its own snapshot was refused: {error}");
            return;
        }
    };
    for step in &input.after {
        trial.play(step).unwrap_or_else(|fault| panic!("restored from {json}\n{fault}"));
    }
}

/// A subject of which nothing is remembered, to be damaged into something.
fn unknown(subject: Subject<Peer>) -> Saved<Peer> {
    match subject {
        Subject::Addr(net) => Saved::Network(SavedNetwork {
            net: small_world::net(net),
            ban: None,
            protected: false,
            grace: None,
        }),
        Subject::Peer(peer) => Saved::Peer(nobody(peer)),
    }
}

fn some<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>, most: usize) -> Result<Vec<T>> {
    let count = u.int_in_range(0..=most)?;
    (0..count).map(|_| u.arbitrary()).collect()
}

const YEAR: u64 = 365 * 86_400;
