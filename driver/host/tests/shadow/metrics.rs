//! Metrics of shadow policies.

use peerwarden_host::{Config, SampleValue};

use crate::node::{Node, with_threshold};

#[test]
fn each_policy_has_its_samples() {
    let node = Node::shadowed(10 * 864);
    node.shadow("mild", with_threshold(100 * 864));
    node.report("mallory", 11);
    assert_eq!(node.warden.shadows().unwrap().len(), 2);

    let samples = samples(&node);

    let bans = "peerwarden_shadow_bans_total";
    for expected in [
        (bans, "mild penalty", 0),
        (bans, "strict penalty", 1),
        (bans, "strict score", 0),
        ("peerwarden_shadow_banned", "strict", 1),
        ("peerwarden_shadow_lost_inputs_total", "strict", 0),
    ] {
        let (name, labels, count) = expected;
        assert!(samples.contains(&(name.to_owned(), labels.to_owned(), count)), "{samples:?}");
    }
}

#[test]
fn without_a_policy_there_are_none() {
    assert_eq!(samples(&Node::new(Config::default())), []);
}

/// Name, values of labels, and value of all samples of shadow policies.
fn samples(node: &Node) -> Vec<(String, String, u64)> {
    let families = node.warden.tallies().unwrap().families();
    let shadow = families.iter().filter(|family| family.name().contains("_shadow_"));
    let samples = shadow.flat_map(|family| {
        family.samples.iter().map(|sample| {
            let labels: Vec<_> = sample.labels.iter().map(|(_, value)| value.as_str()).collect();
            let SampleValue::Count(count) = sample.value else {
                panic!("{sample:?} is no count");
            };
            (family.name(), labels.join(" "), count)
        })
    });
    samples.collect()
}
