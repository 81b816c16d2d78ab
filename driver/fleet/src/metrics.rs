//! Metrics for prometheus-client.
//!
#![doc = include_str!("../METRICS.md")]

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use peerwarden_host::PeerName;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use crate::counts::{Ceased, LagHistogram, Refused, Resync, Withheld};
use crate::handle::{FleetHandle, SharedFleet};
use crate::statement::Says;
use crate::status::FleetStatus;

impl<P: PeerName> FleetHandle<P> {
    /// Makes the metrics of this node's part in its fleet part of `registry`, all of them named
    /// `peerwarden_fleet_` and listed in [`metrics`](crate::metrics). For one node a registry.
    pub fn register_metrics(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("peerwarden_fleet");
        registry.register_collector(Box::new(Page { shared: Arc::clone(self.shared()) }));
    }
}

/// What is asked at each scrape.
struct Page<P: PeerName> {
    shared: Arc<SharedFleet<P>>,
}

impl<P: PeerName> fmt::Debug for Page<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

impl<P: PeerName> Collector for Page<P> {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let status = self.shared.status(SystemTime::now().into());
        let says = Says::ALL.map(|says| {
            let count = self.shared.lock().statements_that_say(says);
            (says.as_str(), u64::try_from(count).unwrap_or(u64::MAX))
        });
        let mut to = Encoder(encoder);
        to.gauges(&status, &says)?;
        to.counters(&status)?;
        to.lag(&status.counts.lag)
    }
}

struct Encoder<'a>(DescriptorEncoder<'a>);

impl Encoder<'_> {
    fn gauges(&mut self, status: &FleetStatus, says: &[(&'static str, u64)]) -> fmt::Result {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let FleetStatus { connected, caught_up, stopped, members, members_seen, believed, .. } =
            status;
        self.gauge(
            "connected",
            "Whether there is a connection with the bucket",
            i64::from(*connected),
        )?;
        self.gauge(
            "caught_up",
            "Whether everything in the bucket was read",
            i64::from(*caught_up),
        )?;
        self.gauge(
            "stopped",
            "Whether the brakes have stopped all further bans",
            i64::from(*stopped),
        )?;
        self.gauge("members", "Members on the roster", count(*members))?;
        self.gauge("members_seen", "Members with a statement that was read", count(*members_seen))?;
        self.gauge("believed", "Bans that are believed", count(*believed))?;
        self.gauge("said", "Own bans that this node says", count(status.said))?;
        if let Some(ahead) = status.link.clock_ahead_ms {
            let skew = ConstGauge::new(ahead as f64 / 1000.0);
            let help = "How far the clock of the bucket is ahead of this node's";
            let seconds = Some(&Unit::Seconds);
            skew.encode(self.0.encode_descriptor(
                "clock_skew",
                help,
                seconds,
                MetricType::Gauge,
            )?)?;
        }
        let sizes = [
            ("bucket_bytes", "Bytes in the bucket", status.link.bytes),
            ("bucket_limit_bytes", "Bytes that the bucket may have", status.link.bytes_allowed),
        ];
        for (name, help, size) in sizes {
            if let Some(size) = size {
                self.gauge(name, help, i64::try_from(size).unwrap_or(i64::MAX))?;
            }
        }
        let help = "Statements that are remembered, by what they say";
        let mut family = self.0.encode_descriptor("statements", help, None, MetricType::Gauge)?;
        for (says, count) in says {
            let gauge = ConstGauge::new(i64::try_from(*count).unwrap_or(i64::MAX));
            gauge.encode(family.encode_family(&[("says", *says)])?)?;
        }
        Ok(())
    }

    fn counters(&mut self, status: &FleetStatus) -> fmt::Result {
        let counts = &status.counts;
        self.counter("applied", "Bans that began to be believed", counts.applied)?;
        let failed = counts.publish_errors;
        self.counter("publish_errors", "Statements that the bucket has not taken", failed)?;
        let of = |count: Option<&u64>| count.copied().unwrap_or(0);
        let ceased = Ceased::ALL.iter().map(|why| (why.as_str(), of(counts.ceased.get(why))));
        self.family("ceased", "Bans that are no longer believed", "why", ceased)?;
        let withheld = Withheld::ALL.iter().map(|why| (why.as_str(), of(counts.withheld.get(why))));
        self.family("withheld", "Bans that were not carried out", "why", withheld)?;
        let refused = Refused::ALL.iter().map(|why| (why.as_str(), of(counts.refused.get(why))));
        self.family("refused", "Values of the bucket that do not count", "why", refused)?;
        let said = Says::ALL.iter().map(|says| (says.as_str(), of(counts.published.get(says))));
        self.family("published", "Statements that the bucket has taken", "says", said)?;
        let resyncs = Resync::ALL.iter().map(|why| (why.as_str(), of(counts.resyncs.get(why))));
        self.family("resyncs", "Times that everything was read or compared", "why", resyncs)
    }

    fn lag(&mut self, lag: &LagHistogram) -> fmt::Result {
        let help = "How long statements took from their author to here";
        let seconds = Some(&Unit::Seconds);
        let mut metric = self.0.encode_descriptor("lag", help, seconds, MetricType::Histogram)?;
        let mut before = 0;
        let buckets = lag.cumulative().map(|(bound, count)| {
            let bound = bound.map_or_else(no_bound, |bound| bound.as_secs_f64());
            let here = count - std::mem::replace(&mut before, count);
            (bound, here)
        });
        let buckets: Vec<_> = buckets.collect();
        let sum = lag.sum().as_secs_f64();
        metric.encode_histogram::<NoLabelSet>(sum, lag.count(), &buckets, None)
    }

    fn gauge(&mut self, name: &str, help: &str, value: i64) -> fmt::Result {
        let metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        ConstGauge::new(value).encode(metric)
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(value).encode(metric)
    }

    fn family(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl Iterator<Item = (&'static str, u64)>,
    ) -> fmt::Result {
        let mut metric: MetricEncoder<'_> =
            self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (value, count) in values {
            ConstCounter::new(count).encode(metric.encode_family(&[(label, value)])?)?;
        }
        Ok(())
    }
}

/// What stands for no bound. prometheus-client 0.23 has the largest number there, 0.25 infinity, and the other
/// one makes a page that no scraper reads.
fn no_bound() -> f64 {
    static FOUND: OnceLock<f64> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let mut registry = Registry::default();
        registry.register("probe", "", Probe);
        let mut page = String::new();
        let written = prometheus_client::encoding::text::encode(&mut page, &registry);
        if written.is_ok() && page.contains("+Inf") { f64::MAX } else { f64::INFINITY }
    })
}

/// A histogram whose one bucket ends at the largest number.
#[derive(Debug)]
struct Probe;

impl EncodeMetric for Probe {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        encoder.encode_histogram::<NoLabelSet>(0.0, 0, &[(f64::MAX, 0)], None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
