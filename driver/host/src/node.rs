//! `Node`: the engine of one node and what belongs to it.

use std::fmt;
use std::sync::Arc;

use peerwarden_core::Config;

use crate::clock::Clock;
use crate::closed::Closed;
use crate::driver::{Commands, Driver};
use crate::handle::Handle;
use crate::known_peer::KnownPeer;
use crate::log;
#[cfg(feature = "metrics")]
use crate::metrics::SwarmMetrics;
use crate::name_resolver::NameResolver;
use crate::options::DriverOptions;
use crate::overrides;
use crate::peer::PeerName;
#[cfg(all(feature = "redb", feature = "toml"))]
use crate::settings::Settings;
use crate::shared::Shared;
#[cfg(all(feature = "redb", feature = "toml"))]
use crate::store::RedbStore;
use crate::store::{self, Store, StoreError, WriterThread};

/// The engine of one node, its clock and its store: what a driver owns. Dropped, it shuts down.
///
/// Dropping it writes what there is to the store, and waits for that, for 5 s at most. Every call of a
/// [`Handle`] fails from then on, and subscriptions end.
///
/// On libp2p it is inside of a behaviour. A node of another kind has one itself, and `P` is what its
/// peers are called:
///
/// ```
/// use std::sync::Arc;
/// use peerwarden_host::{Command, Config, Handle, Misbehavior, Node, SystemClock};
///
/// let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
/// let warden: Handle<String> = node.handle();
/// for _ in 0..101 {
///     warden.report("alice".to_owned(), Misbehavior::INVALID_MESSAGE)?;
/// }
/// assert!(warden.check_peer(&"alice".to_owned(), None)?.denial(peerwarden_host::Direction::Inbound).is_some());
/// # let _ = |command: Command<String>| command;
/// # Ok::<(), peerwarden_host::Closed>(())
/// ```
pub struct Node<P: PeerName, D: Driver<P> = Commands<P>> {
    shared: Arc<Shared<P, D>>,
    /// Writes to the store, if there is one.
    writer: Option<WriterThread>,
    /// Resolves the names of static peers, if there are any.
    names: Option<NameResolver>,
}

impl<P: PeerName, D: Driver<P>> Node<P, D> {
    /// Guards by `config`, on `clock`.
    ///
    /// What it learns is gone when it is dropped; with [`restore`](Self::restore) it is not.
    #[must_use]
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        Self { shared: Arc::new(Shared::new(config, clock)), writer: None, names: None }
    }

    /// Guards as it did before the node was restarted: with the bans, offences and protection that
    /// are in `store`, less the time that has passed since, and keeps `store` up to date.
    ///
    /// It enforces them from the first moment on. What was over meanwhile ends, and is made known, at
    /// the first heartbeat. The [module on stores](crate::store) says what is written and when.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be read as a whole. It says where it is and what to do.
    pub fn restore(
        config: Config,
        clock: Arc<dyn Clock>,
        mut store: impl Store,
    ) -> Result<Self, StoreError> {
        let (now, location) = (clock.now(), store.location());
        let mut loaded = store::load(&mut store, clock.wall_clock(), now)?;
        let notes = std::mem::take(&mut loaded.notes);
        let places = std::mem::take(&mut loaded.places);
        let (clock_mismatch, protected) =
            (loaded.clock_mismatch, overrides::protected_in(&loaded.saved));
        let (engine, dirty) = loaded.restore(config, now, location)?;
        let shared = Arc::new(Shared::restored(engine, Some(dirty), clock));
        let mut state = shared.lock();
        state.overrides.restored(protected);
        state.overrides.restored_notes(notes);
        state.overrides.restored_places(places);
        drop(state);
        let control = shared.control.clone();
        let writer = WriterThread::spawn(store, shared.clone(), control, clock_mismatch)?;
        Ok(Self { shared, writer: Some(writer), names: None })
    }

    /// Guards as `settings` have it: by their policy and options, and with what is remembered in
    /// their [`data_file`](DriverOptions::data_file), if they name one.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if there is a data file and it cannot be opened or read as a whole.
    #[cfg(all(feature = "redb", feature = "toml"))]
    pub fn from_settings<A: KnownPeer<P>>(
        settings: Settings<P, A>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        settings.log_warnings();
        let node = match settings.options.data_file() {
            Some(path) => Self::restore(settings.config, clock, RedbStore::open(path)?)?,
            None => Self::new(settings.config, clock),
        };
        Ok(node.with_options(&settings.options))
    }

    /// Protects and bans the subjects that `options` name. What earlier options named and these do not is
    /// no longer protected or banned by them.
    ///
    /// Intervals, timeouts, the farewell and dials are for the driver, the file for data is for the store: one that
    /// was not opened is worth a warning in the log.
    #[must_use]
    pub fn with_options<A: KnownPeer<P>>(mut self, options: &DriverOptions<P, A>) -> Self {
        self.apply_options(options);
        self
    }

    /// As [`with_options`](Self::with_options).
    pub fn apply_options<A: KnownPeer<P>>(&mut self, options: &DriverOptions<P, A>) {
        if let Some(file) = options.data_file()
            && self.writer.is_none()
        {
            log::no_store(file);
        }
        self.shared.apply_options(options);
        self.apply_lists(options);
        self.apply_shadows(options);
        self.apply_recording(options);
        self.names = NameResolver::spawn(options, &self.shared);
    }

    /// Begins the shadow policies before anything else can happen.
    fn apply_shadows<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        for (name, config) in options.shadows() {
            if let Err(error) =
                self.shared.shadows.start(&self.shared, name.clone(), config.clone())
            {
                log::no_shadow(name, &error);
            }
        }
    }

    /// Reads the files of lists before anything else can happen, and has a thread look after them.
    #[cfg(feature = "lists")]
    fn apply_lists<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        let lists = self.handle().lists();
        // It is not closed.
        let _: Result<(), Closed> = lists.spare_static(options.static_peers());
        if let Some(file) = options.data_file().filter(|_| self.writer.is_some()) {
            let mut directory = file.as_os_str().to_owned();
            directory.push(".lists");
            if let Err(error) = lists.keep_in(directory) {
                log::lists_not_kept(&error);
            }
        }
        let watched = options.lists();
        let _: Result<(), Closed> = lists.watch(watched).and_then(|()| {
            if watched.is_empty() && self.writer.is_none() {
                return Ok(());
            }
            lists.poll()?;
            lists.keep()
        });
    }

    /// Begins the recording, if there is to be one.
    #[cfg(feature = "recording")]
    fn apply_recording<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        if let Some(recording) = options.recording()
            && let Err(error) = self.handle().record(recording.clone())
        {
            log::recording_not_begun(&error);
        }
    }

    #[cfg(not(feature = "recording"))]
    fn apply_recording<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        if let Some(recording) = options.recording() {
            log::no_recording(recording.file());
        }
    }

    #[cfg(not(feature = "lists"))]
    fn apply_lists<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        if !options.lists().is_empty() {
            log::no_lists(options.lists().len());
        }
    }

    /// Says which peer this node itself is, so that it is never banned. As
    /// [`Handle::set_local_peer_id`].
    #[must_use]
    pub fn with_local_peer_id(self, peer: P) -> Self {
        // It is not closed.
        let _: Result<(), Closed> = self.shared.set_local_peer_id(peer);
        self
    }

    /// Makes peerwarden's metrics part of `registry`, all of them named `peerwarden_` and listed in
    /// [`metrics`](crate::metrics).
    ///
    /// For *one* node a registry: two would give the same samples twice, which no scraper accepts.
    /// For several there is [`with_metrics_labelled`](Self::with_metrics_labelled), for another metrics
    /// library [`Handle::tallies`].
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn with_metrics(self, registry: &mut prometheus_client::registry::Registry) -> Self {
        SwarmMetrics::new(registry).add(None, &self.shared);
        self
    }

    /// Makes peerwarden's metrics of this node part of `metrics`, with the label `swarm="name"`.
    ///
    /// A node of the same name that was there before is left out from here on.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn with_metrics_labelled(self, metrics: &SwarmMetrics, name: &str) -> Self {
        metrics.add(Some(name), &self.shared);
        self
    }

    /// Returns a handle to this node's engine, for any task and thread.
    #[must_use]
    pub fn handle(&self) -> Handle<P, D> {
        Handle::new(&self.shared)
    }

    /// Returns the engine behind its lock, for the driver.
    #[must_use]
    pub fn shared(&self) -> &Arc<Shared<P, D>> {
        &self.shared
    }
}

impl<P: PeerName, D: Driver<P>> Drop for Node<P, D> {
    fn drop(&mut self) {
        // It may be the last owner of the very task that this is dropped in.
        self.shared.close();
        self.shared.shadows.shut_down();
        #[cfg(feature = "recording")]
        self.shared.recording.shut_down();
        drop(self.writer.take());
    }
}

impl<P: PeerName, D: Driver<P>> fmt::Debug for Node<P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").finish_non_exhaustive()
    }
}
