//! Connections that come and go leave nothing behind.
//!
//! Its only test counts what the whole process has open, so that it is alone here.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic, helpers included")]

use std::fs;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use futures::future::{Either, select};
use libp2p::PeerId;
use libp2p::swarm::{Swarm, SwarmEvent};
use peerwarden_smol::{Behaviour, Config, Handle, Origin, Subject, SwarmBuilder, behaviour};
use smol::{Executor, block_on};

#[test]
fn connections_that_were_opened_and_closed_leave_neither_sockets_nor_tasks() {
    let executor = Arc::new(Executor::new());
    let tasks = Tasks::default();
    let (mut node, warden) = swarm(&executor, &tasks);
    let (mut peer, _) = swarm(&executor, &tasks);
    let (node_id, peer_id) = (*node.local_peer_id(), *peer.local_peer_id());
    block_on(executor.run(async {
        node.listen_on("/ip4/127.0.0.1/tcp/0".parse().unwrap()).unwrap();
        let addr = loop {
            if let SwarmEvent::NewListenAddr { address, .. } = node.select_next_some().await {
                break address.with_p2p(node_id).unwrap();
            }
        };
        let round = async |node: &mut Swarm<Behaviour>, peer: &mut Swarm<Behaviour>, n: usize| {
            peer.dial(addr.clone()).unwrap();
            both(node, peer, |event| matches!(event, SwarmEvent::ConnectionEstablished { .. }))
                .await;
            // In all the ways there are.
            match n % 3 {
                0 => node.disconnect_peer_id(peer_id).unwrap(),
                1 => peer.disconnect_peer_id(node_id).unwrap(),
                _ => ban_and_pardon(&warden, peer_id),
            }
            both(node, peer, |event| matches!(event, SwarmEvent::ConnectionClosed { .. })).await;
        };
        // Whatever is made once and kept is there after these.
        for n in 0..9 {
            round(&mut node, &mut peer, n).await;
        }
        let before = settled(&tasks).await;
        for n in 0..CONNECTIONS {
            round(&mut node, &mut peer, n).await;
        }

        assert_eq!(settled(&tasks).await, before);
    }));
    let before = sockets();
    drop((node, peer));
    // The one that was listened at.
    assert!(sockets() < before);
}

/// How many sockets there are when no task is left that may still hold one.
async fn settled(tasks: &Tasks) -> usize {
    while tasks.alive() > 0 {
        smol::future::yield_now().await;
    }
    sockets()
}

/// Runs both until each has seen what is waited for.
async fn both(
    one: &mut Swarm<Behaviour>,
    other: &mut Swarm<Behaviour>,
    wanted: impl Fn(&SwarmEvent<peerwarden_smol::Event>) -> bool,
) {
    let (mut one_has, mut other_has) = (false, false);
    while !(one_has && other_has) {
        match select(one.next(), other.next()).await {
            Either::Left((event, _)) => one_has |= wanted(&event.unwrap()),
            Either::Right((event, _)) => other_has |= wanted(&event.unwrap()),
        }
    }
}

fn ban_and_pardon(warden: &Handle, peer: PeerId) {
    warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    warden.unban(Subject::Peer(peer), None).unwrap();
}

fn swarm(executor: &Arc<Executor<'static>>, tasks: &Tasks) -> (Swarm<Behaviour>, Handle) {
    let (executor, tasks) = (executor.clone(), tasks.clone());
    let spawn = move |task| executor.spawn(tasks.counted(task)).detach();
    let swarm =
        SwarmBuilder::with_new_identity(spawn).build(|_| behaviour(Config::default())).unwrap();
    let warden = swarm.behaviour().handle();
    (swarm, warden)
}

/// Counts tasks that have not ended.
#[derive(Clone, Default)]
struct Tasks(Arc<AtomicUsize>);

impl Tasks {
    fn counted(
        &self,
        task: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    ) -> impl Future<Output = ()> + Send + use<> {
        struct Alive(Tasks);
        impl Drop for Alive {
            fn drop(&mut self) {
                self.0.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.0.fetch_add(1, Ordering::SeqCst);
        let alive = Alive(self.clone());
        async move {
            let _alive = alive;
            pin!(task).await;
        }
    }

    fn alive(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn sockets() -> usize {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    let is_socket = |path: &std::path::PathBuf| {
        fs::read_link(path).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
    };
    open.map(|file| file.unwrap().path()).filter(is_socket).count()
}

/// Enough for one that leaks to be seen, and no more than takes a second or two.
const CONNECTIONS: usize = 1_000;
