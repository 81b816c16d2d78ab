//! Speed factor of the demo.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A factor on all that the policy counts in seconds, and on how often peers misbehave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Speed(f64);

impl Speed {
    /// Faster than this, libp2p's own seconds would show.
    pub(crate) const FASTEST: f64 = 3.0;
    /// Slower than this, the story would take longer than half a minute.
    pub(crate) const SLOWEST: f64 = 0.5;

    /// The factor.
    pub(crate) const fn factor(self) -> f64 {
        self.0
    }

    /// How long something takes that takes `duration` at the usual speed.
    pub(crate) fn scale(self, duration: Duration) -> Duration {
        duration.div_f64(self.0)
    }
}

impl TryFrom<f64> for Speed {
    type Error = String;

    fn try_from(factor: f64) -> Result<Self, String> {
        if (Self::SLOWEST..=Self::FASTEST).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(format!("{factor} is not between {} and {}", Self::SLOWEST, Self::FASTEST))
        }
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let factor: f64 = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
        Self::try_from(factor)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Speed;

    #[test]
    fn only_sensible_factors_parse() {
        for good in ["0.5", "1", "2.5", "3"] {
            assert!(good.parse::<Speed>().is_ok(), "{good}");
        }
        for bad in ["0", "-1", "0.4", "3.1", "NaN", "inf", "fast", ""] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }
}
