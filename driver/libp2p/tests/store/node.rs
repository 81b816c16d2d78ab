//! A guarded node without a swarm, on a clock moved by hand.

use std::net::IpAddr;
use std::path::PathBuf;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libp2p::core::{ConnectedPoint, Endpoint, transport::PortUse};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{
    ConnectionClosed, ConnectionEstablished, DialFailure, NewExternalAddrOfPeer,
};
use libp2p::swarm::{ConnectionId, DialError, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    BanDuration, Behaviour, Config, EventKind, Handle, Instant, ManualTimer, Misbehavior, Origin,
    PeerStatus, RedbStore, Store, Subject, Until,
};
use tempfile::TempDir;

/// A behaviour that was restored from a store, with the test in the part of the swarm.
pub(crate) struct Node {
    pub(crate) behaviour: Behaviour<ManualTimer>,
    pub(crate) handle: Handle,
    pub(crate) timer: ManualTimer,
}

impl Node {
    /// At the wall clock's [`noon`].
    pub(crate) fn start(store: impl Store) -> Self {
        Self::start_at(noon(), store)
    }

    pub(crate) fn start_at(wall: SystemTime, store: impl Store) -> Self {
        let timer = ManualTimer::new();
        timer.advance(RUNNING);
        timer.set_wall_clock(wall);
        let behaviour = Behaviour::restore(Config::default(), timer.clone(), store).unwrap();
        Self { handle: behaviour.handle(), behaviour, timer }
    }

    pub(crate) fn ban(&self, subject: Subject<PeerId>, secs: u64) {
        let duration = BanDuration::try_from(Duration::from_secs(secs)).unwrap();
        self.handle.ban(subject, Some(duration), Origin::Operator).unwrap();
    }

    pub(crate) fn report(&self, peer: PeerId, times: usize) {
        for _ in 0..times {
            self.handle.report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    /// Whom it has banned and for how many more seconds, in the order in which the bans began.
    pub(crate) fn bans(&self) -> Vec<(Subject<PeerId>, Option<u64>)> {
        let now = self.handle.now().unwrap();
        let left = |end: Instant| end.saturating_duration_since(now).as_secs();
        let bans = self.handle.bans(None, usize::MAX).unwrap();
        bans.into_iter()
            .map(|ban| (ban.subject, ban.causes.until().and_then(Until::instant).map(left)))
            .collect()
    }

    pub(crate) fn status(&self, peer: PeerId) -> Option<PeerStatus> {
        self.handle.status(&peer).unwrap()
    }

    pub(crate) fn connect(&mut self, peer: PeerId) {
        self.connect_at(peer, [192, 0, 2, 2].into());
    }

    /// Dials `peer` at this IP.
    pub(crate) fn connect_at(&mut self, peer: PeerId, addr: IpAddr) {
        let endpoint = endpoint(addr);
        self.behaviour.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id: peer,
            connection_id: ConnectionId::new_unchecked(1),
            endpoint: &endpoint,
            failed_addresses: &[],
            other_established: 0,
        }));
    }

    pub(crate) fn disconnect(&mut self, peer: PeerId) {
        let endpoint = endpoint([192, 0, 2, 2].into());
        self.behaviour.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            peer_id: peer,
            connection_id: ConnectionId::new_unchecked(1),
            endpoint: &endpoint,
            cause: None,
            remaining_established: 0,
        }));
    }

    pub(crate) fn announce(&mut self, peer: PeerId, addr: &Multiaddr) {
        let announced = NewExternalAddrOfPeer { peer_id: peer, addr };
        self.behaviour.on_swarm_event(FromSwarm::NewExternalAddrOfPeer(announced));
    }

    /// Lets time pass; the dial that comes of it, before anything is told.
    pub(crate) fn redial(&mut self, after: Duration) -> Option<ConnectionId> {
        self.timer.advance(after);
        match self.behaviour.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ToSwarm::Dial { opts }) => Some(opts.connection_id()),
            Poll::Ready(_) | Poll::Pending => None,
        }
    }

    /// That dial comes to nothing.
    pub(crate) fn fail(&mut self, peer: PeerId, dial: &ConnectionId) {
        self.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
            peer_id: Some(peer),
            connection_id: *dial,
            error: &DialError::NoAddresses,
        }));
    }

    /// Lets time pass and does what is due by then; what the application is told of it.
    pub(crate) fn advance(&mut self, by: Duration) -> Vec<EventKind> {
        self.timer.advance(by);
        let mut events = Vec::new();
        let mut idle = 0;
        while idle < 3 {
            match self.behaviour.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(ToSwarm::GenerateEvent(event)) => events.push(event.kind),
                Poll::Ready(_) => {}
                Poll::Pending => idle += 1,
            }
        }
        events
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

pub(crate) fn somebody() -> (PeerId, Subject<PeerId>) {
    let peer = PeerId::random();
    (peer, Subject::Peer(peer))
}

pub(crate) fn network(text: &str) -> Subject<PeerId> {
    Subject::Addr(text.parse().unwrap())
}

fn endpoint(addr: IpAddr) -> ConnectedPoint {
    ConnectedPoint::Dialer {
        address: Multiaddr::from(addr).with(Protocol::Tcp(2)),
        role_override: Endpoint::Dialer,
        port_use: PortUse::Reuse,
    }
}

/// Some day in 2033.
pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(2_000_030_400)
}

/// For how long the node's own clock has been running, which is longer than anything here.
const RUNNING: Duration = Duration::from_secs(1_000 * 86_400);
