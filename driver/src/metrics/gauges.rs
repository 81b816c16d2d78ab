//! What is asked of engine and store at each scrape.

use std::fmt;
use std::sync::Weak;

use peerwarden_core::{Cause, Counts};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

use crate::shared::Shared;
use crate::store::StoreHealth;

/// Kept nowhere but where it is true. Once the behaviour is gone there is nothing left to tell.
#[derive(Debug)]
pub(super) struct Gauges {
    shared: Weak<Shared>,
}

impl Gauges {
    pub(super) fn new(shared: Weak<Shared>) -> Self {
        Self { shared }
    }
}

impl Collector for Gauges {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Some(shared) = self.shared.upgrade() else {
            return Ok(());
        };
        let read = shared.enter().map(|state| (state.engine.counts(), state.ledger.is_some()));
        let Ok((counts, stored)) = read else {
            return Ok(());
        };
        engine(&mut encoder, &counts)?;
        if stored { store(&mut encoder, &shared.mailbox.health()) } else { Ok(()) }
    }
}

fn engine(encoder: &mut DescriptorEncoder<'_>, counts: &Counts) -> Result<(), fmt::Error> {
    let peers = ConstGauge::new(counts.records);
    one(encoder, "tracked_peers", "Peers of whom anything is remembered.", None, &peers)?;
    let peers = ConstGauge::new(counts.connected);
    one(encoder, "connected_peers", "Connected peers not told to leave.", None, &peers)?;
    let records = ConstCounter::new(counts.displaced);
    one(encoder, "displaced_records", "Records that max_records displaced.", None, &records)?;

    let kind = ConstGauge::new(0_usize);
    let mut bans = encoder.encode_descriptor(
        "active_bans",
        "Bans in force, counted for each cause.",
        None,
        kind.metric_type(),
    )?;
    for cause in Cause::ALL {
        let labels = [("cause", cause.as_str())];
        ConstGauge::new(counts.bans(cause)).encode(bans.encode_family(&labels)?)?;
    }
    Ok(())
}

fn store(encoder: &mut DescriptorEncoder<'_>, store: &StoreHealth) -> Result<(), fmt::Error> {
    let writes = ConstCounter::new(store.writes);
    one(encoder, "store_writes", "Groups of changes made durable.", None, &writes)?;
    let errors = ConstCounter::new(store.errors);
    one(encoder, "store_errors", "Failures of the store.", None, &errors)?;
    let failing = ConstGauge::new(i64::from(store.failing.is_some()));
    let help = "Whether nothing can be written at present.";
    one(encoder, "store_failing", help, None, &failing)?;
    let lag = ConstGauge::new(store.lag.as_secs_f64());
    let help = "Time that the last urgent change took to become durable.";
    one(encoder, "store_lag", help, Some(&Unit::Seconds), &lag)
}

fn one(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    metric: &impl EncodeMetric,
) -> Result<(), fmt::Error> {
    let encoder = encoder.encode_descriptor(name, help, unit, metric.metric_type())?;
    metric.encode(encoder)
}
