//! Warnings about peers that stay although they were told to leave.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::identity::Keypair;
use libp2p::{PeerId, Swarm};
use peerwarden_libp2p::{
    Behaviour, CloseTimeout, Config, Handle, Instant, ManualTimer, Origin, Subject,
};
use tracing::Level;

use crate::direct::{SOON, closed, connect_to_a_deaf_peer};
use crate::log::Log;
use crate::runtime;
use crate::stuck::Stuck;
use crate::wiring::{self, timeout, upgraded};

#[apply(test!)]
async fn of_peers_that_stay_the_first_is_a_warning_a_second_after_the_timeout() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let mut node = Node::without_a_close_timeout();
    let first = connect_to_a_deaf_peer(&mut node.swarm).await;
    let second = connect_to_a_deaf_peer(&mut node.swarm).await;

    node.ban(first);
    node.until_armed(10).await;
    node.timer.advance(Duration::from_secs(10));
    node.until_armed(11).await;
    assert_eq!(log.lines(), [""; 0]);
    node.timer.advance(Duration::from_secs(1));
    node.until_idle().await;
    node.ban(second);
    node.until_closing(second).await;
    node.timer.advance(Duration::from_secs(3_600));
    node.until_idle().await;

    assert_eq!(log.lines(), [still_connected(first, "11s")]);
}

#[apply(test!)]
async fn the_time_is_that_which_the_transport_was_given() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let mut node = Node::new(
        |warden| warden.with_close_timeout(Duration::from_secs(30)),
        Stuck::counted_by(&Arc::default()),
    );
    let peer = connect_to_a_deaf_peer(&mut node.swarm).await;

    node.ban(peer);
    node.until_armed(30).await;
    node.timer.advance(Duration::from_secs(30));
    node.until_armed(31).await;
    node.timer.advance(Duration::from_secs(1));
    node.until_idle().await;

    assert_eq!(log.lines(), [still_connected(peer, "31s")]);
}

#[apply(test!)]
async fn a_node_that_is_polled_late_proves_nothing() {
    let (log, _listening) = Log::start_at(Level::WARN);
    let mut node = Node::without_a_close_timeout();
    let peer = connect_to_a_deaf_peer(&mut node.swarm).await;

    node.ban(peer);
    node.until_armed(10).await;
    node.timer.advance(Duration::from_secs(60));
    node.until_armed(61).await;
    node.timer.advance(Duration::from_secs(60));
    node.until_armed(121).await;
    assert_eq!(log.lines(), [""; 0]);
    node.timer.advance(Duration::from_secs(1));
    node.until_idle().await;

    assert_eq!(log.lines(), [still_connected(peer, "11s")]);
}

#[apply(test!)]
async fn with_a_close_timeout_there_is_no_warning_and_nothing_left_to_wait_for() {
    let close_timeout = Duration::from_millis(50);
    let muxer = CloseTimeout::new(Stuck::counted_by(&Arc::default()), close_timeout);
    let mut node = Node::new(|warden| warden.with_close_timeout(close_timeout), muxer);
    let peer = connect_to_a_deaf_peer(&mut node.swarm).await;

    node.ban(peer);
    let cause = timeout(SOON, closed(&mut node.swarm)).await.expect("cut");

    assert!(cause.is_some());
    node.until_idle().await;
}

/// A guarded node on a clock moved by hand.
struct Node {
    swarm: Swarm<Behaviour<ManualTimer>>,
    timer: ManualTimer,
    handle: Handle,
}

/// A node over connections of this muxer.
macro_rules! node_over {
    ($warden:expr, $muxer:expr) => {{
        let key = Keypair::generate_ed25519();
        let transport = upgraded!(runtime::tcp(), &key, $muxer);
        wiring::swarm(&key, transport, $warden)
    }};
}

/// A muxer's upgrade, from which a node can be made.
trait Muxer {
    fn swarm(self, warden: Behaviour<ManualTimer>) -> Swarm<Behaviour<ManualTimer>>;
}

impl Muxer for Stuck {
    fn swarm(self, warden: Behaviour<ManualTimer>) -> Swarm<Behaviour<ManualTimer>> {
        node_over!(warden, self)
    }
}

impl Muxer for CloseTimeout<Stuck> {
    fn swarm(self, warden: Behaviour<ManualTimer>) -> Swarm<Behaviour<ManualTimer>> {
        node_over!(warden, self)
    }
}

impl Node {
    fn without_a_close_timeout() -> Self {
        Self::new(|warden| warden, Stuck::counted_by(&Arc::default()))
    }

    fn new(
        options: impl FnOnce(Behaviour<ManualTimer>) -> Behaviour<ManualTimer>,
        muxer: impl Muxer,
    ) -> Self {
        let timer = ManualTimer::new();
        // Without scores, so that no ticks are waited for.
        let warden = options(Behaviour::new(Config::flow(), timer.clone()));
        let handle = warden.handle();
        Self { swarm: muxer.swarm(warden), timer, handle }
    }

    fn ban(&self, peer: PeerId) {
        let _ = self.handle.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    }

    /// Runs the node until it waits for this second alone.
    async fn until_armed(&mut self, secs: u64) {
        self.waits_for(&[Instant::from_secs(secs)]).await;
    }

    async fn until_idle(&mut self) {
        self.waits_for(&[]).await;
    }

    async fn waits_for(&mut self, deadlines: &[Instant]) {
        let timer = self.timer.clone();
        let waiting = Box::pin(timer.until_armed(|armed| armed == deadlines));
        let running = Box::pin(async {
            loop {
                self.swarm.select_next_some().await;
            }
        });
        let done: Either<((), _), ((), _)> =
            timeout(SOON, select(waiting, running)).await.expect("waiting for the right time");
        assert!(matches!(done, Either::Left(_)));
    }

    /// Runs the node until it has told of the ban of `peer`, which is after the order to close.
    async fn until_closing(&mut self, peer: PeerId) {
        let telling = async {
            loop {
                if let libp2p::swarm::SwarmEvent::Behaviour(event) =
                    self.swarm.select_next_some().await
                    && let peerwarden_libp2p::EventKind::Banned { subject, .. } = event.kind
                    && subject == Subject::Peer(peer)
                {
                    return;
                }
            }
        };
        timeout(SOON, telling).await.expect("told");
    }
}

fn still_connected(peer: PeerId, waited: &str) -> String {
    format!(
        "WARN peerwarden: a peer that was told to leave is still connected: is CloseTimeout around \
         the muxer? peer={peer} waited={waited}"
    )
}
