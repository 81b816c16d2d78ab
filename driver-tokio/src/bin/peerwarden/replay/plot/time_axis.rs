//! Axis of time: a unit in which a recording is a number that people read.

use std::time::Duration;

use peerwarden_tokio::Instant;
use peerwarden_tokio::peerwarden_host::replay::ReplayReport;

use crate::client::text::{middle, plain};
use crate::replay::sentences::span;

/// Time since the moment from which a replay counts.
#[derive(Clone, Debug)]
pub(super) struct TimeAxis {
    from: Instant,
    unit: f64,
    /// The end, in the unit.
    pub(super) end: f64,
    /// What is written at the axis.
    pub(super) label: String,
    /// The recording in a line.
    pub(super) about: String,
}

impl TimeAxis {
    pub(super) fn of(report: &ReplayReport) -> Self {
        let lasts = report.until.saturating_duration_since(report.from).max(Duration::from_secs(1));
        let (unit, name) = UNITS
            .into_iter()
            .find(|(unit, _)| lasts.as_secs() >= unit.saturating_mul(3))
            .unwrap_or((1, "seconds"));
        let begins = report
            .time_of_day(report.from)
            .map_or_else(String::new, |time| humantime::format_rfc3339_seconds(time).to_string());
        let recording = match plain(&report.name) {
            name if name.is_empty() => "a recording".to_owned(),
            name => middle(&name, 40),
        };
        #[expect(clippy::cast_precision_loss, reason = "a unit is a small number")]
        let unit = unit as f64;
        Self {
            from: report.from,
            unit,
            end: lasts.as_secs_f64() / unit,
            label: format!("{name} since {begins}"),
            about: format!("{recording}: {} from {begins} on", span(report)),
        }
    }

    /// Where a moment is on the axis.
    pub(super) fn at(&self, moment: Instant) -> f64 {
        moment.saturating_duration_since(self.from).as_secs_f64() / self.unit
    }
}

const UNITS: [(u64, &str); 3] = [(86_400, "days"), (3_600, "hours"), (60, "minutes")];
