//! Lines that come in great numbers.

use std::time::Duration;

use libp2p::PeerId;
use libp2p::core::transport::ListenerId;
use libp2p::swarm::behaviour::{DialFailure, NewListenAddr};
use libp2p::swarm::{DialError, FromSwarm, NetworkBehaviour};
use peerwarden_libp2p::{Config, DriverOptions, Misbehavior, Origin, Subject};

use super::log::Log;
use crate::by_hand::ByHand;
use crate::node::seconds;

/// A list of bans, entry by entry, and the same again with other ends.
#[test]
fn twenty_thousand_bans_by_a_list_are_one_line_and_a_number() {
    let (log, _guard) = Log::start();
    let config = Config::default().with_max_remote_bans(20_000);
    let warden = ByHand::new(config);
    let peers: Vec<_> = (0..20_000_u32).map(peer).collect();
    let load = |secs| {
        for peer in &peers {
            let subject = Subject::Peer(*peer);
            warden.handle.ban(subject, Some(seconds(secs)), Origin::Remote).unwrap();
        }
    };

    load(3_600);
    assert_eq!(log.lines().len(), 1);
    load(7_200);
    assert_eq!(log.lines().len(), 2, "one of bans that moved");
    for peer in &peers {
        warden.handle.unban(Subject::Peer(*peer), None).unwrap();
    }
    assert_eq!(log.lines().len(), 3, "one of bans that ended");

    warden.timer.advance(Duration::from_secs(60));
    warden.handle.ban(Subject::Peer(PeerId::random()), None, Origin::Remote).unwrap();
    let last = log.lines().pop().unwrap();
    assert!(last.ends_with(" cause=remote until=7days offences=0 suppressed=19999"), "{last}");
}

/// What is told of strangers leaves room for what the operator does.
#[test]
fn a_flood_of_one_kind_of_line_hides_no_other() {
    let (log, _guard) = Log::start();
    let config = Config::default().with_warning(None).with_max_remote_bans(0);
    let mut warden = ByHand::new(config);
    for each in 0..100 {
        let subject = Subject::Peer(peer(each));
        warden.handle.ban(subject, None, Origin::Remote).unwrap();
    }
    for each in 100..200 {
        for _ in 0..101 {
            warden.handle.report(peer(each), Misbehavior::STALE_MESSAGE).unwrap();
        }
    }
    let flood = log.lines();
    assert_eq!(flood.len(), 11, "{flood:?}");

    warden.ban(60);
    warden.timer.advance(Duration::from_secs(60));
    warden.poll_all();

    let cause = |line: &String, word: &str| line.contains(word) && line.contains("cause=operator");
    let lines = log.lines();
    assert!(lines.iter().any(|line| cause(line, ": banned ")), "{lines:?}");
    assert!(lines.iter().any(|line| cause(line, ": unbanned ")), "{lines:?}");
}

#[test]
fn ten_thousand_bans_that_end_together_are_ten_lines() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    for each in 0..10_000 {
        let subject = Subject::Peer(peer(each));
        warden.handle.ban(subject, Some(seconds(60)), Origin::Operator).unwrap();
    }
    let began = log.lines().len();

    warden.timer.advance(Duration::from_secs(60));
    warden.poll_all();

    assert_eq!(warden.handle.counts().unwrap().records, 0);
    assert_eq!((began, log.lines().len()), (10, 20));
}

#[test]
fn orders_against_the_node_itself_are_warnings_in_bounds() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    let (own, net) = (PeerId::random(), "203.0.113.0/24".parse().unwrap());
    warden.behaviour = warden.behaviour.with_local_peer_id(own);
    let addr = "/ip4/203.0.113.7/tcp/1".parse().unwrap();
    let listening = NewListenAddr { listener_id: ListenerId::next(), addr: &addr };
    warden.behaviour.on_swarm_event(FromSwarm::NewListenAddr(listening));

    warden.handle.ban(Subject::Peer(own), None, Origin::Operator).unwrap();
    warden.handle.report(own, Misbehavior::STALE_MESSAGE).unwrap();
    warden.handle.ban(Subject::Addr(net), None, Origin::Remote).unwrap();
    warden.handle.ban(Subject::Addr(net), None, Origin::Operator).unwrap();
    assert_eq!(
        log.lines(),
        [
            "WARN peerwarden: a ban of this node itself was refused",
            "WARN peerwarden: this node itself was accused: that is ignored",
            "WARN peerwarden: a list's ban of a network that holds an address of this node was \
             refused network=203.0.113.0/24 addr=203.0.113.7",
            "INFO peerwarden: banned network=203.0.113.0/24 cause=operator until=forever",
            "WARN peerwarden: a banned network holds an address of this node \
             network=203.0.113.0/24 addr=203.0.113.7",
        ]
    );

    for _ in 0..100 {
        warden.handle.report(own, Misbehavior::STALE_MESSAGE).unwrap();
    }
    assert_eq!(log.lines().len(), 11);
}

/// An address that a peer chose does not begin a line of its own.
#[test]
fn no_error_breaks_a_line() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    let forged = "x\n2026-11-27T00:00:00Z  INFO peerwarden: unbanned peer=EVERYBODY";
    let address = format!("/sni/{forged}/ip4/192.0.2.2/tcp/1").parse().unwrap();
    warden.establish_outbound();
    warden.ban(60);
    warden.close();
    warden.timer.advance(Duration::from_secs(60));
    let id = loop {
        match warden.poll_order() {
            std::task::Poll::Ready(libp2p::swarm::ToSwarm::Dial { opts }) => {
                break opts.connection_id();
            }
            std::task::Poll::Ready(_) => {}
            std::task::Poll::Pending => panic!("nobody is dialled"),
        }
    };
    let obtained = PeerId::random();
    warden.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
        peer_id: Some(warden.peer),
        connection_id: id,
        error: &DialError::WrongPeerId { obtained, address },
    }));

    let lines = log.lines();
    assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    assert!(lines.last().unwrap().contains(r"answered at /sni/x\n2026-11-27T"), "{lines:?}");
}

#[cfg(feature = "toml")]
#[test]
fn settings_that_are_likely_not_meant_are_warnings() {
    use peerwarden_libp2p::{ManualTimer, Settings};

    let (log, _guard) = Log::start();
    let text = "min_score = 10\n[weights]\ninvald-message = 90000";

    let settings = Settings::from_toml(text).unwrap();

    let said = settings.warnings().iter().map(|each| format!("WARN peerwarden: settings: {each}"));
    assert_eq!(log.lines(), said.collect::<Vec<_>>());
    assert_eq!(log.lines().len(), 2);
    // They are not told twice.
    let _ = peerwarden_libp2p::Behaviour::new(settings.config.clone(), ManualTimer::new())
        .with_options(&DriverOptions::default());
    assert_eq!(log.lines().len(), 2);
}

fn peer(number: u32) -> PeerId {
    let mut bytes = vec![0, 36];
    bytes.extend([8, 1, 18, 32]);
    bytes.extend([0; 28]);
    bytes.extend(number.to_be_bytes());
    PeerId::from_bytes(&bytes).unwrap()
}
