//! Orders: what they change, and what their answers say.

mod ourselves;
mod tags;

use libp2p::PeerId;
use peerwarden_libp2p::{
    BanChange, Cause, Config, Denial, DriverOptions, Instant, Misbehavior, Origin, PlaceLevel,
    Points, Subject, Tag, Until, Verdict, Withheld,
};

use crate::by_hand::ByHand;
use crate::node::{Node, seconds};
use crate::peer::Peer;

#[test]
fn a_ban_says_what_changed() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.establish_inbound(0);
    let ban =
        |secs, origin| warden.handle.ban(subject.clone(), Some(seconds(secs)), origin).unwrap();
    let until = |secs| Until::At(Instant::from_secs(secs));

    let began = ban(60, Origin::Operator);
    assert_eq!((began.change, began.disconnected), (BanChange::Began { until: until(60) }, 1));
    let moved = ban(90, Origin::Operator);
    let change = BanChange::Moved { from: until(60), until: until(90) };
    assert_eq!((moved.change, moved.disconnected), (change, 0));
    let same = ban(90, Origin::Operator);
    assert_eq!(same.change, BanChange::Unchanged { until: until(90) });
    let another = ban(30, Origin::Remote);
    assert_eq!(another.change, BanChange::Began { until: until(30) });
    let operators = Denial { network: None, cause: Cause::Operator, until: until(90) };
    assert_eq!(another.also_refused, [operators]);

    let peer = warden.peer;
    assert_eq!(
        [began, moved, same, another].map(|answer| answer.to_string()),
        [
            format!("{peer} is banned for 1m; 1 peer is disconnected"),
            format!("the ban of {peer} now lasts for 1m 30s, not for 1m"),
            format!("{peer} was banned for 1m 30s already"),
            format!(
                "{peer} is banned for 30s; also refused: it is itself banned by operator for \
                 another 1m 30s"
            ),
        ]
    );
}

#[test]
fn a_ban_that_is_withheld_says_why() {
    let warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();

    let answer = warden.handle.ban(subject, None, Origin::Remote).unwrap();

    assert_eq!(answer.change, BanChange::Withheld(Withheld::Protected));
    assert_eq!(answer.to_string(), format!("{} is not banned: it is protected", warden.peer));
}

#[test]
fn a_pardon_says_what_it_lifted_and_what_still_refuses_the_peer() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.establish_inbound(0);
    warden.ban_network("192.0.2.0/24");
    warden.ban_network("198.51.100.0/24");
    let list = Subject::Addr("192.0.0.0/16".parse().unwrap());
    warden.handle.ban(list, Some(seconds(60)), Origin::Remote).unwrap();
    warden.report(101);
    warden.ban(60);

    let answer = warden.handle.unban(subject.clone(), None).unwrap();

    let lifted: Vec<_> = answer.lifted.iter().map(|active| active.cause).collect();
    assert_eq!(lifted, [Cause::Operator, Cause::Penalty]);
    assert_eq!(answer.waived, Points::from_points(101 * 864));
    let denial =
        |net: &str, cause, until| Denial { network: Some(net.parse().unwrap()), cause, until };
    assert_eq!(
        answer.still_refused,
        [
            denial("192.0.2.0/24", Cause::Operator, Until::Forever),
            denial("192.0.0.0/16", Cause::Remote, Until::At(Instant::from_secs(60))),
        ]
    );
    assert!(answer.changed() && !answer.in_settings);
    let peer = warden.peer;
    assert_eq!(
        answer.to_string(),
        format!(
            "{peer} is no longer banned by operator, penalty; 87264 points are waived; still refused: \
             192.0.2.0/24 is banned by operator forever, 192.0.0.0/16 is banned by remote for \
             another 1m"
        )
    );
    let verdict = warden.handle.check_peer(&peer, Some("192.0.2.2".parse().unwrap())).unwrap();
    assert_eq!(verdict, Verdict::Deny(answer.still_refused[0]));

    // A second pardon finds nothing but what it does not lift.
    let again = warden.handle.unban(subject, None).unwrap();
    assert!(!again.changed());
    assert_eq!(again.still_refused, answer.still_refused);
}

#[test]
fn one_cause_that_is_lifted_leaves_the_others() {
    let warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.ban(60);
    warden.handle.ban(subject.clone(), Some(seconds(90)), Origin::Remote).unwrap();

    let answer = warden.handle.unban(subject.clone(), Some(Cause::Remote)).unwrap();
    let nothing = warden.handle.unban(subject, Some(Cause::Score)).unwrap();

    let peer = warden.peer;
    let still = "still refused: it is itself banned by operator for another 1m";
    assert_eq!(answer.to_string(), format!("{peer} is no longer banned by remote; {still}"));
    let words = format!("there was no such ban of {peer}; nothing was changed; {still}");
    assert_eq!(nothing.to_string(), words);
}

#[test]
fn a_pardon_of_a_network_names_the_wider_ones_that_hold_it() {
    let warden = ByHand::new(Config::default());
    for net in ["203.0.113.7", "203.0.113.0/24", "203.0.0.0/16", "198.51.100.0/24"] {
        let net = net.parse().or_else(|_| format!("{net}/32").parse()).unwrap();
        warden.handle.ban(Subject::Addr(net), None, Origin::Operator).unwrap();
    }

    let subject = Subject::Addr("203.0.113.99/24".parse().unwrap());
    let answer = warden.handle.unban(subject, None).unwrap();

    assert_eq!(
        answer.to_string(),
        "203.0.113.0/24 is no longer banned by operator; still refused: 203.0.0.0/16 is banned by \
         operator forever"
    );
}

/// A peer that is protected is let in, whatever network it is in, and so nothing refuses it.
#[test]
fn nothing_still_refuses_who_is_spared() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.establish_inbound(0);
    warden.ban_network("192.0.2.0/24");
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    warden.ban(60);
    assert_eq!(warden.handle.unban(subject.clone(), None).unwrap().still_refused, []);

    // A narrower network that is protected spares an address, as long as the ban is wider.
    warden.handle.unprotect(subject.clone(), Tag::OPERATOR).unwrap();
    let inner = Subject::Addr("192.0.2.2/32".parse().unwrap());
    warden.handle.protect(inner.clone(), Tag::OPERATOR).unwrap();
    assert_eq!(warden.handle.unban(subject.clone(), None).unwrap().still_refused, []);
    warden.handle.ban(inner, None, Origin::Operator).unwrap();
    assert_eq!(warden.handle.unban(subject, None).unwrap().still_refused.len(), 1);
}

#[test]
fn a_pardoned_peer_in_a_banned_place_is_not_said_to_be_refused_while_its_grace_lasts() {
    let level = PlaceLevel { length: 32, debts: Points::from_points(100), crowd: 100 };
    let mut warden = ByHand::new(Config::default().with_places_v4(&[level]).unwrap());
    let subject = Subject::Peer(warden.peer);
    warden.establish_inbound(0);
    warden.report(1);
    warden.close();
    let there = "192.0.2.2".parse().ok();
    assert!(matches!(warden.handle.check_peer(&warden.peer, there), Ok(Verdict::Deny(_))));

    let answer = warden.handle.unban(subject.clone(), None).unwrap();

    assert_eq!(answer.still_refused, []);
    assert_eq!(warden.handle.check_peer(&warden.peer, there), Ok(Verdict::Allow));
    warden.timer.advance(std::time::Duration::from_secs(599));
    warden.handle.ban(subject.clone(), None, Origin::Operator).unwrap();
    let answer = warden.handle.unban(subject, Some(Cause::Operator)).unwrap();
    assert_eq!(answer.still_refused, []);
}

#[apply(test!)]
async fn a_pardoned_peer_whose_network_is_banned_is_refused_as_the_answer_says() {
    let (mut node, peer) = (Node::start(Config::default()).await, Peer::start().await);
    node.dialled_by(&peer).await;
    node.ban(peer.id, 60);
    node.disconnected(peer.id).await;
    let network = Subject::Addr("127.0.0.0/8".parse().unwrap());
    node.handle.ban(network.clone(), None, Origin::Operator).unwrap();

    let answer = node.handle.unban(Subject::Peer(peer.id), None).unwrap();

    let [still] = answer.still_refused[..] else {
        panic!("{answer}");
    };
    assert_eq!((still.cause, still.network), (Cause::Operator, "127.0.0.0/8".parse().ok()));
    peer.dial(node.id, &node.addr).await;
    assert_eq!(node.refused().await.unwrap().denial, still);
    assert_eq!(node.handle.unban(network, None).unwrap().still_refused, []);
    node.dialled_by(&peer).await;
}

#[test]
fn the_settings_ban_for_as_long_as_they_say_so() {
    let mut warden = ByHand::new(Config::default());
    let network = Subject::Addr("203.0.113.0/24".parse().unwrap());
    let (peer, other) = (warden.peer, PeerId::random());
    let list = |subjects: &[Subject<PeerId>]| DriverOptions::default().with_ban(subjects.to_vec());
    warden.handle.ban(Subject::Peer(other), Some(seconds(60)), Origin::Operator).unwrap();
    let banned = |warden: &ByHand| {
        let subjects = [Subject::Peer(peer), network.clone(), Subject::Peer(other)];
        let bans = warden.handle.bans(None, 10).unwrap();
        subjects.map(|each| bans.iter().find(|ban| ban.subject == each).map(|ban| ban.until))
    };
    let (forever, minute) = (Some(Until::Forever), Some(Until::At(Instant::from_secs(60))));

    let all = [Subject::Peer(peer), network.clone(), Subject::Peer(other)];
    warden.behaviour = warden.behaviour.with_options(&list(&all));
    assert_eq!(banned(&warden), [forever; 3]);

    // A ban at run time does not shorten it, and counts once the settings say no more.
    let answer =
        warden.handle.ban(Subject::Peer(peer), Some(seconds(60)), Origin::Operator).unwrap();
    assert_eq!(answer.change, BanChange::Unchanged { until: Until::Forever });
    assert_eq!(banned(&warden), [forever; 3]);
    warden.behaviour = warden.behaviour.with_options(&list(&[]));
    assert_eq!(banned(&warden), [minute, None, minute]);
}

#[test]
fn a_ban_by_the_settings_is_lifted_until_the_next_start() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Addr("203.0.113.0/24".parse().unwrap());
    let options = DriverOptions::default().with_ban(vec![subject.clone()]);
    warden.behaviour = warden.behaviour.with_options(&options);

    let answer = warden.handle.unban(subject.clone(), None).unwrap();

    assert!(answer.in_settings);
    assert_eq!(
        answer.to_string(),
        "203.0.113.0/24 is no longer banned by operator; the settings ban it again at the next start"
    );
    warden.behaviour = warden.behaviour.with_options(&options);
    assert_eq!(warden.handle.bans(None, 10).unwrap(), []);
    // From here on the operator's word at run time is the only one.
    let again = warden.handle.ban(subject, Some(seconds(60)), Origin::Operator).unwrap();
    let until = Until::At(Instant::from_secs(60));
    assert_eq!(again.change, BanChange::Began { until });
}

/// In both lists, the operator's ban of exactly that subject stands.
#[test]
fn a_ban_by_the_settings_overrules_their_protection_of_the_same_subject() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    let options = DriverOptions::default()
        .with_protect(vec![subject.clone()])
        .with_ban(vec![subject.clone()]);
    warden.behaviour = warden.behaviour.with_options(&options);

    let verdict = warden.handle.check_peer(&warden.peer, None).unwrap();
    assert!(matches!(verdict, Verdict::Deny(denial) if denial.cause == Cause::Operator));
    warden.handle.report(warden.peer, Misbehavior::STALE_MESSAGE).unwrap();
    assert!(warden.handle.status(&warden.peer).unwrap().unwrap().protected);
}
