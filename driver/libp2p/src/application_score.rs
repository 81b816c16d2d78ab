//! Penalties as part of an outside scorer's judgement.

use peerwarden_core::{Config, Points};

/// How what a peer owes weighs in an outside scorer's judgement of it.
///
/// Scorers such as gossipsub's take a number from the application into account. Given what a peer
/// owes, the mesh sheds it long before it is banned: below zero gossipsub grafts no peer. In between
/// it falls in a straight line from 0, for nothing owed, to half of
/// [`min_score`](Config::min_score), at the [`threshold`](Config::threshold) and beyond. So it never
/// makes a score low all by itself.
///
/// It must not come back either, or one deed would make two bans. Take it out of the score before
/// that is handed to [`Handle::score`](peerwarden_host::Handle::score); gossipsub works its scores out anew
/// each time they are asked for, so there it is enough to set it to 0 first:
///
/// ```
/// use libp2p::{PeerId, gossipsub};
/// use peerwarden_libp2p::{ApplicationScore, Closed, Handle, Score};
///
/// /// The answer to `ScoreRequested`.
/// fn judge(
///     peer: PeerId,
///     gossipsub: &mut gossipsub::Behaviour,
///     warden: &Handle,
/// ) -> Result<(), Closed> {
///     gossipsub.set_application_score(&peer, 0.0);
///     let score = gossipsub.peer_score(&peer);
///
///     // Again and again, since what is owed falls with time, and the policy may change.
///     let application_score = ApplicationScore::new(&warden.config()?);
///     let owed = warden.status(&peer)?.map(|status| status.penalty).unwrap_or_default();
///     gossipsub.set_application_score(&peer, application_score.of(owed));
///
///     match score.and_then(|score| Score::try_from(score).ok()) {
///         Some(score) => warden.score(peer, score),
///         None => warden.score_unavailable(peer),
///     }
/// }
/// ```
///
/// And set it to 0 at [`Unbanned`](crate::EventKind::Unbanned): gossipsub remembers peers that are
/// gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ApplicationScore {
    /// What it is at the threshold and beyond, before the scorer's weight.
    lowest: f64,
    threshold: Points,
    weight: f64,
}

/// A scorer's weight was not a positive, finite number.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("weight is {weight}: must be a positive number")]
pub struct WeightError {
    weight: f64,
}

impl ApplicationScore {
    /// For a scorer that takes the number as it is (gossipsub: `app_specific_weight` 1).
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            lowest: config.min_score().get().min(0.0) * SHARE,
            threshold: config.threshold(),
            weight: 1.0,
        }
    }

    /// Sets by how much the scorer multiplies the number: gossipsub's `app_specific_weight`, which
    /// is 10 by default.
    ///
    /// # Errors
    ///
    /// [`WeightError`] unless it is positive and finite.
    pub fn with_weight(mut self, weight: f64) -> Result<Self, WeightError> {
        if !weight.is_normal() || weight < 0.0 {
            return Err(WeightError { weight });
        }
        self.weight = weight;
        Ok(self)
    }

    /// The number for a peer that owes so much: 0 or less.
    #[must_use]
    pub fn of(&self, owed: Points) -> f64 {
        if owed == Points::ZERO {
            return 0.0;
        }
        let part = if owed < self.threshold { micros(owed) / micros(self.threshold) } else { 1.0 };
        let number = self.lowest * part / self.weight;
        number.max(f64::MIN)
    }
}

/// To the nearest number there is.
fn micros(points: Points) -> f64 {
    points.as_micros() as f64
}

/// How much of the way to the lowest score that a peer may have.
const SHARE: f64 = 0.5;

#[cfg(test)]
mod tests {
    use peerwarden_core::Score;

    use super::*;

    #[test]
    fn it_falls_from_nothing_to_half_of_the_lowest_score_and_no_further() {
        let score = ApplicationScore::new(&Config::default());
        let of = |points| score.of(Points::from_points(points));

        assert_eq!([0, 21_600, 43_200, 86_400].map(of), [0.0, -12.5, -25.0, -50.0]);
        assert_eq!([86_401, 1_000_000, u64::MAX].map(of), [-50.0; 3]);
        assert!(score.of(Points::from_micros(1)) < 0.0);
    }

    #[test]
    fn a_scorers_weight_makes_no_difference_to_what_it_comes_to() {
        for weight in [1e-300, 0.5, 1.0, 10.0, 1e300] {
            let score = ApplicationScore::new(&Config::default()).with_weight(weight).unwrap();
            let weighed = score.of(Points::from_points(43_200)) * weight;
            assert!((weighed + 25.0).abs() < 1e-9, "{weight}: {weighed}");
        }
    }

    #[test]
    fn a_weight_that_is_none_is_refused() {
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e-310] {
            assert!(ApplicationScore::new(&Config::default()).with_weight(weight).is_err());
        }
        let error = ApplicationScore::new(&Config::default()).with_weight(-1.0).unwrap_err();
        assert_eq!(error.to_string(), "weight is -1: must be a positive number");
    }

    #[test]
    fn it_is_finite_and_never_good_whatever_the_policy() {
        for lowest in [f64::MIN, -1e-300, 0.0, 5.0, f64::MAX] {
            for threshold in [0, 1, u64::MAX] {
                let config = Config::default()
                    .with_min_score(Score::try_from(lowest).unwrap())
                    .with_threshold(Points::from_micros(threshold));
                let score = ApplicationScore::new(&config).with_weight(f64::MIN_POSITIVE).unwrap();
                for owed in [0, 1, u64::MAX] {
                    let number = score.of(Points::from_micros(owed));
                    assert!(number.is_finite() && number <= 0.0, "{config:?}: {number}");
                }
            }
        }
    }
}
