//! A guarded node on a clock moved by hand.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::StreamExt;
use peerwarden_host::driver::Intervals;
use peerwarden_host::peerwarden_core::Event;
use peerwarden_host::{
    BanDuration, Config, Direction, Instant, ManualTimer, Misbehavior, NoticeKind, Origin,
    PeerStatus, PlaceLevel, Points, RedbStore, Store, StoreError, Subject, Subscription, Until,
};
use tempfile::TempDir;

use crate::peer::Peer;

/// A node of peers of tests.
pub(crate) type Guarded = peerwarden_host::Node<Peer>;

/// A handle to it.
pub(crate) type Handle = peerwarden_host::Handle<Peer>;

/// A node that was restored from a store, with the test in the part of the network.
pub(crate) struct Node {
    pub(crate) guarded: Guarded,
    pub(crate) handle: Handle,
    pub(crate) timer: ManualTimer,
    intervals: Intervals<ManualTimer>,
    notices: Subscription<Peer>,
}

impl Node {
    /// At the wall clock's [`noon`].
    pub(crate) fn start(store: impl Store) -> Self {
        Self::start_at(noon(), store)
    }

    pub(crate) fn start_at(wall: SystemTime, store: impl Store) -> Self {
        Self::start_by(Config::default(), wall, store)
    }

    pub(crate) fn start_by(config: Config, wall: SystemTime, store: impl Store) -> Self {
        Self::try_start_by(config, wall, store).unwrap()
    }

    pub(crate) fn try_start(store: impl Store) -> Result<Self, StoreError> {
        Self::try_start_by(Config::default(), noon(), store)
    }

    fn try_start_by(
        config: Config,
        wall: SystemTime,
        store: impl Store,
    ) -> Result<Self, StoreError> {
        let timer = ManualTimer::new();
        timer.advance(RUNNING);
        timer.set_wall_clock(wall);
        let clock = Arc::new(timer.clone());
        let guarded = Guarded::restore(config, clock, store)?;
        let handle = guarded.handle();
        let notices = handle.subscribe().unwrap();
        Ok(Self { guarded, handle, timer, intervals: Intervals::new(), notices })
    }

    pub(crate) fn ban(&self, subject: Subject<Peer>, secs: u64) {
        let duration = BanDuration::try_from(Duration::from_secs(secs)).unwrap();
        self.handle.ban(subject, Some(duration), Origin::Operator).unwrap();
    }

    pub(crate) fn report(&self, peer: Peer, times: usize) {
        for _ in 0..times {
            self.handle.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    pub(crate) fn flush(&self) {
        self.handle.flush().wait().unwrap();
    }

    /// Whom it has banned and for how many more seconds, in the order in which the bans began.
    pub(crate) fn bans(&self) -> Vec<(Subject<Peer>, Option<u64>)> {
        let now = self.handle.now().unwrap();
        let left = |end: Instant| end.saturating_duration_since(now).as_secs();
        let bans = self.handle.bans(None, usize::MAX).unwrap();
        bans.into_iter()
            .map(|ban| (ban.subject, ban.causes.until().and_then(Until::instant).map(left)))
            .collect()
    }

    pub(crate) fn status(&self, peer: Peer) -> Option<PeerStatus> {
        self.handle.status(&peer).unwrap()
    }

    pub(crate) fn connect(&mut self, peer: Peer) {
        self.connect_at(peer, [192, 0, 2, 2].into());
    }

    /// Dials `peer` at this IP.
    pub(crate) fn connect_at(&mut self, peer: Peer, addr: IpAddr) {
        let (addr, direction) = (Some(addr), Direction::Outbound);
        self.input(Event::Connected { peer, addr, direction });
    }

    pub(crate) fn disconnect(&mut self, peer: Peer) {
        self.input(Event::Disconnected { peer });
    }

    fn input(&self, event: Event<Peer>) {
        let shared = self.guarded.shared();
        shared.input(event, shared.now(), |_| {});
    }

    /// Lets time pass and does what is due by then; what subscribers are told since this was last
    /// called.
    pub(crate) fn advance(&mut self, by: Duration) -> Vec<NoticeKind<Peer>> {
        self.timer.advance(by);
        let cx = &mut Context::from_waker(Waker::noop());
        for _ in 0..3 {
            self.intervals.poll(self.guarded.shared(), &self.timer, cx);
        }
        let mut told = Vec::new();
        while let Poll::Ready(Some(notice)) = self.notices.poll_next_unpin(cx) {
            told.push(notice.kind);
        }
        told
    }
}

/// A directory with room for one store.
pub(crate) struct DataFile {
    directory: TempDir,
}

impl DataFile {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("bans.redb")
    }

    pub(crate) fn open(&self) -> RedbStore {
        RedbStore::open(self.path()).unwrap()
    }
}

pub(crate) fn somebody() -> (Peer, Subject<Peer>) {
    let peer = Peer::random();
    (peer, Subject::Peer(peer))
}

pub(crate) fn network(text: &str) -> Subject<Peer> {
    Subject::Addr(text.parse().unwrap())
}

/// A policy by which a place is banned for one offence of a peer that is there.
pub(crate) fn strict_places() -> Config {
    let level = |length| PlaceLevel { length, debts: Points::from_points(10_000), crowd: 0 };
    let config = Config::default().with_exempt(&[]).with_places_v4(&[level(32), level(24)]);
    config.unwrap().with_places_v6(&[level(64)]).unwrap()
}

pub(crate) fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

/// Some day in 2033.
pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(2_000_030_400)
}

/// For how long the node's own clock has been running, which is longer than anything here.
const RUNNING: Duration = Duration::from_secs(1_000 * 86_400);
