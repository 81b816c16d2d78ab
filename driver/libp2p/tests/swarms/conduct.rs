//! Rules of the policy as an application meets them: orders, warnings, hearsay, good messages.

use std::time::Duration;

use futures::{FutureExt, StreamExt};
use libp2p::PeerId;
use peerwarden_libp2p::{
    Cause, Closed, Config, Direction, EventKind, Evidence, Instant, Misbehavior, Misdeed,
    NoticeKind, Points, Subject, Tag, Until,
};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node, seconds};
use crate::peer::Peer;
use crate::swarm::Wire;

#[apply(test!)]
async fn a_peer_that_the_application_wants_out_is_out_and_comes_back_in_time() {
    for wire in Wire::ALL {
        let (mut node, peer) =
            (Node::start_on(*wire, Config::default()).await, Peer::start_on(*wire).await);
        node.dialled_by(&peer).await;

        node.handle.expel(peer.id, WRONG_CHAIN.parse().unwrap(), Some(seconds(60))).unwrap();

        let subject = Subject::Peer(peer.id);
        let cause = Cause::Application;
        let until = Until::At(Instant::from_secs(60));
        let banned = EventKind::Banned {
            subject: subject.clone(),
            cause,
            until,
            addr: Some(LOCALHOST),
            direction: Some(Direction::Inbound),
        };
        assert_eq!(node.event().await, banned);
        node.disconnected(peer.id).await;
        peer.dial(node.id, &node.addr).await;
        assert_eq!(node.refused().await.unwrap().denial.cause, cause);
        let status = node.handle.status(&peer.id).unwrap().unwrap();
        assert_eq!(status.offences, 1);
        assert_eq!(status.misdeeds[0].misbehavior.as_str(), WRONG_CHAIN);
        node.until_armed(&[Instant::from_secs(60)]).await;
        node.timer.advance(Duration::from_secs(60));
        assert_eq!(node.event().await, EventKind::Unbanned { subject, cause });
        node.dialled_by(&peer).await;
    }
}

#[test]
fn expelling_is_automatic_in_all_respects() {
    let mut warden = ByHand::new(Config::default());
    let kind = Misbehavior::INVALID_MESSAGE;
    let until = |warden: &ByHand| {
        let status = warden.handle.status(&warden.peer).unwrap().unwrap();
        status.until().and_then(Until::instant)
    };

    // Without a duration it is that for so many offences, and only a later end counts.
    warden.handle.expel(warden.peer, kind, None).unwrap();
    assert_eq!(until(&warden), Some(Instant::from_secs(3_600)));
    warden.handle.expel(warden.peer, kind, Some(seconds(60))).unwrap();
    assert_eq!(until(&warden), Some(Instant::from_secs(3_600)));
    warden.handle.expel(warden.peer, kind, Some(seconds(7_200))).unwrap();
    assert_eq!(until(&warden), Some(Instant::from_secs(7_200)));
    assert_eq!(kinds(&mut warden), ["ban application", "amend application"]);

    // A pardon is stronger, and so is protection.
    let subject = Subject::Peer(warden.peer);
    warden.handle.unban(subject.clone(), None).unwrap();
    warden.handle.expel(warden.peer, kind, None).unwrap();
    warden.timer.advance(Duration::from_secs(600));
    warden.handle.protect(subject, Tag::OPERATOR).unwrap();
    warden.handle.expel(warden.peer, kind, None).unwrap();
    assert_eq!(
        kinds(&mut warden),
        ["unban application", "withhold application grace", "withhold application protected"]
    );
}

#[test]
fn what_is_waived_is_not_owed_and_ends_a_ban() {
    let mut warden = ByHand::new(Config::default());
    let owes = |warden: &ByHand| warden.handle.status(&warden.peer).unwrap().unwrap().penalty;
    warden.report(10);

    warden.handle.waive(warden.peer, Points::from_points(640)).unwrap();
    assert_eq!(owes(&warden), Points::from_points(8_000));
    warden.report(92);
    assert_eq!(owes(&warden), Points::from_points(87_488));
    warden.handle.waive(warden.peer, Points::from_points(80_000)).unwrap();
    warden.handle.waive(warden.peer, Points::from_points(u64::MAX / 1_000_000)).unwrap();

    assert_eq!(owes(&warden), Points::ZERO);
    let told = ["warn", "ban penalty", "amend penalty", "unban penalty"];
    assert_eq!(kinds(&mut warden), told);
}

#[test]
fn a_peer_is_warned_of_once_on_its_way_to_a_ban() {
    let mut warden = ByHand::new(Config::default());
    let mut notices = warden.handle.subscribe().unwrap();
    let peer = warden.peer;

    warden.report(50);
    assert_eq!(kinds(&mut warden), NOTHING);
    warden.report(10);
    assert_eq!(warden.events()[0].kind, EventKind::Warned { peer });
    let notice = notices.next().now_or_never().flatten().unwrap();
    let misdeed =
        Misdeed { misbehavior: Misbehavior::INVALID_MESSAGE, times: 51, last: Instant::ORIGIN };
    let (evidence, owes) = (Evidence::Misdeeds(vec![misdeed]), Points::from_points(51 * 864));
    let warned = NoticeKind::Warned { peer, owes, evidence, offences: 0 };
    assert_eq!((notice.at, notice.kind), (Instant::ORIGIN, warned));
    assert!(notices.next().now_or_never().is_none());

    // Once it has paid and owes again, once more.
    warden.timer.advance(Duration::from_secs(100));
    warden.report(60);
    assert_eq!(kinds(&mut warden), ["warn"]);
}

/// Of a hundred misdeeds that one peer lays at another's door, ten count.
#[test]
fn a_peer_that_delivers_what_others_wrote_gets_nobody_banned_and_pays_for_it() {
    let mut warden = ByHand::new(Config::default());
    let (author, deliverer) = (PeerId::random(), warden.peer);

    for _ in 0..110 {
        warden.handle.report_from(author, deliverer, Misbehavior::INVALID_MESSAGE).unwrap();
    }

    let owes = |peer| warden.handle.status(&peer).unwrap().unwrap().penalty;
    assert_eq!(owes(author), Points::from_points(8_640));
    assert_eq!(owes(deliverer), Points::from_points(8_640));
    let tallies = warden.handle.tallies().unwrap();
    assert_eq!((tallies.hearsay_reports, tallies.counts.hearsay_charged), (110, 100));
    assert_eq!(tallies.reports(Misbehavior::INVALID_MESSAGE), Some(110));
    assert_eq!(kinds(&mut warden), NOTHING);

    // One that is its own deliverer is no hearsay, and pays for what others said as well.
    for _ in 0..91 {
        warden.handle.report_from(author, author, Misbehavior::INVALID_MESSAGE).unwrap();
    }
    assert_eq!(warden.handle.tallies().unwrap().hearsay_reports, 110);
    assert_eq!(kinds(&mut warden), ["warn", "ban penalty"]);
}

/// One bad message a second is paid off as it comes, and found by what goes with it.
#[test]
fn a_drip_is_banned_once_good_messages_are_counted_and_there_are_few() {
    for (good, banned_after) in [(None, None), (Some(0), Some(1_012)), (Some(49), None)] {
        let mut warden = ByHand::new(Config::default());
        if good.is_some() {
            // Of anybody: it is what turns the long budget on.
            warden.handle.valid(PeerId::random(), 1).unwrap();
        }
        warden.establish_inbound(0);
        warden.poll_all();
        let mut banned = None;
        for second in 1..=2_000 {
            warden.timer.advance(Duration::from_secs(1));
            if let Some(good) = good {
                warden.handle.valid(warden.peer, good).unwrap();
            }
            warden.report(1);
            if kinds(&mut warden).contains(&"ban penalty".to_owned()) {
                banned = Some(second);
                break;
            }
        }
        assert_eq!(banned, banned_after, "{good:?}");
        let counted = good.map_or(0, |good| 1 + good * banned.unwrap_or(2_000));
        assert_eq!(warden.handle.tallies().unwrap().valid_messages, counted);
    }
}

#[test]
fn what_the_application_says_is_counted() {
    let warden = ByHand::new(Config::default());
    let peer = warden.peer;
    warden.report(60);
    warden.handle.waive(peer, Points::from_points(1)).unwrap();
    warden.handle.expel(peer, Misbehavior::STALE_MESSAGE, None).unwrap();
    warden.handle.expel(peer, Misbehavior::STALE_MESSAGE, None).unwrap();

    let tallies = warden.handle.tallies().unwrap();

    assert_eq!((tallies.warnings, tallies.waivers, tallies.expulsions), (1, 1, 2));
    assert_eq!((tallies.incidents, tallies.counts.incident), (0, false));
}

#[test]
fn nobody_says_anything_of_a_peer_to_a_behaviour_that_is_gone() {
    let warden = ByHand::new(Config::default());
    let (handle, peer) = (warden.handle.clone(), warden.peer);
    drop(warden);

    assert_eq!(handle.valid(peer, 1), Err(Closed));
    assert_eq!(handle.report_from(peer, peer, Misbehavior::STALE_MESSAGE), Err(Closed));
    assert_eq!(handle.expel(peer, Misbehavior::STALE_MESSAGE, None), Err(Closed));
    assert_eq!(handle.waive(peer, Points::ZERO), Err(Closed));
}

/// The events that wait, in words.
fn kinds(warden: &mut ByHand) -> Vec<String> {
    let word = |kind| match kind {
        EventKind::Amended { cause, .. } => format!("amend {cause}"),
        EventKind::Banned { cause, .. } => format!("ban {cause}"),
        EventKind::Unbanned { cause, .. } => format!("unban {cause}"),
        EventKind::Warned { .. } => "warn".to_owned(),
        EventKind::Withheld { cause, why, .. } => format!("withhold {cause} {why}"),
        EventKind::ScoreRequested { .. } => "ask".to_owned(),
        other => panic!("{other:?}"),
    };
    let mut words: Vec<_> = Vec::new();
    loop {
        match warden.poll_order() {
            std::task::Poll::Ready(libp2p::swarm::ToSwarm::GenerateEvent(event)) => {
                words.push(word(event.kind));
            }
            std::task::Poll::Ready(_) => {}
            std::task::Poll::Pending => break,
        }
    }
    words.retain(|word| word != "ask");
    words
}

const NOTHING: [&str; 0] = [];

/// A kind of the application's own.
const WRONG_CHAIN: &str = "wrong-chain";
