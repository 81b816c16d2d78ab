//! The table and the dashboard say what there is.

use std::collections::BTreeSet;

use libp2p::metrics::Registry;
use peerwarden_libp2p::store::{Change, Row};
use peerwarden_libp2p::{Behaviour, Config, ManualTimer, Misbehavior, Store, StoreError};

use super::{samples, start, text};

#[test]
fn the_documented_table_lists_exactly_the_metrics_there_are() {
    let (_warden, registry) = start_with_store();
    let documented = include_str!("METRICS.md");
    let rows = documented.lines().filter_map(|line| line.strip_prefix("| `peerwarden_"));
    let rows = rows.filter(|row| !is_of_a_feature(&format!("peerwarden_{row}")));

    let mut table = BTreeSet::new();
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let (name, kind, labels) = (cells[0].trim_end_matches('`'), cells[1], cells[2]);
        table.insert(format!("peerwarden_{name} {kind} {}", labels.replace(['`', ' '], "")));
    }

    let mut there = described(&text(&registry));
    there.retain(|metric| !is_of_a_feature(metric));
    assert_eq!(table, there);
}

#[test]
fn every_label_value_is_documented() {
    let (_warden, registry) = start_with_store();
    let documented = include_str!("METRICS.md");
    let known: Vec<_> = Misbehavior::KNOWN.iter().map(ToString::to_string).collect();

    for sample in samples(&registry, |_, _| true) {
        for value in sample.split('"').skip(1).step_by(2) {
            let documented = documented.contains(&format!("`{value}`"));
            assert!(documented || known.iter().any(|kind| kind == value), "{value}");
        }
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_exist_and_for_all_of_them() {
    let (_warden, registry) = start_with_store();
    let dashboard: serde_json::Value = serde_json::from_str(include_str!("grafana.json")).unwrap();

    let mut asked = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().unwrap();
            let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let found: Vec<_> = words.filter(|word| word.starts_with("peerwarden_")).collect();
            assert!(!found.is_empty(), "{query}");
            assert!(query.matches('(').count() == query.matches(')').count(), "{query}");
            asked.extend(found.into_iter().map(str::to_owned));
        }
    }

    let described = described(&text(&registry));
    let there: BTreeSet<_> =
        described.iter().filter_map(|metric| metric.split(' ').next()).map(str::to_owned).collect();
    let (of_features, asked): (BTreeSet<_>, BTreeSet<_>) =
        asked.into_iter().partition(|name| is_of_a_feature(name));
    assert_eq!(of_features.len(), 5, "{of_features:?}");
    assert_eq!(asked, there.into_iter().filter(|name| !is_of_a_feature(name)).collect());
}

#[test]
fn the_alert_rules_ask_for_metrics_that_exist() {
    let (_warden, registry) = start_with_store();
    let rules: Vec<_> = include_str!("alerts.yml").lines().filter(|line| !is_prose(line)).collect();
    let described = described(&text(&registry));
    let there: BTreeSet<_> =
        described.iter().filter_map(|metric| metric.split(' ').next()).collect();
    let rules = rules.join("\n");
    let words = rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let asked: BTreeSet<_> = words.filter(|word| word.starts_with("peerwarden_")).collect();
    assert!(asked.len() > 5, "{asked:?}");
    let documented = include_str!("METRICS.md");
    let is_documented = |name: &str| documented.contains(&format!("| `{name}` |"));
    let unknown: Vec<_> = asked
        .iter()
        .filter(|name| !there.contains(*name))
        .filter(|name| !is_of_a_feature(name) || !is_documented(name))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Whether a line of the alert rules is for people.
fn is_prose(line: &str) -> bool {
    let line = line.trim_start();
    ["#", "summary:", "description:"].iter().any(|start| line.starts_with(start))
}

#[test]
fn a_node_without_a_store_says_nothing_of_one() {
    let (_warden, registry) = start(Config::default());

    assert_eq!(samples(&registry, |name, _| name.contains("_store_")), NOTHING);
}

/// One that has all there is to be counted.
fn start_with_store() -> (Behaviour<ManualTimer>, Registry) {
    let mut registry = Registry::default();
    let behaviour = Behaviour::restore(Config::default(), ManualTimer::new(), Nowhere).unwrap();
    (behaviour.with_metrics(&mut registry), registry)
}

/// Keeps nothing.
struct Nowhere;

impl Store for Nowhere {
    fn location(&self) -> String {
        "nowhere".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        Ok(Vec::new())
    }

    fn write(&mut self, _: &[Change]) -> Result<(), StoreError> {
        Ok(())
    }
}

const NOTHING: [String; 0] = [];

/// Each metric as `name type label,label`.
fn described(text: &str) -> BTreeSet<String> {
    let mut described = BTreeSet::new();
    let mut kind = "";
    for line in text.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            kind = declared.rsplit_once(' ').unwrap().1;
        } else if !line.starts_with('#') && !line.starts_with("peerwarden_list_") {
            let (sample, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
            let keys: Vec<_> =
                labels.split(',').filter_map(|label| Some(label.split_once('=')?.0)).collect();
            described.insert(format!("{name} {kind} {}", keys.join(",")));
        }
    }
    described
}

/// Whether a metric is of lists, of shadow policies or of the admin API: whether it is there depends on features
/// and on what lists and policies there are, and the host's tests see to it.
fn is_of_a_feature(metric: &str) -> bool {
    ["peerwarden_list_", "peerwarden_shadow_", "peerwarden_admin_"]
        .iter()
        .any(|start| metric.starts_with(start))
}
