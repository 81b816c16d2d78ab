//! Test that both runtimes run the same scenarios.

/// Whoever adds a file of scenarios for the driver adds it here too.
#[test]
fn every_scenario_of_the_driver_is_run_on_smol() {
    let suites = [
        (include_str!("driver/close_timeout/main.rs"), include_str!("close_timeout/main.rs")),
        (include_str!("driver/swarms/main.rs"), include_str!("swarms/main.rs")),
    ];

    for (on_tokio, on_smol) in suites {
        assert!(modules(on_tokio).len() > 3);
        let missing: Vec<_> =
            modules(on_tokio).into_iter().filter(|it| !modules(on_smol).contains(it)).collect();
        assert_eq!(missing, [""; 0]);
    }
}

fn modules(source: &str) -> Vec<&str> {
    let declared = source.lines().filter_map(|line| line.trim().strip_suffix(';'));
    let named =
        declared.filter_map(|line| line.trim_start_matches("pub(crate) ").strip_prefix("mod "));
    named.collect()
}
