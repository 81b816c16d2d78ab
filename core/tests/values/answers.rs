//! Answers as text: for people, for programs, and subjects back from it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::FixedState;
use peerwarden_core::{
    Cause, Config, Direction, Event, Instant, IpNet, Misbehavior, Origin, Penalty, Subject,
    SubjectError, Warden,
};
use proptest::prelude::*;

#[test]
fn what_is_debugged_reads_as_it_is_printed() {
    let warden = banned();
    let at = Instant::from_millis(1_500);

    let status = warden.status(&"a".to_owned(), at).unwrap();
    assert_eq!(
        format!("{status:?}"),
        "PeerStatus { penalty: 87264, offences: 1, causes: [operator forever, penalty until 88.764], \
         banned_since: Some(1.5), score: None, misdeeds: [101 invalid-message, last at 1.5], \
         connected: false, protected: false, standing: false, addr: Some(192.0.2.1), \
         direction: Some(Outbound), connected_since: None }"
    );
    assert_eq!(status.causes.to_string(), "operator forever, penalty until 88.764");
    let denial = warden.reasons(Some(&"a".to_owned()), None, at).next().unwrap();
    assert_eq!(format!("{denial:?}"), denial.to_string());
}

#[test]
#[cfg(feature = "serde")]
fn what_is_written_for_programs_has_seconds_points_and_names() {
    let warden = banned();
    let at = Instant::from_millis(1_500);

    let status = serde_json::to_value(warden.status(&"a".to_owned(), at).unwrap()).unwrap();
    let bans: Vec<_> = warden.bans(at).collect();
    let bans = serde_json::to_value(bans).unwrap();
    let verdict = serde_json::to_value(warden.check_peer(&"a".to_owned(), None, at)).unwrap();

    let causes = serde_json::json!([
        { "cause": "operator", "until": "forever" },
        { "cause": "penalty", "until": 88.764 },
    ]);
    assert_eq!(
        status,
        serde_json::json!({
            "penalty": 87_264.0, "offences": 1, "causes": causes, "banned_since": 1.5, "score": null,
            "misdeeds": [{ "misbehavior": "invalid-message", "times": 101, "last": 1.5 }],
            "connected": false, "protected": false, "standing": false, "addr": "192.0.2.1",
            "direction": "outbound", "connected_since": null,
        })
    );
    assert_eq!(
        bans,
        serde_json::json!([{
            "cursor": bans[0]["cursor"], "subject": "peer:a", "causes": causes, "until": "forever",
            "began": 1.5, "addr": "192.0.2.1", "direction": "outbound",
        }])
    );
    assert_eq!(
        verdict,
        serde_json::json!({ "deny": { "network": null, "cause": "operator", "until": "forever" } })
    );
    assert_eq!(serde_json::to_value(warden.counts()).unwrap()["bans_penalty"], 1);
}

#[test]
fn who_is_connected_has_a_direction_and_a_moment_and_a_ban_keeps_the_direction() {
    let mut warden = Warden::new(Config::default(), FixedState::with_seed(1));
    let (peer, at) = ("a".to_owned(), Instant::from_secs);
    let connected = |direction| Event::Connected { peer: peer.clone(), addr: None, direction };
    let told = |warden: &Warden<String, FixedState>, now| {
        let status = warden.status(&"a".to_owned(), now).unwrap();
        (status.direction, status.connected_since)
    };

    let _ = warden.handle_input(connected(Direction::Inbound), at(5));
    assert_eq!(told(&warden, at(7)), (Some(Direction::Inbound), Some(at(5))));
    let _ = warden.handle_input(connected(Direction::Outbound), at(8));
    assert_eq!(told(&warden, at(9)), (Some(Direction::Outbound), Some(at(5))));
    assert_eq!(warden.last_seen(&peer), (None, Some(Direction::Outbound)));

    let subject = Subject::Peer(peer.clone());
    let ban = Event::Ban { subject, duration: None, origin: Origin::Operator };
    let _ = warden.handle_input(ban, at(10));
    let _ = warden.handle_input(Event::Disconnected { peer }, at(11));
    assert_eq!(told(&warden, at(11)), (None, None));
    let direction = warden.bans(at(11)).next().unwrap().direction;
    assert_eq!(direction, Some(Direction::Outbound));
}

#[test]
fn what_is_neither_a_peer_nor_a_network_says_so() {
    for (text, error) in [
        ("203.0.113.300", SubjectError::Neither),
        ("addr:7", SubjectError::Network),
        ("peer:x", SubjectError::Peer),
    ] {
        assert_eq!(text.parse::<Subject<u8>>(), Err(error), "{text}");
        assert!(!error.to_string().is_empty());
    }
    assert_eq!("7".parse(), Ok(Subject::Peer(7_u8)));
    assert_eq!("2001:db8::1".parse(), Ok(Subject::<u8>::Addr("2001:db8::1/128".parse().unwrap())));
}

proptest! {
    #[test]
    fn a_subject_comes_back_from_its_text(subject in subjects()) {
        let read: Subject<String> = subject.to_string().parse().unwrap();
        prop_assert_eq!(&read, &subject.clone().canonical());
        prop_assert_eq!(read.to_string().parse(), Ok(read));
        if let Subject::Addr(net) = subject {
            prop_assert_eq!(net.to_string().parse(), Ok(Subject::<String>::Addr(net).canonical()));
        }
    }
}

fn subjects() -> impl Strategy<Value = Subject<String>> {
    let v4 = any::<u32>().prop_map(|bits| (IpAddr::V4(Ipv4Addr::from_bits(bits)), 32));
    let v6 = any::<u128>().prop_map(|bits| (IpAddr::V6(Ipv6Addr::from_bits(bits)), 128));
    // Of IPv4 written as IPv6, both ways.
    let inside = (any::<u32>(), any::<bool>()).prop_map(|(bits, mapped)| {
        let head = if mapped { 0xffff_u128 << 32 } else { 0x0064_ff9b_u128 << 96 };
        (IpAddr::V6(Ipv6Addr::from_bits(head | u128::from(bits))), 128)
    });
    let nets = (prop_oneof![v4, v6, inside], any::<u8>())
        .prop_map(|((ip, longest), len)| IpNet::new(ip, len % (longest + 1)).unwrap());
    let names = prop_oneof![".*", "(peer:|addr:)?[0-9./:]{1,20}"];
    prop_oneof![nets.prop_map(Subject::Addr), names.prop_map(Subject::Peer)]
}

/// Bans the peer `a`, which this node had dialled, for what it owes and by word of the operator.
fn banned() -> Warden<String, FixedState> {
    let mut warden = Warden::new(Config::default(), FixedState::with_seed(1));
    let (peer, at) = ("a".to_owned(), Instant::from_millis(1_500));
    let addr = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    let direction = Direction::Outbound;
    let _ = warden.handle_input(Event::Connected { peer: peer.clone(), addr, direction }, at);
    for _ in 0..101 {
        let (misbehavior, penalty) = (Misbehavior::INVALID_MESSAGE, Penalty::DEFAULT);
        let peer = peer.clone();
        let _ = warden.handle_input(Event::Report { peer, misbehavior, penalty, via: None }, at);
    }
    let subject = Subject::Peer(peer);
    let ban = Event::Ban { subject, duration: None, origin: Origin::Operator };
    let _ = warden.handle_input(ban, at);
    assert!(warden.bans(at).all(|ban| ban.causes.contains(Cause::Penalty)));
    warden
}
