//! Node of a test: a doorman on a clock moved by hand, whose connections are numbers.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use peerwarden_host::{
    Admission, BanDuration, Config, Direction, Doorman, DoormanBuilder, DriverOptions, Handle,
    ManualTimer, OpenConnections, Origin, Refused, Subject, Task, Tasks,
};

use crate::peer::Peer;

pub(crate) struct Node {
    pub(crate) timer: ManualTimer,
    pub(crate) doorman: Doorman<Peer, u32>,
    tasks: Tasks<Peer, u32, ManualTimer>,
}

pub(crate) type Warden = Handle<Peer, OpenConnections<Peer, u32>>;

impl Node {
    pub(crate) fn new(config: Config) -> Self {
        Self::with_options(config, &DriverOptions::default())
    }

    /// A node that leaves connections up for so long after a ban.
    pub(crate) fn with_farewell(config: Config, secs: u64) -> Self {
        let farewell = Duration::from_secs(secs);
        Self::with_options(config, &DriverOptions::default().with_farewell(farewell).unwrap())
    }

    fn with_options(config: Config, options: &DriverOptions<Peer>) -> Self {
        let timer = ManualTimer::new();
        let builder = DoormanBuilder::new(config, timer.clone()).with_options(options);
        let (doorman, tasks) = builder.build();
        Self { timer, doorman, tasks }
    }

    pub(crate) fn warden(&self) -> Warden {
        self.doorman.handle()
    }

    pub(crate) fn admit(
        &self,
        peer: Peer,
        addr: &str,
        connection: u32,
    ) -> Result<Admission<Peer, u32>, Refused<Peer, u32>> {
        self.doorman.admit(peer, ip(addr), Direction::Inbound, connection)
    }

    /// Everything there is to do, in order.
    pub(crate) fn due(&mut self) -> Vec<Task<Peer, u32>> {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut cx = Context::from_waker(&waker);
        let mut due = Vec::new();
        loop {
            let before = woken.count();
            match self.tasks.poll_task(&mut cx) {
                Poll::Ready(Some(task)) => due.push(task),
                Poll::Pending if woken.count() > before => {}
                Poll::Ready(None) | Poll::Pending => return due,
            }
        }
    }

    /// The connections to close, in order; nothing else is to be done.
    pub(crate) fn closes(&mut self) -> Vec<u32> {
        let closes = self.due().into_iter().map(|task| {
            let Task::Close { connection, .. } = task else {
                panic!("not asked for: {task:?}");
            };
            connection
        });
        let mut closes: Vec<_> = closes.collect();
        closes.sort_unstable();
        closes
    }

    pub(crate) fn seen_at(&self, peer: &Peer) -> Option<IpAddr> {
        self.warden().status(peer).unwrap().and_then(|status| status.addr)
    }

    pub(crate) fn connected(&self) -> usize {
        self.warden().counts().unwrap().connected
    }

    pub(crate) fn ban(&self, subject: impl Into<Who>) {
        self.warden().ban(subject.into().0, None, Origin::Operator).unwrap();
    }

    pub(crate) fn unban(&self, subject: impl Into<Who>) {
        self.warden().unban(subject.into().0, None).unwrap();
    }
}

/// A peer, or a network as text.
pub(crate) struct Who(pub(crate) Subject<Peer>);

impl From<Peer> for Who {
    fn from(peer: Peer) -> Self {
        Self(Subject::Peer(peer))
    }
}

impl From<&str> for Who {
    fn from(network: &str) -> Self {
        Self(Subject::Addr(network.parse().unwrap()))
    }
}

/// Counts how often it is woken.
#[derive(Default)]
pub(crate) struct Woken(AtomicUsize);

impl Woken {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// An IP as text; `-` for none.
pub(crate) fn ip(text: &str) -> Option<IpAddr> {
    (text != "-").then(|| text.parse().unwrap())
}

pub(crate) fn secs(secs: u64) -> Option<BanDuration> {
    Some(Duration::from_secs(secs).try_into().unwrap())
}

/// Bans by operator, remote list and penalty, and nothing that several peers decide.
pub(crate) fn config() -> Config {
    Config::flow().with_scores(false)
}
