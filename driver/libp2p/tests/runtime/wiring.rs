//! Swarms and waits, made of what the module `runtime` has.

#![allow(dead_code, unused_imports, reason = "not every suite needs all of it")]

use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::{Either, select};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::identity::Keypair;
use libp2p::swarm::{Config, NetworkBehaviour, Swarm};
use libp2p::{PeerId, Transport};
use tracing::field::Field;
use tracing::subscriber::set_default;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

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

/// Runs a test, which fails if the driver warns that it is wired up wrongly: none is, but for those
/// that expect the warning and listen to it themselves.
pub(crate) fn wired_rightly<T>(test: impl FnOnce() -> T) -> T {
    let warnings = Warnings::default();
    let listening = set_default(registry().with(warnings.clone()));
    let result = test();
    drop(listening);
    let warnings = std::mem::take(&mut *warnings.0.lock().unwrap());
    assert_eq!(warnings, [""; 0]);
    result
}

/// Keeps the warnings about wrong wiring.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "peerwarden" && *metadata.level() == Level::WARN
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut |field: &Field, value: &dyn Debug| {
            let value = format!("{value:?}");
            if field.name() == "message" && ABOUT_WIRING.iter().any(|part| value.contains(part)) {
                self.0.lock().unwrap().push(value);
            }
        });
    }
}

/// What the warnings about wrong wiring, and no others, have in them.
const ABOUT_WIRING: [&str; 3] =
    ["make it the first field", "this behaviour was not asked about", "CloseTimeout"];

/// Longer than any test takes.
pub(crate) const LONG: Duration = Duration::from_secs(600);
