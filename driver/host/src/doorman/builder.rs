//! `DoormanBuilder`: clock, policy, store, metrics and options of a doorman.

use std::fmt;
use std::sync::Arc;

use peerwarden_core::Config;

use super::open_connections::OpenConnections;
use super::{Doorman, Tasks};
use crate::intervals::Intervals;
use crate::known_peer::KnownPeer;
#[cfg(feature = "metrics")]
use crate::metrics::SwarmMetrics;
use crate::node::Node;
use crate::options::DriverOptions;
use crate::peer::PeerName;
#[cfg(all(feature = "redb", feature = "toml"))]
use crate::settings::Settings;
use crate::store::{Store, StoreError};
use crate::timer::Timer;

/// A [`Doorman`] that is being put together. It admits nothing yet.
///
/// [`SystemTimer`](crate::SystemTimer) is a timer for every node, the runtime's own, as a [`Timer`], is
/// one for a node on a runtime, [`ManualTimer`](crate::ManualTimer) is one for tests.
#[must_use = "it guards nothing until it is built"]
pub struct DoormanBuilder<P: PeerName, C: Send + 'static, T: Timer> {
    node: Node<P, OpenConnections<P, C>>,
    timer: Arc<T>,
    intervals: Intervals<T>,
}

impl<P: PeerName, C: Send + 'static, T: Timer> DoormanBuilder<P, C, T> {
    /// Begins a doorman that guards by `config`, on `timer`'s clock. What it learns is gone when it is
    /// dropped.
    pub fn new(config: Config, timer: T) -> Self {
        let timer = Arc::new(timer);
        Self::from_parts(Node::new(config, timer.clone()), timer)
    }

    /// Begins a doorman that guards as it did before the node was restarted, and keeps `store` up to
    /// date: see [`Node::restore`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be read as a whole. It says where it is and what to do.
    pub fn restore(config: Config, timer: T, store: impl Store) -> Result<Self, StoreError> {
        let timer = Arc::new(timer);
        Ok(Self::from_parts(Node::restore(config, timer.clone(), store)?, timer))
    }

    /// Begins a doorman that guards as `settings` have it: by their policy and options, and with what is
    /// remembered in their [`data_file`](DriverOptions::data_file), if they name one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if there is a data file and it cannot be opened or read as a whole.
    #[cfg(all(feature = "redb", feature = "toml"))]
    pub fn from_settings<A: KnownPeer<P>>(
        settings: Settings<P, A>,
        timer: T,
    ) -> Result<Self, StoreError> {
        let timer = Arc::new(timer);
        let options = settings.options.clone();
        let node = Node::from_settings(settings, timer.clone())?;
        Ok(Self::from_parts(node, timer).take_options(&options))
    }

    fn from_parts(node: Node<P, OpenConnections<P, C>>, timer: Arc<T>) -> Self {
        Self { node, timer, intervals: Intervals::new() }
    }

    /// Goes by the intervals and the farewell of `options`, and protects and bans the peers and networks
    /// that they name.
    ///
    /// The timeout for closing and the limits of dials are for the node: a doorman closes and dials
    /// nothing itself.
    pub fn with_options<A: KnownPeer<P>>(mut self, options: &DriverOptions<P, A>) -> Self {
        self.node.apply_options(options);
        self.take_options(options)
    }

    /// Takes what is the doorman's own of the options.
    fn take_options<A: KnownPeer<P>>(mut self, options: &DriverOptions<P, A>) -> Self {
        self.intervals.apply_options(options);
        self.node.shared().lock().driver.set_farewell(options.farewell());
        self
    }

    /// Says which peer this node itself is, so that it is never banned.
    pub fn with_local_peer_id(self, peer: P) -> Self {
        Self { node: self.node.with_local_peer_id(peer), ..self }
    }

    /// Makes peerwarden's metrics part of `registry`: see [`Node::with_metrics`].
    #[cfg(feature = "metrics")]
    pub fn with_metrics(self, registry: &mut prometheus_client::registry::Registry) -> Self {
        Self { node: self.node.with_metrics(registry), ..self }
    }

    /// Makes peerwarden's metrics of this node part of `metrics`, with the label `swarm="name"`: see
    /// [`Node::with_metrics_labelled`].
    #[cfg(feature = "metrics")]
    pub fn with_metrics_labelled(self, metrics: &SwarmMetrics, name: &str) -> Self {
        Self { node: self.node.with_metrics_labelled(metrics, name), ..self }
    }

    /// Returns the doorman, to be kept as long as the node lives, and its loop, to be driven.
    pub fn build(self) -> (Doorman<P, C>, Tasks<P, C, T>) {
        let Self { node, timer, intervals } = self;
        let tasks = Tasks::new(node.shared(), timer, intervals);
        (Doorman { node }, tasks)
    }
}

impl<P: PeerName, C: Send + 'static, T: Timer> fmt::Debug for DoormanBuilder<P, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoormanBuilder").field("intervals", &self.intervals).finish_non_exhaustive()
    }
}
