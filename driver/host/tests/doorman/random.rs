//! Connections, bans, pardons and protection at random, over several IPs of each peer.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use peerwarden_host::{Admission, Direction, Origin, Subject, Tag, Task};

use crate::node::{Node, Who, config, ip, secs};
use crate::peer::Peer;

#[test]
fn at_every_rest_no_connection_is_open_that_its_own_ip_and_direction_refuse() {
    try_towns(0);
}

#[test]
fn the_same_is_true_once_every_farewell_is_over() {
    try_towns(5);
}

fn try_towns(farewell: u64) {
    let (mut closed, mut spared) = (0, 0);
    for seed in 1..=200 {
        let mut town = Town::new(seed, farewell);
        for _ in 0..150 {
            town.act();
            town.condemn();
            if town.dice.roll(3) == 0 {
                town.rest();
            }
        }
        town.rest();
        closed += town.closed;
        spared += town.spared;
    }
    assert!(
        closed > 2_000 && spared > 500,
        "{closed} closed beside {spared}: it hardly tries anything"
    );
}

/// A node and a few peers, each of which comes and is dialled over several IPs.
struct Town {
    dice: Dice,
    seed: u64,
    farewell: u64,
    node: Node,
    peers: Vec<Peer>,
    open: BTreeMap<u32, Open>,
    next: u32,
    /// Connections that were refused at some time.
    condemned: BTreeSet<u32>,
    /// How many connections were closed, and how many others their peers had then.
    closed: usize,
    spared: usize,
}

struct Open {
    admission: Admission<Peer, u32>,
    ip: Option<IpAddr>,
    direction: Direction,
}

impl Town {
    fn new(seed: u64, farewell: u64) -> Self {
        Self {
            dice: Dice(seed),
            seed,
            farewell,
            node: Node::with_farewell(config(), farewell),
            peers: (0..3).map(|_| Peer::random()).collect(),
            open: BTreeMap::new(),
            next: 0,
            condemned: BTreeSet::new(),
            closed: 0,
            spared: 0,
        }
    }

    fn act(&mut self) {
        let peer = *self.dice.pick(&self.peers);
        let text = *self.dice.pick(&IPS);
        let addr = ip(text);
        let warden = self.node.warden();
        let subject = if self.dice.roll(3) == 0 {
            Subject::Peer(peer)
        } else {
            Who::from(*self.dice.pick(&NETWORKS)).0
        };
        let origin = *self.dice.pick(&[Origin::Operator, Origin::Remote]);
        match self.dice.roll(16) {
            0..=6 => self.connect(peer, addr),
            7..=8 => {
                self.close_one();
            }
            9 => self.move_one(addr),
            10..=11 => {
                let length = secs(1 + self.dice.roll(30)).filter(|_| origin == Origin::Remote);
                warden.ban(subject, length, origin).map(drop).unwrap();
            }
            12..=13 => warden.unban(subject, None).map(drop).unwrap(),
            14 => {
                if self.dice.roll(2) == 0 {
                    warden.protect(subject, Tag::OPERATOR).map(drop).unwrap();
                } else {
                    warden.unprotect(subject, Tag::OPERATOR).map(drop).unwrap();
                }
            }
            _ => self.node.timer.advance(Duration::from_secs(1 + self.dice.roll(20))),
        }
    }

    fn connect(&mut self, peer: Peer, ip: Option<IpAddr>) {
        let direction = *self.dice.pick(&[Direction::Inbound, Direction::Outbound]);
        let verdict = self.node.warden().check_peer(&peer, ip).unwrap();
        let id = self.next;
        self.next += 1;
        match self.node.doorman.admit(peer, ip, direction, id) {
            Ok(admission) => {
                assert_eq!(verdict.denial(direction), None, "seed {}", self.seed);
                self.open.insert(id, Open { admission, ip, direction });
            }
            Err(refused) => {
                let denial = Some(refused.refusal.denial);
                assert_eq!(verdict.denial(direction), denial, "seed {}", self.seed);
            }
        }
    }

    fn close_one(&mut self) -> Option<Open> {
        let ids: Vec<_> = self.open.keys().copied().collect();
        if ids.is_empty() { None } else { self.open.remove(self.dice.pick(&ids)) }
    }

    fn move_one(&mut self, ip: Option<IpAddr>) {
        let ids: Vec<_> = self.open.keys().copied().collect();
        if !ids.is_empty() {
            let open = self.open.get_mut(self.dice.pick(&ids)).unwrap();
            open.ip = ip;
            open.admission.moved(ip);
        }
    }

    /// Carries out what is due, once every farewell is over, and compares.
    fn rest(&mut self) {
        self.carry_out();
        self.node.timer.advance(Duration::from_secs(self.farewell));
        self.carry_out();
        self.compare();
    }

    fn carry_out(&mut self) {
        loop {
            let due = self.node.due();
            if due.is_empty() {
                break;
            }
            self.condemn();
            for task in due {
                if let Task::Close { peer, connection } = task {
                    self.close(peer, connection);
                }
            }
        }
    }

    fn compare(&self) {
        let warden = self.node.warden();
        for (id, open) in &self.open {
            let verdict = warden.check_peer(open.admission.peer(), open.ip).unwrap();
            let denial = verdict.denial(open.direction);
            assert_eq!(denial, None, "seed {}: {id} is open over {:?}", self.seed, open.ip);
        }
        let peers: BTreeSet<_> = self.open.values().map(|open| *open.admission.peer()).collect();
        assert_eq!(self.node.connected(), peers.len(), "seed {}", self.seed);
        assert_eq!(self.node.doorman.connections(), self.open.len(), "seed {}", self.seed);
        for peer in &self.peers {
            let status = warden.status(peer).unwrap();
            let connected = status.as_ref().is_some_and(|status| status.connected);
            assert_eq!(connected, peers.contains(peer), "seed {}", self.seed);
        }
    }

    fn close(&mut self, peer: Peer, id: u32) {
        // It may have been closed by the other side meanwhile.
        let Some(open) = self.open.remove(&id) else {
            return;
        };
        assert_eq!(*open.admission.peer(), peer);
        let allowed = !self.condemned.contains(&id) && open.ip.is_some();
        assert!(!allowed, "seed {}: {id} was never refused over {:?}", self.seed, open.ip);
        self.closed += 1;
        self.spared += self.open.values().filter(|each| *each.admission.peer() == peer).count();
    }

    /// Takes note of which connections are refused now.
    fn condemn(&mut self) {
        let warden = self.node.warden();
        for (id, open) in &self.open {
            let verdict = warden.check_peer(open.admission.peer(), open.ip).unwrap();
            if verdict.denial(open.direction).is_some() {
                self.condemned.insert(*id);
            }
        }
    }
}

/// Numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }
}

const IPS: [&str; 7] = [
    "192.0.2.1",
    "192.0.2.200",
    "198.51.100.1",
    "::ffff:203.0.113.9",
    "64:ff9b::192.0.2.5",
    "2001:db8::1",
    "-",
];

const NETWORKS: [&str; 7] = [
    "192.0.2.0/24",
    "192.0.2.1/32",
    "192.0.2.0/28",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001:db8::/32",
    "192.0.0.0/8",
];
