//! The engine, which may know peers by a form of their names of its own.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, RandomState};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::NonZeroUsize;

use peerwarden_core::{
    Action, Ban, Config, Counts, Cursor, Denial, Direction, Event, Instant, IpNet, PeerCursor,
    PeerStatus, RestoreError, Saved, SavedPlace, Slot, StateCopy, Subject, Verdict, Warden,
};

use crate::expected::Expected;
use crate::peer::PeerName;

/// What the engine knows a peer by: its name, or a form of it that takes less memory and time.
///
/// Different names have different keys, and [`into_name`](Self::into_name) gives back the name that the
/// key was made of. Where names are keys nothing is copied.
pub trait EngineKey<P>: Clone + Eq + Hash + Send + 'static {
    /// Turns a name into its key.
    fn from_name(peer: P) -> Self;

    /// Returns the key of a peer.
    fn of(peer: &P) -> impl Borrow<Self>;

    /// Returns a subject with its peer, if it is one, as a key.
    fn of_subject(subject: &Subject<P>) -> impl Borrow<Subject<Self>>;

    /// Turns the key back into the name.
    fn into_name(self) -> P;
}

impl<P: PeerName> EngineKey<P> for P {
    fn from_name(peer: P) -> Self {
        peer
    }

    fn of(peer: &P) -> impl Borrow<Self> {
        peer
    }

    fn of_subject(subject: &Subject<P>) -> impl Borrow<Subject<Self>> {
        subject
    }

    fn into_name(self) -> P {
        self
    }
}

/// A copy of an engine's state.
pub(crate) type EngineCopy<K> = StateCopy<K, RandomState>;

/// peerwarden's engine, asked and answering by peers' names, whatever its keys `K` are.
///
/// Hashed with the standard library's SipHash: its keys come from the operating system, and it was made
/// to withstand strangers who choose what is hashed. See [`Warden`] for what each method does.
pub struct Engine<P, K = P> {
    warden: Warden<K, RandomState>,
    /// Where static peers are expected, which the engine itself does not ask about.
    expected: Expected<P>,
    named: PhantomData<fn() -> P>,
}

impl<P: PeerName, K: EngineKey<P>> Engine<P, K> {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            warden: Warden::new(config, RandomState::new()),
            expected: Expected::default(),
            named: PhantomData,
        }
    }

    pub(crate) fn restore(
        config: Config,
        saved: impl IntoIterator<Item = Saved<P>>,
        now: Instant,
    ) -> Result<Self, RestoreError<P>> {
        let saved = saved.into_iter().map(|saved| saved.map_peer(K::from_name));
        let warden = Warden::restore(config, RandomState::new(), saved, now);
        let warden = warden.map_err(|error| error.map_peer(K::into_name))?;
        Ok(Self { warden, expected: Expected::default(), named: PhantomData })
    }

    /// Returns an engine that goes on as the one that was copied.
    pub(crate) fn resume(copy: EngineCopy<K>) -> Result<Self, RestoreError<P>> {
        let (config, now) = (copy.config().clone(), copy.now());
        let (saved, live) = copy.into_data();
        let warden = Warden::resume(config, RandomState::new(), saved, live, now);
        let warden = warden.map_err(|error| error.map_peer(K::into_name))?;
        Ok(Self { warden, expected: Expected::default(), named: PhantomData })
    }

    pub(crate) fn handle_input(&mut self, event: Event<P>, now: Instant) -> Vec<Action<P>> {
        let actions = self.warden.handle_input(event.map_peers(K::from_name), now);
        actions.into_iter().map(|action| action.map_peer(K::into_name)).collect()
    }

    /// As [`Warden::config`].
    pub fn config(&self) -> &Config {
        self.warden.config()
    }

    /// As [`Warden::counts`].
    pub fn counts(&self) -> Counts {
        self.warden.counts()
    }

    /// As [`Warden::next_deadline`].
    pub fn next_deadline(&self) -> Option<Instant> {
        self.warden.next_deadline()
    }

    /// As [`Warden::slice`], of the size of which the drivers let time pass.
    pub(crate) fn slice(&self, now: Instant) -> Option<Instant> {
        self.warden.slice(SLICE, now)
    }

    /// As [`Warden::status`].
    pub fn status(&self, peer: &P, now: Instant) -> Option<PeerStatus> {
        self.warden.status(K::of(peer).borrow(), now)
    }

    /// As [`Warden::last_seen`].
    pub fn last_seen(&self, peer: &P) -> (Option<IpAddr>, Option<Direction>) {
        self.warden.last_seen(K::of(peer).borrow())
    }

    /// As [`Warden::peers`].
    pub fn peers(
        &self,
        from: PeerCursor,
        slots: usize,
        now: Instant,
    ) -> (Vec<(P, PeerStatus)>, Option<PeerCursor>) {
        let (peers, next) = self.warden.peers(from, slots, now);
        (peers.into_iter().map(|(peer, status)| (peer.into_name(), status)).collect(), next)
    }

    /// As [`Warden::check_peer`].
    pub fn check_peer(&self, peer: &P, addr: Option<IpAddr>, now: Instant) -> Verdict {
        self.warden.check_peer(K::of(peer).borrow(), addr, now)
    }

    /// As [`Warden::check_addr`], and an IP passes at which a static peer is expected.
    pub fn check_addr(&self, addr: IpAddr, now: Instant) -> Verdict {
        match self.warden.check_addr(addr, now) {
            Verdict::Deny(_) if self.expected.is_at(addr) => Verdict::Allow,
            verdict @ (Verdict::Allow | Verdict::Deny(_)) => verdict,
        }
    }

    /// Where static peers are expected.
    pub(crate) fn expected(&mut self) -> &mut Expected<P> {
        &mut self.expected
    }

    /// As [`Warden::reasons`]. Without a peer nothing refuses an IP at which a static peer is expected.
    pub fn reasons(&self, peer: Option<&P>, addr: Option<IpAddr>, now: Instant) -> Vec<Denial> {
        if peer.is_none() && addr.is_some_and(|addr| self.expected.is_at(addr)) {
            return Vec::new();
        }
        self.warden.reasons(peer.map(K::of).as_ref().map(Borrow::borrow), addr, now).collect()
    }

    /// As [`Warden::bans_after`].
    pub fn bans_after(
        &self,
        after: Option<Cursor>,
        now: Instant,
    ) -> impl Iterator<Item = Ban<P>> + '_ {
        self.warden.bans_after(after, now).map(|ban| ban.map_peer(K::into_name))
    }

    /// As [`Warden::save`].
    pub fn save(&self, subject: &Subject<P>, now: Instant) -> Option<Saved<P>> {
        let saved = self.warden.save(K::of_subject(subject).borrow(), now)?;
        Some(saved.map_peer(K::into_name))
    }

    /// As [`Warden::save_place`].
    pub fn save_place(&self, net: IpNet, now: Instant) -> Option<SavedPlace> {
        self.warden.save_place(net, now)
    }

    /// As [`Warden::copy_page`].
    pub(crate) fn copy_page(&mut self, slots: NonZeroUsize) -> Option<EngineCopy<K>> {
        self.warden.copy_page(slots)
    }

    /// As [`Warden::end_copy`].
    pub(crate) fn end_copy(&mut self) {
        self.warden.end_copy();
    }

    /// As [`Warden::remembers`].
    pub fn remembers(&self, subject: &Subject<P>) -> bool {
        self.warden.remembers(K::of_subject(subject).borrow())
    }

    /// As [`Warden::places_of`].
    pub fn places_of(&self, peer: &P) -> Vec<IpNet> {
        self.warden.places_of(K::of(peer).borrow()).collect()
    }

    /// As [`Warden::remembered`].
    pub fn remembered(&self, from: Slot, slots: usize) -> (Vec<Subject<P>>, Option<Slot>) {
        let (subjects, next) = self.warden.remembered(from, slots);
        (subjects.into_iter().map(|subject| subject.map_peer(K::into_name)).collect(), next)
    }

    /// As [`Warden::banned_within`].
    pub fn banned_within(&self, outer: IpNet) -> impl Iterator<Item = IpNet> + '_ {
        self.warden.banned_within(outer)
    }

    /// As [`Warden::banned_places_v4`].
    pub fn banned_places_v4(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.warden.banned_places_v4()
    }

    /// As [`Warden::banned_places_v6`].
    pub fn banned_places_v6(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.warden.banned_places_v6()
    }
}

impl<P, K> fmt::Debug for Engine<P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

/// How many bans may end under one hold of the lock: each takes a microsecond or two until subscribers,
/// store and driver know of it (benches, `lock`).
const SLICE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);
