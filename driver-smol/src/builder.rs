//! Builder of a guarded swarm from a key.

use std::fmt;
use std::time::Duration;

use libp2p::core::Transport as _;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::swarm::{self, NetworkBehaviour, Swarm};
use libp2p::{noise, yamux};
use peerwarden_libp2p::{CloseTimeout, DialGate, Handle};

use crate::{dns, tcp};

/// Builds a swarm on smol: TCP, names, noise, and yamux inside a [`CloseTimeout`].
///
/// It stands in for libp2p's builder of the same name, which cannot be used without Tokio, and sets
/// what that one sets: a connection that is not up after 10 seconds, the handshake included, has
/// failed.
///
/// ```
/// use libp2p::ping;
/// use libp2p::swarm::NetworkBehaviour;
/// use peerwarden_smol::{Config, SmolExecutor, SwarmBuilder};
///
/// #[derive(NetworkBehaviour)]
/// struct Node {
///     warden: peerwarden_smol::Behaviour, // the first field: see `Behaviour`
///     ping: ping::Behaviour,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let warden = peerwarden_smol::behaviour(Config::default());
/// let mut swarm = SwarmBuilder::with_new_identity(SmolExecutor::global())
///     .with_dial_gate(warden.handle())
///     .build(|_key| Node { warden, ping: ping::Behaviour::default() })?;
/// swarm.listen_on("/ip4/127.0.0.1/tcp/0".parse()?)?;
/// # Ok(())
/// # }
/// ```
#[must_use = "builds nothing until `build` is called"]
pub struct SwarmBuilder {
    keypair: Keypair,
    swarm: swarm::Config,
    tcp: tcp::Config,
    gate: Option<Handle>,
    connection_timeout: Duration,
    close_timeout: Duration,
}

impl SwarmBuilder {
    /// A swarm of this identity, whose connections `executor` runs.
    ///
    /// That can be a [`SmolExecutor`](crate::SmolExecutor), or a closure that spawns what it is given.
    pub fn with_existing_identity(
        keypair: Keypair,
        executor: impl swarm::Executor + Send + 'static,
    ) -> Self {
        Self {
            keypair,
            swarm: swarm::Config::with_executor(executor),
            tcp: tcp::Config::default(),
            gate: None,
            connection_timeout: CONNECTION_TIMEOUT,
            close_timeout: CloseTimeout::<yamux::Config>::DEFAULT,
        }
    }

    /// The same with a new identity (Ed25519).
    pub fn with_new_identity(executor: impl swarm::Executor + Send + 'static) -> Self {
        Self::with_existing_identity(Keypair::generate_ed25519(), executor)
    }

    /// Sets the options of TCP sockets. Defaults to [`tcp::Config::default`].
    pub fn with_tcp(mut self, config: tcp::Config) -> Self {
        self.tcp = config;
        self
    }

    /// Has `warden` asked about each IP that is dialled, by whatever name and whichever peer offered
    /// it: see [`DialGate`]. Defaults to not asking. The warden is also told which peer this node itself
    /// is, as by [`Handle::set_local_peer_id`](crate::peerwarden_host::Handle::set_local_peer_id).
    pub fn with_dial_gate(mut self, warden: Handle) -> Self {
        self.gate = Some(warden);
        self
    }

    /// Sets how long it may take until a connection is up, in either direction, from the first
    /// packet to the end of the handshake. Defaults to 10 seconds, as libp2p's does.
    pub fn with_connection_timeout(mut self, timeout: Duration) -> Self {
        self.connection_timeout = timeout;
        self
    }

    /// Sets how long a peer may let closing take, from none to a year; see [`CloseTimeout`].
    /// Defaults to [`CloseTimeout::DEFAULT`], 10 seconds.
    pub fn with_close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Changes what libp2p has options for, such as the time after which an idle connection is
    /// closed: `|config| config.with_idle_connection_timeout(..)`.
    pub fn with_swarm_config(
        mut self,
        change: impl FnOnce(swarm::Config) -> swarm::Config,
    ) -> Self {
        self.swarm = change(self.swarm);
        self
    }

    /// Builds the swarm, with the behaviour that is made of its key.
    ///
    /// # Errors
    ///
    /// If the key cannot sign, as some that are kept elsewhere cannot at times.
    pub fn build<B: NetworkBehaviour>(
        self,
        behaviour: impl FnOnce(&Keypair) -> B,
    ) -> Result<Swarm<B>, noise::Error> {
        let noise = noise::Config::new(&self.keypair)?;
        let yamux = CloseTimeout::new(yamux::Config::default(), self.close_timeout);
        let tcp = tcp::Transport::new(self.tcp);
        let id = self.keypair.public().to_peer_id();
        if let Some(warden) = &self.gate {
            // One whose behaviour is gone bans nobody.
            let _ = warden.set_local_peer_id(id);
        }
        let resolved = match self.gate {
            Some(warden) => dns::Transport::new(DialGate::new(tcp, warden)).boxed(),
            None => dns::Transport::new(tcp).boxed(),
        };
        let transport = resolved
            .upgrade(Version::V1Lazy)
            .authenticate(noise)
            .multiplex(yamux)
            .timeout(self.connection_timeout)
            .boxed();
        let behaviour = behaviour(&self.keypair);
        Ok(Swarm::new(transport, behaviour, id, self.swarm))
    }
}

impl fmt::Debug for SwarmBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SwarmBuilder")
            .field("id", &self.keypair.public().to_peer_id())
            .field("tcp", &self.tcp)
            .field("gate", &self.gate.is_some())
            .field("connection_timeout", &self.connection_timeout)
            .field("close_timeout", &self.close_timeout)
            .finish_non_exhaustive()
    }
}

/// libp2p's own.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
