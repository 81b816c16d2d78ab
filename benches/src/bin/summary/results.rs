//! Figures that were measured.

use peerwarden_benches::measure::Compared;
use serde::Serialize;

use crate::goals::GoalResult;

/// What was measured so far.
#[derive(Debug)]
pub(crate) struct Results {
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

impl Results {
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

    /// Size and value of the figures whose names are such a beginning, a size, and such an end.
    pub(crate) fn by_size(&self, begins: &str, ends: &str) -> Vec<(f64, f64)> {
        let size = |name: &str| name.strip_prefix(begins)?.strip_suffix(ends)?.parse().ok();
        self.figures.iter().filter_map(|each| Some((size(&each.name)?, each.value))).collect()
    }

    /// All of them as a table: what was compared a line, with what it took and what the baseline did.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec!["| figure | ours | baseline | ratio |", "| --- | --- | --- | --- |"]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        let value = |name: String| {
            let figure = self.figures.iter().find(|each| each.name == name);
            figure.map_or_else(String::new, |each| format!("{} {}", short(each.value), each.unit))
        };
        for Figure { name, value: own, unit } in &self.figures {
            if let Some(name) = name.strip_suffix("/ours") {
                let [ours, baseline, ratio] =
                    ["ours", "baseline", "ratio"].map(|what| value(format!("{name}/{what}")));
                lines.push(format!("| {name} | {ours} | {baseline} | {ratio} |"));
            } else if !self.is_part_of_comparison(name) {
                lines.push(format!("| {name} | {} {unit} | | |", short(*own)));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }

    fn is_part_of_comparison(&self, name: &str) -> bool {
        let whole = ["/baseline", "/ratio"].iter().find_map(|end| name.strip_suffix(end));
        whole.is_some_and(|whole| self.like(whole, "/ours").next().is_some())
    }

    pub(crate) fn json(&self, goals: &[GoalResult]) -> String {
        serde_json::json!({ "figures": self.figures, "goals": goals }).to_string()
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
