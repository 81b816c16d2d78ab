//! Swarms and waits, made of what the module `runtime` has.

#![allow(dead_code, unused_imports, reason = "not every suite needs all of it")]

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::identity::Keypair;
use libp2p::swarm::{Config, NetworkBehaviour, Swarm};
use libp2p::{PeerId, Transport};

use crate::runtime;

/// Noise and this muxer over what opens connections, as libp2p's builder has them.
macro_rules! upgraded {
    ($transport:expr, $key:expr, $muxer:expr) => {
        ::libp2p::Transport::upgrade($transport, ::libp2p::core::upgrade::Version::V1Lazy)
            .authenticate(::libp2p::noise::Config::new($key).unwrap())
            .multiplex($muxer)
            .timeout(::std::time::Duration::from_secs(10))
            .boxed()
    };
}
pub(crate) use upgraded;

/// Connections, with who is at the other end of each.
pub(crate) type Connections = Boxed<(PeerId, StreamMuxerBox)>;

/// The first that can do something with an address does it.
pub(crate) fn either(one: Connections, other: Connections) -> Connections {
    one.or_transport(other).map(|connection, _| connection.into_inner()).boxed()
}

/// A swarm whose tasks the runtime runs, and whose connections may idle.
pub(crate) fn swarm<B: NetworkBehaviour>(
    key: &Keypair,
    transport: Connections,
    behaviour: B,
) -> Swarm<B> {
    swarm_with(key, transport, behaviour, |config| config)
}

/// The same with other options.
pub(crate) fn swarm_with<B: NetworkBehaviour>(
    key: &Keypair,
    transport: Connections,
    behaviour: B,
    options: impl FnOnce(Config) -> Config,
) -> Swarm<B> {
    let config = runtime::swarm_config().with_idle_connection_timeout(LONG);
    Swarm::new(transport, behaviour, key.public().to_peer_id(), options(config))
}

/// What `waiting` comes to, if that does not take longer than this.
pub(crate) async fn timeout<F: Future>(time: Duration, waiting: F) -> Option<F::Output> {
    match select(pin!(waiting), pin!(runtime::sleep(time))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(600);
