//! Metrics for prometheus-client.
//!
#![doc = include_str!("../METRICS.md")]

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use crate::driver::Driver;
use crate::peer::PeerName;
use crate::shared::Shared;
use crate::tallies::{Family, FamilyKind, Sample, SampleValue, Tallies, Tally};

/// Metrics of several swarms in one registry, told apart by the label `swarm`.
///
/// Each metric is on the page once, with the values of all swarms under it, which two calls of
/// [`Node::with_metrics`](crate::Node::with_metrics) with one registry do not give. In a label quotes,
/// backslashes and line breaks become `_`, since prometheus-client 0.23 would break the page with them.
///
/// ```
/// use std::sync::Arc;
/// use peerwarden_host::{Config, Node, SwarmMetrics, SystemClock};
/// use prometheus_client::registry::Registry;
///
/// let mut registry = Registry::default();
/// let metrics = SwarmMetrics::new(&mut registry);
/// let one: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
/// let one = one.with_metrics_labelled(&metrics, "l1");
/// let two: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
/// let two = two.with_metrics_labelled(&metrics, "l2");
/// # let _ = (one, two);
/// ```
#[derive(Clone, Debug)]
pub struct SwarmMetrics {
    members: Arc<Mutex<Vec<Member>>>,
}

impl SwarmMetrics {
    /// Makes metrics, of no swarm yet, part of `registry`.
    pub fn new(registry: &mut Registry) -> Self {
        let metrics = Self { members: Arc::default() };
        metrics.register(registry);
        metrics
    }

    fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("peerwarden");
        registry.register_collector(Box::new(Page { members: self.members.clone() }));
    }

    /// Adds a swarm. One of the same name from before, which was dropped most likely, is left out
    /// from here on.
    pub(crate) fn add<P: PeerName, D: Driver<P>>(
        &self,
        name: Option<&str>,
        shared: &Arc<Shared<P, D>>,
    ) {
        let label = name.map(|name| ("swarm", name.replace(['"', '\\', '\n'], "_")));
        let tally = shared.telemetry.tally.clone();
        let member = Member { label, tally, source: Arc::new(Arc::downgrade(shared)) };
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.retain(|each| each.label != member.label);
        members.push(member);
    }
}

/// Source of a member's counts, of whatever kind its peers are.
trait Source: fmt::Debug + Send + Sync {
    /// None once the node is gone.
    fn tallies(&self) -> Option<Tallies>;
}

impl<P: PeerName, D: Driver<P>> Source for Weak<Shared<P, D>> {
    fn tallies(&self) -> Option<Tallies> {
        self.upgrade().and_then(|shared| shared.tallies().ok())
    }
}

#[derive(Clone, Debug)]
struct Member {
    label: Option<(&'static str, String)>,
    /// Outlives the behaviour, so that counters do not vanish from the page.
    tally: Arc<Tally>,
    source: Arc<dyn Source>,
}

impl Member {
    fn families(&self) -> Vec<Family> {
        match self.source.tallies() {
            Some(tallies) => tallies.families(),
            None => self.tally.read(Default::default()).last_families(),
        }
    }
}

/// What is asked at each scrape: everything is kept where it is counted, and nowhere else.
#[derive(Debug)]
struct Page {
    members: Arc<Mutex<Vec<Member>>>,
}

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let members = self.members.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut all: Vec<(Family, Vec<Labelled>)> = Vec::new();
        for member in members {
            for family in member.families() {
                let samples = family.samples.iter().map(|sample| member.labelled(sample)).collect();
                match all.iter_mut().find(|(known, _)| known.stem == family.stem) {
                    Some((_, known)) => known.extend::<Vec<_>>(samples),
                    None => all.push((family, samples)),
                }
            }
        }
        for (family, samples) in &all {
            let unit = family.seconds.then_some(&Unit::Seconds);
            let kind = match family.kind {
                FamilyKind::Counter => MetricType::Counter,
                FamilyKind::Gauge => MetricType::Gauge,
            };
            let mut metric = encoder.encode_descriptor(family.stem, family.help, unit, kind)?;
            match samples.as_slice() {
                [(labels, value)] if labels.is_empty() => encode(family.kind, *value, metric)?,
                many => {
                    for (labels, value) in many {
                        encode(family.kind, *value, metric.encode_family(labels)?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

type Labelled = (Vec<(&'static str, String)>, SampleValue);

impl Member {
    fn labelled(&self, sample: &Sample) -> Labelled {
        (self.label.iter().chain(&sample.labels).cloned().collect(), sample.value)
    }
}

fn encode(kind: FamilyKind, value: SampleValue, metric: MetricEncoder<'_>) -> fmt::Result {
    match (kind, value) {
        (FamilyKind::Counter, SampleValue::Count(count)) => ConstCounter::new(count).encode(metric),
        (FamilyKind::Counter, SampleValue::Seconds(s)) => ConstCounter::new(s).encode(metric),
        (FamilyKind::Gauge, SampleValue::Count(count)) => ConstGauge::new(count).encode(metric),
        (FamilyKind::Gauge, SampleValue::Seconds(s)) => ConstGauge::new(s).encode(metric),
    }
}
