//! Metrics, as a scraper reads them.

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use crate::net::{Net, SECOND};

#[test]
fn a_scraper_reads_every_metric_of_the_table() {
    let mut net = Net::new(4);
    let mut registry = Registry::default();
    net.nodes[3].fleet.register_metrics(&mut registry);
    net.misbehave("spammer", 0..3);
    net.bucket.write(peerwarden_fleet::Key::from_text("junk"), b"junk".to_vec());
    net.pass(SECOND);
    let mut page = String::new();
    encode(&mut page, &registry).unwrap();
    for line in [
        "peerwarden_fleet_connected 1",
        "peerwarden_fleet_caught_up 1",
        "peerwarden_fleet_stopped 0",
        "peerwarden_fleet_members 6",
        "peerwarden_fleet_members_seen 3",
        "peerwarden_fleet_statements{says=\"ban\"} 3",
        "peerwarden_fleet_clock_skew_seconds 0.0",
        "peerwarden_fleet_applied_total 1",
        "peerwarden_fleet_withheld_total{why=\"quorum\"} 1",
        "peerwarden_fleet_refused_total{why=\"key\"} 1",
        "peerwarden_fleet_resyncs_total{why=\"start\"} 1",
        "peerwarden_fleet_lag_seconds_count 3",
        "peerwarden_fleet_lag_seconds_bucket{le=\"0.1\"} 3",
        "peerwarden_fleet_lag_seconds_bucket{le=\"+Inf\"} 3",
    ] {
        assert!(page.lines().any(|each| each == line), "{line} is not in:\n{page}");
    }
    assert!(!page.contains("spammer") && !page.contains("n1"), "no names are in labels");
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE peerwarden_fleet_"));
    let stems: Vec<_> = types.filter_map(|line| line.split(' ').next()).collect();
    let table = include_str!("../../METRICS.md");
    for stem in &stems {
        let known = [format!("`{stem}`"), format!("`{stem}_total`")];
        assert!(known.iter().any(|known| table.contains(known)), "{stem} is not in the table");
    }
    assert_eq!(stems.len(), 18, "{stems:?}");
}
