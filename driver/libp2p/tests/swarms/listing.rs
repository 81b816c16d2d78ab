//! Lists, reasons, notes and the wall clock: what an operator asks.

use std::time::{Duration, UNIX_EPOCH};

use futures::{FutureExt, StreamExt};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    AddressFault, BanChange, Cause, Config, Denial, DialVerdict, Direction, Evidence, Instant,
    Misbehavior, Note, NoticeKind, Origin, Subject, Tag, Until,
};
use serde_json::json;

use crate::by_hand::ByHand;
use crate::node::{LOCALHOST, Node, seconds};
use crate::peer::Peer;

#[apply(test!)]
async fn peers_are_listed_with_where_they_are_and_since_when() {
    let mut node = Node::start(Config::flow()).await;
    let (inbound, outbound) = (Peer::start().await, Peer::start().await);
    node.dialled_by(&inbound).await;
    node.timer.advance(Duration::from_secs(5));
    node.dial(&outbound).await;
    let absent = PeerId::random();
    node.handle.report(absent, Misbehavior::INVALID_MESSAGE).unwrap();

    let page = node.handle.peers(None, 100).unwrap();

    assert_eq!(page.next, None);
    let told = |peer: &PeerId| {
        let status = &page.peers.iter().find(|each| each.peer == *peer).unwrap().status;
        (status.addr, status.direction, status.connected_since)
    };
    assert_eq!(page.peers.len(), 3);
    let (came, later) = (Instant::ORIGIN, Instant::from_secs(5));
    assert_eq!(told(&inbound.id), (Some(LOCALHOST), Some(Direction::Inbound), Some(came)));
    assert_eq!(told(&outbound.id), (Some(LOCALHOST), Some(Direction::Outbound), Some(later)));
    assert_eq!(told(&absent), (None, None, None));
}

#[test]
fn pages_of_peers_join_up_although_others_come_and_go_between_them() {
    let warden = ByHand::new(Config::default());
    let peers: Vec<_> = (0..1_000).map(|_| PeerId::random()).collect();
    for peer in &peers {
        warden.handle.report(*peer, Misbehavior::INVALID_MESSAGE).unwrap();
    }

    let (mut read, mut next, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = warden.handle.peers(next, 300).unwrap();
        assert!(page.peers.len() <= 300);
        read.extend(page.peers.into_iter().map(|each| each.peer));
        warden.handle.report(PeerId::random(), Misbehavior::INVALID_MESSAGE).unwrap();
        pages += 1;
        next = page.next;
        if next.is_none() {
            break;
        }
    }

    for peer in &peers {
        assert_eq!(read.iter().filter(|each| *each == peer).count(), 1);
    }
    assert!(pages >= 4);
    assert_eq!(warden.handle.peers(None, 0).unwrap().peers, []);
}

#[test]
fn all_that_refuses_a_connection_is_said_the_deciding_reason_first() {
    let warden = ByHand::new(Config::default());
    warden.ban_network("192.0.2.0/24");
    warden.ban_network("192.0.0.0/16");
    warden.ban(60);
    let (peer, ip) = (warden.peer, "192.0.2.1".parse().unwrap());
    let denial = |network: Option<&str>, until| {
        let network = network.map(|network| network.parse().unwrap());
        Denial { network, cause: Cause::Operator, until }
    };

    let own = denial(None, Until::At(Instant::from_secs(60)));
    let [near, far] = ["192.0.2.0/24", "192.0.0.0/16"].map(|net| denial(Some(net), Until::Forever));
    for direction in [Direction::Inbound, Direction::Outbound] {
        let reasons = |peer, ip| warden.handle.reasons(peer, ip, direction).unwrap();
        assert_eq!(reasons(Some(&peer), Some(ip)), [own, near, far]);
        assert_eq!(reasons(None, Some(ip)), [near, far]);
        assert_eq!(reasons(Some(&peer), None), [own]);
        assert_eq!(reasons(None, None), []);
    }
}

#[test]
fn an_address_is_judged_before_it_is_dialled_as_the_gates_judge_it() {
    let warden = ByHand::new(Config::default());
    warden.ban_network("192.0.2.0/24");
    warden.ban(60);
    let (peer, other) = (warden.peer, PeerId::random());
    let check = |address: String| {
        let address: Multiaddr = address.parse().unwrap();
        warden.handle.check_dial(&address).unwrap()
    };
    let of_network = DialVerdict::Deny(Denial {
        network: Some("192.0.2.0/24".parse().unwrap()),
        cause: Cause::Operator,
        until: Until::Forever,
    });
    let of_peer = DialVerdict::Deny(Denial {
        network: None,
        cause: Cause::Operator,
        until: Until::At(Instant::from_secs(60)),
    });

    assert_eq!(check("/ip4/192.0.2.1/tcp/1".to_owned()), of_network);
    assert_eq!(check(format!("/ip4/192.0.2.1/tcp/1/p2p/{other}")), of_network);
    assert_eq!(check(format!("/ip4/192.0.2.1/tcp/1/p2p/{peer}")), of_peer);
    assert_eq!(check(format!("/dns4/a.example/tcp/1/p2p/{peer}")), of_peer);
    assert_eq!(check("/dns4/a.example/tcp/1".to_owned()), DialVerdict::Allow);
    let relayed = format!("/ip4/192.0.2.1/tcp/1/p2p/{other}/p2p-circuit/p2p/");
    assert_eq!(check(format!("{relayed}{peer}")), of_peer);
    assert_eq!(check(format!("{relayed}{other}")), DialVerdict::Allow);
    let second_host = "/ip4/198.51.100.1/tcp/1/ip4/192.0.2.1/tcp/2".to_owned();
    assert_eq!(check(second_host), DialVerdict::Refuse(AddressFault::SecondHost));

    let json = |verdict: DialVerdict| serde_json::to_value(verdict).unwrap();
    assert_eq!(json(DialVerdict::Allow), "allow");
    assert_eq!(json(DialVerdict::Refuse(AddressFault::NoHost)), json!({ "refuse": "no-host" }));
    let denial = json!({ "network": null, "cause": "operator", "until": 60.0 });
    assert_eq!(json(of_peer), json!({ "deny": denial }));
}

#[test]
fn a_note_is_shown_where_its_ban_is_and_gone_with_it() {
    let warden = ByHand::new(Config::default());
    let mut notices = warden.handle.subscribe().unwrap();
    let subject = Subject::Peer(warden.peer);
    let note = |why: &str| Note::new(why).unwrap().by("ana").unwrap();
    let ban = |origin, why| {
        warden.handle.ban_with_note(subject.clone(), Some(seconds(60)), origin, note(why)).unwrap()
    };

    let answer = ban(Origin::Operator, "scanner");
    assert_eq!(answer.note, Some(note("scanner")));
    let said = format!("{} is banned for 1m; note: \"scanner\" (ana)", warden.peer);
    assert_eq!(answer.to_string(), said);
    let notice = notices.next().now_or_never().flatten().unwrap();
    let told = NoticeKind::Banned {
        subject: subject.clone(),
        cause: Cause::Operator,
        until: Until::At(Instant::from_secs(60)),
        addr: None,
        direction: None,
        evidence: Evidence::None,
        offences: Some(0),
        note: Some(note("scanner")),
    };
    assert_eq!(notice.kind, told);

    // Each origin has one of its own, and its newest ban replaces it.
    let _ = ban(Origin::Remote, "list: a");
    let _ = ban(Origin::Operator, "port scanner");
    let notes = warden.handle.notes(&subject).unwrap();
    assert_eq!(notes.operator, Some(note("port scanner")));
    assert_eq!(notes.remote, Some(note("list: a")));
    assert_eq!(warden.handle.bans(None, 1).unwrap()[0].notes, notes);
    assert_eq!(warden.handle.peers(None, 1).unwrap().peers[0].notes, notes);

    warden.handle.unban(subject.clone(), Some(Cause::Remote)).unwrap();
    let notes = warden.handle.notes(&subject).unwrap();
    assert_eq!((notes.operator, notes.remote), (Some(note("port scanner")), None));
    warden.handle.unban(subject.clone(), None).unwrap();
    assert!(warden.handle.notes(&subject).unwrap().is_empty());
    warden.ban(60);
    assert!(warden.handle.notes(&subject).unwrap().is_empty());
}

#[test]
fn a_note_on_a_ban_that_is_withheld_replaces_none() {
    let warden = ByHand::new(Config::default());
    let subject = Subject::Peer(warden.peer);
    warden.handle.protect(subject.clone(), Tag::OPERATOR).unwrap();

    let note = Note::new("list: a").unwrap();
    let answer = warden.handle.ban_with_note(subject.clone(), None, Origin::Remote, note).unwrap();

    assert!(matches!(answer.change, BanChange::Withheld(_)));
    assert_eq!(answer.note, None);
    assert!(warden.handle.notes(&subject).unwrap().is_empty());
}

#[test]
fn a_moment_has_a_time_on_the_wall() {
    let warden = ByHand::new(Config::default());
    let wall = UNIX_EPOCH + Duration::from_secs(1_900_000_000);
    warden.timer.set_wall_clock(wall);
    warden.timer.advance(Duration::from_secs(10));

    let at = |secs| warden.handle.wall(Instant::from_secs(secs)).unwrap();
    let ten = at(10);
    assert_eq!(at(70), ten + Duration::from_secs(60));
    assert_eq!(at(4), ten - Duration::from_secs(6));
    assert_eq!(ten, wall + Duration::from_secs(10));
}
