//! Serialization of answers: names of fields, units of numbers.
//!
//! Moments are seconds from the origin, and points are points, each as a number with decimals, exact to
//! about a microsecond and a millionth. What has no end is `"forever"`. Subjects are texts, as
//! [`Subject`] prints them. What is saved has a form of its own.

use core::fmt;

use serde::ser::{Serialize, Serializer};

use crate::causes::Causes;
use crate::penalty::Points;
use crate::subject::Subject;
use crate::time::{Instant, Until};

/// Writes points as a number of them.
pub(crate) fn points<S: Serializer>(points: &Points, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(points.as_f64())
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "the nearest number is what is wanted")]
        let nanos = self.as_nanos() as f64;
        serializer.serialize_f64(nanos / 1e9)
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(end) => end.serialize(serializer),
            Self::Forever => serializer.serialize_str("forever"),
        }
    }
}

impl Serialize for Causes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<P: fmt::Display> Serialize for Subject<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
