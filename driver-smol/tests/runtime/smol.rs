//! Runtime of the shared tests on smol.

#![allow(dead_code, reason = "not every suite needs all of it")]

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use libp2p::identity::Keypair;
use libp2p::swarm::Config;
use peerwarden_smol::{dns, tcp};
use smol::Executor;
use smol::channel::unbounded;

use crate::wiring::{Connections, wired_rightly};

/// Runs `test`, and whatever it spawns, on this thread.
pub(crate) fn block_on<T>(test: impl Future<Output = T>) -> T {
    wired_rightly(|| run(test, 0))
}

/// Runs `test` on this thread, and whatever it spawns on it and two others.
pub(crate) fn block_on_threads<T>(test: impl Future<Output = T>) -> T {
    wired_rightly(|| run(test, 2))
}

fn run<T>(test: impl Future<Output = T>, others: usize) -> T {
    let executor = Arc::new(Executor::new());
    let (going_on, over) = unbounded::<()>();
    let output = thread::scope(|scope| {
        // Closed before the others are waited for, even if the test fails.
        let _going_on = going_on;
        for _ in 0..others {
            scope.spawn(|| {
                enter(&executor);
                let _ = smol::block_on(executor.run(over.recv()));
            });
        }
        enter(&executor);
        smol::block_on(executor.run(test))
    });
    EXECUTOR.take();
    output
}

/// Runs `task` until it ends, or the test does.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    EXECUTOR.with_borrow(|executor| executor.as_ref().unwrap().spawn(task).detach());
}

pub(crate) async fn sleep(time: Duration) {
    smol::Timer::after(time).await;
}

/// What runs a swarm's tasks.
pub(crate) fn swarm_config() -> Config {
    // The tasks do not keep alive what is to drop them when the test is over.
    let executor = EXECUTOR.with_borrow(|executor| Arc::downgrade(executor.as_ref().unwrap()));
    Config::with_executor(move |task| {
        if let Some(executor) = executor.upgrade() {
            executor.spawn::<()>(task).detach();
        }
    })
}

/// What opens TCP sockets.
pub(crate) fn tcp() -> tcp::Transport {
    tcp::Transport::new(tcp::Config::default())
}

/// Resolves names.
pub(crate) fn resolving<T>(transport: T) -> dns::Transport<T> {
    dns::Transport::new(transport)
}

/// Names, and what could pass for one, of which the system's resolver asks nobody.
pub(crate) const NAMES: &[&str] = &[
    "localhost",
    "127.0.0.2",
    "127.2",
    "0x7f000003",
    "017700000003",
    "2130706435",
    "127.0.0.0x3",
    "::1",
    "::ffff:127.0.0.4",
    "::1%lo",
];

/// Whether TCP reads addresses from their end and ignores what stands before.
pub(crate) const READS_LENIENTLY: bool = false;

/// Whether there is QUIC.
pub(crate) const HAS_QUIC: bool = false;

pub(crate) fn quic(_: &Keypair) -> Option<Connections> {
    None
}

fn enter(executor: &Arc<Executor<'static>>) {
    EXECUTOR.set(Some(executor.clone()));
}

thread_local! {
    /// What runs the tasks of this thread's test.
    static EXECUTOR: RefCell<Option<Arc<Executor<'static>>>> = const { RefCell::new(None) };
}
