//! Runtime of the shared tests on Tokio.

#![allow(dead_code, unused_imports, reason = "not every suite needs all of it")]

use std::future::Future;
use std::time::Duration;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::identity::Keypair;
use libp2p::swarm::Config;
use libp2p::{Transport, dns, quic, tcp};
use tokio::runtime::{Builder, Runtime};

use crate::wiring::{Connections, wired_rightly};

/// Runs `test`, and whatever it spawns, on this thread.
pub(crate) fn block_on<T>(test: impl Future<Output = T>) -> T {
    wired_rightly(|| of(&mut Builder::new_current_thread()).block_on(test))
}

/// Runs `test` on this thread, and whatever it spawns on two others.
pub(crate) fn block_on_threads<T>(test: impl Future<Output = T>) -> T {
    wired_rightly(|| of(Builder::new_multi_thread().worker_threads(2)).block_on(test))
}

/// Runs `task` until it ends, or the test does.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(task));
}

pub(crate) async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

/// What runs a swarm's tasks.
pub(crate) fn swarm_config() -> Config {
    Config::with_tokio_executor()
}

/// What opens TCP sockets.
pub(crate) fn tcp() -> tcp::tokio::Transport {
    tcp::tokio::Transport::new(tcp::Config::default())
}

/// Resolves what names a machine knows without asking anybody.
pub(crate) fn resolving<T>(transport: T) -> dns::tokio::Transport<T>
where
    T: Transport + Send + Unpin + 'static,
    T::Error: Send,
    T::Dial: Send,
{
    let (nobody, opts) = (dns::ResolverConfig::default(), dns::ResolverOpts::default());
    dns::tokio::Transport::custom(transport, nobody, opts)
}

/// Names, and what could pass for one, of which a resolver asks nobody.
pub(crate) const NAMES: &[&str] = &[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.0.0.2",
    "127.0.0.2.",
    "127.2",
    "0x7f000003",
    "017700000003",
    "2130706435",
    "127.0.0.0x3",
    "１２７.０.０.４",
    "::1",
    "::ffff:127.0.0.4",
    "::1%lo",
    "[::1]",
    "127.0.0.5/tcp/1",
    "127.0.0.5:1",
    " 127.0.0.5",
    "",
    ".",
];

/// Whether TCP reads addresses from their end and ignores what stands before.
pub(crate) const READS_LENIENTLY: bool = true;

/// Whether there is QUIC.
pub(crate) const HAS_QUIC: bool = true;

pub(crate) fn quic(key: &Keypair) -> Option<Connections> {
    let quic = quic::tokio::Transport::new(quic::Config::new(key));
    Some(quic.map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer))).boxed())
}

fn of(builder: &mut Builder) -> Runtime {
    builder.enable_all().build().unwrap()
}
