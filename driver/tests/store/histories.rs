//! Whatever happened: what is written down is what is remembered.

use std::time::Duration;

use libp2p::PeerId;
use peerwarden_libp2p::{Cause, Origin, PeerStatus, Points, Score, Subject};

use crate::node::{Node, network, noon};
use crate::shelf::Shelf;

#[test]
fn after_any_history_a_restarted_node_remembers_what_the_old_one_did() {
    for seed in 1..=40 {
        let mut dice = Dice(seed);
        let peers: Vec<_> = (0..6).map(|_| PeerId::random()).collect();
        let mut subjects: Vec<_> = peers.iter().copied().map(Subject::Peer).collect();
        subjects.extend(["10.0.0.0/8", "10.1.2.3/16", "10.1.2.0/24", "192.0.2.0/24"].map(network));
        let shelf = Shelf::default();
        let mut node = Node::start(shelf.clone());
        let mut elapsed = Duration::ZERO;
        for step in 0..120 {
            let passed = happen(&mut node, &mut dice, &peers, &subjects);
            elapsed += passed;
            if step % 20 == 19 {
                node.flush();
                let restarted = Node::start_at(noon() + elapsed, shelf.copy());
                for peer in &peers {
                    let (is, was) = (worth(restarted.status(*peer)), worth(node.status(*peer)));
                    // The two engines count from the same origin only if as much time has passed.
                    assert_eq!(plain(is), plain(was), "seed {seed}, step {step}, {peer}");
                }
                let sorted = |node: &Node| {
                    let mut bans: Vec<_> =
                        node.bans().iter().map(|ban| format!("{ban:?}")).collect();
                    bans.sort();
                    bans
                };
                assert_eq!(sorted(&restarted), sorted(&node), "seed {seed}, step {step}");
            }
        }
    }
}

/// Something happens; how much time that takes.
pub(crate) fn happen(
    node: &mut Node,
    dice: &mut Dice,
    peers: &[PeerId],
    subjects: &[Subject<PeerId>],
) -> Duration {
    let peer = *dice.pick(peers);
    let subject = dice.pick(subjects).clone();
    match dice.roll(10) {
        0 => node.report(peer, 40),
        1 => node.report(peer, 1),
        2 => node.handle.score(peer, Score::try_from(-500.0).unwrap()).unwrap(),
        3 => node.ban(subject, 1 + dice.roll(5_000)),
        4 => node.handle.ban(subject, None, Origin::Remote).unwrap(),
        5 => {
            let causes = [None, Some(Cause::Penalty), Some(Cause::Operator), Some(Cause::Remote)];
            node.handle.unban(subject, *dice.pick(&causes)).unwrap();
        }
        6 => node.handle.protect(subject).unwrap(),
        7 => node.handle.unprotect(subject).unwrap(),
        8 if dice.roll(2) == 0 => node.connect(peer),
        8 => node.disconnect(peer),
        _ => {
            let passed = Duration::from_secs(dice.roll(3_000));
            node.advance(passed);
            return passed;
        }
    }
    Duration::ZERO
}

/// What is to be kept of a status.
fn worth(status: Option<PeerStatus>) -> Option<PeerStatus> {
    let status = status.map(|status| PeerStatus { connected: false, ..status })?;
    let nothing = status.penalty == Points::ZERO
        && status.offences == 0
        && status.causes.is_empty()
        && !status.protected;
    (!nothing).then_some(status)
}

/// The status without moments, which two nodes name differently.
fn plain(status: Option<PeerStatus>) -> Option<String> {
    let status = status?;
    let causes: Vec<_> = status.causes.iter().map(|active| active.cause).collect();
    let misdeeds: Vec<_> =
        status.misdeeds.iter().map(|misdeed| (misdeed.misbehavior, misdeed.times)).collect();
    Some(format!(
        "{} {} {causes:?} {:?} {misdeeds:?} {}",
        status.penalty, status.offences, status.score, status.protected
    ))
}

/// Chance that can be repeated.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.roll(u64::try_from(all.len()).unwrap());
        all.get(usize::try_from(at).unwrap()).unwrap()
    }
}
