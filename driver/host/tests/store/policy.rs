//! Places, standing and long numbers over a restart.

use std::net::IpAddr;
use std::time::Duration;

use peerwarden_host::{
    Cause, Config, Denial, Direction, Misbehavior, NoticeKind, PlaceLevel, Points, Subject, Verdict,
};

use crate::faulty_store::FaultyStore;
use crate::node::{Handle, Node, hours, noon, somebody};
use crate::peer::Peer;

#[test]
fn a_banned_place_is_banned_for_as_long_as_it_was_and_longer_the_next_time() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    leave_debts(&mut node, 2);
    assert_eq!(banned(&node), Some(Cause::Address));
    node.flush();

    // As after a crash, five minutes later.
    let mut node = start(&FaultyStore::copy(&store), 300);
    assert_eq!(banned(&node), Some(Cause::Address));
    assert_eq!(node.advance(Duration::from_secs(299)), [NoticeKind::Reconfigured]);
    let subject = Subject::Addr("192.0.2.2/32".parse().unwrap());
    let over =
        NoticeKind::Unbanned { subject: subject.clone(), cause: Cause::Address, offences: None };
    assert_eq!(node.advance(Duration::from_secs(1)), [over]);
    assert_eq!(banned(&node), None);

    // It has been banned once in the last day, which is kept too.
    leave_debts(&mut node, 2);
    let ban = node.handle.bans(None, 10).unwrap().pop().unwrap();
    let left = ban.until.instant().unwrap().saturating_duration_since(node.handle.now().unwrap());
    assert_eq!((ban.subject, left), (subject, Duration::from_secs(2_400)));
}

#[test]
fn what_was_left_unpaid_counts_after_a_restart() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    leave_debts(&mut node, 1);
    assert_eq!(banned(&node), None);
    node.flush();
    let copy = store.copy();

    let mut node = start(&copy, 1);
    assert_eq!(node.handle.counts().unwrap().places, 1);
    leave_debts(&mut node, 1);
    assert_eq!(banned(&node), Some(Cause::Address));

    // 864 points fall off in less than nine seconds.
    let mut node = start(&store.copy(), 9);
    leave_debts(&mut node, 1);
    assert_eq!(banned(&node), None);
}

#[test]
fn offences_count_for_the_crowd_of_a_place_after_a_restart() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    let expel = |node: &mut Node| {
        let (peer, _) = somebody();
        node.connect_at(peer, HERE.parse().unwrap());
        node.handle.expel(peer, Misbehavior::INVALID_MESSAGE, None).unwrap();
        node.disconnect(peer);
    };
    (0..3).for_each(|_| expel(&mut node));
    assert_eq!(banned(&node), None);
    node.flush();

    let mut node = start(&store.copy(), 1);
    expel(&mut node);
    assert_eq!(banned(&node), Some(Cause::Address));
}

/// Written down by the thread that writes, without anybody asking, and gone in time.
#[test]
fn the_row_of_a_place_goes_when_it_has_nothing_left_to_answer_for() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    leave_debts(&mut node, 1);
    node.flush();
    assert!(store.look(|contents| contents.rows.contains_key(PLACE_ROW)));

    node.advance(Duration::from_secs(3_600));
    node.flush();

    assert!(!store.look(|contents| contents.rows.contains_key(PLACE_ROW)));
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!((health.rows, health.waiting), (0, 0));
}

#[test]
fn a_pardoned_place_owes_nothing_after_a_restart_either() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    leave_debts(&mut node, 2);
    let subject = Subject::Addr("192.0.2.2/32".parse().unwrap());
    node.handle.unban(subject, None).unwrap();
    node.flush();

    let node = start(&store.copy(), 700);
    assert_eq!(banned(&node), None);
    assert_eq!(node.handle.check_addr(HERE.parse().unwrap()), Ok(Verdict::Allow));
}

#[test]
fn a_peer_in_standing_is_so_after_a_restart_whether_it_had_left_or_not() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    let ((here, _), (left, _), (short, _)) = (somebody(), somebody(), somebody());
    node.connect_at(here, HERE.parse().unwrap());
    node.connect_at(left, "198.51.100.7".parse().unwrap());
    node.advance(Duration::from_secs(1_700));
    node.connect_at(short, HERE.parse().unwrap());
    node.advance(Duration::from_secs(100));
    node.disconnect(left);
    leave_debts(&mut node, 2);
    node.flush();

    let node = start(&store.copy(), 1_800);

    let standing = |peer| node.status(peer).is_some_and(|status| status.standing);
    assert!(standing(here) && standing(left) && !standing(short));
    assert_eq!(node.handle.counts().unwrap().standing_away, 2);
    // The ban of its place is not its own, and the others' is theirs.
    let at = Some(HERE.parse().unwrap());
    assert_eq!(node.handle.check_peer(&here, at), Ok(Verdict::Allow));
    assert!(refused(&node.handle, short));

    // After a week it is over.
    let mut node = start(&store.copy(), 1_800 + 7 * 86_400);
    node.advance(Duration::from_secs(1));
    assert_eq!(node.handle.counts().unwrap().standing_away, 0);
}

/// However long a peer stays, a node that is killed remembers its standing for the whole week.
#[test]
fn the_standing_of_a_peer_that_stays_is_written_down_again_and_again() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    let (friend, _) = somebody();
    node.connect_at(friend, HERE.parse().unwrap());
    let fortnight = 14 * 86_400;
    for _ in 0..24 * 14 {
        node.advance(hours(1));
        node.flush();
    }

    let node = start(&store.copy(), fortnight + 6 * 86_400);

    assert!(node.status(friend).unwrap().standing);
}

#[test]
fn what_a_peer_was_reported_for_in_the_long_run_counts_after_a_restart() {
    let store = FaultyStore::default();
    let mut node = start(&store, 0);
    let (peer, _) = somebody();
    node.handle.valid(peer, 1).unwrap();
    node.connect(peer);
    for _ in 0..999 {
        node.advance(Duration::from_secs(1));
        node.report(peer, 1);
    }
    // It owes nothing by then: the long number is all that there is of it.
    node.advance(Duration::from_secs(10));
    node.disconnect(peer);
    node.flush();

    let node = start(&store.copy(), 1_100);
    // Whether there was one is not kept: it comes again with the next good message.
    node.handle.valid(somebody().0, 1).unwrap();
    node.report(peer, 14);

    assert_eq!(node.status(peer).unwrap().causes.iter().count(), 1);
}

/// At so many seconds after noon by the wall clock.
fn start(store: &FaultyStore, secs: u64) -> Node {
    let node = Node::start_at(noon() + Duration::from_secs(secs), store.clone());
    let level = PlaceLevel { length: 32, debts: Points::from_points(1_000), crowd: 3 };
    node.handle.reconfigure(Config::default().with_places_v4(&[level]).unwrap()).unwrap();
    node
}

/// So many peers come from [`HERE`], misbehave once, and leave.
fn leave_debts(node: &mut Node, peers: usize) {
    for _ in 0..peers {
        let (peer, _) = somebody();
        node.connect_at(peer, HERE.parse().unwrap());
        node.report(peer, 1);
        node.disconnect(peer);
    }
}

fn banned(node: &Node) -> Option<Cause> {
    match node.handle.check_addr(HERE.parse::<IpAddr>().unwrap()).unwrap() {
        Verdict::Allow => None,
        Verdict::Deny(Denial { cause, .. }) => Some(cause),
    }
}

fn refused(handle: &Handle, peer: Peer) -> bool {
    let verdict = handle.check_peer(&peer, Some(HERE.parse().unwrap())).unwrap();
    verdict.denial(Direction::Inbound).is_some()
}

const HERE: &str = "192.0.2.2";
const PLACE_ROW: &[u8] = b"n192.0.2.2/32";
