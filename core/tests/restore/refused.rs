//! Contradictions in saved data that are refused, with an error that names the subject and the
//! reason.

use peerwarden_core::{
    Cause, RestoreErrorKind, Saved, SavedNetwork, SavedNumber, SavedPeer, SavedPlace, Subject,
};

use crate::saved::{ban, nobody, nowhere, restore};

#[test]
fn a_peer_that_is_there_twice_is_refused() {
    let error = restore([Saved::Peer(nobody("a")), Saved::Peer(nobody("a"))]).unwrap_err();

    assert_eq!((error.subject, error.why), (Subject::Peer("a"), RestoreErrorKind::Twice));
}

#[test]
fn a_network_that_is_there_twice_is_refused_in_whatever_form() {
    let networks = ["10.0.0.0/8", "::ffff:10.1.2.3/104"]
        .map(|net| Saved::Network(SavedNetwork { protected: true, ..nowhere(net) }));

    let error = restore(networks).unwrap_err();

    assert_eq!(error.to_string(), "addr:10.0.0.0/8 is there twice");
}

#[test]
fn a_peer_banned_for_its_place_is_refused() {
    let banned = ban(&[(Cause::Address, Some(60))]);

    let error = restore([Saved::Peer(SavedPeer { ban: Some(banned), ..nobody("a") })]);

    assert_eq!(error.unwrap_err().to_string(), "peer:a cannot be banned by address");
}

#[test]
fn a_network_banned_for_a_peers_deeds_is_refused() {
    for cause in [Cause::Penalty, Cause::Score] {
        let banned = Some(ban(&[(cause, Some(60))]));
        let network = SavedNetwork { ban: banned, ..nowhere("10.0.0.0/8") };

        let error = restore([Saved::Network(network)]).unwrap_err();

        assert_eq!(error.why, RestoreErrorKind::Cause(cause));
    }
}

#[test]
fn a_ban_without_end_is_refused_unless_it_is_the_operators() {
    for cause in [Cause::Penalty, Cause::Remote, Cause::Score] {
        let banned = SavedPeer { ban: Some(ban(&[(cause, None)])), ..nobody("a") };

        let error = restore([Saved::Peer(banned)]).unwrap_err();

        assert_eq!(error.why, RestoreErrorKind::Endless(cause));
    }
}

#[test]
fn a_ban_without_a_cause_is_refused() {
    let error = restore([Saved::Peer(SavedPeer { ban: Some(ban(&[])), ..nobody("a") })]);

    assert_eq!(error.unwrap_err().to_string(), "peer:a has a ban without a cause");
}

#[test]
fn a_ban_with_one_cause_twice_is_refused() {
    let banned = ban(&[(Cause::Score, Some(60)), (Cause::Score, Some(90))]);

    let error = restore([Saved::Peer(SavedPeer { ban: Some(banned), ..nobody("a") })]);

    assert_eq!(error.unwrap_err().to_string(), "peer:a is banned by score twice");
}

#[test]
fn a_protected_subject_banned_by_anybody_but_the_operator_is_refused() {
    for cause in [Cause::Penalty, Cause::Remote, Cause::Score] {
        let banned = Some(ban(&[(Cause::Operator, None), (cause, Some(60))]));
        let peer = SavedPeer { ban: banned, protected: true, ..nobody("a") };

        let error = restore([Saved::Peer(peer)]).unwrap_err();

        assert_eq!(error.why, RestoreErrorKind::Protected(cause));
    }
}

#[test]
fn a_place_that_is_there_twice_is_refused() {
    let number = SavedNumber::default();
    let place = |net: &str| {
        let net = net.parse().unwrap();
        Saved::Place(SavedPlace {
            net,
            created: 0,
            debts: number,
            crowd: number,
            bans: 1,
            over: None,
        })
    };

    let error = restore([place("192.0.2.1/32"), place("::ffff:192.0.2.1/128")]).unwrap_err();

    assert_eq!(error.why, RestoreErrorKind::Twice);
}
