//! The store's part of the metrics.

use peerwarden_host::Subject;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use crate::faulty_store::FaultyStore;
use crate::node::Node;
use crate::peer::Peer;

#[test]
fn what_a_store_writes_and_fails_at_is_counted() {
    let (store, mut registry) = (FaultyStore::default(), Registry::default());
    let mut node = Node::start(store.clone());
    node.guarded = node.guarded.with_metrics(&mut registry);
    store.look(|contents| contents.full = true);
    node.ban(Subject::Peer(Peer::random()), 3_600);
    assert!(node.handle.flush().wait().is_err());

    assert_eq!(value(&registry, "store_writes_total"), 0.0);
    assert!(value(&registry, "store_errors_total") >= 1.0);
    assert_eq!(value(&registry, "store_failing"), 1.0);
    store.look(|contents| contents.full = false);
    node.flush();

    assert_eq!(value(&registry, "store_writes_total"), 1.0);
    assert!(value(&registry, "store_lag_seconds") > 0.0);
    assert_eq!(value(&registry, "store_failing"), 0.0);
}

#[test]
fn a_thread_that_died_is_counted() {
    let (store, mut registry) = (FaultyStore::default(), Registry::default());
    let mut node = Node::start(store.clone());
    node.guarded = node.guarded.with_metrics(&mut registry);
    store.look(|contents| contents.broken = true);
    node.ban(Subject::Peer(Peer::random()), 3_600);
    assert!(node.handle.flush().wait().is_err());

    assert_eq!(value(&registry, "store_errors_total"), 1.0);
    assert_eq!(value(&registry, "store_failing"), 1.0);
}

fn value(registry: &Registry, name: &str) -> f64 {
    let mut text = String::new();
    encode(&mut text, registry).unwrap();
    let sample = format!("peerwarden_{name} ");
    text.lines().find_map(|line| line.strip_prefix(&sample)?.parse().ok()).unwrap()
}
