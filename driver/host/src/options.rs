//! Timeouts, intervals and paths of the driver; the policy is `Config`.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::time::Duration;

use peerwarden_core::{Config, Subject};

use crate::bounds::{self, OutOfBounds};
use crate::known_peer::{KnownPeer, NoAddresses};
use crate::lists::ListOptions;
use crate::peer::PeerName;
use crate::recording::RecordingOptions;
use crate::shadow::ShadowName;

/// How the driver goes about its work; what is right and wrong is for the
/// [`Config`](crate::Config).
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use peerwarden_host::{Config, DriverOptions, Node, SystemClock};
///
/// let options = DriverOptions::<String>::default().with_tick_interval(Duration::from_secs(2))?;
/// let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
/// let node = node.with_options(&options);
/// # let _ = node;
/// # Ok::<(), peerwarden_host::OutOfBounds>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DriverOptions<P, A = NoAddresses> {
    close_timeout: Duration,
    data_file: Option<PathBuf>,
    farewell: Duration,
    heartbeat_interval: Duration,
    protect: Vec<Subject<P>>,
    static_peers: Vec<A>,
    lists: Vec<ListOptions>,
    shadows: Vec<(ShadowName, Config)>,
    recording: Option<RecordingOptions>,
    ban: Vec<Subject<P>>,
    max_redials: NonZeroU16,
    redial_attempts: NonZeroU16,
    tick_interval: Duration,
}

impl<P: PeerName, A: KnownPeer<P>> DriverOptions<P, A> {
    /// Sets how long the other side may take to close a connection before it is dropped.
    ///
    /// 10 s by default. It is for the transport: on libp2p, for `CloseTimeout`, since no behaviour
    /// reaches there.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn with_close_timeout(mut self, timeout: Duration) -> Result<Self, OutOfBounds> {
        self.close_timeout = bounds::interval("close_timeout", timeout)?;
        Ok(self)
    }

    /// Sets the file in which bans are kept while the node is down; `None`, the default, for
    /// nowhere.
    #[must_use]
    pub fn with_data_file(mut self, file: Option<PathBuf>) -> Self {
        self.data_file = file;
        self
    }

    /// Sets for how long the connections of a peer stay up after its ban, or that of its network, has
    /// begun: time for the application to say good-bye. Zero, the default, for not at all.
    ///
    /// The gates are shut at once, and a peer that was told to leave comes back only after its ban. A peer
    /// that is not refused any more by then stays. Whatever happens, no connection stays up for longer than
    /// this because of it; a ban that follows another within this time may cut it short. On libp2p, what
    /// the peer itself still sends goes on reaching other behaviours, unless they are in a `Guard`. A
    /// [`Doorman`](crate::Doorman) hands a connection out to be closed when this time is over;
    /// [`Admission::check`](crate::Admission::check) refuses what the peer sends until then. A [`Node`](crate::Node)
    /// that carries out its [`Command`](crate::Command)s itself is told at once, and waits as it sees fit.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one that is not zero and shorter than 10 ms or longer than 1 h.
    pub fn with_farewell(mut self, farewell: Duration) -> Result<Self, OutOfBounds> {
        self.farewell =
            if farewell.is_zero() { farewell } else { bounds::interval("farewell", farewell)? };
        Ok(self)
    }

    /// Sets how much time lies between two heartbeats, at least. 1 s by default.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn with_heartbeat_interval(mut self, interval: Duration) -> Result<Self, OutOfBounds> {
        self.heartbeat_interval = bounds::interval("heartbeat_interval", interval)?;
        Ok(self)
    }

    /// Sets how many dials of peers whose bans are over, or that are kept connected, are under way at
    /// once, at most. 4 by default.
    ///
    /// A limit of the node's own on pending dials is to leave room for them.
    #[must_use]
    pub fn with_max_redials(mut self, at_once: NonZeroU16) -> Self {
        self.max_redials = at_once;
        self
    }

    /// Sets which peers and networks are protected from the start, with [`Tag::SETTINGS`]: see
    /// [`Handle::protect`](crate::Handle::protect). None by default.
    ///
    /// Such protection is not written to the store: a subject that is taken off the list is
    /// protected no longer after a restart.
    ///
    /// [`Tag::SETTINGS`]: crate::Tag::SETTINGS
    #[must_use]
    pub fn with_protect(mut self, subjects: Vec<Subject<P>>) -> Self {
        self.protect = subjects;
        self
    }

    /// Sets which peers are protected as by [`with_protect`](Self::with_protect), are expected at the
    /// IPs of their addresses, so that they pass the gate of a banned network although they were never
    /// seen there, and are kept connected. None by default.
    ///
    /// Several entries of one peer are one with all their addresses, up to
    /// as many as such a peer may have. The peer is expected at each of its IPs. Names are resolved in
    /// the background, and again every five minutes; the peer is expected wherever each of them leads, and
    /// no longer where it led before.
    #[must_use]
    pub fn with_static_peers(mut self, peers: Vec<A>) -> Self {
        let mut positions = BTreeMap::new();
        self.static_peers.clear();
        for peer in peers {
            let position = *positions.entry(peer.peer().clone()).or_insert(self.static_peers.len());
            match self.static_peers.get_mut(position) {
                Some(known) => known.merge(peer),
                None => self.static_peers.push(peer),
            }
        }
        self
    }

    /// Sets which peers and networks are banned from the start, for as long as they are on this list.
    /// None by default.
    ///
    /// It is the operator's word, and overrules protection of exactly that subject. Such bans are not
    /// written to the store: what is taken off the list is banned no longer after a restart, unless
    /// the operator banned it at run time as well. [`Handle::unban`](crate::Handle::unban) lifts one
    /// until the next start.
    #[must_use]
    pub fn with_ban(mut self, subjects: Vec<Subject<P>>) -> Self {
        self.ban = subjects;
        self
    }

    /// Sets which other policies are judged by as well, without anything coming of it: [shadow
    /// policies](crate::shadow). None by default; of one name the last counts, and of more than
    /// [`ShadowError::MOST`](crate::shadow::ShadowError::MOST) the first.
    #[must_use]
    pub fn with_shadows(mut self, shadows: Vec<(ShadowName, Config)>) -> Self {
        self.shadows = shadows;
        self
    }

    /// Sets which lists of bans are read from files, and again when those change. None by default. It
    /// takes the feature `lists`.
    #[must_use]
    pub fn with_lists(mut self, lists: Vec<ListOptions>) -> Self {
        self.lists = lists;
        self
    }

    /// Sets the recording that begins with the node; `None`, the default, for none. It takes the feature
    /// `recording`.
    #[must_use]
    pub fn with_recording(mut self, recording: Option<RecordingOptions>) -> Self {
        self.recording = recording;
        self
    }

    /// Sets how often a peer is dialled after its ban before it is given up. 6 by default, over
    /// about an hour.
    #[must_use]
    pub fn with_redial_attempts(mut self, attempts: NonZeroU16) -> Self {
        self.redial_attempts = attempts;
        self
    }

    /// Sets how much time lies between two ticks. 1 s by default.
    ///
    /// # Errors
    ///
    /// [`OutOfBounds`] for one shorter than 10 ms or longer than 1 h.
    pub fn with_tick_interval(mut self, interval: Duration) -> Result<Self, OutOfBounds> {
        self.tick_interval = bounds::interval("tick_interval", interval)?;
        Ok(self)
    }

    /// How long the other side may take to close a connection.
    #[must_use]
    pub const fn close_timeout(&self) -> Duration {
        self.close_timeout
    }

    /// The file in which bans are kept while the node is down.
    #[must_use]
    pub fn data_file(&self) -> Option<&Path> {
        self.data_file.as_deref()
    }

    /// For how long the connections of a peer stay up after its ban has begun; zero for not at all.
    #[must_use]
    pub const fn farewell(&self) -> Duration {
        self.farewell
    }

    /// How much time lies between two heartbeats, at least.
    #[must_use]
    pub const fn heartbeat_interval(&self) -> Duration {
        self.heartbeat_interval
    }

    /// How many dials of the driver's own are under way at once, at most.
    #[must_use]
    pub const fn max_redials(&self) -> NonZeroU16 {
        self.max_redials
    }

    /// The peers and networks that are protected from the start, static peers aside.
    #[must_use]
    pub fn protect(&self) -> &[Subject<P>] {
        &self.protect
    }

    /// The peers that are protected and kept connected, each of them once.
    #[must_use]
    pub fn static_peers(&self) -> &[A] {
        &self.static_peers
    }

    /// The peers and networks that are banned from the start.
    #[must_use]
    pub fn ban(&self) -> &[Subject<P>] {
        &self.ban
    }

    /// The policies that are judged by without anything coming of it.
    #[must_use]
    pub fn shadows(&self) -> &[(ShadowName, Config)] {
        &self.shadows
    }

    /// The lists of bans that are read from files.
    #[must_use]
    pub fn lists(&self) -> &[ListOptions] {
        &self.lists
    }

    /// The recording that begins with the node.
    #[must_use]
    pub const fn recording(&self) -> Option<&RecordingOptions> {
        self.recording.as_ref()
    }

    /// How often a peer is dialled after its ban before it is given up.
    #[must_use]
    pub const fn redial_attempts(&self) -> NonZeroU16 {
        self.redial_attempts
    }

    /// How much time lies between two ticks.
    #[must_use]
    pub const fn tick_interval(&self) -> Duration {
        self.tick_interval
    }
}

impl<P, A> Default for DriverOptions<P, A> {
    fn default() -> Self {
        Self {
            close_timeout: CLOSE_TIMEOUT,
            data_file: None,
            farewell: Duration::ZERO,
            heartbeat_interval: Duration::from_secs(1),
            protect: Vec::new(),
            static_peers: Vec::new(),
            lists: Vec::new(),
            shadows: Vec::new(),
            recording: None,
            ban: Vec::new(),
            max_redials: NonZeroU16::MIN.saturating_add(3),
            redial_attempts: NonZeroU16::MIN.saturating_add(5),
            tick_interval: Duration::from_secs(1),
        }
    }
}

/// How long closing may take by default: 10 s.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
