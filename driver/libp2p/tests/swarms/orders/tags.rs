//! Protection with several owners.

use peerwarden_libp2p::{Cause, Config, DriverOptions, Origin, Subject, Tag, Verdict};

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node};
use crate::peer::Peer;

#[test]
fn a_subject_is_protected_while_any_tag_stands() {
    let warden = ByHand::new(Config::default());
    let (peer, committee) = (warden.peer, Tag::new("committee").unwrap());
    let subject = Subject::Peer(peer);
    let is_protected =
        || warden.handle.status(&peer).unwrap().is_some_and(|status| status.protected);

    let first = warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    let second = warden.handle.protect(subject.clone(), committee.clone()).unwrap();
    let again = warden.handle.protect(subject.clone(), committee.clone()).unwrap();
    assert_eq!([first.changed, second.changed, again.changed], [true, false, false]);
    assert_eq!(second.to_string(), format!("{peer} is still protected by committee, operator"));

    let off = warden.handle.unprotect(subject.clone(), Tag::OPERATOR).unwrap();
    assert!(is_protected() && !off.changed);
    assert_eq!(off.tags, std::slice::from_ref(&committee));
    let never_on = warden.handle.unprotect(subject.clone(), Tag::OPERATOR).unwrap();
    assert!(is_protected() && !never_on.changed);
    let last = warden.handle.unprotect(subject.clone(), committee.clone()).unwrap();
    assert!(!is_protected() && last.changed && last.tags.is_empty());
    assert_eq!(last.to_string(), format!("{peer} is no longer protected"));
    let gone = warden.handle.unprotect(subject, committee).unwrap();
    assert_eq!(gone.to_string(), format!("{peer} is not protected"));
}

#[test]
fn one_tag_is_put_on_by_each_form_of_a_network() {
    let warden = ByHand::new(Config::default());
    let net = |text: &str| Subject::Addr(text.parse().unwrap());

    warden.handle.protect(net("10.1.2.3/8"), Tag::OPERATOR).unwrap();
    let mapped = warden.handle.unprotect(net("::ffff:10.0.0.0/104"), Tag::OPERATOR).unwrap();

    assert!(mapped.changed);
    assert_eq!(mapped.subject, net("10.0.0.0/8"));
}

#[test]
fn the_answer_names_the_ban_that_protection_does_not_lift() {
    let warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.ban(60);
    warden.handle.ban(subject.clone(), None, Origin::Remote).unwrap();

    let answer = warden.handle.protect(subject, Tag::OPERATOR).unwrap();

    assert_eq!(
        answer.to_string(),
        format!(
            "{} is protected by operator; still refused: it is itself banned by operator for another \
             1m",
            warden.peer
        )
    );
}

#[test]
fn protected_subjects_are_read_in_pages() {
    let mut warden = ByHand::new(Config::default());
    let net = |text: &str| Subject::Addr(text.parse().unwrap());
    let options =
        DriverOptions::default().with_protect(vec![net("10.0.0.0/8"), net("10.1.0.0/16")]);
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.handle.protect(net("10.1.0.0/16"), Tag::OPERATOR).unwrap();
    warden.handle.protect(Subject::Peer(warden.peer), Tag::OPERATOR).unwrap();

    let (mut read, mut last) = (Vec::new(), None);
    loop {
        let page = warden.handle.protected(last.as_ref(), 2).unwrap();
        let Some(each) = page.last() else {
            break;
        };
        last = Some(each.subject.clone());
        read.extend(page.into_iter().map(|each| (each.subject, each.tags)));
    }

    assert_eq!(
        read,
        [
            (net("10.0.0.0/8"), vec![Tag::SETTINGS]),
            (net("10.1.0.0/16"), vec![Tag::OPERATOR, Tag::SETTINGS]),
            (Subject::Peer(warden.peer), vec![Tag::OPERATOR]),
        ]
    );
}

#[test]
fn options_protect_whom_they_name_and_no_longer_whom_earlier_ones_did() {
    let mut warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    let options = DriverOptions::default().with_protect(vec![subject.clone()]);
    warden.behaviour =
        warden.behaviour.with_options(&options).with_options(&DriverOptions::default());
    assert_eq!(warden.handle.protected(None, 10).unwrap(), []);

    // Who has another tag stays protected.
    warden.behaviour = warden.behaviour.with_options(&options);
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();
    warden.behaviour = warden.behaviour.with_options(&DriverOptions::default());
    let [left] = &warden.handle.protected(None, 10).unwrap()[..] else {
        panic!("nobody is protected");
    };
    assert_eq!((&left.subject, &left.tags[..]), (&subject, &[Tag::OPERATOR][..]));
}

/// What the documentation of `Handle::protect` says of the operator's bans.
#[apply(test!)]
async fn the_operators_ban_of_a_network_does_not_touch_a_protected_peer_and_one_of_its_id_does() {
    let (mut node, peer) = (Node::start(Config::default()).await, Peer::start().await);
    let subject = Subject::Peer(peer.id);
    node.handle.protect(subject.clone(), Tag::new("bootnodes").unwrap()).unwrap();
    let network = Subject::Addr("127.0.0.0/8".parse().unwrap());
    node.handle.ban(network, None, Origin::Operator).unwrap();
    assert_eq!(node.handle.check_peer(&peer.id, Some(LOCALHOST)), Ok(Verdict::Allow));
    node.swarm.dial(crate::swarm::at(&peer.addr, peer.id)).unwrap();
    node.connected(peer.id).await;

    let banned = node.handle.ban(subject, None, Origin::Operator).unwrap();

    assert_eq!(banned.disconnected, 1);
    node.disconnected(peer.id).await;
    let verdict = node.handle.check_peer(&peer.id, Some(LOCALHOST)).unwrap();
    assert!(matches!(verdict, Verdict::Deny(denial) if denial.cause == Cause::Operator));
}
