//! Random histories: what was stored is restored.

use std::time::Duration;

use peerwarden_host::{
    Cause, Config, Denial, Direction, Instant, Misbehavior, Origin, PeerStatus, Points, Score,
    Subject, Tag, Until, Verdict,
};

use crate::faulty_store::FaultyStore;
use crate::node::{Node, network, noon, strict_places};
use crate::peer::Peer;

#[test]
fn after_any_history_a_restarted_node_remembers_what_the_old_one_did() {
    for seed in 1..=100 {
        let mut dice = Dice(seed);
        let peers: Vec<_> = (0..6).map(|_| Peer::random()).collect();
        let mut subjects: Vec<_> = peers.iter().copied().map(Subject::Peer).collect();
        subjects.extend(["10.0.0.0/8", "10.1.2.3/16", "10.1.2.0/24", "192.0.2.0/24"].map(network));
        let store = FaultyStore::default();
        let config = if seed % 2 == 0 { strict_places() } else { Config::default() };
        let mut node = Node::start_by(config.clone(), noon(), store.clone());
        let mut elapsed = Duration::ZERO;
        for step in 0..120 {
            let passed = happen(&mut node, &mut dice, &peers, &subjects);
            elapsed += passed;
            if step % 20 == 19 {
                node.flush();
                let restarted = Node::start_by(config.clone(), noon() + elapsed, store.copy());
                let (is, was) = (answers(&restarted, &peers), answers(&node, &peers));
                for (is, was) in is.into_iter().zip(was) {
                    assert_eq!(is, was, "seed {seed}, step {step}");
                }
            }
        }
    }
}

/// Every answer that there is, with moments as seen from now: two nodes name them differently.
///
/// But that a place is banned is not asked of an IP alone: where a peer in standing or in grace was last
/// seen it passes, if the peer is not here, as after the restart none is.
fn answers(node: &Node, peers: &[Peer]) -> Vec<String> {
    let now = node.handle.now().unwrap();
    let mut answers = Vec::new();
    for peer in peers {
        answers.push(format!("{peer}: {:?}", worth(node.status(*peer)).map(|it| plain(&it, now))));
        let verdict = node.handle.check_peer(peer, None).unwrap();
        answers.push(format!("{peer}: {}", said(&verdict, now)));
    }
    for addr in ADDRS {
        let addr = addr.parse().unwrap();
        for peer in peers.iter().map(Some).chain([None]) {
            for direction in [Direction::Inbound, Direction::Outbound] {
                let reasons = node.handle.reasons(peer, Some(addr), direction).unwrap();
                let reasons: Vec<_> = reasons
                    .iter()
                    .filter(|denial| peer.is_some() || denial.cause != Cause::Address)
                    .map(|denial| said(&Verdict::Deny(*denial), now))
                    .collect();
                answers.push(format!("{peer:?} at {addr} {direction}: {reasons:?}"));
            }
        }
        let verdict = node.handle.check_addr(addr).unwrap();
        let verdict = Some(verdict).filter(|it| it.denial(Direction::Outbound).is_some());
        answers.push(format!("{addr}: {}", said(&verdict.unwrap_or(Verdict::Allow), now)));
        for peer in peers {
            let verdict = node.handle.check_peer(peer, Some(addr)).unwrap();
            answers.push(format!("{peer} at {addr}: {}", said(&verdict, now)));
        }
    }
    answers.push(format!("protected: {:?}", node.handle.protected(None, usize::MAX).unwrap()));
    let bans = node.handle.bans(None, usize::MAX).unwrap();
    answers.extend(bans.iter().map(|ban| {
        let causes: Vec<_> =
            ban.causes.iter().map(|each| (each.cause, left(each.until, now))).collect();
        format!("{} since {:?}: {causes:?}", ban.subject, ago(ban.began, now))
    }));
    answers
}

fn said(verdict: &Verdict, now: Instant) -> String {
    match verdict {
        Verdict::Allow => "allow".to_owned(),
        Verdict::Deny(denial) => {
            let Denial { network, cause, until, .. } = denial;
            format!("deny {network:?} {cause} {:?}", left(*until, now))
        }
    }
}

fn left(until: Until, now: Instant) -> Option<Duration> {
    until.instant().map(|end| end.saturating_duration_since(now))
}

fn ago(moment: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(moment)
}

/// Something happens; how much time that takes.
pub(crate) fn happen(
    node: &mut Node,
    dice: &mut Dice,
    peers: &[Peer],
    subjects: &[Subject<Peer>],
) -> Duration {
    let peer = *dice.pick(peers);
    let subject = dice.pick(subjects).clone();
    match dice.roll(14) {
        0 => node.report(peer, if dice.roll(2) == 0 { 40 } else { 110 }),
        1 => node.report(peer, 1),
        2 => node.handle.score(peer, Score::try_from(-500.0).unwrap()).unwrap(),
        3 => node.ban(subject, 1 + dice.roll(5_000)),
        4 => drop(node.handle.ban(subject, None, Origin::Remote).unwrap()),
        5 => {
            let causes = [None, Some(Cause::Penalty), Some(Cause::Operator), Some(Cause::Remote)];
            node.handle.unban(subject, *dice.pick(&causes)).unwrap();
        }
        6 => drop(node.handle.protect(subject, Tag::OPERATOR).unwrap()),
        7 => drop(node.handle.unprotect(subject, Tag::OPERATOR).unwrap()),
        8 if dice.roll(2) == 0 => node.connect_at(peer, dice.pick(&ADDRS).parse().unwrap()),
        8 => node.disconnect(peer),
        9 => {
            let via = *dice.pick(peers);
            for _ in 0..=dice.roll(20) {
                node.handle.report_from(peer, via, Misbehavior::INVALID_MESSAGE).unwrap();
            }
        }
        10 => node.handle.valid(peer, 1 + dice.roll(5_000)).unwrap(),
        11 => {
            let until = Duration::from_secs(1 + dice.roll(5_000)).try_into().ok();
            let until = until.filter(|_| dice.roll(2) == 0);
            node.handle.expel(peer, Misbehavior::SENDER_EJECTED, until).unwrap();
        }
        12 => node.handle.waive(peer, Points::from_points(dice.roll(40_000))).unwrap(),
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
    let status = status.map(|status| PeerStatus {
        connected: false,
        direction: None,
        connected_since: None,
        ..status
    })?;
    let nothing = status.penalty == Points::ZERO
        && status.offences == 0
        && status.causes.is_empty()
        && !status.protected
        && !status.standing;
    (!nothing).then_some(status)
}

fn plain(status: &PeerStatus, now: Instant) -> String {
    let causes: Vec<_> =
        status.causes.iter().map(|each| (each.cause, left(each.until, now))).collect();
    let misdeeds: Vec<_> = status
        .misdeeds
        .iter()
        .map(|misdeed| (misdeed.misbehavior, misdeed.times, ago(misdeed.last, now)))
        .collect();
    let since = status.banned_since.map(|since| ago(since, now));
    let PeerStatus { penalty, offences, score, protected, standing, addr, .. } = status;
    format!(
        "{penalty} {offences} {causes:?} {since:?} {score:?} {misdeeds:?} protected {protected}, in \
         standing {standing}, at {addr:?}"
    )
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

/// IPs inside and outside the networks.
const ADDRS: [&str; 7] = [
    "10.1.2.4",
    "10.1.9.9",
    "10.9.9.9",
    "192.0.2.2",
    "203.0.113.5",
    "64:ff9b::203.0.113.5",
    "2001:db8::1",
];
