//! Bans, pardons and protection at random, while peers come and go over several IPs.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::task::Poll;

use futures::StreamExt;
use futures::future::poll_fn;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{Cause, Config, Direction, Event, Origin, Subject, Tag};

use super::network;
use crate::gateway::Gateway;
use crate::node::Node;
use crate::peer::Peer;
use crate::swarm::in_time;

#[apply(test!)]
async fn at_every_rest_those_connections_are_up_that_their_own_ip_and_direction_allow() {
    let (mut closed, mut spared) = (0, 0);
    for seed in [1, 2, 3, 4] {
        let mut town = Town::found(seed).await;
        for _ in 0..STEPS {
            town.act().await;
            if town.dice.roll(3) == 0 {
                town.rest().await;
            }
        }
        town.rest().await;
        closed += town.closed;
        spared += town.spared;
    }
    assert!(
        closed > 40 && spared > 40,
        "{closed} closed beside {spared}: it hardly tries anything"
    );
}

/// A node and a few peers, each of which listens and comes from several IPs.
struct Town {
    dice: Dice,
    seed: u64,
    node: Node,
    peers: Vec<(Peer, Vec<Multiaddr>)>,
    gateways: Vec<Gateway>,
    up: BTreeMap<ConnectionId, Up>,
    /// Connections that were refused at some time.
    condemned: BTreeSet<ConnectionId>,
    /// How many connections the node closed, and how many others their peers had then.
    closed: usize,
    spared: usize,
}

#[derive(Clone, Copy, Debug)]
struct Up {
    peer: PeerId,
    ip: IpAddr,
    direction: Direction,
}

impl Town {
    async fn found(seed: u64) -> Self {
        let node = Node::start(Config::flow()).await;
        let mut peers = Vec::new();
        for _ in 0..3 {
            let peer = Peer::start().await;
            let mut addrs = Vec::new();
            for ip in IPS {
                let anywhere = Multiaddr::from(IpAddr::from(ip)).with(Protocol::Tcp(0));
                addrs.push(peer.listen_at(anywhere).await);
            }
            peers.push((peer, addrs));
        }
        let gateways = IPS.iter().map(|ip| Gateway::open(*ip, &node.addr)).collect();
        Self {
            dice: Dice(seed),
            seed,
            node,
            peers,
            gateways,
            up: BTreeMap::new(),
            condemned: BTreeSet::new(),
            closed: 0,
            spared: 0,
        }
    }

    async fn act(&mut self) {
        let (peer, addrs) = self.dice.pick(&self.peers);
        let (addr, gateway) = (self.dice.pick(addrs), self.dice.pick(&self.gateways));
        let subject = if self.dice.roll(2) == 0 {
            Subject::Peer(peer.id)
        } else {
            network(self.dice.pick::<&str>(&NETWORKS))
        };
        let handle = &self.node.handle;
        match self.dice.roll(20) {
            0..6 => {
                let opts = DialOpts::peer_id(peer.id)
                    .addresses(vec![addr.clone()])
                    .condition(PeerCondition::Always)
                    .build();
                // Refused if it is banned.
                let _ = self.node.swarm.dial(opts);
            }
            6..12 => peer.dial(self.node.id, &gateway.addr).await,
            12 => drop(handle.ban(subject, None, Origin::Operator).unwrap()),
            13 => drop(handle.ban(subject, None, Origin::Remote).unwrap()),
            14 => drop(handle.unban(subject, None).unwrap()),
            15 => {
                handle.unban(subject.clone(), Some(Cause::Remote)).unwrap();
                handle.unban(subject, Some(Cause::Operator)).unwrap();
            }
            16 => drop(handle.protect(subject, Tag::OPERATOR).unwrap()),
            17 | 18 => drop(handle.unprotect(subject, Tag::OPERATOR).unwrap()),
            19 => peer.disconnect(self.node.id).await,
            _ => unreachable!("the dice have twenty sides"),
        }
        self.condemn();
    }

    /// Takes note of what is refused as things are.
    fn condemn(&mut self) {
        let refused = self.up.iter().filter(|(_, up)| self.is_refused(up)).map(|(id, _)| *id);
        let refused: Vec<_> = refused.collect();
        self.condemned.extend(refused);
    }

    fn is_refused(&self, up: &Up) -> bool {
        let verdict = self.node.handle.check_peer(&up.peer, Some(up.ip)).unwrap();
        verdict.denial(up.direction).is_some()
    }

    /// Runs the swarm until nothing is on its way, and nothing is up that is refused.
    async fn rest(&mut self) {
        let resting = poll_fn(|cx| {
            loop {
                match pin!(&mut self.node.swarm).poll_next_unpin(cx) {
                    Poll::Ready(Some(event)) => self.note(event),
                    Poll::Ready(None) => panic!("a swarm never ends"),
                    Poll::Pending => break,
                }
            }
            let counters = self.node.swarm.network_info().connection_counters().clone();
            let refused = self.up.values().any(|up| self.is_refused(up));
            if counters.num_pending() == 0 && !refused { Poll::Ready(()) } else { Poll::Pending }
        });
        in_time(resting).await;
        let up: BTreeSet<_> = self.up.values().map(|up| up.peer).collect();
        let counted = self.node.handle.counts().unwrap().connected;
        assert_eq!(counted, up.len(), "seed {}: the engine counts others", self.seed);
    }

    fn note(&mut self, event: SwarmEvent<Event>) {
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let remote = endpoint.get_remote_address();
                let Some(Protocol::Ip4(ip)) = remote.iter().next() else {
                    panic!("{remote} has no IP");
                };
                let dialled = endpoint.is_dialer();
                let direction = if dialled { Direction::Outbound } else { Direction::Inbound };
                self.up.insert(connection_id, Up { peer: peer_id, ip: ip.into(), direction });
                self.condemn();
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, cause, .. } => {
                let up = self.up.remove(&connection_id);
                if cause.is_none() {
                    self.closed += 1;
                    self.spared += self.up.values().filter(|up| up.peer == peer_id).count();
                    let seed = self.seed;
                    assert!(self.condemned.contains(&connection_id), "seed {seed}: {up:?}");
                }
            }
            _ => {}
        }
    }
}

/// Numbers that only look like chance.
struct Dice(u64);

impl Dice {
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.get(self.roll(of.len())).unwrap()
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

const IPS: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 0, 2),
    Ipv4Addr::new(127, 0, 0, 3),
    Ipv4Addr::new(127, 0, 0, 4),
    Ipv4Addr::new(127, 0, 0, 5),
];

/// Some lie inside others.
const NETWORKS: [&str; 7] = [
    "127.0.0.2/32",
    "127.0.0.3/32",
    "127.0.0.4/32",
    "127.0.0.5/32",
    "127.0.0.2/31",
    "127.0.0.4/31",
    "127.0.0.0/24",
];

const STEPS: usize = 200;
