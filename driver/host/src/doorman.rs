//! `Doorman`: guard of a node whose connections are not libp2p's.

mod admission;
mod builder;
mod open_connections;
mod tasks;

use std::net::IpAddr;

use peerwarden_core::{Config, Direction};

use crate::driver::GateRefusal;
use crate::gate::Gate;
use crate::handle::Handle;
use crate::node::Node;
use crate::peer::PeerName;
use crate::refusal::Refusal;
use crate::system_timer::SystemTimer;

pub use admission::{Admission, Refused};
pub use builder::DoormanBuilder;
pub use open_connections::OpenConnections;
pub use tasks::{Task, Tasks};

/// Guards a node whose connections are its own: plain TCP, QUIC, anything with peers that have names.
///
/// It counts the connections of each peer, refuses those of banned peers and networks, says which of those
/// that are open are to be closed, and lets the engine's time pass. `P` is the [name of a
/// peer](PeerName), `C` whatever the node needs to close a connection: the connection itself, an `Arc` of
/// its socket, the sending end of a channel.
///
/// - [`admit`](Self::admit) a connection once its peer is known, and keep the [`Admission`] for as long as
///   it is open.
/// - Drive the [`Tasks`], on a thread or in async code: they are the connections to close, peers to dial
///   and scores to give.
/// - Report, ban and ask through the [handle](Self::handle), from any thread and task.
///
/// Connections may be admitted, moved and dropped on any thread, too. The doorman is the node's one owner
/// of the engine: dropped, it shuts down as [`Node`] does, handles say [`Closed`](crate::Closed), and the
/// tasks end. Share it in an `Arc`, or admit in one place.
///
/// ```
/// use peerwarden_host::{Config, Direction, Doorman, Misbehavior, Task};
///
/// // What closes a connection is a closure, here.
/// type Close = Box<dyn FnOnce() + Send>;
///
/// let (doorman, tasks) = Doorman::<String, Close>::new(Config::default().with_scores(false));
/// let closing = tasks.spawn(|task| {
///     if let Task::Close { connection, .. } = task {
///         connection();
///     }
/// })?;
///
/// let (close, closed) = std::sync::mpsc::channel();
/// let close: Close = Box::new(move || close.send("closed").unwrap_or_default());
/// let ip = "203.0.113.7".parse()?;
/// let admission = doorman.admit("alice".to_owned(), Some(ip), Direction::Inbound, close)?;
/// for _ in 0..101 {
///     doorman.handle().report("alice".to_owned(), Misbehavior::INVALID_MESSAGE)?;
/// }
/// assert_eq!(closed.recv()?, "closed");
/// drop(admission);
///
/// let again: Close = Box::new(|| {});
/// let refused = doorman.admit("alice".to_owned(), Some(ip), Direction::Inbound, again);
/// assert!(refused.unwrap_err().to_string().starts_with("alice at 203.0.113.7 refused: banned by penalty"));
///
/// drop(doorman);
/// closing.join().map_err(|_| "the thread panicked")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Doorman<P: PeerName, C: Send + 'static> {
    node: Node<P, OpenConnections<P, C>>,
}

impl<P: PeerName, C: Send + 'static> Doorman<P, C> {
    /// Guards by `config`, on the operating system's clock. What it learns is gone when it is dropped.
    ///
    /// With a store, metrics, settings or another timer: [`DoormanBuilder`].
    pub fn new(config: Config) -> (Self, Tasks<P, C>) {
        DoormanBuilder::new(config, SystemTimer::new()).build()
    }

    /// Lets a connection with `peer` in, or refuses it. `addr` is the IP of the other side; `None` if the
    /// connection has none that says where the peer is, such as one over a relay.
    ///
    /// Call it as soon as the peer is known for certain, before anything else is told of the connection.
    /// The check and the count are one step: no ban falls in between.
    ///
    /// # Errors
    ///
    /// [`Refused`], with the connection, if the peer or the IP is banned. Subscribers, logs and metrics
    /// hear of it.
    pub fn admit(
        &self,
        peer: P,
        addr: Option<IpAddr>,
        direction: Direction,
        connection: C,
    ) -> Result<Admission<P, C>, Refused<P, C>> {
        let shared = self.node.shared();
        let now = shared.now();
        let admitted = shared.input_if(now, |state| {
            let refusal = Refusal::check(&state.engine, Some(peer.clone()), addr, direction, now);
            match refusal {
                Some(refusal) => (None, Err(Refused::new(refusal, connection))),
                None => {
                    let (id, event) =
                        state.driver.insert(peer.clone(), addr, direction, connection);
                    (Some(event), Ok(id))
                }
            }
        });
        match admitted {
            Ok(id) => Ok(Admission::new(shared, peer, id)),
            Err(refused) => {
                let gate = match direction {
                    Direction::Inbound => Gate::EstablishedInbound,
                    Direction::Outbound => Gate::EstablishedOutbound,
                };
                self.report(gate, &refused.refusal);
                Err(refused)
            }
        }
    }

    /// Checks a connection that comes in from `addr`, before its handshake: what that would cost is saved
    /// where the network is banned.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if it is. Subscribers, logs and metrics hear of it.
    pub fn check_inbound(&self, addr: IpAddr) -> Result<(), Refusal<P>> {
        self.check(Gate::PendingInbound, None, Some(addr))
    }

    /// Checks a dial of `peer`, at `addr` if that is known, before it begins. The connection that comes of
    /// it is to be [admitted](Self::admit) like any other.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the peer or the IP is banned. Subscribers, logs and metrics hear of it.
    pub fn check_dial(&self, peer: &P, addr: Option<IpAddr>) -> Result<(), Refusal<P>> {
        self.check(Gate::PendingOutbound, Some(peer.clone()), addr)
    }

    /// Returns how many connections are open: admitted, and their [`Admission`]s not dropped.
    pub fn connections(&self) -> usize {
        self.node.shared().lock().driver.len()
    }

    /// Returns a handle to this node's engine, for any task and thread.
    #[must_use]
    pub fn handle(&self) -> Handle<P, OpenConnections<P, C>> {
        self.node.handle()
    }

    fn check(&self, gate: Gate, peer: Option<P>, addr: Option<IpAddr>) -> Result<(), Refusal<P>> {
        let shared = self.node.shared();
        let now = shared.now();
        let refusal = Refusal::check(&shared.lock().engine, peer, addr, gate.direction(), now);
        refusal.map_or(Ok(()), |refusal| {
            self.report(gate, &refusal);
            Err(refusal)
        })
    }

    fn report(&self, gate: Gate, refusal: &Refusal<P>) {
        let refusal = GateRefusal::Banned(Box::new(refusal.clone()));
        self.node.shared().report_refusal(gate, &refusal);
    }
}
