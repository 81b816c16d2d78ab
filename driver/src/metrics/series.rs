//! Counters with labels.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// A counter for each of some keys that are known from the start.
#[derive(Clone, Debug)]
pub(super) struct Series<K> {
    family: Family<Vec<(&'static str, String)>, Counter>,
    /// A few dozen at most, and faster to look through than to search: to compare two keys for
    /// equality takes two instructions, and for order a call.
    counters: Vec<(K, Counter)>,
}

impl<K: Copy + Ord> Series<K> {
    pub(super) fn new(
        keys: impl IntoIterator<Item = K>,
        labels: impl Fn(&K) -> Vec<(&'static str, String)>,
    ) -> Self {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        let family = Family::<_, Counter>::default();
        let counters =
            keys.into_iter().map(|key| (key, family.get_or_create_owned(&labels(&key)))).collect();
        Self { family, counters }
    }

    /// One more counter of the same family, for what has no key.
    pub(super) fn another(&self, labels: Vec<(&'static str, String)>) -> Counter {
        self.family.get_or_create_owned(&labels)
    }

    pub(super) fn get(&self, key: &K) -> Option<&Counter> {
        self.counters.iter().find(|(each, _)| each == key).map(|(_, counter)| counter)
    }

    pub(super) fn register(&self, registry: &mut Registry, name: &str, help: &str) {
        registry.register(name, help, self.family.clone());
    }
}
