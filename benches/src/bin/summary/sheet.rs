//! The figures.

use peerwarden_benches::measure::Compared;
use serde::Serialize;

use crate::goals::Verdict;

/// What was measured so far.
#[derive(Debug)]
pub(crate) struct Sheet {
    figures: Vec<Figure>,
    /// Whether each is printed as soon as it is there.
    loud: bool,
}

/// One thing that was measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// What it is of, from the section to the detail: `report/known/1000/ratio`.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

impl Sheet {
    pub(crate) fn new(loud: bool) -> Self {
        Self { figures: Vec::new(), loud }
    }

    pub(crate) fn add(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        let figure = Figure { name: name.into(), value, unit };
        if self.loud {
            println!("{} {} {}", figure.name, short(figure.value), figure.unit);
        }
        self.figures.push(figure);
    }

    /// What a comparison gave: its ratio, and the times it is of.
    pub(crate) fn compared(&mut self, name: &str, compared: &Compared) {
        self.add(format!("{name}/ours"), compared.ours, "ns");
        self.add(format!("{name}/baseline"), compared.baseline, "ns");
        self.add(format!("{name}/ratio"), compared.ratio, "x");
    }

    /// The figures whose names begin and end like this.
    pub(crate) fn like<'a>(
        &'a self,
        begins: &'a str,
        ends: &'a str,
    ) -> impl Iterator<Item = &'a Figure> {
        self.figures
            .iter()
            .filter(move |each| each.name.starts_with(begins) && each.name.ends_with(ends))
    }

    pub(crate) fn json(&self, verdicts: &[Verdict]) -> String {
        serde_json::json!({ "figures": self.figures, "goals": verdicts }).to_string()
    }
}

/// With as many digits as mean something.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        ..10.0 => format!("{value:.3}"),
        ..1_000.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
